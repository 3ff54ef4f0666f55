"""Asking leave to come in, or to another role. A request gives nothing: others identify and approve."""

from datetime import datetime
from uuid import UUID

from waarborg.accounts.models import Person, Registration
from waarborg.accounts.operations.elsewhere import promise
from waarborg.accounts.operations.holding import locked, own_role, roles_held
from waarborg.accounts.permissions import DELEGATE, REQUEST_REGISTRATION
from waarborg.accounts.rules.access import delegated_until, earliest, may_be_in
from waarborg.accounts.rules.duties import GIVEN_BY_MANAGERS, require_fitting, require_separate
from waarborg.accounts.rules.registrations import VALID_FOR, code_digest, new_code
from waarborg.accounts.values import Asked, IssuedCode, PersonState, RegistrationKind
from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor, NotAllowed, reach
from waarborg.kernel.keyring import seal_text
from waarborg.kernel.references import Reference, new_id


class PersonUnknown(Exception):
    """Nobody by this id, in the state that is needed, belongs to this scope."""


class EndRefused(Exception):
    """The access would end before it begins; or a stand-in without an end, or later than it may."""


def ask_registration(
    label: str, asked: Asked, *, by: Actor, now: datetime, provider: tuple[str, str] | None = None
) -> IssuedCode:
    """Ask leave for a newcomer. Its code opens nothing until the identity was established and another person approved.

    `provider` is the key of an identity provider and who the newcomer is there.
    Raises ScopeUnfit, EndRefused, NotAllowed, ProviderUnknown, or ElsewhereTaken when that account is somebody's.
    """
    made = _new(RegistrationKind.NEW, asked, by=by, now=now)
    return _ask_with_code(made, label, by=by, now=now, provider=provider)


def ask_return(person: UUID, asked: Asked, *, by: Actor, now: datetime) -> IssuedCode:
    """Ask leave for someone who left to come back, whose identity is established anew.

    Raises PersonUnknown, ScopeUnfit, EndRefused or NotAllowed.
    """
    made = _new(RegistrationKind.RETURN, asked, by=by, now=now)
    return _ask_with_code(made, "", by=by, now=now, returning=person)


def ask_role(person: UUID, asked: Asked, *, by: Actor, now: datetime) -> UUID:
    """Ask another role for someone who is here, and return the registration.

    Raises PersonUnknown, DutiesClash, ScopeUnfit, EndRefused or NotAllowed.
    """
    made = _new(RegistrationKind.ROLE, asked, by=by, now=now)
    objects = (Reference("person", person), Reference("registration", made.pk))
    with act(
        "accounts.role_asked",
        REQUEST_REGISTRATION,
        by=by,
        now=now,
        action=Action.CREATE,
        objects=objects,
        at=asked.within,
    ) as done:
        _refuse_out_of_reach(asked, by)
        _save_for(made, _reached(person, by, PersonState.ACTIVE), now)
        done.detail["role"] = asked.role
    return made.pk


def ask_delegation(person: UUID, asked: Asked, *, by: Actor, now: datetime) -> UUID:
    """Ask that a colleague stands in for oneself in a role one holds, until a moment at most ninety days away.

    Raises RoleNotHeld, PersonUnknown, DutiesClash, EndRefused or NotAllowed.
    """
    made = _new(RegistrationKind.DELEGATION, asked, by=by, now=now)
    objects = (Reference("person", person), Reference("registration", made.pk))
    with act(
        "accounts.delegation_asked", DELEGATE, by=by, now=now, action=Action.CREATE, objects=objects, at=asked.within
    ) as done:
        _refuse_delegation(person, asked, by, now)
        _save_for(made, _of_scope(person, by.scope, PersonState.ACTIVE), now)
        done.detail["role"] = asked.role
    return made.pk


def _new(kind: RegistrationKind, asked: Asked, *, by: Actor, now: datetime) -> Registration:
    require_fitting(asked.role, asked.within)
    if asked.ends_at is not None and asked.ends_at <= now:
        raise EndRefused
    made = Registration(id=new_id(), scope=by.scope, kind=kind, role=asked.role, ends_at=asked.ends_at)
    made.within = str(asked.within) if asked.within else ""
    made.made_by, made.made_at = by.id, now
    made.expires_at = min(now + VALID_FOR, asked.ends_at or now + VALID_FOR)
    return made


def _ask_with_code(
    made: Registration,
    label: str,
    *,
    by: Actor,
    now: datetime,
    returning: UUID | None = None,
    provider: tuple[str, str] | None = None,
) -> IssuedCode:
    code, asked = new_code(), made.asked
    subject = (Reference("registration", made.pk), *([Reference("person", returning)] if returning else []))
    with act(
        "accounts.registration_asked",
        REQUEST_REGISTRATION,
        by=by,
        now=now,
        action=Action.CREATE,
        objects=subject,
        at=asked.within,
    ) as done:
        _refuse_out_of_reach(asked, by)
        if returning is not None:
            made.person = _reached(returning, by, PersonState.LEFT)
        if provider is not None:
            promise(made, *provider, now)
        done.detail |= {"role": asked.role, "kind": made.kind}
        made.code, made.label = code_digest(code), seal_text(label.strip(), made.place("label"))
        made.save(force_insert=True)
    return IssuedCode(made.pk, asked.role, code, made.expires_at)


def _save_for(made: Registration, person: Person, now: datetime) -> None:
    if not may_be_in(person.facts, now):
        raise PersonUnknown
    require_separate(roles_held(person, made.scope, now), made.asked.role)
    made.person = person
    made.label = seal_text("", made.place("label"))
    made.save(force_insert=True)


def _of_scope(person: UUID, scope: UUID, state: PersonState) -> Person:
    """Return someone who holds, or held, a role in this scope. Raises PersonUnknown."""
    found = locked(person)
    if found is None or found.state != state or not found.roles.filter(scope=scope).exists():
        raise PersonUnknown
    return found


def _reached(person: UUID, by: Actor, state: PersonState) -> Person:
    """Return someone of this scope. For whoever answers for one ward only who belongs there, or did, exists. Raises PersonUnknown."""
    found, within = _of_scope(person, by.scope, state), reach(by, REQUEST_REGISTRATION)
    mine = found.roles.filter(scope=by.scope, within__in=[str(each) for each in within.within])
    if not within.everywhere and not mine.exists():
        raise PersonUnknown
    return found


def _refuse_out_of_reach(asked: Asked, by: Actor) -> None:
    """Whoever answers for one ward asks for that ward, and for roles that a ward gives."""
    if not reach(by, REQUEST_REGISTRATION).everywhere and asked.role not in GIVEN_BY_MANAGERS:
        raise NotAllowed(by, REQUEST_REGISTRATION)


def _refuse_delegation(person: UUID, asked: Asked, by: Actor, now: datetime) -> None:
    if person == by.id:
        raise PersonUnknown
    own = own_role(by.id, by.scope, asked, now)
    last = earliest(delegated_until(now), own.until)
    if asked.ends_at is None or last is None or asked.ends_at > last:
        raise EndRefused
