"""What was read on the log-in page, and by what measure it is a notice."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel

from waarborg.assurance.checks.pages import Page

Place = Literal["text", "link", "perhaps_hidden"]


class Vocabulary(BaseModel, frozen=True, extra="forbid"):
    """Regular expressions over folded text (lower case, no accents) of one language.

    A notice has `confidential` near `health`. `prohibitions` are taken out before `negations` are looked for: "do not
    share" confirms, "not confidential" denies. `elsewhere` marks a promise, an advertisement or another subject. Of two
    sentences the second must refer back (`refers`) to be read with the first.
    """

    confidential: tuple[str, ...]
    health: tuple[str, ...]
    negations: tuple[str, ...]
    prohibitions: tuple[str, ...]
    elsewhere: tuple[str, ...]
    refers: tuple[str, ...]


class Criteria(BaseModel, frozen=True, extra="forbid"):
    """`near_words` at most between the two stems; a page with scripts and less than `least_text` builds itself."""

    hosts: tuple[str, ...] = ()
    near_words: int
    least_text: int
    log_in: tuple[str, ...]
    log_in_with: tuple[str, ...]
    hiding_classes: tuple[str, ...]
    languages: Mapping[str, Vocabulary]


class Passage(BaseModel, frozen=True, extra="forbid"):
    """One or two sentences in which both stems stand near each other; mail addresses and long numbers are masked."""

    language: str
    text: str
    place: Place


class Observation(BaseModel, frozen=True, extra="forbid"):
    """`page` is None when no log-in page was found; `readable` says whether its characters could be read."""

    host: str
    page: Page | None
    readable: bool | None = None
    password_fields: int | None = None
    log_in_controls: int | None = None
    scripts: int | None = None
    text_length: int | None = None
    passages: tuple[Passage, ...] = ()
    passages_cut: bool = False
