"""The first page: how much is proven of what applies, what to do first, which application, what runs out."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from waarborg.assurance.catalogue.loading import load_catalogue
from waarborg.assurance.permissions import READ_STANDING
from waarborg.assurance.queries.evidence import Kept, latest_by_id
from waarborg.assurance.queries.standing import Standing, counted, whole_standing
from waarborg.assurance.values import ControlState, ControlStatus
from waarborg.doors.web.assurance.saying import (
    CARE_POINTS,
    RISKS,
    application_named,
    counts_of,
    deciding_proof,
    evidence_of,
    findings_said,
    named,
    title_of,
    title_of_proof,
)
from waarborg.doors.web.assurance.start import start
from waarborg.doors.web.context import classify
from waarborg.doors.web.paging import number_asked, shown
from waarborg.doors.web.requests import Request
from waarborg.doors.web.rights import opens, reached
from waarborg.kernel import clock
from waarborg.kernel.actor import may
from waarborg.labels.values import Classification
from waarborg.registers.permissions import REGISTER_APPLICATION
from waarborg.registers.values.registered import Page

ROWS = 50
MOST_EXPIRING = 10
Found = tuple[Standing, ControlStatus]


@require_safe
def home(request: Request) -> HttpResponse:
    """Show where the whole house stands, or as much of it as the reader reaches; who reaches nothing, what they may do."""
    only = reached(request.actor, READ_STANDING) if opens(request.actor, "web:application") else frozenset()
    return start(request) if only is not None and not only else _overview(request, only)


def _overview(request: Request, only: frozenset[UUID] | None) -> HttpResponse:
    standings = whole_standing(request.actor.scope, clock.now(), only=only)
    statuses = [(standing, standing.statuses[control]) for standing in standings for control in CARE_POINTS]
    expiring = sorted(
        (each for each in statuses if each[1].state is ControlState.EXPIRING), key=lambda each: str(each[1].holds_until)
    )[:MOST_EXPIRING]
    wrong = sorted((each for each in statuses if each[1].state is ControlState.NOT_PROVEN), key=_by_harm)
    kept = latest_by_id(request.actor.scope, _ids([*wrong[:1], *expiring]), only=only)
    if wrong:
        classify(request, Classification.WEAKNESS)
    return render(
        request,
        "waarborg/assurance/home.html",
        {
            "standing": _whole([status for _standing, status in statuses], len(standings)),
            "controls": CARE_POINTS,
            "first": _first(wrong, kept),
            "page": _matrix(request, standings),
            "q": request.GET.get("q", ""),
            "choices": (),
            "expiring": [_expiring(each, kept) for each in expiring],
            "may_register": may(request.actor, REGISTER_APPLICATION),
        },
    )


def _whole(statuses: list[ControlStatus], applications: int) -> dict[str, Any]:
    counts = counted(statuses)
    return {
        "applications": applications,
        "proven": counts.in_numerator,
        "total": counts.of,
        "unknown": counts.unknown,
        "counts": counts_of(counts),
    }


def _by_harm(found: Found) -> tuple[int, datetime, str]:
    standing, status = found
    proof = deciding_proof(status)
    since = proof.observed_at if proof and proof.observed_at else clock.now()
    return RISKS.index(standing.application.risk.value), since, status.control


def _ids(found: list[Found]) -> list[UUID]:
    ids = [evidence_of(standing, deciding_proof(status)) for standing, status in found]
    return [each for each in ids if each is not None]


def _first(wrong: list[Found], kept: Any) -> dict[str, Any] | None:
    if not wrong:
        return None
    standing, status = wrong[0]
    evidence: Kept | None = kept.get(evidence_of(standing, deciding_proof(status)))
    if evidence is None:
        return None
    said = findings_said(evidence)[0]
    return {
        "state": status.state.value,
        "application": application_named(standing),
        "control": status.control,
        "title": said["saw"],
        "why": said["why"],
        "since": evidence.measured.observed_at,
        "todo": said["remedy"],
        "others": len(wrong) - 1,
    }


def _expiring(found: Found, kept: Any) -> dict[str, Any]:
    standing, status = found
    proof = deciding_proof(status)
    evidence_id = evidence_of(standing, proof)
    evidence: Kept | None = kept.get(evidence_id)
    control = load_catalogue()[status.control]
    what = title_of(evidence) if evidence else (title_of_proof(control, proof) if proof else "")
    return {
        "holds_until": status.holds_until,
        "application": application_named(standing),
        "control": status.control,
        "what": what,
        "todo": _("Measure again") if evidence else _("State it again"),
        "evidence_id": evidence_id,
    }


def _matrix(request: Request, standings: tuple[Standing, ...]) -> Any:
    wanted = request.GET.get("q", "").casefold()
    fitting = [
        each
        for each in standings
        if wanted in f"{each.application.name} {each.application.key} {each.application.customer}".casefold()
    ]
    fitting.sort(key=lambda each: (RISKS.index(each.application.risk.value), each.application.name.casefold()))
    pages = max(1, -(-len(fitting) // ROWS))
    number = min(number_asked(request.GET.get("page")), pages)
    rows = [_row(each) for each in fitting[(number - 1) * ROWS : number * ROWS]]
    return shown(Page(tuple(rows), number, ROWS, len(fitting)), rows)


def _row(standing: Standing) -> dict[str, Any]:
    marks = [_mark(standing, standing.statuses[control]) for control in CARE_POINTS]
    counts = counted([standing.statuses[control] for control in CARE_POINTS])
    seen = [mark["seen_at"] for mark in marks if mark["seen_at"]]
    return {
        "application": application_named(standing),
        "marks": marks,
        "proven": counts.in_numerator,
        "total": counts.of,
        "oldest_seen": min(seen, default=None),
        "last_seen": standing.measured_at,
    }


def _mark(standing: Standing, status: ControlStatus) -> dict[str, Any]:
    proof = deciding_proof(status)
    return {
        "control": status.control,
        "title": named(load_catalogue()[status.control])["title"],
        "state": status.state.value,
        "seen_at": proof.observed_at if proof else None,
        "evidence_id": evidence_of(standing, proof),
    }
