"""Systems and wall screens that come in without a person, as they cross the border of accounts."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from waarborg.kernel.actor import Actor
from waarborg.kernel.references import Reference


class MachineKind(StrEnum):
    SYSTEM = "system"
    STATION = "station"
    """A wall screen: it shows the board and nothing else."""


class CredentialKind(StrEnum):
    TOKEN = "token"  # noqa: S105 - the name of a kind, not a token
    CERTIFICATE = "certificate"


class MachineState(StrEnum):
    ASKED = "asked"
    LIVING = "living"
    OWNERLESS = "ownerless"
    """Whoever answered for it is gone: nothing opens until somebody else does."""
    EXPIRED = "expired"
    ENDED = "ended"


@dataclass(frozen=True)
class NewMachine:
    """What is asked for: an account of a system or a wall screen, until a moment at most a year away."""

    kind: MachineKind
    name: str
    owner: str = field(repr=False)
    """The log-in name of who answers for it."""
    ends_at: datetime
    within: Reference | None = None
    """The one thing it is for; else all of the scope."""


@dataclass(frozen=True)
class Machine:
    """A system or wall screen that showed who it is."""

    actor: Actor
    kind: MachineKind
    name: str


@dataclass(frozen=True)
class IssuedToken:
    """A token, which is shown once and kept nowhere."""

    id: UUID
    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True)
class CredentialLine:
    """One token or certificate of a machine that can still be used, or could until lately."""

    id: UUID
    kind: CredentialKind
    hint: str
    addresses: tuple[str, ...]
    wants_certificate: bool
    """It is a token that works with its certificate only."""
    made_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    lives: bool


@dataclass(frozen=True)
class MachineLine:
    """One account of a system or wall screen, for someone who may see it."""

    id: UUID
    kind: MachineKind
    name: str
    within: Reference | None
    owner: str = field(repr=False)
    asked_by: str = field(repr=False)
    approved_by: str = field(repr=False)
    """Empty while it waits."""
    asked_at: datetime
    ends_at: datetime
    state: MachineState
    may_approve: bool
    """It waits, and the reader isn't the one who asked for it."""
    credentials: tuple[CredentialLine, ...]


@dataclass(frozen=True)
class MachinesPage:
    """One page of the systems and wall screens of a scope, those that wait first."""

    machines: tuple[MachineLine, ...]
    total: int
    page: int
    per_page: int
