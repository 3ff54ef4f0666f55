"""Sessions as they cross the border of accounts, for the one whose they are."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from waarborg.accounts.values.kinds import ProvenWith


@dataclass(frozen=True)
class SessionLine:
    """One session of one's own that came in fully."""

    id: UUID
    started_at: datetime
    last_seen_at: datetime
    access_point: str = field(repr=False)
    """Network address, browser and system, as far as the browser said; empty where it wasn't noted."""
    proven_with: ProvenWith | None
    current: bool
    """It is the one that asks."""
    new_place: bool
    """Its owner hadn't come in from there, or on that device, in the last months."""
