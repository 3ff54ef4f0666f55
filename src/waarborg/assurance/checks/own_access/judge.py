"""Nobody can come in who wasn't identified by one, approved by another, and proven with a second factor; nobody who left can."""

from collections.abc import Iterator
from datetime import datetime

from waarborg.assurance.checks.own_access.values import Counted, Criteria, Observation
from waarborg.assurance.values import Finding, Outcome, Verdict

NEVER = (
    "left_with_access",
    "without_second_factor",
    "unproven_sessions",
    "without_second_person",
    "without_identity",
    "clashing",
    "unapproved_systems",
    "no_administrator",
    "no_officer",
)
"""Of none of these may there be one."""
OVERDUE = ("overdue_reviews", "waiting_emergencies")


def judge(seen: Observation, *, criteria: Criteria, now: datetime) -> Verdict:  # noqa: ARG001 - one shape for all
    if seen.counted is None:
        code = "only_from_inside" if seen.error == "only_from_inside" else "could_not_be_counted"
        return Verdict(Outcome.UNKNOWN, (Finding(code, {"error": seen.error}),))
    wrong = tuple(_wrong(seen.counted, criteria))
    if wrong:
        return Verdict(Outcome.NOT_MET, wrong)
    if not seen.counted.people:
        return Verdict(Outcome.UNKNOWN, (Finding("nobody_comes_in", {}),))
    facts: dict[str, str | int] = {"people": seen.counted.people, "systems": seen.counted.systems}
    return Verdict(Outcome.MET, (Finding("all_as_it_should", facts),))


def _wrong(counted: Counted, criteria: Criteria) -> Iterator[Finding]:
    for names, most in ((NEVER, 0), (OVERDUE, criteria.most_overdue)):
        for name in names:
            count = getattr(counted, name)
            if count > most:
                yield Finding(name, {"count": count})
