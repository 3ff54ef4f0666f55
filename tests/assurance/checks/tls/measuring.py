"""What the tests of this check share: an authority, targets of it, and one quick measurement."""

from datetime import UTC, datetime

from tests.assurance.checks.telling import tell
from tests.simulators.certificates import Authority, Issued

from waarborg.assurance.checks.guard import Guard
from waarborg.assurance.checks.loading import load_check
from waarborg.assurance.checks.target import Target
from waarborg.assurance.checks.tls.values import Criteria, Observation
from waarborg.assurance.values import Verdict


def measure(target: Target) -> tuple[Observation, Verdict]:
    """Look with one second a try, so that silence is short."""
    check = load_check("tls")
    now = datetime.now(UTC)
    assert isinstance(check.criteria, Criteria)
    criteria = check.criteria.model_copy(update={"seconds_a_try": 1})
    seen = check.observe(target, criteria=criteria, now=now)
    assert isinstance(seen, Observation)
    verdict = check.judge(seen, criteria=criteria, now=now)
    tell(check, verdict)
    return seen, verdict


def codes(verdict: Verdict) -> set[str]:
    return {finding.code for finding in verdict.findings}


def of(port: int, good: tuple[Authority, Issued]) -> Target:
    return Target(url=f"https://localhost:{port}", ca_file=good[0].file, guard=Guard(allow_private=True))
