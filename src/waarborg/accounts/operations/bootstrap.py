"""The first two persons: nobody is there to approve them, so the console does, and the log says so."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from waarborg.accounts.models import Person, Registration, Session
from waarborg.accounts.operations.holding import lasting
from waarborg.accounts.permissions import BOOTSTRAP
from waarborg.accounts.rules.access import counts
from waarborg.accounts.rules.registrations import FOUNDING_FOR, code_digest, new_code
from waarborg.accounts.values import FOUNDING_ROLES, EndReason, IssuedCode, PersonState, RegistrationKind, Role
from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor
from waarborg.kernel.keyring import seal_text
from waarborg.kernel.references import Reference, new_id


class AlreadyFounded(Exception):
    """Both founding roles are held: from now on registrations are asked for and approved by persons."""


def start_bootstrap(scope: UUID, *, by: Actor, now: datetime) -> tuple[IssuedCode, ...]:
    """Make a registration for each founding role that nobody holds. Earlier ones lapse, also where somebody began with one.

    Raises AlreadyFounded.
    """
    with act("accounts.bootstrap_started", BOOTSTRAP, by=by, now=now, action=Action.CREATE) as done:
        vacant = [role for role in FOUNDING_ROLES if not _is_held(role, now)]
        if not vacant:
            raise AlreadyFounded
        Registration.objects.filter(founding=True, used_at=None, withdrawn_at=None).update(withdrawn_at=now)
        broken_off = _break_off(now)
        issued = tuple(_issue(role, scope, by=by, now=now) for role in vacant)
        done.objects = (*(Reference("registration", each.id) for each in issued), *broken_off)
        done.reason = "bootstrap"
    return issued


def _is_held(role: Role, now: datetime) -> bool:
    """Tell whether someone who can come in holds this role; else the console lets another one in."""
    held = lasting(now).filter(role=role, within="", person__state=PersonState.ACTIVE, person__verify_before__gt=now)
    return any(counts(each.facts, now) for each in held)


def _break_off(now: datetime) -> tuple[Reference, ...]:
    """Let nobody go on with a code that was replaced: whoever typed it and has no factor yet may be who stole it."""
    began = Q(founding=True, used_at__isnull=False, person__state=PersonState.APPROVED)
    people = [each for each in Registration.objects.filter(began).values_list("person", flat=True) if each]
    # No role can be held yet. A session that is enrolling at this moment waits for this row, and then finds itself ended.
    Person.objects.filter(pk__in=people, state=PersonState.APPROVED).update(state=PersonState.LEFT, left_at=now)
    Session.objects.filter(person__in=people, ended_at=None).update(ended_at=now, reason=EndReason.LEFT)
    return tuple(Reference("person", each) for each in people)


def _issue(role: Role, scope: UUID, *, by: Actor, now: datetime) -> IssuedCode:
    code, made = new_code(), Registration(id=new_id(), scope=scope, role=role, kind=RegistrationKind.NEW, founding=True)
    made.code, made.label = code_digest(code), seal_text("", made.place("label"))
    made.made_by, made.made_at, made.expires_at = by.id, now, now + FOUNDING_FOR
    made.approved_by, made.approved_at = by.id, now
    made.save(force_insert=True)
    return IssuedCode(made.pk, role, code, made.expires_at)
