"""Every log of the installation verifies, and is signed almost to its end."""

from datetime import datetime

from waarborg.assurance.checks.own_log.values import Criteria, Observation, SeenLog
from waarborg.assurance.values import Finding, Outcome, Verdict

MOST_NAMED = 20


def judge(seen: Observation, *, criteria: Criteria, now: datetime) -> Verdict:  # noqa: ARG001 - one shape for all
    if seen.logs is None:
        code = "only_from_inside" if seen.error == "only_from_inside" else "could_not_be_read"
        return Verdict(Outcome.UNKNOWN, (Finding(code, {"error": seen.error}),))
    broken = [_broken(log, fault) for log in seen.logs for fault in log.faults]
    if broken:
        return Verdict(Outcome.NOT_MET, tuple(broken[:MOST_NAMED]))
    if not any(log.entries for log in seen.logs):
        return Verdict(Outcome.UNKNOWN, (Finding("nothing_sealed_yet", {}),))
    waiting = sum(log.waiting for log in seen.logs)
    if waiting > criteria.most_waiting:
        return Verdict(Outcome.UNKNOWN, (Finding("too_much_waits", {"waiting": waiting}),))
    facts: dict[str, str | int] = {"logs": len(seen.logs), "entries": sum(log.entries for log in seen.logs)}
    return Verdict(Outcome.MET, (Finding("log_verifies", facts),))


def _broken(log: SeenLog, fault: str) -> Finding:
    code, _, place = fault.partition(" ")
    return Finding("log_broken", {"fault": code, "place": place, "origin": log.origin})
