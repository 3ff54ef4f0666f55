"""Let the installation verify its own logs. From outside nothing can be seen."""

from datetime import datetime

from waarborg.assurance.checks.own_log.values import Criteria, Observation, SeenLog
from waarborg.assurance.checks.target import Target


def observe(target: Target, *, criteria: Criteria, now: datetime) -> Observation:  # noqa: ARG001 - one shape for all
    if target.own_log is None:
        return Observation(logs=None, error="only_from_inside", observed_at=now)
    try:
        seen = tuple(SeenLog.model_validate(each) for each in target.own_log())
    except Exception as error:  # noqa: BLE001 - a log that can't be read must become "unknown", whatever broke
        return Observation(logs=None, error=type(error).__name__, observed_at=now)
    return Observation(logs=seen, observed_at=now)
