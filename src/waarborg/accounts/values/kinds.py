"""The kinds of things in accounts: every list of possibilities, by name."""

from enum import StrEnum


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
