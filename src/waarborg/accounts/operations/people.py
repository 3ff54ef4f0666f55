"""Seeing who has access, and ending it."""

from datetime import datetime
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Max, Prefetch, QuerySet

from waarborg.accounts.models import Person, RoleHeld, Session, Ticket
from waarborg.accounts.permissions import OFF_BOARD, READ_PEOPLE
from waarborg.accounts.rules.tickets import state_of
from waarborg.accounts.values import (
    FOUNDING_ROLES,
    EndReason,
    PeoplePage,
    PersonLine,
    PersonState,
    Role,
    TicketLine,
)
from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor
from waarborg.kernel.keyring import unseal_text
from waarborg.kernel.references import Reference

A_PAGE = 50


class PersonUnknown(Exception):
    """Nobody by this id holds a role in this scope."""


class LastOfItsRole(Exception):
    """The last administrator or security officer can't leave: someone else registers in that role first."""

    def __init__(self, role: Role) -> None:
        self.role = role
        super().__init__(role)


def open_people(page: int = 1, *, by: Actor, now: datetime) -> PeoplePage:
    """Show one page of who has or had access in this scope, and the tickets that wait. One read in the log."""
    with act("accounts.people_read", READ_PEOPLE, by=by, now=now, action=Action.READ) as done:
        found = Paginator(_people_of(by.scope), A_PAGE).get_page(page)
        people = tuple(_line(person) for person in found)
        tickets = _ticket_lines(by, now)
        done.objects = tuple(Reference("person", person.id) for person in people)
        done.detail = {"people": len(people), "tickets": len(tickets)}
    return PeoplePage(people, found.paginator.count, found.number, A_PAGE, tickets)


def leave(person_id: UUID, reason: str, *, by: Actor, now: datetime) -> None:
    """End someone's access at once: roles, sessions, log-in. Raises PersonUnknown or LastOfItsRole."""
    subject = (Reference("person", person_id),)
    with act("accounts.left", OFF_BOARD, by=by, now=now, action=Action.UPDATE, objects=subject) as done:
        done.reason = reason
        person = _to_leave(person_id, by.scope)
        for role in FOUNDING_ROLES:
            _keep_one(role, person, by.scope)
        person.state, person.left_at = PersonState.LEFT, now
        person.save()
        RoleHeld.objects.filter(person=person, until=None).update(until=now)
        ended = Session.objects.filter(person=person, ended_at=None)
        done.detail["sessions"] = ended.update(ended_at=now, reason=EndReason.LEFT)


def _people_of(scope: UUID) -> QuerySet[Person]:
    held = RoleHeld.objects.filter(scope=scope, until=None).order_by("role")
    return (
        Person.objects.filter(roles__scope=scope)
        .distinct()
        .annotate(seen=Max("sessions__last_seen_at"))
        .order_by("-registered_at", "pk")
        .prefetch_related(Prefetch("roles", queryset=held, to_attr="held"))
    )


def _line(person: Person) -> PersonLine:
    name, login, email = (
        unseal_text(getattr(person, field), person.place(field)) for field in ("name", "login", "email")
    )
    seen = getattr(person, "seen", None)
    roles = tuple(Role(held.role) for held in getattr(person, "held", ()))
    return PersonLine(person.pk, name, login, email, PersonState(person.state), roles, person.registered_at, seen)


def _ticket_lines(by: Actor, now: datetime) -> tuple[TicketLine, ...]:
    waiting = Ticket.objects.filter(scope=by.scope, used_at=None, withdrawn_at=None, expires_at__gt=now)
    tickets = list(waiting.order_by("made_at"))
    askers = Person.objects.in_bulk({ticket.made_by for ticket in tickets})
    return tuple(_ticket_line(ticket, askers.get(ticket.made_by), by, now) for ticket in tickets)


def _ticket_line(ticket: Ticket, asker: Person | None, by: Actor, now: datetime) -> TicketLine:
    return TicketLine(
        id=ticket.pk,
        label=ticket.opened_label,
        role=Role(ticket.role),
        state=state_of(ticket.facts, now),
        made_by=asker.opened_name if asker else "",
        made_at=ticket.made_at,
        expires_at=ticket.expires_at,
        mine=ticket.made_by == by.id,
    )


def _to_leave(person_id: UUID, scope: UUID) -> Person:
    """Return someone who hasn't left. Registered but without a factor, they belong to the scope of their ticket."""
    person = Person.objects.select_for_update().filter(pk=person_id).exclude(state=PersonState.LEFT).first()
    if person is None or not _belongs(person, scope):
        raise PersonUnknown
    return person


def _belongs(person: Person, scope: UUID) -> bool:
    return (
        RoleHeld.objects.filter(person=person, scope=scope, until=None).exists()
        or Ticket.objects.filter(used_by=person, scope=scope).exists()
    )


def _keep_one(role: Role, leaving: Person, scope: UUID) -> None:
    """Raises LastOfItsRole. The lock makes two who leave at the same moment wait for each other."""
    held = RoleHeld.objects.select_for_update().filter(role=role, scope=scope, until=None).order_by("pk")
    holders = [each.person_id for each in held]
    if holders == [leaving.pk]:
        raise LastOfItsRole(role)
