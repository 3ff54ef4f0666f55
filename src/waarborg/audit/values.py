"""What an entry says, in the terms of NEN 7513 (7.2 event, 7.3 user, 7.4 object, 7.5 source)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Action(StrEnum):
    """NEN 7513, 7.2.2: the action codes of RFC 3881, 5.1.2."""

    CREATE = "C"
    READ = "R"
    UPDATE = "U"
    DELETE = "D"
    EXECUTE = "E"


class Outcome(StrEnum):
    """NEN 7513, 7.2.5: the event outcome indicator of RFC 3881, 5.1.4."""

    SUCCESS = "0"
    REFUSED = "4"
    FAILED = "8"


@dataclass(frozen=True)
class Entry:
    """One log record, opened for someone who may read it."""

    index: int | None
    """Its place in the sealed log; None while it waits for the sequencer."""
    at: datetime | None
    """None when the entry was damaged so that nothing of it can be read."""
    event: str
    action: str
    outcome: str
    actor: str
    roles: str
    objects: tuple[str, ...]
    protocol: str
    reason: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """One thing that verification found wrong, named to the record where it can be."""

    code: str
    place: str


@dataclass(frozen=True)
class Checkpoint:
    """A signed tree head: how many entries, and the root over them."""

    log: UUID
    origin: str
    size: int
    root: bytes
    note: str
    at: datetime


@dataclass(frozen=True)
class Verification:
    """What was recomputed, and every fault found."""

    log: UUID
    origin: str
    entries: int
    waiting: int
    """Committed, not yet sealed."""
    checkpoint: int
    """Size of the last signed checkpoint."""
    faults: tuple[Fault, ...]

    @property
    def sound(self) -> bool:
        return not self.faults


@dataclass(frozen=True)
class LogState:
    """How far a log is sealed. Whether it verifies is another, longer question."""

    size: int
    sealed_at: datetime | None
    waiting: int
    key: str
