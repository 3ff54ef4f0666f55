"""What was recomputed of each log of this installation."""

from datetime import datetime

from pydantic import BaseModel


class SeenLog(BaseModel, frozen=True, extra="forbid"):
    """One log, recomputed from its stored bytes."""

    origin: str
    entries: int
    waiting: int
    """Committed, not yet in a signed checkpoint."""
    checkpoint: int
    """Size of the last signed checkpoint; 0 when there is none."""
    faults: tuple[str, ...]


class Observation(BaseModel, frozen=True):
    """`logs` is None when the logs could not be read at all."""

    logs: tuple[SeenLog, ...] | None
    error: str = ""
    observed_at: datetime


class Criteria(BaseModel, frozen=True, extra="forbid"):
    """How many entries may wait for the sequencer before the log counts as not sealed."""

    most_waiting: int
