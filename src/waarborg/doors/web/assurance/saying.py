"""Evidence and statuses in sentences, in the language of the reader."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from waarborg.assurance.catalogue.loading import load_catalogue
from waarborg.assurance.catalogue.values import CheckProof, Control, Words
from waarborg.assurance.checks.loading import find_check
from waarborg.assurance.queries.evidence import Kept
from waarborg.assurance.queries.standing import Standing
from waarborg.assurance.values import (
    ControlState,
    ControlStatus,
    Denominator,
    EvidenceKind,
    Finding,
    Outcome,
    ProofState,
    ProofStatus,
)
from waarborg.doors.web.context import language
from waarborg.doors.web.words import word_for

CARE_POINTS = tuple(control.id for control in load_catalogue().values() if control.family == "C")
STATE_OF = {Outcome.MET: "proven", Outcome.NOT_MET: "not_proven", Outcome.UNKNOWN: "unknown"}
RISKS = ("critical", "high", "middle", "low")


@dataclass(frozen=True)
class Point:
    """One control of one application, as a row says it."""

    control: dict[str, str]
    state: str
    how: str
    evidence_id: UUID | None
    saw: str
    seen_at: datetime | None
    holds_until: datetime | None
    todo: str
    asks: str
    """The first proof that still asks for a person's word; "" when none does, or this reader may not give it."""

    @property
    def may_state(self) -> bool:
        return bool(self.asks)


def in_language(words: Words) -> str:
    return words.nl if language() == "nl" else words.en


def named(control: Control) -> dict[str, str]:
    return {"id": control.id, "title": in_language(control.title)}


def findings_said(kept: Kept) -> list[dict[str, str]]:
    """Return each finding as what was seen, why it matters and what to do."""
    return [_said(kept.measured.check, finding) for finding in kept.measured.verdict.findings]


def _said(check_id: str, finding: Finding) -> dict[str, str]:
    check, spoken = find_check(check_id), language()
    return {
        "saw": check.sentence(finding, "saw", spoken),
        "why": check.sentence(finding, "why", spoken),
        "remedy": check.sentence(finding, "remedy", spoken),
    }


def title_of(kept: Kept) -> str:
    """Return the first finding as a sentence: the title of a piece of evidence."""
    findings = kept.measured.verdict.findings
    return _said(kept.measured.check, findings[0])["saw"] if findings else _("Nothing was seen")


def counts_of(counts: Denominator) -> dict[str, int]:
    """Return the amounts by the names of the marks."""
    return {state.value: getattr(counts, state.value) for state in ControlState}


def deciding_proof(status: ControlStatus) -> ProofStatus | None:
    """Return the proof that decides how the control stands; the one that ends first when it holds."""
    return status.weakest


def evidence_of(standing: Standing, proof: ProofStatus | None) -> UUID | None:
    return standing.evidence.get((proof.proof, proof.environment)) if proof else None


def points(standing: Standing, kept: dict[UUID, Kept], *, may_state: bool) -> list[Point]:
    """Return the rows of an application's checklist."""
    return [
        _point(standing, load_catalogue()[control], status, kept, may_state=may_state)
        for control, status in standing.statuses.items()
    ]


def _point(
    standing: Standing, control: Control, status: ControlStatus, kept: dict[UUID, Kept], *, may_state: bool
) -> Point:
    proof = deciding_proof(status)
    evidence_id = evidence_of(standing, proof)
    found = kept.get(evidence_id) if evidence_id else None
    saw, todo = _saw_and_todo(control, status, proof, found)
    asks = _asks(status) if may_state else ""
    return Point(
        named(control),
        status.state.value,
        proof.kind.value if proof else "",
        evidence_id,
        saw,
        proof.observed_at if proof else None,
        status.holds_until,
        todo,
        asks,
    )


def _asks(status: ControlStatus) -> str:
    open_ones = (ProofState.MISSING, ProofState.STALE)
    stated = [each for each in status.proofs if each.kind is EvidenceKind.STATED and each.state in open_ones]
    return stated[0].proof if stated else ""


def _saw_and_todo(
    control: Control, status: ControlStatus, proof: ProofStatus | None, found: Kept | None
) -> tuple[str, str]:
    if status.applicability is not None and not status.applicability.applies:
        return status.applicability.reason, ""
    if proof is None:
        return "", ""
    if proof.state is ProofState.MISSING:
        return _missing(control, proof)
    if found is None:
        return title_of_proof(control, proof), _("State it again") if proof.state is ProofState.STALE else ""
    if proof.state is ProofState.STALE:
        return _("Expired: {saw}").format(saw=title_of(found)), _("Measure again")
    first = findings_said(found)[:1]
    return title_of(found), first[0]["remedy"] if first and proof.state is not ProofState.HOLDS else ""


def _missing(control: Control, proof: ProofStatus) -> tuple[str, str]:
    title = title_of_proof(control, proof)
    where = _(" in {environment}").format(environment=environment_word(proof.environment)) if proof.environment else ""
    if any(isinstance(each, CheckProof) and each.id == proof.proof for each in control.proofs):
        return _("Not measured yet{where}: {title}").format(where=where, title=title), _(
            "Register the environment{where} and measure"
        ).format(where=where)
    return _("Not stated yet: {title}").format(title=title), ""


def environment_word(kind: str) -> str:
    return word_for(kind).lower()


def title_of_proof(control: Control, proof: ProofStatus) -> str:
    for each in control.proofs:
        if each.id == proof.proof:
            return in_language(each.title)
    return proof.proof


def control_of(check_id: str) -> Control | None:
    """Return the first control that asks for a check."""
    for control in load_catalogue().values():
        if any(isinstance(proof, CheckProof) and proof.check == check_id for proof in control.proofs):
            return control
    return None


def application_named(standing: Standing) -> dict[str, Any]:
    application = standing.application
    return {
        "id": application.id,
        "name": application.name,
        "kind": application.kind.value,
        "risk": application.risk.value,
    }
