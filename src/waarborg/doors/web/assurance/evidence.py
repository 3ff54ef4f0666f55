"""Evidence: what was literally seen, which rule judged it, where it is fixed, and how to verify it without us."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from waarborg.assurance.checks.loading import find_check
from waarborg.assurance.permissions import MEASURE, READ_STANDING
from waarborg.assurance.queries import evidence as queries
from waarborg.assurance.queries.evidence import Kept, NoSuchEvidence
from waarborg.assurance.queries.standing import Standing, standings
from waarborg.assurance.values import Outcome
from waarborg.audit.queries.offline import DisclosureRefused, verified
from waarborg.audit.queries.reading import LogBroken, Proof, disclosure_about, proof_about
from waarborg.doors.web.assurance.saying import STATE_OF, control_of, findings_said, named, title_of
from waarborg.doors.web.assurance.stated import stated
from waarborg.doors.web.context import classify, label_of, language
from waarborg.doors.web.errors import error_page
from waarborg.doors.web.paging import number_asked, shown
from waarborg.doors.web.requests import Request
from waarborg.doors.web.rights import reached
from waarborg.kernel import clock
from waarborg.kernel.actor import may
from waarborg.kernel.references import Reference
from waarborg.labels.values import Classification
from waarborg.registers import queries as registers
from waarborg.registers.values.registered import Application

CHOICES = ("", *(outcome.value for outcome in Outcome))


@require_safe
def evidence(request: Request, evidence_id: UUID) -> HttpResponse:
    """Show one piece of evidence, measured or stated."""
    by, only = request.actor, reached(request.actor, READ_STANDING)
    try:
        kept = queries.evidence(by.scope, evidence_id, only=only)
    except NoSuchEvidence:
        return stated(request, evidence_id)
    if kept.measured.verdict.outcome is Outcome.NOT_MET:
        classify(request, Classification.WEAKNESS)
    subject = registers.application_by_id(by.scope, kept.application, only=only)
    (standing,) = standings(by.scope, [subject], clock.now(), only=only)
    fixed = _fixed(kept)
    return render(
        request,
        "waarborg/assurance/evidence.html",
        {
            "evidence": _shown(request, kept, subject, standing),
            "findings": findings_said(kept),
            "rule": _rule(kept),
            "file": {"name": _file_name(kept.id), "size": _size(_bundle(request, kept, fixed.disclosure))},
            "verify_command": f"waarborg audit verify {_file_name(kept.id)}",
            "log": _log(fixed),
            "measure_again": may(by, MEASURE, at=Reference("application", subject.id)),
        },
    )


@require_safe
def evidence_file(request: Request, evidence_id: UUID) -> HttpResponse:
    """Give the evidence with its log entry as one file that verifies elsewhere."""
    try:
        kept = queries.evidence(request.actor.scope, evidence_id, only=reached(request.actor, READ_STANDING))
    except NoSuchEvidence as error:
        raise Http404 from error
    classify(request, Classification.WEAKNESS)
    fixed = _fixed(kept)
    if not fixed.intact:
        return error_page(request, 503)
    response = HttpResponse(_bundle(request, kept, fixed.disclosure), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{_file_name(kept.id)}"'
    return response


@require_safe
def evidence_list(request: Request) -> HttpResponse:
    """Show all evidence, the newest first."""
    scope, asked = request.actor.scope, request.GET.get("outcome", "")
    only = reached(request.actor, READ_STANDING)
    wanted = asked if asked in CHOICES else ""
    page = queries.evidence_page(scope, only=only, outcome=wanted, number=number_asked(request.GET.get("page")))
    known = registers.applications(scope, {kept.application for kept in page.items}, only=only)
    named_by_id = {each.id: each for each in known}
    standing = {each.application.id: each for each in standings(scope, known, clock.now(), only=only)}
    rows = [_listed(kept, named_by_id[kept.application], standing[kept.application]) for kept in page.items]
    if any(kept.measured.verdict.outcome is Outcome.NOT_MET for kept in page.items):
        classify(request, Classification.WEAKNESS)
    context = {"page": shown(page, rows), "choices": (_choice(wanted),)}
    return render(request, "waarborg/assurance/evidence_list.html", context)


@dataclass(frozen=True)
class _Fixed:
    """Where the log fixes a piece of evidence. Not `intact`: what is stored isn't what was logged, or the log is broken."""

    proof: Proof | None
    disclosure: Mapping[str, Any] | None
    intact: bool


def _fixed(kept: Kept) -> _Fixed:
    """Verify as `waarborg audit verify FILE` does: a digest that was bent along with its row doesn't agree with the log's."""
    try:
        proof, disclosure = proof_about(kept.id), disclosure_about(kept.id)
        logged = verified(disclosure).payload["detail"].get("digest") if disclosure else kept.digest
    except (LogBroken, DisclosureRefused):
        return _Fixed(None, None, intact=False)
    return _Fixed(proof, disclosure, kept.intact and logged == kept.digest and (proof is None or proof.holds))


def _log(fixed: _Fixed) -> dict[str, Any] | None:
    """Return where an entry stands in the log; None while it isn't sealed."""
    verdict = {"intact": fixed.intact, "verified_at": clock.now()}
    proof = fixed.proof
    if proof is None:
        return None if fixed.intact else verdict
    return verdict | {
        "name": proof.origin,
        "index": proof.index,
        "size": proof.size,
        "sealed_at": proof.sealed_at,
        "key": proof.key[-12:],
        "witnesses": "",
    }


def _shown(request: Request, kept: Kept, subject: Application, standing: Standing) -> dict[str, Any]:
    newer = queries.newer_than(kept, request.actor.scope)
    control = control_of(kept.measured.check)
    measured = kept.measured
    return {
        "id": kept.id,
        "state": STATE_OF[measured.verdict.outcome],
        "title": title_of(kept),
        "lead": kept.target,
        "how": "measured",
        "application": {"id": subject.id, "name": subject.name},
        "control": named(control) if control else {"id": "", "title": ""},
        "environment": kept.environment_kind,
        "seen_at": measured.observed_at,
        "judged_at": kept.judged_at,
        "holds_until": _holds_until(kept, standing),
        "by": kept.reported_by,
        "counts": newer is None,
        "newer_id": newer,
        "seen": json.dumps(measured.observation, indent=2, ensure_ascii=False, sort_keys=True),
        "digest": kept.digest,
    }


def _holds_until(kept: Kept, standing: Standing) -> Any:
    """Return when it stops counting: by the standing's own rule, so that no second rule can disagree."""
    for status in standing.statuses.values():
        for proof in status.proofs:
            if standing.evidence.get((proof.proof, proof.environment)) == kept.id:
                return proof.holds_until if kept.measured.verdict.outcome is Outcome.MET else None
    return None


def _rule(kept: Kept) -> dict[str, Any]:
    check, control = find_check(kept.measured.check), control_of(kept.measured.check)
    norms = control.norms if control else ()
    return {
        "says": check.proves[language()],
        "id": check.id,
        "version": kept.measured.check_version,
        "norms": [f"{norm.edition}, {norm.number}" for norm in norms if norm.verified],
        "criteria_digest": kept.measured.criteria_digest,
    }


def _bundle(request: Request, kept: Kept, disclosure: Mapping[str, Any] | None) -> str:
    said: Mapping[str, Any] = {
        "label": label_of(request).line(language()),
        "evidence": queries.digested(kept),
        "digest": kept.digest,
        "log": disclosure,
    }
    return json.dumps(said, indent=1, ensure_ascii=False)


def _file_name(evidence_id: UUID) -> str:
    return f"waarborg-{evidence_id}.json"


def _size(text: str) -> str:
    return f"{max(1, len(text.encode()) // 1024)} kB"


def _listed(kept: Kept, subject: Application, standing: Standing) -> dict[str, Any]:
    control = control_of(kept.measured.check)
    return {
        "id": kept.id,
        "state": STATE_OF[kept.measured.verdict.outcome],
        "title": title_of(kept),
        "how": "measured",
        "application": {"id": subject.id, "name": subject.name},
        "control": control.id if control else "",
        "environment": kept.environment_kind,
        "seen_at": kept.measured.observed_at,
        "holds_until": _holds_until(kept, standing),
    }


def _choice(wanted: str) -> dict[str, Any]:
    words = {"": _("All"), "met": _("Proven"), "not_met": _("Not proven"), "unknown": _("Unknown")}
    options = [(value, words[value], value == wanted) for value in CHOICES]
    return {"name": "outcome", "label": _("Verdict"), "options": options}
