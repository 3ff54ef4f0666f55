"""The catalogue: what a care application must prove, how, and why a patient needs it."""

from collections import Counter
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from waarborg.assurance.catalogue.loading import load_catalogue
from waarborg.assurance.catalogue.values import CheckProof, Control, Proof
from waarborg.assurance.checks.loading import find_check
from waarborg.assurance.permissions import READ_STANDING
from waarborg.assurance.queries.standing import Standing, whole_standing
from waarborg.assurance.values import ControlState, EvidenceKind
from waarborg.doors.web.assurance.saying import RISKS, application_named, evidence_of, in_language, named
from waarborg.doors.web.context import classify, language
from waarborg.doors.web.requests import Request
from waarborg.doors.web.rights import reached
from waarborg.kernel import clock
from waarborg.labels.values import Classification
from waarborg.registers.values.classification import RiskClass


@require_safe
def catalogue(request: Request) -> HttpResponse:
    """Show every control with how it stands over all applications that the reader reaches."""
    standings = _standings(request)
    rows = [_listed(control, standings) for control in load_catalogue().values()]
    return render(request, "waarborg/assurance/catalogue.html", {"controls": rows})


@require_safe
def control(request: Request, control_id: str) -> HttpResponse:
    """Show one control whole, and how each application stands on it."""
    known = load_catalogue().get(control_id)
    if known is None:
        raise Http404
    standings = _standings(request)
    if any(each.statuses[known.id].state is ControlState.NOT_PROVEN for each in standings):
        classify(request, Classification.WEAKNESS)
    return render(
        request,
        "waarborg/assurance/control.html",
        {
            "control": named(known)
            | {"version": known.version, "words": in_language(known.words), "why": in_language(known.why)},
            "norms": known.norms,
            "proofs": [_proof(each) for each in known.proofs],
            "validity": [_validity(known, RiskClass(risk)) for risk in RISKS],
            "applications": [_application(each, known) for each in standings],
        },
    )


def _standings(request: Request) -> tuple[Standing, ...]:
    by = request.actor
    return whole_standing(by.scope, clock.now(), only=reached(by, READ_STANDING))


def _listed(known: Control, standings: tuple[Standing, ...]) -> dict[str, Any]:
    checks = sum(isinstance(proof, CheckProof) for proof in known.proofs)
    return named(known) | {
        "version": known.version,
        "words": in_language(known.words),
        "counts": dict(Counter(each.statuses[known.id].state.value for each in standings)),
        "checks": checks,
        "statements": len(known.proofs) - checks,
    }


def _proof(proof: Proof) -> dict[str, Any]:
    said: dict[str, Any] = {"title": in_language(proof.title), "kind": proof.kind}
    if isinstance(proof, CheckProof):
        proves = find_check(proof.check).proves[language()]
        return said | {"check": proof.check, "environments": proof.environments, "proves": proves}
    return said | {"asks": in_language(proof.asks), "evidenced_by": in_language(proof.evidenced_by)}


def _validity(known: Control, risk: RiskClass) -> dict[str, Any]:
    validity = known.validity_days.of(risk)
    return {
        "risk": risk.value,
        "measured_days": validity.days(EvidenceKind.MEASURED),
        "stated_days": validity.days(EvidenceKind.STATED),
    }


def _application(standing: Standing, known: Control) -> dict[str, Any]:
    status = standing.statuses[known.id]
    return application_named(standing) | {
        "state": status.state.value,
        "evidence_id": evidence_of(standing, status.weakest),
        "seen_at": status.weakest.observed_at if status.weakest else None,
        "holds_until": status.holds_until,
    }
