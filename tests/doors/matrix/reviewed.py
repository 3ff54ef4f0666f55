"""The reviewed file, read."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.doors.matrix.trying import VERBS, View

FILE = Path(__file__).with_name("matrix.toml")


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text())


@dataclass(frozen=True)
class Line:
    """For whom one address opens by one verb."""

    view: str
    verb: str
    who: frozenset[str]


@cache
def lines() -> dict[tuple[str, str], Line]:
    found: dict[tuple[str, str], Line] = {}
    for said, who in _file()["opens"].items():
        view, *verbs = said.split()
        found |= {(view, verb): Line(view, verb, _named(who)) for verb in verbs}
    for view, who in _file()["everyone_in"].items():
        found |= {(view, verb): Line(view, verb, _named(who)) for verb in VERBS}
    return found


def everybody() -> tuple[str, ...]:
    return tuple(_file()["who"])


def listed() -> frozenset[str]:
    """Return every address that the file says something of."""
    return frozenset(view for view, _verb in lines()) | frozenset(_file()["closed"])


def opens(view: View, verb: str, who: str) -> bool:
    line = lines().get((view.name, verb))
    return line is not None and who in line.who


def is_served(view: View, verb: str) -> bool:
    """Tell whether anybody may come to this address with this verb."""
    return (view.name, verb) in lines()


def unknown_as(view: View) -> int:
    """Return what an id gives that isn't there."""
    said: str = _file()["unknown"].get(view.name, "404")
    return int(said.partition(":")[0])


def _named(text: str) -> frozenset[str]:
    short = {short: name for name, short in _file()["who"].items()}
    groups = _file()["groups"]
    found: set[str] = set()
    for word in text.split():
        found |= _named(groups[word]) if word in groups else {short[word]}
    return frozenset(found)
