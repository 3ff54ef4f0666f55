"""The way back out: one role, or everything at once."""

from datetime import datetime
from uuid import UUID

from waarborg.accounts.models import Credential, Person, Recovery, Registration, ServiceAccount, Session
from waarborg.accounts.operations.holding import end_roles, lasting
from waarborg.accounts.operations.requesting import PersonUnknown
from waarborg.accounts.permissions import END_ROLE, OFF_BOARD
from waarborg.accounts.values import FOUNDING_ROLES, EndReason, PersonState, Role
from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor, NotAllowed, reach
from waarborg.kernel.references import Reference


class LastOfItsRole(Exception):
    """The last administrator or security officer can't leave: someone else registers in that role first."""

    def __init__(self, role: Role) -> None:
        self.role = role
        super().__init__(role)


class RoleUnknown(Exception):
    """Nobody holds this role now, in this scope or in the actor's part of it."""


def leave(person_id: UUID, reason: str, *, by: Actor, now: datetime) -> None:
    """End someone's access to this scope at once: roles, stand-ins, tokens they answer for, every session they have.

    Who holds no role elsewhere either has left, and can't log in any more. Raises PersonUnknown or LastOfItsRole.
    """
    subject = (Reference("person", person_id),)
    with act("accounts.left", OFF_BOARD, by=by, now=now, action=Action.UPDATE, objects=subject) as done:
        done.reason = reason
        person = _to_leave(person_id, by.scope, now)
        for role in FOUNDING_ROLES:
            _keep_one(role, person, by.scope, now)
        here = lasting(now).filter(person=person, scope=by.scope)
        done.detail["roles"] = end_roles(here, by=by.id, now=now)
        done.detail["tokens"] = _revoke_tokens(person, by.scope, now)
        _withdraw_what_waits(person, by, now)
        ended = Session.objects.filter(person=person, ended_at=None)
        done.detail["sessions"] = ended.update(ended_at=now, reason=EndReason.LEFT)
        if not lasting(now).filter(person=person).exists():
            person.state, person.left_at = PersonState.LEFT, now
            person.save()


def end_role(held_id: UUID, reason: str, *, by: Actor, now: datetime) -> None:
    """End one role of someone; it opens nothing from the next request on. Raises RoleUnknown or LastOfItsRole."""
    seen = lasting(now).filter(pk=held_id, scope=by.scope).first()
    subject = (Reference("role_held", held_id),)
    at = seen.grant.within if seen else None
    try:
        with act("accounts.role_ended", END_ROLE, by=by, now=now, action=Action.UPDATE, objects=subject, at=at) as done:
            held = lasting(now).filter(pk=held_id, scope=by.scope).select_related("person").first()
            if held is None:
                raise RoleUnknown
            done.reason, done.objects = reason, (held.person.reference, *subject)
            if held.role in FOUNDING_ROLES:
                _keep_one(Role(held.role), held.person, by.scope, now)
            end_roles(lasting(now).filter(pk=held_id), by=by.id, now=now)
    except NotAllowed as error:
        reach(by, END_ROLE)  # raises it again for someone who may do this nowhere
        raise RoleUnknown from error


def _revoke_tokens(person: Person, scope: UUID, now: datetime) -> int:
    """What a leaver answers for stands still until somebody else does: their systems' tokens are revoked."""
    owned = ServiceAccount.objects.filter(owner=person, scope=scope, ended_at=None)
    return Credential.objects.filter(service__in=owned, revoked_at=None).update(revoked_at=now)


def _withdraw_what_waits(person: Person, by: Actor, now: datetime) -> None:
    about = Registration.objects.filter(person=person, scope=by.scope, used_at=None, withdrawn_at=None)
    about.update(withdrawn_at=now, withdrawn_by=by.id)
    Recovery.objects.filter(person=person, used_at=None, withdrawn_at=None).update(withdrawn_at=now)


def _to_leave(person_id: UUID, scope: UUID, now: datetime) -> Person:
    """Return someone who hasn't left. Registered but without a factor, they belong to the scope of their registration."""
    person = Person.objects.select_for_update().filter(pk=person_id).exclude(state=PersonState.LEFT).first()
    if person is None or not _belongs(person, scope, now):
        raise PersonUnknown
    return person


def _belongs(person: Person, scope: UUID, now: datetime) -> bool:
    coming = Registration.objects.filter(person=person, scope=scope, used_at__isnull=False)
    waits = person.state == PersonState.APPROVED and coming.exists()
    return waits or lasting(now).filter(person=person, scope=scope).exists()


def _keep_one(role: Role, leaving: Person, scope: UUID, now: datetime) -> None:
    """Raise LastOfItsRole. The lock makes two who leave at the same moment wait for each other."""
    held = lasting(now).select_for_update().filter(role=role, scope=scope).order_by("pk")
    holders = {each.person_id for each in held}
    if holders == {leaving.pk}:
        raise LastOfItsRole(role)
