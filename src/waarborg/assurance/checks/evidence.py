"""The digest that fixes a piece of evidence: SHA-256 over the canonical JSON of all that it says."""

from datetime import datetime
from typing import Any

from waarborg.assurance.values import Measurement, Verdict
from waarborg.kernel.canonical import digest


def evidence_digest(measured: Measurement, *, subject: str, judged_at: datetime) -> str:
    """Return the digest over check, version, criteria, subject, observation, verdict and times."""
    return digest(evidence_as_kept(measured, subject=subject, judged_at=judged_at))


def evidence_as_kept(measured: Measurement, *, subject: str, judged_at: datetime) -> dict[str, Any]:
    """Return what the digest is taken over, for who wants to check it without us."""
    verdict = measured.verdict
    return {
        "check": measured.check,
        "check_version": measured.check_version,
        "criteria_digest": measured.criteria_digest,
        "subject": subject,
        "observation": measured.observation,
        "outcome": verdict.outcome.value,
        "findings": findings_as_kept(verdict),
        "holds_until": verdict.holds_until.isoformat() if verdict.holds_until else None,
        "observed_at": measured.observed_at.isoformat(),
        "judged_at": judged_at.isoformat(),
    }


def findings_as_kept(verdict: Verdict) -> list[dict[str, Any]]:
    """Return the findings as JSON."""
    return [{"code": each.code, "facts": dict(each.facts)} for each in verdict.findings]
