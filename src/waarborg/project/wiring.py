"""Who hears what: the one table in which the parts are connected."""

from waarborg.kernel import actor
from waarborg.project.roles import TABLE


def connect() -> None:
    """Install what lower parts may not import: the role table."""
    actor.install(TABLE)
