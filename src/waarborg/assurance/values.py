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
