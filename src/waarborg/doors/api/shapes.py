"""What the API takes and gives, written out by hand: strict on the way in, exact on the way out."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

from waarborg.assurance.catalogue.values import Control as CatalogueControl
from waarborg.assurance.queries.evidence import Kept, RunState
from waarborg.assurance.queries.standing import Standing
from waarborg.assurance.values import ControlStatus
from waarborg.registers.values.registered import Application as Registration
from waarborg.registers.values.registered import Environment

LARGEST_PAGE = 200
Outcome = Literal["met", "not_met", "unknown"]


class _Strict(Schema):
    model_config = ConfigDict(extra="forbid")


class PageAsked(_Strict):
    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1


class Paging(PageAsked):
    size: Annotated[int, Field(ge=1, le=LARGEST_PAGE)] = 25


class ApplicationFilter(Paging):
    state: Literal["active", "retired"] = "active"


class EvidenceFilter(Paging):
    application: UUID | None = None
    outcome: Outcome | None = None


class Counts(Schema):
    proven: int
    proven_stated: int
    expiring: int
    not_proven: int
    unknown: int
    not_applicable: int
    of: int
    """All that is obliged: what is unknown stays in it."""


class ListedApplication(Schema):
    id: UUID
    key: str
    name: str
    customer: str
    risk: str
    counts: Counts
    measured_at: datetime | None


class Applications(Schema):
    items: list[ListedApplication]
    page: int
    pages: int
    total: int


class Proof(Schema):
    proof: str
    environment: str
    kind: str
    state: str
    observed_at: datetime | None
    holds_until: datetime | None
    evidence: UUID | None


class ControlState(Schema):
    control: str
    state: str
    holds_until: datetime | None
    proofs: list[Proof]


class EnvironmentShape(Schema):
    id: UUID
    kind: str
    url: str


class Registered(Schema):
    """What the register says of an application: what who changes it gives back whole, with the version."""

    name: str
    customer: str
    """Key."""
    kind: str
    purpose: str
    harm: str
    harm_explained: str
    information: list[str]
    """Keys."""
    owner: UUID | None
    login_path: str
    version: int


class Application(ListedApplication):
    state: str
    last_security_review: date | None
    registered: Registered
    controls: list[ControlState]
    environments: list[EnvironmentShape]


class Step(Schema):
    check: str
    environment: str
    outcome: Outcome | None
    evidence: UUID | None


class Run(Schema):
    id: UUID
    application: UUID
    started_at: datetime
    done: int
    finished: bool
    given_up: bool
    """What has no outcome by now won't get one any more, and is unknown."""
    steps: list[Step]


class FindingShape(Schema):
    code: str
    facts: dict[str, Any]


class Evidence(Schema):
    id: UUID
    application: UUID
    environment: UUID
    environment_kind: str
    check: str
    check_version: int
    outcome: Outcome
    observed_at: datetime
    holds_until: datetime | None
    digest: str


class EvidenceList(Schema):
    items: list[Evidence]
    page: int
    pages: int
    total: int


class WholeEvidence(Evidence):
    target: str
    criteria_digest: str
    findings: list[FindingShape]
    observation: dict[str, Any]
    reported_by: str


class Control(Schema):
    id: str
    version: int
    digest: str
    title: dict[str, str]
    words: dict[str, str]
    proofs: list[str]


def listed(standing: Standing) -> ListedApplication:
    return ListedApplication(**_listed(standing))


def whole(standing: Standing, known: Registration, environments: tuple[Environment, ...]) -> Application:
    return Application(
        **_listed(standing),
        state=known.state.value,
        last_security_review=known.last_security_review,
        registered=_registered(known),
        controls=[_control_state(standing, status) for status in standing.statuses.values()],
        environments=[EnvironmentShape(id=each.id, kind=each.kind.value, url=each.url) for each in environments],
    )


def _registered(known: Registration) -> Registered:
    plain = {name: getattr(known, name) for name in Registered.model_fields}
    information = [kind.key for kind in known.information]
    return Registered(**(plain | {"customer": known.customer_key, "information": information}))


def run(state: RunState, now: datetime) -> Run:
    steps = [
        Step(
            check=step.check,
            environment=step.environment_kind,
            outcome=step.outcome.value if step.outcome else None,
            evidence=step.evidence,
        )
        for step in state.steps
    ]
    return Run(
        id=state.id,
        application=state.application,
        started_at=state.started_at,
        done=state.done,
        finished=state.finished,
        given_up=state.given_up(now),
        steps=steps,
    )


def evidence(kept: Kept) -> Evidence:
    return Evidence(**_evidence(kept))


def whole_evidence(kept: Kept) -> WholeEvidence:
    measured = kept.measured
    return WholeEvidence(
        **_evidence(kept),
        target=kept.target,
        criteria_digest=measured.criteria_digest,
        findings=[FindingShape(code=each.code, facts=dict(each.facts)) for each in measured.verdict.findings],
        observation=dict(measured.observation),
        reported_by=kept.reported_by,
    )


def control(known: CatalogueControl) -> Control:
    return Control(
        id=known.id,
        version=known.version,
        digest=known.digest,
        title=known.title.model_dump(),
        words=known.words.model_dump(),
        proofs=[proof.id for proof in known.proofs],
    )


def _listed(standing: Standing) -> dict[str, Any]:
    application, counts = standing.application, standing.counts
    names = ("proven", "proven_stated", "expiring", "not_proven", "unknown", "not_applicable", "of")
    return {
        "id": application.id,
        "key": application.key,
        "name": application.name,
        "customer": application.customer,
        "risk": application.risk.value,
        "counts": Counts(**{name: getattr(counts, name) for name in names}),
        "measured_at": standing.measured_at,
    }


def _control_state(standing: Standing, status: ControlStatus) -> ControlState:
    proofs = [
        Proof(
            proof=each.proof,
            environment=each.environment,
            kind=each.kind.value,
            state=each.state.value,
            observed_at=each.observed_at,
            holds_until=each.holds_until,
            evidence=standing.evidence.get((each.proof, each.environment)),
        )
        for each in status.proofs
    ]
    return ControlState(control=status.control, state=status.state.value, holds_until=status.holds_until, proofs=proofs)


def _evidence(kept: Kept) -> dict[str, Any]:
    measured = kept.measured
    return {
        "id": kept.id,
        "application": kept.application,
        "environment": kept.environment,
        "environment_kind": kept.environment_kind,
        "check": measured.check,
        "check_version": measured.check_version,
        "outcome": measured.verdict.outcome.value,
        "observed_at": measured.observed_at,
        "holds_until": measured.verdict.holds_until,
        "digest": kept.digest,
    }
