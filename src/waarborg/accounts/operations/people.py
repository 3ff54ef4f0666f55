"""Seeing and finding who has access in a scope."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Max, Prefetch, Q, QuerySet

from waarborg.accounts.models import Person, Registration
from waarborg.accounts.operations.holding import lasting
from waarborg.accounts.operations.lines import person_line, registration_lines, told_of
from waarborg.accounts.operations.reaching import reached, somewhere, within_reach
from waarborg.accounts.permissions import READ_PEOPLE
from waarborg.accounts.rules.searching import fits
from waarborg.accounts.values import PeoplePage, PersonLine, PersonState, RegistrationLine
from waarborg.audit.operations import act
from waarborg.audit.operations.recording import Act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor, Reach, reach
from waarborg.kernel.references import Reference

A_PAGE = 50
SEARCHED_AT_MOST = 5000
"""Names are sealed, so a search opens them one by one; of more people than this the newest are searched."""


def open_people(page: int = 1, *, query: str = "", by: Actor, now: datetime) -> PeoplePage:
    """Show one page of who has or had access in this scope, and the registrations that wait. One read in the log.

    Whoever answers for one ward sees that ward. `query` is searched in names, log-in names and e-mail addresses.
    """
    with _reading(by, now) as (within, done):
        ids, unsearched = _found(by.scope, within, query, now)
        shown = Paginator(ids, A_PAGE).get_page(page)
        people, waiting = _lines(list(shown), by.scope, within, now), _waiting(by, within, now)
        done.objects = tuple(Reference("person", person.id) for person in people)
        done.detail = {"people": len(people), "registrations": len(waiting)}
        done.reason = "search" if query.strip() else ""
    return PeoplePage(people, len(ids), shown.number, A_PAGE, waiting, unsearched)


def find_people(query: str, *, by: Actor, now: datetime, limit: int = 20) -> tuple[PersonLine, ...]:
    """Find people of this scope, or of the reader's part of it, by name, log-in name or e-mail address."""
    with _reading(by, now) as (within, done):
        ids = _found(by.scope, within, query, now)[0][:limit]
        people = _lines(ids, by.scope, within, now)
        done.objects = tuple(Reference("person", person.id) for person in people)
        done.detail, done.reason = {"people": len(people)}, "search"
    return people


@contextmanager
def _reading(by: Actor, now: datetime) -> Iterator[tuple[Reach, Act]]:
    """Read of people what the reader's roles reach, in one act of the log."""
    at = somewhere(by, READ_PEOPLE)
    with act("accounts.people_read", READ_PEOPLE, by=by, now=now, action=Action.READ, at=at) as done:
        yield reach(by, READ_PEOPLE), done


def _found(scope: UUID, within: Reach, query: str, now: datetime) -> tuple[list[UUID], int]:
    """Return the ids of who is found, newest first, and how many weren't searched."""
    everyone = _people_of(scope, within, now)
    if not query.strip():
        return list(everyone.values_list("pk", flat=True)), 0
    looked_at = everyone.only("id", "scope", "name", "login", "email")[:SEARCHED_AT_MOST]
    found = [person.pk for person in looked_at if fits(query, *told_of(person))]
    return found, max(0, everyone.count() - SEARCHED_AT_MOST)


def _people_of(scope: UUID, within: Reach, now: datetime) -> QuerySet[Person]:
    """Return who holds or held a role in this scope, or in the reader's part of it, or has yet to enrol a factor.

    Who only moved to another part isn't in the reader's any more.
    """
    known = Q(pk__in=within_reach(scope, within, now).values("person")) | Q(
        pk__in=_coming(scope, within).values("person")
    )
    return Person.objects.filter(known).order_by("-registered_at", "pk")


def _lines(ids: Sequence[UUID], scope: UUID, within: Reach, now: datetime) -> tuple[PersonLine, ...]:
    here = lasting(now).filter(pk__in=within_reach(scope, within, now)).order_by("role", "within")
    seen = Max("sessions__last_seen_at", filter=Q(sessions__scope=scope))
    rows = Person.objects.filter(pk__in=ids).annotate(seen=seen)
    rows = rows.prefetch_related(Prefetch("roles", queryset=here, to_attr="held"))
    known = {row.pk: _line(row, within) for row in rows}
    return tuple(known[each] for each in ids)


def _line(row: Person, within: Reach) -> PersonLine:
    """Return a line with when they were last here; not for a ward of which they aren't any more."""
    held = getattr(row, "held", ())
    seen = getattr(row, "seen", None) if within.everywhere or held else None
    return person_line(row, seen, held)


def _coming(scope: UUID, within: Reach) -> QuerySet[Registration]:
    """Someone who registered and has no second factor yet holds no role, and belongs to where they were asked for."""
    used = Registration.objects.filter(scope=scope, used_at__isnull=False, person__state=PersonState.APPROVED)
    return used if within.everywhere else used.filter(within__in=reached(within))


def _waiting(by: Actor, within: Reach, now: datetime) -> tuple[RegistrationLine, ...]:
    waiting = Registration.objects.filter(scope=by.scope, used_at=None, withdrawn_at=None, expires_at__gt=now)
    if not within.everywhere:
        waiting = waiting.filter(within__in=reached(within))
    return registration_lines(waiting.select_related("person").order_by("made_at")[:A_PAGE], by, now)
