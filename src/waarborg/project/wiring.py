"""Who hears what: the one table in which the parts are connected."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from waarborg.accounts.operations import end_idle_sessions
from waarborg.assurance.operations import measure_step
from waarborg.assurance.operations.measuring import STEP_JOB
from waarborg.audit.operations.sealing import seal_all
from waarborg.kernel import actor
from waarborg.kernel.actor import Actor, ActorKind, Grant
from waarborg.kernel.jobs import Handler
from waarborg.kernel.references import INSTALLATION
from waarborg.project.roles import CONSOLE, SCHEDULE, TABLE

_SCHEDULE_ID = UUID(int=2)
_CONSOLE_ID = UUID(int=3)


@dataclass(frozen=True)
class Round:
    """Something that the worker does again and again."""

    every: timedelta
    do: Callable[[datetime], object]


def connect() -> None:
    """Install what lower parts may not import: the role table."""
    actor.install(TABLE)


def schedule(scope: UUID = INSTALLATION) -> Actor:
    """Return the actor of what happens by itself."""
    return Actor(ActorKind.SCHEDULE, _SCHEDULE_ID, scope, frozenset({Grant(SCHEDULE, scope)}))


def console(scope: UUID = INSTALLATION) -> Actor:
    """Return the actor of the server's own command line."""
    return Actor(ActorKind.SERVICE, _CONSOLE_ID, scope, frozenset({Grant(CONSOLE, scope)}))


def _measure(scope: UUID, arguments: Mapping[str, Any], now: datetime) -> None:
    measure_step(UUID(arguments["step"]), by=schedule(scope), now=now)


HANDLERS: Mapping[str, Handler] = {STEP_JOB: _measure}
ROUNDS = (
    Round(timedelta(seconds=1), seal_all),
    Round(timedelta(minutes=1), lambda now: end_idle_sessions(by=schedule(), now=now)),
)
