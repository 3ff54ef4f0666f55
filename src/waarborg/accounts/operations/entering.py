"""The way in: password, second factor, notice. Each step gets a new token: nobody rides along on an earlier one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from waarborg.accounts.models import Acknowledgement, Authenticator, Person, Session, UsedStep
from waarborg.accounts.operations.arriving import arrived, coming_from, device_of, limited
from waarborg.accounts.operations.hashing import QUEUE, Busy
from waarborg.accounts.operations.holding import counting
from waarborg.accounts.operations.recognising import marked
from waarborg.accounts.operations.throttle import Reservation
from waarborg.accounts.permissions import ACKNOWLEDGE_NOTICE, LOG_IN
from waarborg.accounts.rules.factors import proven_step
from waarborg.accounts.rules.sessions import normal_login
from waarborg.accounts.values import Entered, FactorKind, PersonState, ProvenWith, Stage
from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor, require
from waarborg.kernel.keyring import look_up
from waarborg.kernel.references import INSTALLATION, Reference, new_id
from waarborg.kernel.transactions import transaction

LOGGING_IN, PROVING = "accounts.password_proven", "accounts.logged_in"


class LogInRefused(Exception):
    """Name and password don't fit. Which of the two is never said."""


class CodeRefused(Exception):
    """The code doesn't fit, or was used before."""


@dataclass(frozen=True)
class _Applicant:
    """What is known of who logs in, before it is known whether it is them."""

    person: Person | None
    kept: str | None
    stage: Stage

    @property
    def objects(self) -> tuple[Reference, ...]:
        return (self.person.reference,) if self.person else ()


def log_in(login: str, password: str, *, by: Actor, now: datetime, device: str = "", agent: str = "") -> Entered:
    """Prove a password and open a session that still lacks a factor. A name that doesn't exist costs the same work.

    `device` is what the browser keeps to be known again (see queries.new_device), `agent` what it calls itself.

    Raises LogInRefused, TooManyAttempts or Busy.
    """
    name, mark = normal_login(login), marked(device)
    attempt = Reservation.of(LOGGING_IN, name, protocol=require(by, LOG_IN), by=by, now=now, device=mark)
    applicant = _applicant(name, now)
    if not _fits(password, applicant, attempt) or applicant.person is None:
        attempt.failed(applicant.objects)
        raise LogInRefused
    with act(LOGGING_IN, LOG_IN, by=by, now=now, action=Action.EXECUTE, objects=applicant.objects):
        attempt.give_back()
        entered, session = Session.made(applicant.person, applicant.stage, works_in(applicant.person, now), now)
        coming_from(session, by=by, agent=agent, device=device)
        session.save(force_insert=True)
        return entered


def prove_factor(code: str, *, session: UUID, by: Actor, now: datetime) -> Entered:
    """Prove the second factor. Raises CodeRefused, TooManyAttempts or NotAtThisStage."""
    protocol, mark = require(by, LOG_IN), device_of(session, by=by)
    attempt = Reservation.of(PROVING, str(by.id), protocol=protocol, by=by, now=now, device=mark)
    try:
        with act(PROVING, LOG_IN, by=by, now=now, action=Action.EXECUTE, objects=(Reference("person", by.id),)):
            found = Session.at(Stage.FACTOR, session, person=by.id)
            use_code(found.person, code, now)
            attempt.give_back()
            return arrived(found, proven_with=ProvenWith.TOTP, by=by, now=now)
    except CodeRefused:
        attempt.failed((Reference("person", by.id),))
        raise


def acknowledge_notice(version: str, *, session: UUID, by: Actor, now: datetime) -> Entered:
    """Note that someone read that what they will see is confidential (C2). Raises NotAtThisStage."""
    with act("accounts.notice_acknowledged", ACKNOWLEDGE_NOTICE, by=by, now=now, action=Action.EXECUTE) as done:
        done.objects, done.detail = (Reference("person", by.id),), {"version": version}
        found = Session.at(Stage.NOTICE, session, person=by.id)
        Acknowledgement.objects.create(
            id=new_id(), scope=found.scope, person=found.person, session=found.pk, notice_version=version, at=now
        )
        limited(found, now)
        return found.advance(Stage.FULL, now)


def _applicant(name: str, now: datetime) -> _Applicant:
    index = look_up(name, scope=INSTALLATION, field="person.login")
    person = Person.objects.select_related("password").filter(login_index=index).first()
    if person is None:
        return _Applicant(None, None, Stage.FACTOR)
    if person.state == PersonState.ACTIVE:
        return _Applicant(person, person.password.hash, Stage.FACTOR)
    if person.state == PersonState.APPROVED and now < person.enrol_before:
        return _Applicant(person, person.password.hash, Stage.ENROL)
    return _Applicant(None, person.password.hash, Stage.FACTOR)


def works_in(person: Person, now: datetime) -> UUID:
    """Return the scope of the role held longest, or of the registration; asked after the password, so that no name shows."""
    held = next(iter(counting(person.pk, now)), None)
    return held.scope if held else person.registrations.latest("made_at").scope


def _fits(password: str, applicant: _Applicant, attempt: Reservation) -> bool:
    try:
        return QUEUE.fits(password, applicant.kept, known=attempt.known)
    except Busy:
        with transaction():
            attempt.give_back()
        raise


def use_code(person: Person, code: str, now: datetime) -> None:
    """Use up the time step of a code. One process at a time may look; the unique row holds even without. Raises CodeRefused."""
    confirmed = Authenticator.objects.filter(person=person, kind=FactorKind.TOTP, confirmed_at__isnull=False)
    authenticator = confirmed.select_for_update().filter(removed_at=None).first()
    if authenticator is None:
        raise CodeRefused
    last_used = authenticator.used_steps.aggregate(last=Max("step"))["last"]
    step = proven_step(authenticator.opened_secret, code, now=now, last_used=last_used)
    if step is None:
        raise CodeRefused
    UsedStep.objects.create(id=new_id(), scope=authenticator.scope, authenticator=authenticator, step=step, at=now)
    authenticator.last_used_at = now
    authenticator.save()
