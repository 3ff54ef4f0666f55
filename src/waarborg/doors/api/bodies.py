"""What a body may hold before anyone looks at what it means: JSON without tricks, text that every database keeps."""

import json
from collections.abc import Iterator
from typing import Annotated, Any, Final

from django.http import HttpRequest
from ninja.parser import Parser
from pydantic import AfterValidator, Field, Strict, WithJsonSchema
from pydantic_core import PydanticCustomError

from waarborg.registers.values.inputs import Input
from waarborg.registers.values.text import clean_line, clean_paragraph

LARGEST_VERSION: Final = 2**31 - 1
LARGEST_BODY: Final = 2_000_000
"""Bytes: a whole assets.yaml as JSON fits."""


class TooLarge(ValueError):
    """A body has more bytes than any endpoint takes."""


class NotText(ValueError):
    """A text holds a NUL or half a character, which no database keeps."""


class OnePlainValue(Parser):
    """Reads a body as JSON in which each name stands once, numbers are numbers, and text is text."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the value of the body. Raises TooLarge, ValueError, RecursionError, or NotText for what is JSON but no text."""
        if len(request.body) > LARGEST_BODY:
            raise TooLarge
        value = json.loads(request.body, object_pairs_hook=_each_once, parse_constant=_refuse)
        if any("\0" in text or not _is_whole(text) for text in _texts(value)):
            raise NotText
        return value


class Empty(Input):
    """An act that needs nothing said."""


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in a value, names too."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case str() as text:
                yield text
            case dict() as names:
                waiting += [*names, *names.values()]
            case list() as items:
                waiting += items


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _fault(code: str, **facts: Any) -> PydanticCustomError:
    return PydanticCustomError(code, "{code}", {"code": code, **facts})


def _text(longest: int, *, shortest: int = 1, lines: bool = False) -> Any:
    """Return the type of a text of this length, cleaned as the registers clean theirs."""

    def within(text: str) -> str:
        clean = (clean_paragraph if lines else clean_line)(text)
        if len(clean) < shortest:
            raise _fault("empty")
        if len(clean) > longest:
            raise _fault("too_long", longest=longest)
        return clean

    schema = {"type": "string", "minLength": shortest, "maxLength": longest}
    return Annotated[str, Strict(), AfterValidator(within), WithJsonSchema(schema)]


def _version(number: int) -> int:
    if not 0 < number <= LARGEST_VERSION:
        raise _fault("not_valid")
    return number


Version = Annotated[
    int,
    Strict(),
    AfterValidator(_version),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": LARGEST_VERSION}),
]
"""The version of a thing that a change was made on: who changed it meanwhile wins, and the change is refused."""
PersonName = _text(150)
DocumentNumber = _text(20)
Reason = _text(200)
LongReason = _text(500, lines=True)
AnyReason = _text(500, shortest=0, lines=True)
Host = _text(253)
CatalogueId = _text(64)
Subject = _text(150)
Query = _text(100)
Statement = _text(4000, lines=True)
Digest = Annotated[str, Strict(), Field(pattern="^[0-9a-f]{64}$")]
AssetsText = Annotated[str, Strict(), Field(max_length=600_000)]
