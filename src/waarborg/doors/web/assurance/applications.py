"""One application with its checklist as measured, its environments, and what was decided to apply."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from waarborg.accounts.queries import names_of
from waarborg.assurance.catalogue.loading import load_catalogue
from waarborg.assurance.permissions import DECIDE_APPLICABILITY, MEASURE, READ_STANDING, STATE
from waarborg.assurance.queries.evidence import latest_by_id, run_state, unfinished_run
from waarborg.assurance.queries.standing import Standing, standings, waiting_statements
from waarborg.assurance.values import ControlState, EvidenceKind
from waarborg.doors.web.assurance.saying import (
    counts_of,
    evidence_of,
    named,
    points,
    title_of_proof,
)
from waarborg.doors.web.context import classify, page
from waarborg.doors.web.requests import Request
from waarborg.doors.web.rights import reached
from waarborg.doors.web.words import word_for
from waarborg.kernel import clock
from waarborg.kernel.actor import Permission, may
from waarborg.kernel.references import Reference
from waarborg.labels.values import Classification
from waarborg.registers import queries as registers
from waarborg.registers.permissions import REGISTER_APPLICATION, REGISTER_ENVIRONMENT
from waarborg.registers.values.registered import Application, Environment


@require_safe
def application(request: Request, application_id: UUID) -> HttpResponse:
    """Show how one application stands, point by point."""
    subject = found(request, application_id)
    by, now, here = request.actor, clock.now(), Reference("application", subject.id)
    only = frozenset({subject.id})
    (standing,) = standings(by.scope, [subject], now, only=only)
    environments = registers.environments(by.scope, [subject.id], only=only)[subject.id]
    kept = dict(latest_by_id(by.scope, list(standing.evidence.values()), only=only))
    if any(status.state is ControlState.NOT_PROVEN for status in standing.statuses.values()):
        classify(request, Classification.WEAKNESS)
    counts = standing.counts
    return render(
        request,
        "waarborg/assurance/application.html",
        {
            "application": {
                "id": subject.id,
                "number": subject.key,
                "name": subject.name,
                "harm": subject.harm_explained,
            },
            "strip": _strip(subject),
            "standing": {"proven": counts.in_numerator, "total": counts.of, "counts": counts_of(counts)},
            "points": points(standing, kept, may_state=may(by, STATE, at=here)),
            "waiting": waiting_statements(by.scope, subject.id, only=only),
            "environments": [_environment(each, standing) for each in environments],
            "decisions": _decisions(standing),
            "run": _run(by.scope, subject.id, now),
            "may": _may(request, here),
            "why_not_measure": _why_not(environments),
        },
    )


def found(request: Request, application_id: UUID, permission: Permission = READ_STANDING) -> Application:
    """Return an application on which the reader may do this; another answers as if it didn't exist."""
    by = request.actor
    try:
        return registers.application_by_id(by.scope, application_id, only=reached(by, permission))
    except registers.NotInRegister as error:
        raise Http404 from error


def _strip(subject: Application) -> list[tuple[str, str]]:
    biv = subject.biv
    classes = f" (B{biv.availability} I{biv.integrity} V{biv.confidentiality})" if biv else ""
    review = subject.last_security_review.strftime("%d-%m-%Y") if subject.last_security_review else _("never")
    kinds = ", ".join(kind.name for kind in subject.information) or _("none named")
    return [
        (_("Customer"), subject.customer),
        (_("Risk class"), word_for(subject.risk.value) + classes),
        (_("Information"), kinds),
        (_("Last security review"), review),
    ]


def _environment(environment: Environment, standing: Standing) -> dict[str, Any]:
    marks = [
        (
            title_of_proof(load_catalogue()[status.control], proof),
            _mark(proof.state.value),
            evidence_of(standing, proof),
        )
        for status in standing.statuses.values()
        for proof in status.proofs
        if proof.environment == environment.kind.value and proof.kind is EvidenceKind.MEASURED
    ]
    return {
        "id": environment.id,
        "kind": environment.kind.value,
        "address": environment.url or environment.folder,
        "data": "real" if environment.holds_real_data else "invented",
        "marks": marks,
    }


def _mark(state: str) -> str:
    return {"holds": "proven", "not_met": "not_proven"}.get(state, "unknown")


def _decisions(standing: Standing) -> list[dict[str, Any]]:
    decided = {key: status.applicability for key, status in standing.statuses.items() if status.applicability}
    names = names_of([UUID(each.decided_by.partition(":")[2]) for each in decided.values()])
    rows = []
    for control in standing.statuses:
        decision = decided.get(control)
        row: dict[str, Any] = {"control": named(load_catalogue()[control]), "decision": "undecided"}
        if decision:
            row["decision"] = "applicable" if decision.applies else "not_applicable"
            row |= {"reason": decision.reason, "at": decision.decided_at}
            row["by"] = names.get(UUID(decision.decided_by.partition(":")[2]), _("someone"))
        rows.append(row)
    return rows


def _run(scope: UUID, application: UUID, now: datetime) -> dict[str, Any] | None:
    only = frozenset({application})
    run = unfinished_run(scope, application, now, only=only)
    if run is None:
        return None
    state = run_state(scope, run, only=only)
    return {"id": state.id, "done": state.done, "all": len(state.steps)}


def _may(request: Request, here: Reference) -> dict[str, bool]:
    by = request.actor
    return dict(page(request)["may"]) | {
        "edit": may(by, REGISTER_APPLICATION, at=here) and may(by, REGISTER_ENVIRONMENT, at=here),
        "measure": may(by, MEASURE, at=here),
        "decide": may(by, DECIDE_APPLICABILITY, at=here),
    }


def _why_not(environments: tuple[Environment, ...]) -> str:
    if any(each.url or each.folder for each in environments):
        return ""
    return _("Nothing can be measured yet: add an environment with its address.")
