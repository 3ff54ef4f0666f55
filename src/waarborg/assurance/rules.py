"""How a control stands, from its proofs. Pure: the same evidence at the same moment always gives the same status.

1. What is undecided counts as obliged; only a person's decision takes a control out of the denominator.
2. The latest evidence of a proof counts; of two with the same time the worse one.
3. A control holds when all its proofs hold. Not met beats unknown; a missing, expired or future-dated proof is unknown.
4. What was seen to be wrong stays wrong until it is seen to be right: not met doesn't expire into unknown.
5. A statement never counts for a proof that must be measured, nor the reverse.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from waarborg.assurance.catalogue.values import CheckProof, Control, Proof
from waarborg.assurance.values import (
    Applicability,
    ControlState,
    ControlStatus,
    Denominator,
    Evidence,
    EvidenceKind,
    Outcome,
    ProofState,
    ProofStatus,
)
from waarborg.registers.values.classification import RiskClass

WARN_DAYS = timedelta(days=10)
WARN_SHARE = 5  # the last fifth of a proof's life, where that is shorter: a week's proof isn't always "about to end"
CLOCK_TOLERANCE = timedelta(minutes=2)

_SEVERITY = {state: rank for rank, state in enumerate(ProofState)}
_OUTCOME_SEVERITY = {Outcome.NOT_MET: 0, Outcome.UNKNOWN: 1, Outcome.MET: 2}
_NEVER = datetime.max.replace(tzinfo=UTC)


def control_status(
    control: Control,
    *,
    risk: RiskClass,
    evidence: Sequence[Evidence],
    now: datetime,
    applicability: Applicability | None = None,
    environments: frozenset[str] | None = None,
    is_waarborg: bool = False,
) -> ControlStatus:
    """Judge how a control stands for one subject.

    `environments` are those that the subject is registered with (None: every environment a proof names is asked for).
    """
    if applicability is not None and not applicability.applies:
        return ControlStatus(control.id, ControlState.NOT_APPLICABLE, applicability=applicability)
    proofs = tuple(
        _proof_status(proof, environment, control=control, risk=risk, evidence=evidence, now=now)
        for proof, environment in asked(control, environments=environments, is_waarborg=is_waarborg)
    )
    weakest = min(proofs, key=_weakness)
    return ControlStatus(
        control.id,
        _state(proofs, now=now),
        proofs=proofs,
        stated=any(proof.kind is EvidenceKind.STATED for proof in proofs),
        weakest=weakest,
        holds_until=weakest.holds_until if weakest.state is ProofState.HOLDS else None,
        applicability=applicability,
    )


def asked(
    control: Control, *, environments: frozenset[str] | None, is_waarborg: bool = False
) -> Iterator[tuple[Proof, str]]:
    """Yield what must be proven: each proof, once in each of its environments ("" for a statement).

    A subject that registered none of a proof's environments is still asked for all of them: silence proves nothing.
    """
    for proof in control.proofs:
        if not isinstance(proof, CheckProof):
            yield proof, ""
        elif proof.about == "every_application" or is_waarborg:
            yield from ((proof, environment) for environment in _environments(proof, environments))


def denominator(statuses: Iterable[ControlStatus]) -> Denominator:
    """Count controls by state."""
    counts = Counter(status.state for status in statuses)
    return Denominator(**{state.value: counts[state] for state in ControlState})


def _environments(proof: CheckProof, registered: frozenset[str] | None) -> tuple[str, ...]:
    if registered is None:
        return proof.environments
    return tuple(name for name in proof.environments if name in registered) or proof.environments


def _proof_status(
    proof: Proof,
    environment: str,
    *,
    control: Control,
    risk: RiskClass,
    evidence: Sequence[Evidence],
    now: datetime,
) -> ProofStatus:
    latest = _latest(proof, environment, evidence)
    if latest is None:
        return ProofStatus(proof.id, environment, proof.evidence_kind, ProofState.MISSING)
    validity = timedelta(days=control.validity_days.of(risk).days(latest.kind))
    until = min(latest.observed_at + validity, latest.holds_until or _NEVER)
    return ProofStatus(
        proof.id,
        environment,
        latest.kind,
        _proof_state(latest, until=until, now=now),
        observed_at=latest.observed_at,
        holds_until=until,
        warn_from=until - min(WARN_DAYS, validity / WARN_SHARE),
    )


def _latest(proof: Proof, environment: str, evidence: Sequence[Evidence]) -> Evidence | None:
    fitting = [
        item
        for item in evidence
        if (item.proof, item.environment, item.kind) == (proof.id, environment, proof.evidence_kind)
    ]
    return max(fitting, key=_newest_then_worst, default=None)


def _newest_then_worst(item: Evidence) -> tuple[datetime, int, float]:
    ends = (item.holds_until or _NEVER).timestamp()
    return item.observed_at, -_OUTCOME_SEVERITY[item.outcome], -ends


def _proof_state(latest: Evidence, *, until: datetime, now: datetime) -> ProofState:
    if latest.outcome is Outcome.NOT_MET:
        return ProofState.NOT_MET
    if latest.observed_at > now + CLOCK_TOLERANCE:
        return ProofState.AHEAD
    if latest.outcome is Outcome.UNKNOWN:
        return ProofState.UNKNOWN
    return ProofState.STALE if now >= until else ProofState.HOLDS


def _weakness(proof: ProofStatus) -> tuple[int, datetime]:
    return _SEVERITY[proof.state], proof.holds_until or _NEVER


def _state(proofs: Sequence[ProofStatus], *, now: datetime) -> ControlState:
    states = {proof.state for proof in proofs}
    if ProofState.NOT_MET in states:
        return ControlState.NOT_PROVEN
    if states != {ProofState.HOLDS}:
        return ControlState.UNKNOWN
    if any(proof.warn_from is not None and now >= proof.warn_from for proof in proofs):
        return ControlState.EXPIRING
    stated = any(proof.kind is EvidenceKind.STATED for proof in proofs)
    return ControlState.PROVEN_STATED if stated else ControlState.PROVEN
