"""A first role at another institution on the account one has: registered there as anyone, by two others, with a code to type."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError

from waarborg.accounts.models import Identity, Person, Registration
from waarborg.accounts.operations.elsewhere import ElsewhereTaken, is_taken
from waarborg.accounts.operations.holding import hold, locked
from waarborg.accounts.operations.registration import CodeUnknown, take_over
from waarborg.accounts.operations.throttle import Reservation
from waarborg.accounts.permissions import JOIN
from waarborg.accounts.rules.access import may_be_in
from waarborg.accounts.rules.registrations import (
    NeedsAnother,
    RegistrationRefused,
    RegistrationStep,
    after,
    code_digest,
)
from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor, require
from waarborg.kernel.references import Reference

ASKED, JOINED = "accounts.joining", "accounts.joined"


def join(code: str, *, by: Actor, now: datetime) -> UUID:
    """Use up an approved registration of a newcomer for oneself; the role begins, and its scope is returned.

    Whoever asked for it, established the identity or approved it hears that there is no such code. Logged in the scope one is in,
    and in the one that is joined. Raises CodeUnknown, DutiesClash, ElsewhereTaken, TooManyAttempts, NotAllowed or ProofTooOld.
    """
    subject = (Reference("person", by.id),)
    attempt = Reservation.of(ASKED, str(by.id), protocol=require(by, JOIN), by=by, now=now)
    try:
        with act(ASKED, JOIN, by=by, now=now, action=Action.EXECUTE, objects=subject):
            scope = _joined(code, by, now)
            attempt.give_back()
            return scope
    except (RegistrationRefused, NeedsAnother, CodeUnknown) as error:
        attempt.failed(subject)
        raise CodeUnknown from error
    except IntegrityError as error:
        if not is_taken(error):
            raise
        raise ElsewhereTaken from None


def _joined(code: str, by: Actor, now: datetime) -> UUID:
    person = locked(by.id)  # before the registration, as off-boarding does: neither waits for the other
    registration = Registration.objects.select_for_update().filter(code=code_digest(code)).first()
    if person is None or registration is None or not may_be_in(person.facts, now):
        raise CodeUnknown
    after(registration.facts, RegistrationStep.JOIN, by=person.pk, now=now)
    grant = hold(person, registration, now).grant
    there = replace(by, scope=registration.scope, grants=frozenset({grant}))
    objects = (person.reference, Reference("registration", registration.pk))
    with act(JOINED, JOIN, by=there, now=now, action=Action.UPDATE, objects=objects) as done:
        done.detail["role"] = registration.role
        _use_up(registration, person, now)
    return registration.scope


def _use_up(registration: Registration, person: Person, now: datetime) -> None:
    """A look at a document lengthens how long an identity holds, and never shortens it."""
    seen = Identity.objects.filter(registration=registration).order_by("established_at").last()
    if seen is not None:
        person.verify_before = max(person.verify_before, seen.holds_until)
        person.save()
    registration.person, registration.used_at = person, now
    registration.save()
    take_over(registration, person, now)
