"""How applications stand: every control of each, from the latest evidence. A fixed number of queries, however many.

`only` is what the reader reaches, as ids of applications, or None for all of the scope; the rest answers as if it weren't there.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from waarborg.assurance import models
from waarborg.assurance.catalogue.loading import load_catalogue
from waarborg.assurance.catalogue.values import CheckProof, Control, StatementProof
from waarborg.assurance.operations.measuring import OWN_KEY
from waarborg.assurance.operations.stating import NoSuchStatement
from waarborg.assurance.queries.evidence import Only, within
from waarborg.assurance.rules import control_status, denominator
from waarborg.assurance.values import (
    Applicability,
    ControlStatus,
    Denominator,
    Evidence,
    EvidenceKind,
    Outcome,
)
from waarborg.kernel.references import Reference
from waarborg.registers import queries as registers
from waarborg.registers.values.registered import ListedApplication

_BEST_FIRST = (Outcome.MET.value, Outcome.UNKNOWN.value, Outcome.NOT_MET.value)


@dataclass(frozen=True)
class Standing:
    """One application with the status of every control that its risk and kind ask for."""

    application: ListedApplication
    statuses: Mapping[str, ControlStatus]
    evidence: Mapping[tuple[str, str], UUID]
    """Id of the latest evidence, by (proof, environment)."""
    measured_at: datetime | None

    @property
    def counts(self) -> Denominator:
        return denominator(self.statuses.values())


@dataclass(frozen=True)
class Known:
    """All that is known of one application, before it is judged."""

    evidence: list[Evidence]
    ids: dict[tuple[str, str], UUID]
    decisions: dict[str, Applicability]


def standings(
    scope: UUID, applications: Sequence[ListedApplication], now: datetime, *, only: Only
) -> tuple[Standing, ...]:
    """Judge how each of these applications stands now, of those that are reached; five queries."""
    reached = [each for each in applications if only is None or each.id in only]
    ids = [each.id for each in reached]
    known = _known(scope, ids)
    environments = registers.environments(scope, ids, only=only)
    return tuple(
        _standing(each, known[each.id], frozenset(one.kind.value for one in environments[each.id]), now)
        for each in reached
    )


def whole_standing(scope: UUID, now: datetime, *, only: Only) -> tuple[Standing, ...]:
    """Judge all applications in use that are reached."""
    used = [each for each in registers.applications(scope, only=only) if each.state.value == "active"]
    return standings(scope, used, now, only=only)


def counted(statuses: Iterable[ControlStatus]) -> Denominator:
    """Count statuses by state, for a part of the catalogue or of the applications."""
    return denominator(statuses)


def _standing(application: ListedApplication, known: Known, environments: frozenset[str], now: datetime) -> Standing:
    statuses = {
        control.id: control_status(
            control,
            risk=application.risk,
            evidence=known.evidence,
            now=now,
            applicability=known.decisions.get(control.id),
            environments=environments or None,
            is_waarborg=application.key == OWN_KEY,
        )
        for control in load_catalogue().values()
    }
    moments = [each.observed_at for each in known.evidence if each.kind is EvidenceKind.MEASURED]
    return Standing(application, statuses, known.ids, max(moments, default=None))


def _known(scope: UUID, applications: Sequence[UUID]) -> Mapping[UUID, Known]:
    known: dict[UUID, Known] = defaultdict(lambda: Known([], {}, {}))
    for row in _latest_evidence(scope, applications):
        for proof in _proofs_of(row.check_id):
            known[row.application].ids[proof, row.environment_kind] = row.pk
            known[row.application].evidence.append(_measured(proof, row))
    for statement in _latest_statements(scope, applications):
        known[statement.application].ids[statement.proof, ""] = statement.pk
        known[statement.application].evidence.append(_stated(statement))
    for decision in models.Decision.objects.filter(scope=scope, application__in=applications).order_by(
        "decided_at", "pk"
    ):
        known[decision.application].decisions[decision.control] = Applicability(
            decision.applies, decision.reason, str(Reference("person", decision.decided_by)), decision.decided_at
        )
    return known


def _latest_evidence(scope: UUID, applications: Sequence[UUID]) -> Iterable[models.Evidence]:
    rows = models.Evidence.objects.filter(scope=scope, application__in=applications)
    last = rows.values("application", "check_id", "environment").annotate(last=Max("observed_at"))
    newest = {(each["application"], each["check_id"], each["environment"]): each["last"] for each in last}
    found = rows.filter(observed_at__in=set(newest.values())).defer("observation", "findings")
    latest = [row for row in found if newest[row.application, row.check_id, row.environment] == row.observed_at]
    # Of two with the same time the worse one counts, so that one is also the one that is shown.
    return sorted(latest, key=lambda row: _BEST_FIRST.index(row.outcome))


def _latest_statements(scope: UUID, applications: Sequence[UUID]) -> Iterable[models.Statement]:
    """Statements that a second person confirmed; the one stated last of each proof."""
    rows = models.Statement.objects.filter(
        scope=scope, application__in=applications, confirmation__confirmed=True
    ).order_by("stated_at", "pk")
    return {(row.application, row.control, row.proof): row for row in rows}.values()


def _proofs_of(check: str) -> list[str]:
    return [
        proof.id
        for control in load_catalogue().values()
        for proof in control.proofs
        if isinstance(proof, CheckProof) and proof.check == check
    ]


def _measured(proof: str, row: models.Evidence) -> Evidence:
    return Evidence(
        proof,
        Outcome(row.outcome),
        EvidenceKind.MEASURED,
        row.observed_at,
        row.holds_until,
        row.environment_kind,
    )


def _stated(row: models.Statement) -> Evidence:
    return Evidence(row.proof, Outcome.MET, EvidenceKind.STATED, row.stated_at)


def statement_proofs(control: Control) -> tuple[StatementProof, ...]:
    """Return the proofs of a control that a person gives."""
    return tuple(proof for proof in control.proofs if isinstance(proof, StatementProof))


@dataclass(frozen=True)
class PastDecision:
    """A decision whether a control applies, as it was made."""

    applies: bool
    reason: str
    by: UUID
    at: datetime


@dataclass(frozen=True)
class Stated:
    """A statement without its text: who, about what, and what the second person said."""

    id: UUID
    application: UUID
    control: str
    proof: str
    by: UUID
    at: datetime
    digest: str
    file_digest: str
    confirmed: bool | None
    """None while nobody has spoken."""
    confirmed_by: UUID | None


def decision_history(scope: UUID, application: UUID, control: str, *, only: Only) -> tuple[PastDecision, ...]:
    """Return every decision on one control, the latest first."""
    rows = models.Decision.objects.filter(within(only), scope=scope, application=application, control=control)
    return tuple(
        PastDecision(row.applies, row.reason, row.decided_by, row.decided_at)
        for row in rows.order_by("-decided_at", "-pk")
    )


def waiting_statements(scope: UUID, application: UUID, *, only: Only) -> tuple[Stated, ...]:
    """Return the statements that wait for a second person."""
    rows = models.Statement.objects.filter(within(only), scope=scope, application=application, confirmation=None)
    return tuple(_as_stated(row, None) for row in rows.order_by("stated_at"))


def statement(scope: UUID, statement_id: UUID, *, only: Only) -> Stated:
    """Return one statement without its text. Raises NoSuchStatement."""
    row = models.Statement.objects.filter(within(only), scope=scope, pk=statement_id).first()
    if row is None:
        raise NoSuchStatement
    return _as_stated(row, models.Confirmation.objects.filter(statement=row).first())


def _as_stated(row: models.Statement, spoken: models.Confirmation | None) -> Stated:
    return Stated(
        row.pk,
        row.application,
        row.control,
        row.proof,
        row.stated_by,
        row.stated_at,
        row.digest,
        row.file_digest,
        spoken.confirmed if spoken else None,
        spoken.confirmed_by if spoken else None,
    )
