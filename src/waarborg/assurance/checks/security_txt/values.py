"""What was read of security.txt, and by what measure it is judged."""

from http import HTTPStatus
from typing import Literal

from pydantic import BaseModel

from waarborg.assurance.checks.pages import Page

PLAIN = "text/plain"
ABSENT = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


class Criteria(BaseModel, frozen=True, extra="forbid"):
    """`hosts` are the other hosts that may serve the file for this application, for instance the agency's own."""

    hosts: tuple[str, ...] = ()
    farthest_expiry_days: int = 366
    placeholder_domains: tuple[str, ...]


class Line(BaseModel, frozen=True, extra="forbid"):
    """A field: its name in lower case, its value with mail addresses, numbers and queries masked."""

    name: str
    value: str


class Text(BaseModel, frozen=True, extra="forbid"):
    """The content in parts. `broken_lines` are neither field, comment nor empty; `cut`: more lines than are kept."""

    utf8: bool
    signature: Literal["none", "unverified", "broken"]
    lines: tuple[Line, ...]
    broken_lines: int
    cut: bool

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(line.value for line in self.lines if line.name == name)


class Observation(BaseModel, frozen=True, extra="forbid"):
    """`text` is read only from an answer 200; `old_place` is asked only when the new place has nothing."""

    host: str
    well_known: Page
    text: Text | None = None
    old_place: bool | None = None
    answers_everything: bool | None = None
