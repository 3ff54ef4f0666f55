"""Let the installation count who can come in. From outside nothing can be seen."""

from datetime import datetime

from waarborg.assurance.checks.own_access.values import Counted, Criteria, Observation
from waarborg.assurance.checks.target import Target


def observe(target: Target, *, criteria: Criteria, now: datetime) -> Observation:  # noqa: ARG001 - one shape for all
    if target.own_access is None:
        return Observation(counted=None, error="only_from_inside", observed_at=now)
    try:
        return Observation(counted=Counted.model_validate(target.own_access()), observed_at=now)
    except Exception as error:  # noqa: BLE001 - what can't be counted must become "unknown", whatever broke
        return Observation(counted=None, error=type(error).__name__, observed_at=now)
