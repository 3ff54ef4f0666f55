"""Text as it may enter the register: one Unicode form, no hidden characters, a known length."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlsplit

from cryptography.x509 import load_pem_x509_certificates
from pydantic import AfterValidator, BeforeValidator, Strict, WithJsonSchema
from pydantic_core import PydanticCustomError

from waarborg.kernel.canonical import NotCanonical, canonical

LINE, PARAGRAPH, KEY, CERTIFICATES, RECIPE = 200, 4000, 64, 20_000, 20_000
KEY_SHAPE = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_HOST = re.compile(r"^(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:[0-9]{1,5})?$")
_PATH = re.compile(r"^/(?!/)[!-~]*$")
_UNSEEN = {"Cc", "Cs", "Zl", "Zp"}
_TURNS_TEXT = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that make text read otherwise than it is stored."""


def _fault(code: str, **facts: Any) -> PydanticCustomError:
    return PydanticCustomError(code, "{code}", {"code": code, **facts})


def _clean(text: str, *, longest: int, lines: bool) -> str:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n") if lines else text).strip()
    for letter in text.replace("\n", "") if lines else text:
        if unicodedata.category(letter) in _UNSEEN or letter in _TURNS_TEXT:
            raise _fault("hidden_character", character=f"U+{ord(letter):04X}")
    if len(text) > longest:
        raise _fault("too_long", longest=longest)
    return text


def clean_line(text: str) -> str:
    return _clean(text, longest=LINE, lines=False)


def clean_name(text: str) -> str:
    name = clean_line(text)
    if not name:
        raise _fault("empty")
    return name


def clean_paragraph(text: str) -> str:
    return _clean(text, longest=PARAGRAPH, lines=True)


def clean_key(text: str) -> str:
    if len(text) > KEY or not re.fullmatch(KEY_SHAPE, text):
        raise _fault("not_a_key", longest=KEY)
    return text


def clean_address(text: str) -> str:
    """Return `text` as https://host[:port]/base/, or empty."""
    text = clean_line(text)
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise _fault("not_an_address") from error
    if parts.scheme != "https" or port == 0 or not _HOST.match(parts.netloc.lower()) or parts.query or parts.fragment:
        raise _fault("not_an_address")
    if not _PATH.match(parts.path or "/"):
        raise _fault("not_an_address")
    return f"https://{parts.netloc.lower()}{parts.path.rstrip('/')}/"


def clean_path(text: str) -> str:
    text = clean_line(text)
    if text and not _PATH.match(text):
        raise _fault("not_a_path")
    return text


def clean_certificates(text: str) -> str:
    text = _clean(text, longest=CERTIFICATES, lines=True)
    if not text:
        return ""
    try:
        load_pem_x509_certificates(text.encode())
    except ValueError as error:
        raise _fault("not_certificates") from error
    return text + "\n"


def clean_recipe(recipe: dict[str, Any]) -> dict[str, Any]:
    """Accept plain JSON with whole numbers, so that it has one digest everywhere."""
    try:
        size = len(canonical(recipe))
    except (NotCanonical, RecursionError) as error:
        raise _fault("not_plain_json") from error
    if size > RECIPE:
        raise _fault("too_long", longest=RECIPE)
    return recipe


def _day(value: object) -> object:
    if isinstance(value, date | str) or value is None:
        return value
    raise _fault("not_a_day")


def _schema(longest: int, **more: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "maxLength": longest, **more})


def _checked(clean: Callable[[str], str]) -> AfterValidator:
    return AfterValidator(clean)


Line = Annotated[str, Strict(), _checked(clean_line), _schema(LINE)]
Name = Annotated[str, Strict(), _checked(clean_name), _schema(LINE, minLength=1)]
Paragraph = Annotated[str, Strict(), _checked(clean_paragraph), _schema(PARAGRAPH)]
Key = Annotated[str, Strict(), _checked(clean_key), _schema(KEY, pattern=KEY_SHAPE)]
Address = Annotated[str, Strict(), _checked(clean_address), _schema(LINE, pattern="^(https://.+)?$")]
UrlPath = Annotated[str, Strict(), _checked(clean_path), _schema(LINE, pattern="^(/.*)?$")]
Certificates = Annotated[str, Strict(), _checked(clean_certificates), _schema(CERTIFICATES)]
Recipe = Annotated[dict[str, Any], AfterValidator(clean_recipe)]
Day = Annotated[date, BeforeValidator(_day)]
