"""Whether someone may be in at this moment, and with which of their roles. Pure; asked on every request."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from waarborg.accounts.values import PersonState

IDENTITY_HOLDS_FOR = timedelta(days=5 * 365)
"""How long an established identity holds before somebody looks again; sooner where the document ends earlier."""
FOUNDERS_IDENTIFIED_WITHIN = timedelta(days=30)
"""The first two come in by the console. Each other's identity they establish within a month, or nothing opens any more."""
REVIEWED_EVERY = timedelta(days=365)
"""How often somebody says of a role that it is still needed (NEN 7510-2:2024, 5.18)."""
REVIEW_GRACE = timedelta(days=30)
"""How long a role whose review is overdue stays; then it counts no more until somebody says it is needed."""
SOON = timedelta(days=30)
"""How long before an identity is out of date somebody hears of it."""
DELEGATED_AT_MOST = timedelta(days=90)
"""How long somebody stands in for another: until the end of the ninetieth day, in the Netherlands."""
NETHERLANDS = ZoneInfo("Europe/Amsterdam")


@dataclass(frozen=True)
class PersonFacts:
    """What is written about a person."""

    state: PersonState
    verify_before: datetime


@dataclass(frozen=True)
class RoleFacts:
    """What is written about a role someone holds."""

    at: datetime
    until: datetime | None
    confirmed_at: datetime
    """When it was given, or last said to be needed still."""


def may_be_in(person: PersonFacts, now: datetime) -> bool:
    """Tell whether anything opens for this person: active, and their identity established and not out of date."""
    return person.state is PersonState.ACTIVE and now < person.verify_before


def confirm_before(role: RoleFacts) -> datetime:
    """Return when somebody has to say again that a role is needed."""
    return role.confirmed_at + REVIEWED_EVERY


def counts(role: RoleFacts, now: datetime) -> bool:
    """Tell whether a role is held at this moment: begun, not ended, and not unreviewed beyond the grace."""
    lasts = role.until is None or now < role.until
    return role.at <= now and lasts and now < confirm_before(role) + REVIEW_GRACE


def any_counts(roles: Iterable[RoleFacts], now: datetime) -> bool:
    return any(counts(role, now) for role in roles)


def delegated_until(now: datetime) -> datetime:
    """Return until when a stand-in of today may last: the ninetieth day counts in full, whatever the hour of asking."""
    last = now.astimezone(NETHERLANDS).date() + DELEGATED_AT_MOST
    return datetime.combine(last, time.max, NETHERLANDS)


def earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    """Return the first of two ends; None is no end."""
    return min((end for end in (one, other) if end), default=None)


def latest(one: datetime | None, other: datetime | None) -> datetime | None:
    """Return the last of two ends; None is no end."""
    return max(one, other) if one and other else None


def holds_until(established_at: datetime, document_until: datetime | None) -> datetime:
    """Return until when an identity established now holds."""
    longest = established_at + IDENTITY_HOLDS_FOR
    return min(longest, document_until) if document_until else longest
