"""Seeing who has access in a scope."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Max, Prefetch, Q, QuerySet

from waarborg.accounts.models import Person, Registration, RoleHeld
from waarborg.accounts.operations.holding import lasting
from waarborg.accounts.permissions import READ_PEOPLE
from waarborg.accounts.rules.access import confirm_before
from waarborg.accounts.rules.registrations import state_of
from waarborg.accounts.values import (
    HeldRole,
    PeoplePage,
    PersonLine,
    PersonState,
    RegistrationKind,
    RegistrationLine,
    Role,
)
from waarborg.audit.operations import act
from waarborg.audit.operations.recording import Act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor, Reach, may, reach
from waarborg.kernel.keyring import unseal_text
from waarborg.kernel.references import Reference

A_PAGE = 50


def open_people(page: int = 1, *, by: Actor, now: datetime) -> PeoplePage:
    """Show one page of who has or had access in this scope, and the registrations that wait. One read in the log.

    Whoever answers for one ward sees that ward.
    """
    with reading(by, now) as (within, done):
        found = Paginator(people_of(by.scope, within, now), A_PAGE).get_page(page)
        people = tuple(person_line(person) for person in found)
        waiting = _waiting(by, within, now)
        done.objects = tuple(Reference("person", person.id) for person in people)
        done.detail = {"people": len(people), "registrations": len(waiting)}
    return PeoplePage(people, found.paginator.count, found.number, A_PAGE, waiting)


@contextmanager
def reading(by: Actor, now: datetime) -> Iterator[tuple[Reach, Act]]:
    """Read of people what the reader's roles reach, in one act of the log."""
    with act("accounts.people_read", READ_PEOPLE, by=by, now=now, action=Action.READ, at=_somewhere(by)) as done:
        yield reach(by, READ_PEOPLE), done


def _somewhere(by: Actor) -> Reference | None:
    """Return one thing for which someone may read of people, if it is for some things alone."""
    return next(
        (at for at in sorted({grant.within for grant in by.grants}, key=str) if may(by, READ_PEOPLE, at=at)), None
    )


def people_of(scope: UUID, within: Reach, now: datetime) -> QuerySet[Person]:
    """Return who holds or held a role in this scope, or in the reader's part of it, newest first."""
    held = RoleHeld.objects.filter(scope=scope)
    if not within.everywhere:
        held = held.filter(within__in=[str(each) for each in within.within])
    here = lasting(now).filter(pk__in=held).order_by("role", "within")
    return (
        Person.objects.filter(Q(pk__in=held.values("person")) | _coming(scope, within))
        .annotate(seen=Max("sessions__last_seen_at"))
        .order_by("-registered_at", "pk")
        .prefetch_related(Prefetch("roles", queryset=here, to_attr="held"))
    )


def person_line(person: Person) -> PersonLine:
    name, login, email = (
        unseal_text(getattr(person, field), person.place(field)) for field in ("name", "login", "email")
    )
    return PersonLine(
        id=person.pk,
        name=name,
        login=login,
        email=email,
        state=PersonState(person.state),
        roles=tuple(held_role(held) for held in getattr(person, "held", ())),
        since=person.registered_at,
        last_seen=getattr(person, "seen", None),
        verify_before=person.verify_before,
    )


def held_role(held: RoleHeld) -> HeldRole:
    return HeldRole(
        id=held.pk,
        role=Role(held.role),
        within=held.grant.within,
        at=held.at,
        ends_at=held.until,
        delegated_by=held.delegated_by,
        confirm_before=confirm_before(held.facts),
    )


def _coming(scope: UUID, within: Reach) -> Q:
    """Someone who registered and has no second factor yet holds no role, and belongs to where they were asked for."""
    used = Registration.objects.filter(scope=scope, used_at__isnull=False, person__state=PersonState.APPROVED)
    if not within.everywhere:
        used = used.filter(within__in=[str(each) for each in within.within])
    return Q(pk__in=used.values("person"))


def _waiting(by: Actor, within: Reach, now: datetime) -> tuple[RegistrationLine, ...]:
    waiting = Registration.objects.filter(scope=by.scope, used_at=None, withdrawn_at=None, expires_at__gt=now)
    if not within.everywhere:
        waiting = waiting.filter(within__in=[str(each) for each in within.within])
    rows = list(waiting.select_related("person").order_by("made_at")[:A_PAGE])
    named = Person.objects.in_bulk({each for row in rows for each in (row.made_by, row.identified_by) if each})
    return tuple(_registration_line(row, named, by, now) for row in rows)


def _registration_line(row: Registration, named: Mapping[UUID, Person], by: Actor, now: datetime) -> RegistrationLine:
    asker, identifier = named.get(row.made_by), named.get(row.identified_by or row.made_by)
    return RegistrationLine(
        id=row.pk,
        kind=RegistrationKind(row.kind),
        label=row.person.opened_name if row.person else row.opened_label,
        asked=row.asked,
        state=state_of(row.facts, now),
        needs_identity=row.needs_identity,
        made_by=asker.opened_name if asker else "",
        identified_by=identifier.opened_name if identifier and row.identified_by else "",
        made_at=row.made_at,
        expires_at=row.expires_at,
        may_approve=by.id not in {row.made_by, row.identified_by, row.person_id},
    )
