"""Holding a role: beginning it and ending it, inside the act that does so."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from waarborg.accounts.models import Person, Registration, RoleHeld
from waarborg.accounts.rules.access import counts
from waarborg.accounts.rules.duties import require_separate
from waarborg.accounts.values import RegistrationKind, Role
from waarborg.kernel.references import new_id


def lasting(now: datetime) -> QuerySet[RoleHeld]:
    """Return the roles that began and haven't ended; whether their review is overdue is asked of each."""
    return RoleHeld.objects.filter(Q(until=None) | Q(until__gt=now), at__lte=now)


def roles_held(person: Person, scope: UUID, now: datetime) -> list[Role]:
    """Return what someone holds in a scope, for all of it or for one thing; also what waits to be reviewed."""
    return [Role(each.role) for each in lasting(now).filter(person=person, scope=scope)]


def hold(person: Person, registration: Registration, now: datetime) -> RoleHeld:
    """Begin the role of an approved registration. One that is held already lasts as long as the longer. Raises DutiesClash."""
    asked = registration.asked
    require_separate(roles_held(person, registration.scope, now), asked.role)
    same = lasting(now).filter(person=person, scope=registration.scope, role=asked.role, within=registration.within)
    for earlier in same.select_for_update():
        earlier.until, earlier.ended_by = now, registration.approved_by
        earlier.save()
    held = RoleHeld(id=new_id(), scope=registration.scope, person=person, role=asked.role, within=registration.within)
    held.granted_by = registration.approved_by or registration.made_by
    held.at, held.until, held.confirmed_at = now, asked.ends_at, now
    if registration.kind == RegistrationKind.DELEGATION:
        held.delegated_by = registration.made_by
    held.save(force_insert=True)
    return held


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
