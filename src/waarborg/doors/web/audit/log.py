"""The log as someone reads it who may: who, what, when, about what, and why it was allowed."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from waarborg.accounts.queries import names_of
from waarborg.assurance.queries.evidence import latest_of_check
from waarborg.assurance.values import Outcome
from waarborg.audit.queries.reading import log_page, log_state, open_log
from waarborg.audit.values import Entry
from waarborg.audit.values import Outcome as LogOutcome
from waarborg.doors.web.context import classify
from waarborg.doors.web.happenings import called, thing, told
from waarborg.doors.web.paging import number_asked, shown
from waarborg.doors.web.requests import Request
from waarborg.doors.web.words import word_for
from waarborg.kernel import clock
from waarborg.labels.values import Classification
from waarborg.registers.values.registered import Page

SHOWN = 12
"""How much of the log's key is shown where nobody compares it."""


@require_safe
def log(request: Request) -> HttpResponse:
    """Show one page of the log; that it was read is written in it."""
    by, asked = request.actor, number_asked(request.GET.get("page"))
    open_log(by=by, now=clock.now(), page=asked)
    classify(request, Classification.STAFF)
    entries, number, total = log_page(by.scope, number=asked)
    names = names_of(_people(entries))
    rows = [_row(entry, names) for entry in entries]
    context = {
        "page": shown(Page(tuple(rows), number, 50, total), rows),
        "verified": _verified(by.scope),
        "verify_command": f"waarborg audit verify FILE --key {log_state(by.scope).key}",
    }
    return render(request, "waarborg/audit/log.html", context)


def _verified(scope: UUID) -> dict[str, Any]:
    """Return how far the log is sealed, and what its last verification kept as evidence found.

    That evidence is about the log itself, so it's for whoever reads the log, whatever applications they reach.
    """
    state, last = log_state(scope), latest_of_check(scope, "own_log", only=None)
    intact = {Outcome.MET: True, Outcome.NOT_MET: False}.get(last.measured.verdict.outcome) if last else None
    return asdict(state) | {
        "key": state.key[-SHOWN:],
        "intact": intact,
        "at": last.measured.observed_at if last else None,
    }


def _people(entries: list[Entry]) -> list[UUID]:
    return [UUID(entry.actor.partition(":")[2]) for entry in entries if entry.actor.startswith("person:")]


def _row(entry: Entry, names: Any) -> dict[str, Any]:
    kind, _, identifier = entry.actor.partition(":")
    who = names.get(UUID(identifier), "") if kind == "person" else ""
    return {
        "index": entry.index,
        "at": entry.at,
        "who": who or called(kind),
        "what": told(entry.event),
        "about": ", ".join(thing(each.partition(":")[0]) for each in entry.objects),
        "about_url": "",
        "refused": entry.outcome not in {LogOutcome.SUCCESS, ""},
        "why": _why(entry.protocol),
    }


def _why(protocol: str) -> str:
    """Return role and permission, as the authorisation protocol names them."""
    role, _, permission = protocol.partition("#")[2].partition(":")
    return f"{word_for(role)}: {permission}" if permission else word_for(role)
