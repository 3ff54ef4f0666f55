"""What people are shown of their own factors, and of recoveries that wait."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from waarborg.accounts.values.kinds import FactorKind, Lost
from waarborg.accounts.values.people import Entered


@dataclass(frozen=True)
class AuthenticatorLine:
    """One second factor of one's own."""

    id: UUID
    kind: FactorKind
    name: str = field(repr=False)
    """What its owner calls it; may be empty."""
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True)
class ElsewhereLine:
    """Who one is at an identity provider."""

    id: UUID
    provider: str
    linked_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True)
class Account:
    """What is kept of someone to come in with, for themselves."""

    name: str = field(repr=False)
    login: str = field(repr=False)
    email: str = field(repr=False)
    authenticators: tuple[AuthenticatorLine, ...]
    recovery_codes_left: int
    password_changed_at: datetime
    elsewhere: tuple[ElsewhereLine, ...]


@dataclass(frozen=True)
class EnteredByRecoveryCode(Entered):
    """Someone came a step further by a recovery code, and has this many left."""

    codes_left: int


@dataclass(frozen=True)
class IssuedRecovery:
    """Leave to replace what was lost, with its code, which is shown once and kept nowhere."""

    id: UUID
    code: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True)
class RecoveryLine:
    """One recovery that can still be used, for someone who may ask for one or approve it."""

    id: UUID
    name: str = field(repr=False)
    lost: Lost
    reason: str = field(repr=False)
    asked_by: str = field(repr=False)
    asked_at: datetime
    expires_at: datetime
    approved: bool
    may_approve: bool
    """It isn't approved yet, and the reader neither asked for it nor is the one it is about."""
