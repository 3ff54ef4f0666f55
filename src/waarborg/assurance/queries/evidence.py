"""Evidence as it was kept, with its place in the log.

`only` is what the reader reaches, as ids of applications, or None for all of the scope; the rest answers as if it weren't there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from waarborg.assurance import models
from waarborg.assurance.checks.evidence import evidence_as_kept, evidence_digest
from waarborg.assurance.values import Finding, Measurement, Outcome, Verdict
from waarborg.registers.values.registered import Page

PAGE = 50
Only = frozenset[UUID] | None
RUN_TERM = timedelta(hours=1)
"""After this nothing comes of what is left of a run: its jobs were tried as often as jobs are, or nobody works."""


class NoSuchEvidence(LookupError):
    """There is none of this id in this scope."""


@dataclass(frozen=True)
class Kept:
    """One piece of evidence."""

    id: UUID
    application: UUID
    environment: UUID
    environment_kind: str
    target: str
    measured: Measurement
    judged_at: datetime
    reported_by: str
    digest: str

    @property
    def intact(self) -> bool:
        """Whether the digest still is that of what is stored."""
        subject = f"environment:{self.environment}"
        return self.digest == evidence_digest(self.measured, subject=subject, judged_at=self.judged_at)


@dataclass(frozen=True)
class StepState:
    """How far one step of a run is."""

    check: str
    environment_kind: str
    begun: bool
    evidence: UUID | None
    outcome: Outcome | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class RunState:
    """How far a run is."""

    id: UUID
    application: UUID
    started_at: datetime
    steps: tuple[StepState, ...]

    @property
    def done(self) -> int:
        return sum(step.evidence is not None for step in self.steps)

    @property
    def finished(self) -> bool:
        return self.done == len(self.steps)

    def given_up(self, now: datetime) -> bool:
        """Tell whether what isn't measured by now won't be any more, and so is unknown."""
        return not self.finished and now - self.started_at > RUN_TERM


def evidence(scope: UUID, evidence_id: UUID, *, only: Only) -> Kept:
    """Return one piece of evidence. Raises NoSuchEvidence."""
    row = models.Evidence.objects.filter(within(only), scope=scope, pk=evidence_id).first()
    if row is None:
        raise NoSuchEvidence
    return _kept(row)


def digested(kept: Kept) -> dict[str, Any]:
    """Return all that the digest of this evidence is taken over."""
    return evidence_as_kept(kept.measured, subject=f"environment:{kept.environment}", judged_at=kept.judged_at)


def newer_than(kept: Kept, scope: UUID) -> UUID | None:
    """Return the id of the evidence that took this one's place, if any: of the same application, so reached as well."""
    newer = models.Evidence.objects.filter(
        scope=scope,
        application=kept.application,
        check_id=kept.measured.check,
        environment=kept.environment,
        observed_at__gt=kept.measured.observed_at,
    )
    return newer.order_by("-observed_at").values_list("pk", flat=True).first()


def evidence_page(
    scope: UUID, *, only: Only, application: UUID | None = None, outcome: str = "", number: int = 1, size: int = PAGE
) -> Page[Kept]:
    """Return one page of evidence, the newest first, without observations."""
    rows = models.Evidence.objects.filter(within(only), scope=scope)
    if application:
        rows = rows.filter(application=application)
    if outcome:
        rows = rows.filter(outcome=outcome)
    total = rows.count()
    number = min(max(1, number), max(1, -(-total // size)))
    cut = rows.order_by("-observed_at", "-pk")[(number - 1) * size : number * size]
    return Page(tuple(_kept(row) for row in cut), number, size, total)


def latest_by_id(scope: UUID, ids: list[UUID], *, only: Only) -> Mapping[UUID, Kept]:
    """Return these pieces of evidence by id; one query."""
    rows = models.Evidence.objects.filter(within(only), scope=scope, pk__in=ids)
    return {row.pk: _kept(row) for row in rows}


def latest_of_check(scope: UUID, check: str, *, only: Only) -> Kept | None:
    """Return the newest evidence of one check, wherever it was measured."""
    rows = models.Evidence.objects.filter(within(only), scope=scope, check_id=check)
    row = rows.order_by("-observed_at").first()
    return _kept(row) if row else None


def run_state(scope: UUID, run: UUID, *, only: Only) -> RunState:
    """Return how far a run is; three queries. Raises NoSuchEvidence."""
    row = models.Run.objects.filter(within(only), scope=scope, pk=run).first()
    if row is None:
        raise NoSuchEvidence
    steps = list(models.Step.objects.filter(run=row).order_by("number"))
    kept = latest_by_id(scope, [step.evidence for step in steps if step.evidence], only=only)
    return RunState(row.pk, row.application, row.started_at, tuple(_step(step, kept) for step in steps))


def unfinished_run(scope: UUID, application: UUID, now: datetime, *, only: Only) -> UUID | None:
    """Return the id of a run that is still going on."""
    steps = models.Step.objects.filter(
        within(only, "run__application"),
        scope=scope,
        run__application=application,
        evidence=None,
        run__started_at__gte=now - RUN_TERM,
    )
    return steps.order_by("-run__started_at").values_list("run_id", flat=True).first()


def within(only: Only, application: str = "application") -> Q:
    """Return the condition that a row belongs to what is reached; `application` leads from the row to its application."""
    return Q() if only is None else Q(**{f"{application}__in": only})


def _step(step: models.Step, kept: Mapping[UUID, Kept]) -> StepState:
    found = kept.get(step.evidence) if step.evidence else None
    verdict = found.measured.verdict if found else None
    return StepState(
        step.check_id,
        step.environment_kind,
        step.begun_at is not None,
        step.evidence,
        verdict.outcome if verdict else None,
        verdict.findings if verdict else (),
    )


def _kept(row: models.Evidence) -> Kept:
    return Kept(
        row.pk,
        row.application,
        row.environment,
        row.environment_kind,
        row.target,
        _measurement(row),
        row.judged_at,
        row.reported_by,
        row.digest,
    )


def _measurement(row: models.Evidence) -> Measurement:
    observation: Mapping[str, Any] = row.observation
    findings = tuple(Finding(each["code"], each["facts"]) for each in row.findings)
    return Measurement(
        row.check_id,
        row.check_version,
        row.criteria_digest,
        observation,
        Verdict(Outcome(row.outcome), findings, row.holds_until),
        row.observed_at,
    )
