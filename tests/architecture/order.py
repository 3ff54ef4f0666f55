"""The ordered list of layers, read from where import-linter reads it, so that there is one list."""

from configparser import ConfigParser
from functools import lru_cache

from tests.architecture.sources import REPOSITORY


@lru_cache(maxsize=1)
def heights() -> dict[str, int]:
    """Return the height of each layer; siblings share one, and the kernel's is 0."""
    contracts = ConfigParser()
    contracts.read(REPOSITORY / ".importlinter", encoding="utf-8")
    lines = contracts["importlinter:contract:layers"]["layers"].strip().splitlines()
    rows = [line for line in lines if not line.lstrip().startswith("#")]
    return {name.strip(): height for height, row in enumerate(reversed(rows)) for name in row.split("|")}


def may_reach(lower: str, upper: str) -> bool:
    """Tell whether `upper` may point at `lower`: itself, or something strictly below it."""
    return lower == upper or heights()[lower] < heights()[upper]
