"""What crosses the border of accounts: frozen, and without anything that could be asked for more."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from waarborg.kernel.actor import Actor


class Role(StrEnum):
    """The roles a person can hold; what each may is said in `project.roles`."""

    ADMINISTRATOR = "administrator"
    SECURITY_OFFICER = "security_officer"
    DEVOPS_LEAD = "devops_lead"
    AUDITOR = "auditor"


FOUNDING_ROLES = (Role.ADMINISTRATOR, Role.SECURITY_OFFICER)
"""The two that must exist, each held by someone, before anything else works."""


class Stage(StrEnum):
    """How far a session has come. Only a full one carries roles."""

    ENROL = "enrol"
    FACTOR = "factor"
    NOTICE = "notice"
    FULL = "full"
    WAITING = "waiting"
    """Would be full, but the second of the two founding persons has yet to register. Never stored."""


class PersonState(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    ACTIVE = "active"
    LEFT = "left"


class TicketState(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    USED = "used"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class EndReason(StrEnum):
    """Why a session ended."""

    LOGGED_OUT = "logged_out"
    IDLE = "idle"
    TOO_LONG = "too_long"
    LEFT = "left"


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


@dataclass(frozen=True)
class IssuedTicket:
    """A ticket with its code, which is shown once and kept nowhere."""

    id: UUID
    role: Role
    code: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True)
class FactorToEnrol:
    """What an authenticator app has to take in, as a link (for the QR code) and as text to type over."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


@dataclass(frozen=True)
class TicketLine:
    """One ticket that waits, for someone who may see it."""

    id: UUID
    label: str
    role: Role
    state: TicketState
    made_by: str
    made_at: datetime
    expires_at: datetime
    mine: bool
    """Asked for by the reader, who therefore can't approve it."""


@dataclass(frozen=True)
class PersonLine:
    """One person, for someone who may see them."""

    id: UUID
    name: str
    login: str
    email: str
    state: PersonState
    roles: tuple[Role, ...]
    since: datetime
    last_seen: datetime | None


@dataclass(frozen=True)
class PeoplePage:
    """One page of the people of a scope, newest first, and the tickets that wait."""

    people: tuple[PersonLine, ...]
    total: int
    page: int
    per_page: int
    tickets: tuple[TicketLine, ...]
