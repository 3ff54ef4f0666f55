"""What the API tells of people: what the pages show, and no more. A number of a document goes in, and never comes out."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema

from waarborg.accounts.values import (
    HeldRole,
    PeoplePage,
    PersonDetail,
    PersonLine,
    RecoveryLine,
    RegistrationLine,
    ReviewLine,
    ReviewPage,
    SessionLine,
)
from waarborg.doors.api.asking import PageOf


class Issued(Schema):
    """What was asked, with its code, which stands in this answer and nowhere else."""

    id: UUID
    code: str
    expires_at: datetime


class Held(Schema):
    id: UUID
    role: str
    within: str | None
    """What it is held for alone, as kind:id; null for the whole institution."""
    at: datetime
    ends_at: datetime | None
    confirm_before: datetime


class Person(Schema):
    id: UUID
    name: str
    login: str
    email: str
    state: str
    roles: list[Held]
    since: datetime
    last_seen: datetime | None
    verify_before: datetime


class Registration(Schema):
    id: UUID
    kind: str
    label: str
    role: str
    within: str | None
    ends_at: datetime | None
    state: str
    needs_identity: bool
    made_by: str
    identified_by: str
    made_at: datetime
    expires_at: datetime
    may_approve: bool


class People(PageOf):
    """Fifty a page, newest first."""

    items: list[Person]
    registrations: list[Registration]
    unsearched: int
    """How many people weren't searched, because there are more than are searched."""


class Identity(Schema):
    method: str
    document_kind: str | None
    provider: str
    established_by: str
    established_at: datetime
    holds_until: datetime


class Number(Schema):
    id: UUID
    kind: str
    number: str
    status: str
    said_by: str
    said_at: datetime
    check_before: datetime


class WholePerson(Person):
    identities: list[Identity]
    numbers: list[Number]
    past_roles: list[Held]
    authenticators: int
    recovery_codes_left: int
    registrations: list[Registration]


class Review(Schema):
    held: Held
    person: UUID
    name: str
    last_reviewed_at: datetime | None
    own: bool


class Reviews(PageOf):
    """Fifty a page, soonest due first."""

    items: list[Review]
    overdue: int


class Recovery(Schema):
    id: UUID
    name: str
    lost: str
    reason: str
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    approved: bool
    may_approve: bool


class Session(Schema):
    id: UUID
    started_at: datetime
    last_seen_at: datetime
    access_point: str
    proven_with: str | None
    current: bool
    new_place: bool


def held(known: HeldRole) -> Held:
    return Held(
        id=known.id,
        role=known.role.value,
        within=str(known.within) if known.within else None,
        at=known.at,
        ends_at=known.ends_at,
        confirm_before=known.confirm_before,
    )


def person(known: PersonLine) -> Person:
    return Person(**_person(known))


def whole(known: PersonDetail) -> WholePerson:
    return WholePerson(
        **_person(known.line),
        identities=[Identity(**_plain(each, Identity)) for each in known.identities],
        numbers=[Number(**_plain(each, Number)) for each in known.numbers],
        past_roles=[held(each) for each in known.past_roles],
        authenticators=known.authenticators,
        recovery_codes_left=known.recovery_codes_left,
        registrations=[registration(each) for each in known.registrations],
    )


def people(known: PeoplePage, *, searched: bool) -> People:
    return People(
        items=[person(each) for each in known.people],
        registrations=[registration(each) for each in known.registrations],
        unsearched=known.unsearched if searched else 0,
        **_numbers(known.page, known.per_page, known.total),
    )


def registration(known: RegistrationLine) -> Registration:
    asked, own = known.asked, {"role", "within", "ends_at"}
    plain = {name: getattr(known, name) for name in Registration.model_fields if name not in own}
    within = str(asked.within) if asked.within else None
    return Registration(**plain, role=asked.role.value, within=within, ends_at=asked.ends_at)


def reviews(known: ReviewPage) -> Reviews:
    return Reviews(
        items=[_review(each) for each in known.lines],
        overdue=known.overdue,
        **_numbers(known.page, known.per_page, known.total),
    )


def recovery(known: RecoveryLine) -> Recovery:
    return Recovery(**_plain(known, Recovery))


def session(known: SessionLine) -> Session:
    return Session(**_plain(known, Session))


def _review(line: ReviewLine) -> Review:
    plain = {name: getattr(line, name) for name in Review.model_fields if name != "held"}
    return Review(held=held(line.held), **plain)


def _person(known: PersonLine) -> dict[str, Any]:
    plain = {name: getattr(known, name) for name in Person.model_fields if name != "roles"}
    return plain | {"roles": [held(each) for each in known.roles]}


def _plain(known: object, shape: type[Schema]) -> dict[str, Any]:
    return {name: getattr(known, name) for name in shape.model_fields}


def _numbers(page: int, size: int, total: int) -> dict[str, int]:
    return {"page": page, "pages": max(1, -(-total // size)), "total": total}
