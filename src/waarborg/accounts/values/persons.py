"""One person in full, and what is overdue of people, as they cross the border of accounts."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from waarborg.accounts.values.kinds import DocumentKind, NumberKind, NumberStatus, ProofOfIdentity
from waarborg.accounts.values.people import HeldRole, PersonLine, RegistrationLine
from waarborg.kernel.references import Reference


@dataclass(frozen=True)
class IdentityLine:
    """Once that someone's identity was established."""

    method: ProofOfIdentity
    document_kind: DocumentKind | None
    number_end: str = field(repr=False)
    """The last three characters of the document's number, by which two people can tell that they mean the same one."""
    provider: str
    established_by: str = field(repr=False)
    """A name; empty where a provider did it."""
    established_at: datetime
    holds_until: datetime


@dataclass(frozen=True)
class NumberLine:
    """One number of a care professional, and how sure it is."""

    id: UUID
    kind: NumberKind
    number: str = field(repr=False)
    status: NumberStatus
    said_by: str = field(repr=False)
    said_at: datetime
    check_before: datetime


@dataclass(frozen=True)
class PersonDetail:
    """One person in full, as far as the reader's roles reach."""

    line: PersonLine
    identities: tuple[IdentityLine, ...]
    numbers: tuple[NumberLine, ...]
    past_roles: tuple[HeldRole, ...]
    authenticators: int
    recovery_codes_left: int
    registrations: tuple[RegistrationLine, ...]


@dataclass(frozen=True)
class Overdue:
    """How much of the people of a scope somebody has to look at again."""

    identities: int
    """People who may come in, but whose identity is out of date: nothing opens for them."""
    soon: int
    """People whose identity is out of date within thirty days."""
    roles: int
    """Roles of which nobody said for a year that they are needed."""
    numbers: int
    """Numbers of professionals that nobody looked up for a year."""
    emergencies: int
    """Emergencies that nobody judged yet."""


@dataclass(frozen=True)
class ReviewLine:
    """One role to be looked at: is it still needed?"""

    held: HeldRole
    person: UUID
    name: str = field(repr=False)
    last_reviewed_at: datetime | None
    own: bool
    """It is the reader's own: somebody else looks at it."""


@dataclass(frozen=True)
class ReviewPage:
    """One page of the roles of a scope, soonest due first."""

    lines: tuple[ReviewLine, ...]
    total: int
    page: int
    per_page: int
    overdue: int


@dataclass(frozen=True)
class EmergencyLine:
    """Once that somebody broke the glass."""

    id: UUID
    person: UUID
    name: str = field(repr=False)
    subject: Reference
    reason: str = field(repr=False)
    opened_at: datetime
    ends_at: datetime
    reviewed_by: str = field(repr=False)
    """A name; empty while nobody judged it."""
    reviewed_at: datetime | None
    justified: bool | None
    remark: str = field(repr=False)
    may_review: bool
    """It isn't the reader's own, and nobody judged it yet."""


@dataclass(frozen=True)
class EmergencyPage:
    """One page of emergencies: those that wait to be judged first, then newest first."""

    lines: tuple[EmergencyLine, ...]
    total: int
    page: int
    per_page: int
    waiting: int
