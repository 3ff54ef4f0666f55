"""The little that is read from a page: its forms, and whether a text stands on it."""

import html
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

# One pass without backtracking: a page comes from a stranger and may be a megabyte of "<".
TAG = re.compile(r"<(/?)(form|input|select|textarea)\b([^<>]*)>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""\b([a-z-]{1,40})\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
CHARSET = re.compile(r"charset\s*=\s*\"?(iso-8859-15?|windows-1252)\b", re.IGNORECASE)
CAPTCHA = re.compile(r"captcha|cf-turnstile|challenges\.cloudflare", re.IGNORECASE)


@dataclass
class Form:
    """One form: where it goes, what it asks for and what it carries along unseen."""

    action: str = ""
    names: set[str] = field(default_factory=set)
    hidden: dict[str, str] = field(default_factory=dict, repr=False)
    asks_password: bool = False

    def take(self, attributes: Mapping[str, str]) -> None:
        kind, name = attributes.get("type", "text").lower(), attributes.get("name", "")
        self.asks_password |= kind == "password"
        if name:
            self.names.add(name)
        if name and kind == "hidden":
            self.hidden[name] = attributes.get("value", "")


def read_text(body: bytes, content_type: str) -> str:
    """Return a body as text: in the old Western encodings where it says so, else in UTF-8."""
    charset = CHARSET.search(content_type)
    return unicodedata.normalize("NFC", body.decode(charset[1] if charset else "utf-8", "replace"))


def forms_in(text: str) -> tuple[Form, ...]:
    """Return the forms of a page; the first one holds what stands outside any form."""
    forms = [Form()]
    for closing, tag, rest in TAG.findall(text):
        if tag.lower() == "form":
            forms.append(Form() if closing else Form(action=_attributes(rest).get("action", "")))
        else:
            forms[-1].take(_attributes(rest))
    return tuple(forms)


def form_asking(text: str, names: Iterable[str]) -> Form | None:
    """Return the form that has all these fields."""
    wanted = set(names)
    return next((form for form in forms_in(text) if wanted <= form.names), None)


def asks_password(text: str) -> bool:
    return any(form.asks_password for form in forms_in(text))


def shows(text: str, marker: str | None) -> bool:
    """Whether the text stands on the page, also when it is written with entities or JSON escapes."""
    if not marker:
        return False
    marker = unicodedata.normalize("NFC", marker)
    return marker in text or marker in html.unescape(text) or marker in _unescaped_json(text)


def pointed_at(text: str, pointer: str) -> str | None:
    """Return the text or number at a JSON pointer (RFC 6901), None where there is none."""
    value = _json(text)
    for part in pointer.lstrip("/").split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isascii() and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) and value != "" else None


def _attributes(text: str) -> dict[str, str]:
    return {name.lower(): html.unescape(a or b or c) for name, a, b, c in ATTRIBUTE.findall(text)}


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _unescaped_json(text: str) -> str:
    value = _json(text)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else ""
