"""What crosses the border of accounts: frozen, and without anything that could be asked for more."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from waarborg.kernel.actor import Actor
from waarborg.kernel.references import Reference


class Role(StrEnum):
    """The roles a person can hold; what each may is said in `project.roles`."""

    ADMINISTRATOR = "administrator"
    SECURITY_OFFICER = "security_officer"
    PRIVACY_OFFICER = "privacy_officer"
    LOG_ADMINISTRATOR = "log_administrator"
    BOARD_MEMBER = "board_member"
    AUDITOR = "auditor"
    TEAM_MANAGER = "team_manager"
    CARE_PROFESSIONAL = "care_professional"
    DEVICE_MANAGER = "device_manager"
    DEVOPS_LEAD = "devops_lead"
    DEVELOPER = "developer"


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
    LAPSED = "lapsed"
    """Would be full, but the identity that was established is out of date. Never stored."""


class PersonState(StrEnum):
    APPROVED = "approved"
    """Registered with a password, and without a second factor yet."""
    ACTIVE = "active"
    LEFT = "left"


class RegistrationKind(StrEnum):
    """What a registration asks for."""

    NEW = "new"
    """Someone who was never here comes in."""
    RETURN = "return"
    """Someone who left comes back: identity, password and factor anew."""
    ROLE = "role"
    """Someone who is here gets another role."""
    DELEGATION = "delegation"
    """Someone who is here stands in for another until a day."""
    EARLIER = "earlier"
    """Made by a version that established no identity. None is made any more."""


class RegistrationState(StrEnum):
    ASKED = "asked"
    IDENTIFIED = "identified"
    APPROVED = "approved"
    USED = "used"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class DocumentKind(StrEnum):
    """Statutory identity documents (Wet op de identificatieplicht, article 1)."""

    PASSPORT = "passport"
    IDENTITY_CARD = "identity_card"
    DRIVING_LICENCE = "driving_licence"
    RESIDENCE_PERMIT = "residence_permit"
    FOREIGN_PASSPORT = "foreign_passport"


class ProofOfIdentity(StrEnum):
    """How it was established who someone is."""

    DOCUMENT = "document"
    PROVIDER = "provider"


class NumberKind(StrEnum):
    """Numbers of care professionals in Dutch registers. None of the three has a public checksum."""

    BIG = "big"
    UZI = "uzi"
    AGB = "agb"


class NumberStatus(StrEnum):
    STATED = "stated"
    """As someone said it."""
    CHECKED = "checked"
    """Someone looked it up in the register, and says so."""
    VERIFIED = "verified"
    """The register itself answered us."""


class FactorKind(StrEnum):
    TOTP = "totp"
    PASSKEY = "passkey"


class Lost(StrEnum):
    """What someone can't show any more."""

    FACTOR = "factor"
    PASSWORD = "password"  # noqa: S105 - the name of a kind, not a password


class ProvenWith(StrEnum):
    """What the second factor of a session was proven with."""

    TOTP = "totp"
    PASSKEY = "passkey"
    RECOVERY_CODE = "recovery_code"
    PROVIDER = "provider"


class EndReason(StrEnum):
    """Why a session ended."""

    LOGGED_OUT = "logged_out"
    IDLE = "idle"
    TOO_LONG = "too_long"
    LEFT = "left"
    ENDED_BY_OWNER = "ended_by_owner"
    """The owner ended it from another session."""
    RECOVERED = "recovered"
    """A lost factor was replaced."""
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of a reason, not a password


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
    name: str
    login: str
    email: str
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
