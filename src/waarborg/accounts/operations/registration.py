"""Registering with a ticket: a name, a password, then a second factor. Only the factor makes someone active."""

import unicodedata
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.db import IntegrityError

from waarborg.accounts.models import Authenticator, Password, Person, RoleHeld, Session, Ticket, UsedStep
from waarborg.accounts.operations.entering import CodeRefused
from waarborg.accounts.operations.hashing import QUEUE, Busy
from waarborg.accounts.operations.throttle import Reservation
from waarborg.accounts.permissions import LOG_IN, REGISTER
from waarborg.accounts.rules.factors import new_secret, proven_step, uri
from waarborg.accounts.rules.passwords import PasswordRefused, weaknesses
from waarborg.accounts.rules.sessions import normal_login
from waarborg.accounts.rules.tickets import TicketRefused, TicketStep, after, code_digest
from waarborg.accounts.values import Entered, FactorToEnrol, NewPerson, PersonState, Stage
from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor, require
from waarborg.kernel.keyring import look_up, seal_text, unseal_text
from waarborg.kernel.references import INSTALLATION, Reference, new_id
from waarborg.kernel.transactions import transaction

REGISTERING, CONFIRMING = "accounts.registered", "accounts.factor_confirmed"


class CodeUnknown(Exception):
    """No ticket with this code can be used now. Whether there was one is never said."""


class LoginTaken(Exception):
    """Someone has this log-in name. Only the holder of a ticket can learn that."""


def register(code: str, new: NewPerson, *, by: Actor, now: datetime, institution: str = "") -> Entered:
    """Use up a ticket and make the person, who then enrols a factor in the session returned.

    Raises PasswordRefused, CodeUnknown, LoginTaken, TooManyAttempts or Busy.
    """
    attempt = Reservation.of(REGISTERING, code_digest(code).hex(), protocol=require(by, REGISTER), by=by, now=now)
    hashed = _hashed(code, new, institution, attempt)
    person = _person(new, now)
    try:
        with act(REGISTERING, REGISTER, by=by, now=now, action=Action.CREATE, objects=(person.reference,)) as done:
            ticket = _used(code, person, now)
            done.objects = (person.reference, Reference("ticket", ticket.pk))
            Password.objects.create(id=new_id(), scope=INSTALLATION, person=person, hash=hashed, changed_at=now)
            _new_authenticator(person, now)
            attempt.give_back()
            return Session.begin(person, Stage.ENROL, scope=ticket.scope, now=now)
    except TicketRefused as error:
        attempt.failed()
        raise CodeUnknown from error
    except IntegrityError as error:
        if "login_index" not in str(error):
            raise
        raise LoginTaken from error


def open_factor_to_enrol(*, session: UUID, by: Actor, now: datetime) -> FactorToEnrol:
    """Show the secret of a factor that isn't confirmed yet to the person it is for. Raises NotAtThisStage."""
    subject = (Reference("person", by.id),)
    with act("accounts.factor_shown", LOG_IN, by=by, now=now, action=Action.READ, objects=subject):
        person = Session.at(Stage.ENROL, session, person=by.id).person
        secret = Authenticator.objects.get(person=person, confirmed_at=None).opened_secret
    return FactorToEnrol(secret, uri(secret, unseal_text(person.login, person.place("login"))))


def confirm_factor(code: str, *, session: UUID, by: Actor, now: datetime) -> Entered:
    """Prove that the factor works, which makes the person active in the role of their ticket.

    Raises CodeRefused, TooManyAttempts or NotAtThisStage.
    """
    subject = (Reference("person", by.id),)
    attempt = Reservation.of(CONFIRMING, str(by.id), protocol=require(by, LOG_IN), by=by, now=now)
    try:
        with act(CONFIRMING, LOG_IN, by=by, now=now, action=Action.UPDATE, objects=subject) as done:
            found = Session.at(Stage.ENROL, session, person=by.id)
            _confirm(found.person, code, now)
            attempt.give_back()
            done.detail["role"] = _activate(found.person, now)
            return found.advance(Stage.NOTICE, now)
    except CodeRefused:
        attempt.failed(subject)
        raise


def _hashed(code: str, new: NewPerson, institution: str, attempt: Reservation) -> str:
    """Judge the password and hash it. Someone without a usable ticket learns of neither."""
    try:
        _check_ticket(Ticket.objects.filter(code=code_digest(code)).first(), attempt.now)
        _check_password(new, institution)
        return QUEUE.hashed(new.password)
    except CodeUnknown:
        attempt.failed()
        raise
    except (PasswordRefused, Busy):
        with transaction():
            attempt.give_back()
        raise


def _check_ticket(ticket: Ticket | None, now: datetime) -> None:
    if ticket is None:
        raise CodeUnknown
    try:
        after(ticket.facts, TicketStep.USE, by=ticket.pk, now=now)
    except TicketRefused as error:
        raise CodeUnknown from error


def _check_password(new: NewPerson, institution: str) -> None:
    found = weaknesses(new.password, about=(new.login, new.name, new.email, institution), common=_common())
    if found:
        raise PasswordRefused(found)


def _used(code: str, person: Person, now: datetime) -> Ticket:
    ticket = Ticket.objects.select_for_update().get(code=code_digest(code))
    after(ticket.facts, TicketStep.USE, by=person.pk, now=now)
    person.enrol_before = ticket.expires_at
    person.save(force_insert=True)
    ticket.used_by, ticket.used_at = person, now
    ticket.save()
    return ticket


def _person(new: NewPerson, now: datetime) -> Person:
    person = Person(id=new_id(), scope=INSTALLATION, state=PersonState.APPROVED, registered_at=now)
    person.language = settings.WAARBORG.web.language
    for field in ("name", "login", "email"):
        typed = unicodedata.normalize("NFC", getattr(new, field).strip())
        setattr(person, field, seal_text(typed, person.place(field)))
    person.login_index = look_up(normal_login(new.login), scope=INSTALLATION, field="person.login")
    return person


def _new_authenticator(person: Person, now: datetime) -> None:
    made = Authenticator(id=new_id(), scope=INSTALLATION, person=person, kind=Authenticator.Kind.TOTP, created_at=now)
    made.secret = seal_text(new_secret(), made.place("secret"))
    made.save(force_insert=True)


def _confirm(person: Person, code: str, now: datetime) -> None:
    authenticator = Authenticator.objects.select_for_update().get(person=person, confirmed_at=None)
    step = proven_step(authenticator.opened_secret, code, now=now, last_used=None)
    if step is None:
        raise CodeRefused
    UsedStep.objects.create(id=new_id(), scope=INSTALLATION, authenticator=authenticator, step=step, at=now)
    authenticator.confirmed_at = now
    authenticator.save()


def _activate(person: Person, now: datetime) -> str:
    ticket = person.ticket
    held = RoleHeld(id=new_id(), scope=ticket.scope, person=person, role=ticket.role, at=now)
    held.granted_by = ticket.approved_by or ticket.made_by
    held.save(force_insert=True)
    person.state = PersonState.ACTIVE
    person.save()
    return ticket.role


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    """Return the twenty thousand passwords that everyone tries first, as Django ships them."""
    return frozenset(CommonPasswordValidator().passwords)
