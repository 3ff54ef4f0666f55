"""What was counted of the people and systems that can come in. Counts only: who it is, the pages of people say."""

from datetime import datetime

from pydantic import BaseModel


class Counted(BaseModel, frozen=True, extra="forbid"):
    """Counts within one scope, at one moment, read from the rows themselves."""

    people: int
    """Who can come in: active, with a role that counts."""
    systems: int
    without_identity: int
    """Of them, whose identity nobody established, or longer ago than it holds."""
    without_second_person: int
    """Of them, who hold a role that the same person asked for, or identified for, and approved."""
    without_second_factor: int
    """Of them, without a confirmed second factor."""
    unproven_sessions: int
    """Open sessions in which no second factor was proven."""
    clashing: int
    """Of them, who hold roles that don't go together."""
    left_with_access: int
    """Who left, and still has a role, an open session or a token they answer for."""
    unapproved_systems: int
    """Systems with a living token that nobody else approved, or whose owner left."""
    overdue_reviews: int
    """Roles of which nobody said within a year that they are still needed."""
    waiting_emergencies: int
    """Openings in an emergency that nobody looked at within a week."""
    no_administrator: int
    """One when nobody who can come in is administrator in their own right; who stands in doesn't count."""
    no_officer: int
    """The same of the security officer."""


class Observation(BaseModel, frozen=True):
    """`counted` is None when nothing could be counted."""

    counted: Counted | None
    error: str = ""
    observed_at: datetime


class Criteria(BaseModel, frozen=True, extra="forbid"):
    """How many reviews of roles and emergencies may be overdue."""

    most_overdue: int
