"""Holding a role: beginning it and ending it, inside the act that does so."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from waarborg.accounts.models import Person, Registration, RoleHeld
from waarborg.accounts.rules.access import counts, earliest, latest
from waarborg.accounts.rules.duties import require_separate
from waarborg.accounts.values import Asked, RegistrationKind, Role
from waarborg.kernel.references import new_id


class RoleNotHeld(Exception):
    """Nobody passes on a role that they don't hold themselves, or only stand in for."""


def lasting(now: datetime) -> QuerySet[RoleHeld]:
    """Return the roles that began and haven't ended; whether their review is overdue is asked of each."""
    return RoleHeld.objects.filter(Q(until=None) | Q(until__gt=now), at__lte=now)


def roles_held(person: Person, scope: UUID, now: datetime) -> list[Role]:
    """Return what someone holds in a scope, for all of it or for one thing; also what waits to be reviewed."""
    return [Role(each.role) for each in lasting(now).filter(person=person, scope=scope)]


def locked(person: UUID) -> Person | None:
    """Return a person, locked: whatever gives or takes somebody's access does this first, so that it goes one by one."""
    return Person.objects.select_for_update(no_key=True).filter(pk=person).first()


def hold(person: Person, registration: Registration, now: datetime) -> RoleHeld:
    """Begin the role of an approved registration, in place of the same one if it is held already.

    It never shortens what counts: the new one lasts as long as the longer. Who stands in for somebody holds that beside what is
    their own, and no longer than the other holds it. Raises DutiesClash or RoleNotHeld.
    """
    locked(person.pk)
    asked = registration.asked
    require_separate(roles_held(person, registration.scope, now), asked.role)
    held = RoleHeld(id=new_id(), scope=registration.scope, person=person, role=asked.role, within=registration.within)
    held.registration = registration
    held.granted_by = registration.approved_by or registration.made_by
    held.at, held.confirmed_at = now, now
    held.until = max(now, asked.ends_at) if asked.ends_at else None
    if registration.kind == RegistrationKind.DELEGATION:
        held.delegated_by = registration.made_by
        held.until = earliest(held.until, own_role(registration.made_by, registration.scope, asked, now).until)
    _replace(held, now)
    held.save(force_insert=True)
    return held


def _replace(held: RoleHeld, now: datetime) -> None:
    same = lasting(now).filter(person=held.person_id, scope=held.scope, role=held.role, within=held.within)
    for earlier in same.filter(delegated_by=held.delegated_by).select_for_update():
        # What counts no more because nobody said in time that it is needed lengthens nothing: a day's leave is a day's again.
        if held.delegated_by is None and counts(earlier.facts, now):
            held.until = latest(held.until, earlier.until)
        earlier.until, earlier.ended_by = now, held.granted_by
        earlier.save()


def own_role(person: UUID, scope: UUID, asked: Asked, now: datetime) -> RoleHeld:
    """Return the role that someone holds in their own right, for all of the scope or for this thing. Raises RoleNotHeld."""
    within = str(asked.within) if asked.within else ""
    wanted = (scope, asked.role, within, None)
    found = [
        each for each in counting(person, now) if (each.scope, each.role, each.within, each.delegated_by) == wanted
    ]
    if not found:
        raise RoleNotHeld
    return found[-1]


def end_roles(roles: QuerySet[RoleHeld], *, by: UUID, now: datetime) -> int:
    """End roles, and those of whoever stands in for their holders in them; return how many."""
    ended = 0
    for each in list(roles.select_for_update()):
        standing_in = lasting(now).filter(
            delegated_by=each.person_id, scope=each.scope, role=each.role, within=each.within
        )
        ended += standing_in.update(until=now, ended_by=by)
        ended += RoleHeld.objects.filter(pk=each.pk).update(until=now, ended_by=by)
    return ended


def counting(person: UUID, now: datetime) -> list[RoleHeld]:
    """Return the roles that count at this moment, the oldest first."""
    return [each for each in lasting(now).filter(person=person).order_by("at", "pk") if counts(each.facts, now)]
