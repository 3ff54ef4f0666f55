"""People and their registrations, as they cross the border of accounts."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from waarborg.accounts.values.kinds import (
    DocumentKind,
    NumberKind,
    NumberStatus,
    PersonState,
    RegistrationKind,
    RegistrationState,
    Role,
    Stage,
)
from waarborg.kernel.actor import Actor
from waarborg.kernel.references import Reference


@dataclass(frozen=True)
class NewPerson:
    """What someone types who registers."""

    name: str = field(repr=False)
    login: str = field(repr=False)
    email: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True)
class Entered:
    """The token of a session, at this stage. It is known to the browser only; we keep its digest."""

    token: str = field(repr=False)
    stage: Stage


@dataclass(frozen=True)
class SignedIn:
    """Who a request comes from. Before the stage is full the actor holds no role but that of someone on the way in."""

    actor: Actor
    stage: Stage
    session: UUID
    name: str = field(repr=False)
    language: str
    stale: bool
    """It is more than a minute ago that this session was seen: time to note it."""
    scopes: tuple[UUID, ...] = ()
    """Where the person holds a role, this scope included; for choosing another one to work in."""
    alerted: bool = False
    """Somebody came in from a new place under this name, in another session, and it isn't said yet that it was them."""


@dataclass(frozen=True)
class Asked:
    """What a registration asks for: which role, for which thing alone (else all of the scope), until when."""

    role: Role
    within: Reference | None = None
    ends_at: datetime | None = None
    """The end of the access; None while it lasts until somebody ends it."""


@dataclass(frozen=True)
class IssuedCode:
    """A registration with its code, which is shown once and kept nowhere."""

    id: UUID
    role: Role
    code: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True)
class IdentityDocument:
    """A statutory identity document as it was seen: kind and number, no copy (Wabvpz, article 6)."""

    kind: DocumentKind
    number: str = field(repr=False)
    valid_until: date | None = None


@dataclass(frozen=True)
class StatedNumber:
    """A number of a care professional as somebody says it."""

    kind: NumberKind
    number: str = field(repr=False)
    status: NumberStatus = NumberStatus.STATED


@dataclass(frozen=True)
class FactorToEnrol:
    """What an authenticator app has to take in, as a link (for the QR code) and as text to type over."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


@dataclass(frozen=True)
class RegistrationLine:
    """One registration that waits, for someone who may see it."""

    id: UUID
    kind: RegistrationKind
    label: str = field(repr=False)
    asked: Asked
    state: RegistrationState
    needs_identity: bool
    made_by: str
    identified_by: str
    made_at: datetime
    expires_at: datetime
    may_approve: bool
    """The reader neither asked for it, nor established the identity, nor is the one it is about."""


@dataclass(frozen=True)
class HeldRole:
    """One role that someone holds now."""

    id: UUID
    role: Role
    within: Reference | None
    at: datetime
    ends_at: datetime | None
    delegated_by: UUID | None
    confirm_before: datetime
    """When somebody has to say again that it is still needed."""


@dataclass(frozen=True)
class PersonLine:
    """One person, for someone who may see them."""

    id: UUID
    name: str = field(repr=False)
    login: str = field(repr=False)
    email: str = field(repr=False)
    state: PersonState
    roles: tuple[HeldRole, ...]
    since: datetime
    last_seen: datetime | None
    verify_before: datetime
    """Until when the identity that was established holds; after it nothing opens."""


@dataclass(frozen=True)
class PeoplePage:
    """One page of the people of a scope, newest first, and the registrations that wait."""

    people: tuple[PersonLine, ...]
    total: int
    page: int
    per_page: int
    registrations: tuple[RegistrationLine, ...]
    unsearched: int = 0
    """How many people weren't searched for the query, because there are more than are searched."""


@dataclass(frozen=True)
class Census:
    """Counts of who can come into one scope, and of what shouldn't be there."""

    people: int
    systems: int
    without_identity: int
    without_second_person: int
    without_second_factor: int
    unproven_sessions: int
    clashing: int
    left_with_access: int
    unapproved_systems: int
    overdue_reviews: int
    waiting_emergencies: int
    no_administrator: int
    no_officer: int
