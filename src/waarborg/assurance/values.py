"""What assurance hands to others: frozen values, no behaviour that reaches outside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What a judge can say. "Not applicable" is a person's decision and stands beside it."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """One thing that was seen; `code` points to the sentences in the check's `words.toml`."""

    code: str
    facts: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """An outcome with its reasons. `holds_until` is set only where the thing seen itself ends (a certificate)."""

    outcome: Outcome
    findings: tuple[Finding, ...]
    holds_until: datetime | None = None


@dataclass(frozen=True)
class Measurement:
    """One check run once: the observation as JSON, and what the judge made of it at `observed_at`."""

    check: str
    check_version: int
    criteria_digest: str
    observation: Mapping[str, Any]
    verdict: Verdict
    observed_at: datetime


class EvidenceKind(StrEnum):
    """How something is known: seen by a machine, or said by a named person."""

    MEASURED = "measured"
    STATED = "stated"


@dataclass(frozen=True)
class Evidence:
    """What one proof gave at one moment, in one environment ("" where a proof isn't bound to one)."""

    proof: str
    outcome: Outcome
    kind: EvidenceKind
    observed_at: datetime
    holds_until: datetime | None = None
    environment: str = ""


@dataclass(frozen=True)
class Applicability:
    """A person's decision whether a control applies, with the reason. Without one the control is obliged."""

    applies: bool
    reason: str
    decided_by: str
    decided_at: datetime


class ProofState(StrEnum):
    """How one proof stands now, from worst to best."""

    NOT_MET = "not_met"
    AHEAD = "ahead"
    STALE = "stale"
    UNKNOWN = "unknown"
    MISSING = "missing"
    HOLDS = "holds"


@dataclass(frozen=True)
class ProofStatus:
    """One proof in one environment. `warn_from` is the moment from which its end counts as near."""

    proof: str
    environment: str
    kind: EvidenceKind
    state: ProofState
    observed_at: datetime | None = None
    holds_until: datetime | None = None
    warn_from: datetime | None = None


class ControlState(StrEnum):
    """How a control stands; the marks of the screens have the same names."""

    PROVEN = "proven"
    PROVEN_STATED = "proven_stated"
    EXPIRING = "expiring"
    NOT_PROVEN = "not_proven"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


COUNTS_AS_PROVEN = frozenset({ControlState.PROVEN, ControlState.PROVEN_STATED, ControlState.EXPIRING})


@dataclass(frozen=True)
class ControlStatus:
    """A control for one subject at one moment, with every proof it rests on.

    `stated` says that at least one of its proofs is a person's word, also when `state` is expiring.
    """

    control: str
    state: ControlState
    proofs: tuple[ProofStatus, ...] = ()
    stated: bool = False
    weakest: ProofStatus | None = None
    holds_until: datetime | None = None
    applicability: Applicability | None = None

    @property
    def in_denominator(self) -> bool:
        return self.state is not ControlState.NOT_APPLICABLE

    @property
    def in_numerator(self) -> bool:
        return self.state in COUNTS_AS_PROVEN


@dataclass(frozen=True)
class Denominator:
    """How many controls stand how. `of` is all that is obliged; what is unknown stays in it."""

    proven: int
    proven_stated: int
    expiring: int
    not_proven: int
    unknown: int
    not_applicable: int

    @property
    def of(self) -> int:
        return self.in_numerator + self.not_proven + self.unknown

    @property
    def in_numerator(self) -> int:
        return self.proven + self.proven_stated + self.expiring
