"""A check run on a registered environment, from the question to the evidence.

1. `start_measuring` writes a run with a step for each check that fits an environment, and a job for each step.
2. A worker observes outside any transaction, bounded, and only where the list of targets lets it.
3. Evidence, its log entry and the step are one transaction. A job that is done twice finds the step done.
4. Whatever keeps a check from looking becomes evidence too: unknown, with the reason. Only a database that fails is tried again.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import structlog

from waarborg.assurance.checks.evidence import evidence_digest, findings_as_kept
from waarborg.assurance.checks.loading import Check, find_check, load_checks, run_check
from waarborg.assurance.checks.target import NotATarget
from waarborg.assurance.models import Evidence, Run, Step
from waarborg.assurance.operations.reaching import FolderNotDeclared, SecretsUnreadable, target_of
from waarborg.assurance.permissions import KEEP_EVIDENCE, MEASURE
from waarborg.assurance.values import Finding, Measurement, Outcome, Verdict
from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel import jobs
from waarborg.kernel.actor import Actor
from waarborg.kernel.references import Reference, new_id
from waarborg.registers import queries as registers
from waarborg.registers.operations.reached import act_on
from waarborg.registers.values.registered import Application, Environment

STEP_JOB = "assurance.measure_step"
OWN_KEY = "waarborg"
"""The key under which an installation registers itself: its own log can only be measured from inside."""
FORESEEN = {
    FolderNotDeclared: "folder_not_declared",
    SecretsUnreadable: "secrets_unreadable",
    NotATarget: "nothing_to_look_at",
}
"""What an operator can mend, as findings of `checks/words.toml`; anything else is a fault of ours."""
log = structlog.get_logger(__name__)


class NothingToMeasure(Exception):
    """The application has no environment with an address or a folder."""


def start_measuring(application: Reference, *, by: Actor, now: datetime) -> UUID:
    """Ask for everything that fits to be measured, and return the run. Raises NothingToMeasure, NotInRegister."""
    run = Run(pk=new_id(), scope=by.scope, application=application.id, asked_by=by.id, started_at=now)
    with act_on(
        application, "measuring.started", MEASURE, by=by, now=now, action=Action.EXECUTE,
        missing=registers.NotInRegister,
    ) as done:  # fmt: skip
        subject = registers.application_by_id(by.scope, application.id, only=None)
        planned = list(_planned(subject, registers.environments(by.scope, [subject.id], only=None)[subject.id]))
        if not planned:
            raise NothingToMeasure
        done.detail = {"steps": len(planned)}
        run.save(force_insert=True)
        for number, (environment, check) in enumerate(planned):
            step = Step.objects.create(
                pk=new_id(), scope=by.scope, run=run, number=number, environment=environment.id,
                environment_kind=environment.kind.value, check_id=check.id,
            )  # fmt: skip
            jobs.enqueue(STEP_JOB, {"step": str(step.pk)}, scope=by.scope, now=now)
    return run.pk


class _DoneMeanwhile(Exception):
    """Another attempt kept its evidence first: this one's act never happened."""


def measure_step(step: UUID, *, by: Actor, now: datetime) -> UUID | None:
    """Observe, judge, and keep the evidence; return its id, or None when it was done before."""
    row = Step.objects.select_related("run").get(pk=step, scope=by.scope)
    if row.evidence is not None:
        return None
    Step.objects.filter(pk=step).update(begun_at=now)
    environment = registers.environment(by.scope, row.environment, only=None)
    subject = registers.application_by_id(by.scope, row.run.application, only=None)
    measured = _measured(find_check(row.check_id), subject, environment, by.scope, now)
    try:
        return _keep(row, measured, subject, environment, by=by, now=now)
    except _DoneMeanwhile:
        return None


def _measured(check: Check, subject: Application, environment: Environment, scope: UUID, now: datetime) -> Measurement:
    try:
        target = target_of(scope, subject, environment, check=check, is_waarborg=subject.key == OWN_KEY, now=now)
        measured = run_check(check, target, now)
        evidence_digest(measured, subject=_subject(environment), judged_at=now)
    except tuple(FORESEEN) as error:
        return _unlooked(check, FORESEEN[type(error)], now)
    except Exception as error:
        log.exception("check_crashed", check=check.id)
        return _unlooked(check, "crashed", now, error=type(error).__name__)
    return measured


def _unlooked(check: Check, code: str, now: datetime, **facts: str) -> Measurement:
    verdict = Verdict(Outcome.UNKNOWN, (Finding(code, facts),))
    return Measurement(check.id, check.version, check.criteria_digest, {"not_measured": code}, verdict, now)


def _subject(environment: Environment) -> str:
    return f"environment:{environment.id}"


def _planned(subject: Application, environments: tuple[Environment, ...]) -> Iterator[tuple[Environment, Check]]:
    for environment in environments:
        for check in load_checks().values():
            if _fits(check, subject, environment):
                yield environment, check


def _fits(check: Check, subject: Application, environment: Environment) -> bool:
    kinds = {"url": environment.url, "folder": environment.folder, "installation": subject.key == OWN_KEY}
    return any(kinds[kind] for kind in check.targets)


def _keep(
    row: Step,
    measured: Measurement,
    subject: Application,
    environment: Environment,
    *,
    by: Actor,
    now: datetime,
) -> UUID:
    evidence = Reference("evidence", new_id())
    verdict = measured.verdict
    objects = (evidence, Reference("application", subject.id), Reference("environment", environment.id))
    digest = evidence_digest(measured, subject=_subject(environment), judged_at=now)
    with act("evidence.kept", KEEP_EVIDENCE, by=by, now=now, action=Action.CREATE, objects=objects) as done:
        done.detail = {"check": measured.check, "outcome": verdict.outcome.value, "digest": digest}
        if not Step.objects.filter(pk=row.pk, evidence=None).update(evidence=evidence.id):
            raise _DoneMeanwhile
        Evidence.objects.create(
            pk=evidence.id, scope=by.scope, application=subject.id, environment=environment.id,
            environment_kind=environment.kind.value, target=(environment.url or environment.folder)[:500], check_id=measured.check,
            check_version=measured.check_version, criteria_digest=measured.criteria_digest,
            observation=measured.observation, outcome=verdict.outcome.value, findings=findings_as_kept(verdict),
            observed_at=measured.observed_at, judged_at=now, holds_until=verdict.holds_until,
            reported_by="waarborg", digest=digest,
        )  # fmt: skip
    return evidence.id
