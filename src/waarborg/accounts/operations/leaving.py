"""The way back out: one role, or everything at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from waarborg.accounts.models import (
    Credential,
    EmergencyAccess,
    ExternalIdentity,
    Person,
    Recovery,
    Registration,
    RoleHeld,
    ServiceAccount,
    Session,
)
from waarborg.accounts.operations.holding import end_roles, lasting, locked
from waarborg.accounts.operations.requesting import PersonUnknown
from waarborg.accounts.permissions import END_ROLE, OFF_BOARD
from waarborg.accounts.rules.access import counts, may_be_in
from waarborg.accounts.values import FOUNDING_ROLES, EndReason, PersonState, Role
from waarborg.audit.operations import act
from waarborg.audit.operations.recording import Act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor, NotAllowed, Permission, reach
from waarborg.kernel.references import Reference


class LastOfItsRole(Exception):
    """The last administrator or security officer can't leave: someone else registers in that role first."""

    def __init__(self, role: Role) -> None:
        self.role = role
        super().__init__(role)


class RoleUnknown(Exception):
    """Nobody holds this role now, in this scope or in the actor's part of it."""


def leave(person_id: UUID, reason: str, *, by: Actor, now: datetime) -> None:
    """End someone's access to this scope at once: roles, stand-ins, emergencies, tokens they answer for, every session they have.

    What waits for them is withdrawn: registrations, requests that another stands in for them, recoveries. So is what waits by
    their asking: they were shown its code. Who holds no role elsewhere either has left, and can't log in any more.
    Raises PersonUnknown or LastOfItsRole.
    """
    subject = (Reference("person", person_id),)
    with act("accounts.left", OFF_BOARD, by=by, now=now, action=Action.UPDATE, objects=subject) as done:
        done.reason = reason
        person = _to_leave(person_id, by.scope, now)
        for role in FOUNDING_ROLES:
            _keep_one(role, person, by.scope, now)
        EmergencyAccess.objects.filter(person=person, scope=by.scope, ends_at__gt=now).update(ends_at=now)
        here = lasting(now).filter(person=person, scope=by.scope)
        done.detail["roles"] = end_roles(here, by=by.id, now=now)
        done.detail["tokens"] = _revoke_tokens(person, by.scope, now)
        done.detail["withdrawn"] = _withdraw_what_waits(person, by, now)
        ended = Session.objects.filter(person=person, ended_at=None)
        done.detail["sessions"] = ended.update(ended_at=now, reason=EndReason.LEFT)
        if not lasting(now).filter(person=person).exists():
            person.state, person.left_at = PersonState.LEFT, now
            person.save()
            ExternalIdentity.objects.filter(person=person, ended_at=None).update(ended_at=now)


def end_role(held_id: UUID, reason: str, *, by: Actor, now: datetime) -> None:
    """End one role of someone; it opens nothing from the next request on. Raises RoleUnknown or LastOfItsRole."""
    with deciding_on_role(held_id, "accounts.role_ended", END_ROLE, by=by, now=now) as (held, done):
        done.reason = reason
        give_up(held, by=by.id, now=now)


@contextmanager
def deciding_on_role(
    held_id: UUID, event: str, permission: Permission, *, by: Actor, now: datetime
) -> Iterator[tuple[RoleHeld, Act]]:
    """Decide on one role that is held, its holder locked. What the actor's role doesn't reach doesn't exist for them."""
    seen = lasting(now).filter(pk=held_id, scope=by.scope).first()
    subject, at = (Reference("role_held", held_id),), seen.grant.within if seen else None
    try:
        with act(event, permission, by=by, now=now, action=Action.UPDATE, objects=subject, at=at) as done:
            held = _role_of_scope(held_id, by.scope, now)
            done.objects = (held.person.reference, *subject)
            yield held, done
    except NotAllowed as error:
        reach(by, permission)  # raises it again for someone who may do this nowhere
        raise RoleUnknown from error


def _role_of_scope(held_id: UUID, scope: UUID, now: datetime) -> RoleHeld:
    """Return a role that somebody holds in a scope, that person locked. Raises RoleUnknown."""
    held = lasting(now).filter(pk=held_id, scope=scope).first()
    if held is None:
        raise RoleUnknown
    locked(held.person_id)
    found = lasting(now).filter(pk=held_id, scope=scope).select_related("person").first()
    if found is None:
        raise RoleUnknown
    return found


def give_up(held: RoleHeld, *, by: UUID, now: datetime) -> None:
    """End one role that is held, with those who stand in. Raises LastOfItsRole."""
    if held.role in FOUNDING_ROLES and held.delegated_by is None:
        _keep_one(Role(held.role), held.person, held.scope, now)
    end_roles(lasting(now).filter(pk=held.pk), by=by, now=now)


def _revoke_tokens(person: Person, scope: UUID, now: datetime) -> int:
    """What a leaver answers for stands still until somebody else does: their systems' tokens are revoked."""
    owned = ServiceAccount.objects.filter(owner=person, scope=scope, ended_at=None)
    return Credential.objects.filter(service__in=owned, revoked_at=None).update(revoked_at=now)


def _withdraw_what_waits(person: Person, by: Actor, now: datetime) -> int:
    """Make useless what somebody could come in with later, as themselves or by a code they asked for; return how much."""
    about_or_asked = Q(person=person) | Q(made_by=person.pk)
    waiting = Registration.objects.filter(about_or_asked, scope=by.scope, used_at=None, withdrawn_at=None)
    recoveries = Recovery.objects.filter(Q(person=person) | Q(asked_by=person.pk, scope=by.scope))
    living = recoveries.filter(used_at=None, withdrawn_at=None)
    return waiting.update(withdrawn_at=now, withdrawn_by=by.id) + living.update(withdrawn_at=now)


def _to_leave(person_id: UUID, scope: UUID, now: datetime) -> Person:
    """Return someone who hasn't left and belongs here: by a role, by their last role, or by a registration without a factor yet."""
    person = locked(person_id)
    if person is None or person.state == PersonState.LEFT or not _belongs(person, scope, now):
        raise PersonUnknown
    return person


def _belongs(person: Person, scope: UUID, now: datetime) -> bool:
    coming = Registration.objects.filter(person=person, scope=scope, used_at__isnull=False)
    if person.state == PersonState.APPROVED and coming.exists():
        return True
    held = lasting(now).filter(person=person)
    without_any = not held.exists() and person.roles.filter(scope=scope).exists()
    return without_any or held.filter(scope=scope).exists()


def _keep_one(role: Role, leaving: Person, scope: UUID, now: datetime) -> None:
    """Raise LastOfItsRole. The lock makes two who leave at the same moment wait for each other.

    Who only stands in, or can't come in any more, doesn't keep the role.
    """
    own = lasting(now).filter(role=role, scope=scope, within="", delegated_by=None)
    held = list(own.select_for_update(of=("self",)).select_related("person").order_by("pk"))
    able = {each.person_id for each in held if counts(each.facts, now) and may_be_in(each.person.facts, now)}
    if leaving.pk in {each.person_id for each in held} and not able - {leaving.pk}:
        raise LastOfItsRole(role)
