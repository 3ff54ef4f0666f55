"""Coming in with an approved registration: a name, a password, then a second factor. Only the factor makes someone active."""

import unicodedata
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.db import IntegrityError

from waarborg.accounts.models import (
    Authenticator,
    Identity,
    Password,
    Person,
    ProfessionalNumber,
    Registration,
    Session,
    UsedStep,
)
from waarborg.accounts.models.registrations import OF_SOMEONE_HERE
from waarborg.accounts.operations.arriving import arrived
from waarborg.accounts.operations.elsewhere import ElsewhereTaken, is_taken, keep_promise
from waarborg.accounts.operations.entering import CodeRefused
from waarborg.accounts.operations.hashing import QUEUE, Busy
from waarborg.accounts.operations.holding import hold, locked
from waarborg.accounts.operations.throttle import Reservation
from waarborg.accounts.permissions import LOG_IN, REGISTER
from waarborg.accounts.rules.access import FOUNDERS_IDENTIFIED_WITHIN
from waarborg.accounts.rules.factors import new_secret, proven_step, uri
from waarborg.accounts.rules.passwords import PasswordRefused, weaknesses
from waarborg.accounts.rules.registrations import RegistrationRefused, RegistrationStep, after, code_digest, state_of
from waarborg.accounts.rules.sessions import normal_login
from waarborg.accounts.values import (
    EndReason,
    Entered,
    FactorKind,
    FactorToEnrol,
    NewPerson,
    PersonState,
    ProvenWith,
    Stage,
)
from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor, require
from waarborg.kernel.keyring import look_up, seal_text, unseal_text
from waarborg.kernel.references import INSTALLATION, Reference, new_id
from waarborg.kernel.transactions import transaction

REGISTERING, CONFIRMING = "accounts.registered", "accounts.factor_confirmed"


class CodeUnknown(Exception):
    """No registration with this code can be used now. Whether there was one is never said."""


class LoginTaken(Exception):
    """Someone has this log-in name. Only the holder of an approved registration can learn that."""


def register(code: str, new: NewPerson, *, by: Actor, now: datetime, institution: str = "") -> Entered:
    """Use up a registration and make the person, or let one who left come back; they enrol a factor in the session returned.

    Raises PasswordRefused, CodeUnknown, LoginTaken, ElsewhereTaken, TooManyAttempts or Busy.
    """
    attempt = Reservation.of(REGISTERING, code_digest(code).hex(), protocol=require(by, REGISTER), by=by, now=now)
    hashed = _hashed(code, new, institution, attempt)
    try:
        with act(REGISTERING, REGISTER, by=by, now=now, action=Action.CREATE) as done:
            registration = _usable(code, now)
            person = _arrived(registration, new, now)
            done.objects = (person.reference, Reference("registration", registration.pk))
            keep_password(person, hashed, now)
            new_app(person, now)
            attempt.give_back()
            return Session.begin(person, Stage.ENROL, scope=registration.scope, now=now)
    except RegistrationRefused as error:
        attempt.failed()
        raise CodeUnknown from error
    except IntegrityError as error:
        if is_taken(error):
            raise ElsewhereTaken from None
        if "login_index" not in str(error):
            raise
        raise LoginTaken from error


def open_factor_to_enrol(*, session: UUID, by: Actor, now: datetime) -> FactorToEnrol:
    """Show the secret of a factor that isn't confirmed yet to the person it is for. Raises NotAtThisStage."""
    subject = (Reference("person", by.id),)
    with act("accounts.factor_shown", LOG_IN, by=by, now=now, action=Action.READ, objects=subject):
        person = Session.at(Stage.ENROL, session, person=by.id).person
        secret = Authenticator.objects.get(person=person, confirmed_at=None, removed_at=None).opened_secret
    return FactorToEnrol(secret, uri(secret, unseal_text(person.login, person.place("login"))))


def confirm_factor(code: str, *, session: UUID, by: Actor, now: datetime) -> Entered:
    """Prove that the factor works, which makes the person active in the role of their registration.

    Raises CodeRefused, TooManyAttempts, NotAtThisStage or DutiesClash.
    """
    subject = (Reference("person", by.id),)
    attempt = Reservation.of(CONFIRMING, str(by.id), protocol=require(by, LOG_IN), by=by, now=now)
    try:
        with act(CONFIRMING, LOG_IN, by=by, now=now, action=Action.UPDATE, objects=subject) as done:
            locked(by.id)  # before the session, as off-boarding does: neither waits for the other
            found = Session.at(Stage.ENROL, session, person=by.id)
            _confirm(found.person, code, now)
            attempt.give_back()
            done.detail["role"] = activate(found.person, now)
            return arrived(found, proven_with=ProvenWith.TOTP, by=by, now=now)
    except CodeRefused:
        attempt.failed(subject)
        raise


def _hashed(code: str, new: NewPerson, institution: str, attempt: Reservation) -> str:
    """Judge the password and hash it. Someone without a usable registration learns of neither."""
    try:
        _check_code(Registration.objects.filter(code=code_digest(code)).first(), attempt.now)
        check_password(new, institution)
        return QUEUE.hashed(new.password)
    except CodeUnknown:
        attempt.failed()
        raise
    except (PasswordRefused, Busy):
        with transaction():
            attempt.give_back()
        raise


def _check_code(registration: Registration | None, now: datetime) -> None:
    if registration is None:
        raise CodeUnknown
    try:
        after(registration.facts, RegistrationStep.USE, by=None, now=now)
    except RegistrationRefused as error:
        raise CodeUnknown from error


def check_password(new: NewPerson, institution: str) -> None:
    found = weaknesses(new.password, about=(new.login, new.name, new.email, institution), common=_common())
    if found:
        raise PasswordRefused(found)


def _usable(code: str, now: datetime) -> Registration:
    registration = Registration.objects.select_for_update().get(code=code_digest(code))
    after(registration.facts, RegistrationStep.USE, by=None, now=now)
    return registration


def _arrived(registration: Registration, new: NewPerson, now: datetime) -> Person:
    """Make the person, or take back the one who left, and use the registration up."""
    known = registration.person_id
    person = (
        _returned(known, registration, now) if known else Person(id=new_id(), scope=INSTALLATION, registered_at=now)
    )
    person.state, person.left_at, person.enrol_before = PersonState.APPROVED, None, registration.expires_at
    person.verify_before = _verify_before(registration, now)
    person.language = person.language or settings.WAARBORG.web.language
    for field in ("name", "login", "email"):
        typed = unicodedata.normalize("NFC", getattr(new, field).strip())
        setattr(person, field, seal_text(typed, person.place(field)))
    person.login_index = look_up(normal_login(new.login), scope=INSTALLATION, field="person.login")
    person.save()
    registration.person, registration.used_at = person, now
    registration.save()
    take_over(registration, person, now)
    return person


def _returned(known: UUID, registration: Registration, now: datetime) -> Person:
    """Take back someone who left, as the same person. Nothing they proved themselves with before opens anything any more."""
    person = locked(known)
    if person is None or person.state != PersonState.LEFT:
        raise RegistrationRefused(state_of(registration.facts, now), RegistrationStep.USE)
    person.authenticators.filter(removed_at=None).update(removed_at=now)
    person.recovery_codes.filter(used_at=None, replaced_at=None).update(replaced_at=now)
    person.sessions.filter(ended_at=None).update(ended_at=now, reason=EndReason.LEFT)
    return person


def _verify_before(registration: Registration, now: datetime) -> datetime:
    identity = Identity.objects.filter(registration=registration).order_by("established_at").last()
    return identity.holds_until if identity else now + FOUNDERS_IDENTIFIED_WITHIN


def take_over(registration: Registration, person: Person, now: datetime) -> None:
    """Give the person what was noted of them before they were there: numbers, and who they are at a provider."""
    ProfessionalNumber.objects.filter(registration=registration).update(person=person)
    keep_promise(registration, person, now)


def keep_password(person: Person, hashed: str, now: datetime) -> None:
    first = {"id": new_id(), "scope": INSTALLATION, "hash": hashed, "changed_at": now}
    changed = {"hash": hashed, "changed_at": now}
    Password.objects.update_or_create(person=person, defaults=changed, create_defaults=first)


def new_app(person: Person, now: datetime) -> None:
    made = Authenticator(id=new_id(), scope=INSTALLATION, person=person, kind=FactorKind.TOTP, created_at=now)
    made.secret = seal_text(new_secret(), made.place("secret"))
    made.save(force_insert=True)


def _confirm(person: Person, code: str, now: datetime) -> None:
    authenticator = Authenticator.objects.select_for_update().get(person=person, confirmed_at=None, removed_at=None)
    step = proven_step(authenticator.opened_secret, code, now=now, last_used=None)
    if step is None:
        raise CodeRefused
    UsedStep.objects.create(id=new_id(), scope=INSTALLATION, authenticator=authenticator, step=step, at=now)
    authenticator.confirmed_at = now
    authenticator.save()


def activate(person: Person, now: datetime) -> str:
    """Begin what the registration was for, and return the role; nothing for someone who was active and lost their factor.

    Raises DutiesClash when another role came in between.
    """
    if person.state != PersonState.APPROVED:
        return ""
    registration = (
        person.registrations.exclude(kind__in=OF_SOMEONE_HERE).filter(used_at__isnull=False).latest("used_at")
    )
    hold(person, registration, now)
    person.state = PersonState.ACTIVE
    person.save()
    return registration.role


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    """Return the twenty thousand passwords that everyone tries first, as Django ships them."""
    return frozenset(CommonPasswordValidator().passwords)
