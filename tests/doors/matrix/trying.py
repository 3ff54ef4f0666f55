"""Trying one cell of the matrix: this role, this address, this verb, with an id of here, of elsewhere, or of nothing."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

API = "/api/v1"
VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
NOTHING = UUID("01930000-0000-7000-8000-00000000dead")
OPENED = frozenset({200, 201, 202, 204, 302, 303, 400, 409, 415, 422})
"""The view let them in: it answered, moved on, or found fault with what was sent."""
CLOSED = frozenset({403, 404, 405})
PASSING = re.compile(r'value="\w{64}"|\d\d:\d\d')
"""What differs between two answers to the same question: the token of a form, and the time of day."""
WRITING = re.compile(r'^\s*(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM) "?(\w+)"?')
OF_THE_LOG = ("audit_", "kernel_key", "accounts_session")
"""That somebody was refused is written down, and that they were seen."""


@dataclass(frozen=True)
class View:
    """One address: its name (of an endpoint its path), its path with `{parameters}`, and the names of those."""

    name: str
    path: str
    parameters: tuple[str, ...]

    @property
    def api(self) -> bool:
        return self.path.startswith(API)

    def at(self, ids: Mapping[str, object]) -> str:
        return self.path.format(**{name: ids[name] for name in self.parameters})


def views() -> tuple[View, ...]:
    """Return every address the server has, pages and endpoints. Several endpoints at one address differ by their verb."""
    found = {view.path: view for view in reversed(tuple(_within(get_resolver().url_patterns, "", "/")))}
    return tuple(reversed(found.values()))


def _within(patterns: list[Any], names: str, path: str) -> Iterator[View]:
    for pattern in patterns:
        here = path + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            deeper = f"{names}{pattern.namespace}:" if pattern.namespace else names
            yield from _within(pattern.url_patterns, deeper, here)
        elif isinstance(pattern, URLPattern):
            name = here.removeprefix(API) or here if here.startswith(API) else f"{names}{pattern.name}"
            yield View(name, here, tuple(re.findall(r"{(\w+)}", here)))


@dataclass(frozen=True)
class Answer:
    """What came back, without the ids that were asked for: two ids that aren't reached must give the same."""

    status: int
    told: str
    written: frozenset[str] = frozenset()
    """The tables in which something was written, beside the log."""
    handed_over: bool = False
    """The session goes on under another token, or is over."""


def cases(view: View, here: Mapping[str, object], there: Mapping[str, object]) -> Mapping[str, Mapping[str, object]]:
    """Return every mixture of ids of here, of elsewhere and of nothing that an address can be asked with, by its name."""
    named = [name for name in view.parameters if name not in {"control_id", "control", "provider"}]
    sources = {"here": here, "elsewhere": there, "nothing": dict.fromkeys(named, NOTHING)}
    return {
        " ".join(chosen) or "here": dict(here)
        | {name: sources[of][name] for name, of in zip(named, chosen, strict=True)}
        for chosen in product(sources, repeat=len(named))
    }


class Caller(Client):
    """Somebody, or some program, at an address. Requests forged elsewhere aren't what is tried here."""

    def request(self, **request: Any) -> Any:
        return super().request(**request | {"wsgi.url_scheme": "https", "SERVER_PORT": "443"})


def tried(caller: Client, view: View, verb: str, ids: Mapping[str, object], data: Mapping[str, Any]) -> Answer:
    """Ask for one address with one verb, and return what came back and what was written."""
    kind = "application/json" if view.api else "application/x-www-form-urlencoded"
    sent: dict[str, Any] = {} if verb == "GET" else {"content_type": kind}
    body = "" if verb == "GET" else json.dumps(data) if view.api else urlencode(_filled(data, ids), doseq=True)
    with writes() as written:
        response = caller.generic(verb, view.at(ids), body, **sent)
    told = response.get("Location", "") or _text(response)
    for name in view.parameters:
        told = told.replace(str(ids[name]), "ID")
    return Answer(
        response.status_code, PASSING.sub("", told), frozenset(written), bool(response.cookies.get("__Host-waarborg"))
    )


@contextmanager
def writes() -> Iterator[set[str]]:
    """Collect the tables in which something is written, beside the log."""
    found: set[str] = set()

    def note(execute: Any, statement: str, parameters: Any, many: Any, context: Any) -> Any:
        done = execute(statement, parameters, many, context)
        written = WRITING.match(statement)
        if written and context["cursor"].rowcount and not written[1].startswith(OF_THE_LOG):
            found.add(written[1])
        return done

    with connection.execute_wrapper(note):
        yield found


def _filled(data: Mapping[str, Any], ids: Mapping[str, object]) -> dict[str, Any]:
    return {name.format(**ids): value for name, value in data.items()}


def _text(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return str(content.decode(errors="replace"))
