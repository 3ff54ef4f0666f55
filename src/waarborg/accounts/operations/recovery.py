"""A lost second factor or password: one colleague asks, another approves, and the person does the rest themselves.

The asker reads the code out to the person. It is worth nothing alone: beside it the person shows what they still have, which is
the password for a lost factor, and a living second factor for a lost password.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from waarborg.accounts.models import Authenticator, Password, Person, Recovery, Session
from waarborg.accounts.operations.arriving import device_of
from waarborg.accounts.operations.entering import PROVING, CodeRefused, use_code
from waarborg.accounts.operations.factors import confirmed, living_codes, locked, use_up
from waarborg.accounts.operations.holding import lasting
from waarborg.accounts.operations.passwords import end_sessions, new_hash
from waarborg.accounts.operations.reaching import somewhere
from waarborg.accounts.operations.registration import new_app
from waarborg.accounts.operations.requesting import PersonUnknown
from waarborg.accounts.operations.reviewing import ReasonMissing
from waarborg.accounts.operations.throttle import Reservation
from waarborg.accounts.permissions import APPROVE_RECOVERY, ASK_RECOVERY, LOG_IN, READ_PEOPLE
from waarborg.accounts.rules.recovery import VALID_FOR, lives, may_be_used, require_approvable
from waarborg.accounts.rules.registrations import NeedsAnother, code_digest, new_code
from waarborg.accounts.rules.sessions import normal_login
from waarborg.accounts.values import EndReason, Entered, IssuedRecovery, Lost, PersonState, RecoveryLine, Stage
from waarborg.audit.operations import act
from waarborg.audit.operations.recording import Act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor, NotAllowed, Permission, may, reach, require
from waarborg.kernel.keyring import look_up, seal_text, unseal_text
from waarborg.kernel.references import INSTALLATION, Reference, new_id

RECOVERING_PASSWORD = "accounts.password_recovered"  # noqa: S105 - the name of an event
RECOVERING_FACTOR = "accounts.factor_recovered"


class RecoveryUnknown(Exception):
    """There is no such recovery in this scope, or not in the part of it that the actor answers for."""


def ask_recovery(person_id: UUID, lost: Lost, reason: str, *, by: Actor, now: datetime) -> IssuedRecovery:
    """Ask that someone may replace what they lost. It takes the place of one that was asked for before.

    Raises PersonUnknown, ReasonMissing, or NeedsAnother for whoever asks for themselves.
    """
    if not reason.strip():
        raise ReasonMissing
    made, code = Recovery(id=new_id(), scope=by.scope, lost=lost, asked_by=by.id, asked_at=now), new_code()
    subject = (Reference("person", person_id), Reference("recovery", made.pk))
    at = _answered_for(person_id, by, now)
    with (
        _hidden(by, ASK_RECOVERY, PersonUnknown),
        act(
            "accounts.recovery_asked", ASK_RECOVERY, by=by, now=now, action=Action.CREATE, objects=subject, at=at
        ) as done,
    ):
        made.person = _of_scope(person_id, by, now)
        done.reason = f"lost_{lost}"
        living = Recovery.objects.filter(person=made.person, lost=lost, used_at=None, withdrawn_at=None)
        done.detail["replaced"] = living.update(withdrawn_at=now)
        made.code, made.reason = code_digest(code), seal_text(reason.strip(), made.place("reason"))
        made.expires_at = now + VALID_FOR
        made.save(force_insert=True)
    return IssuedRecovery(made.pk, code, made.expires_at)


def approve_recovery(recovery_id: UUID, *, by: Actor, now: datetime) -> None:
    """Let a recovery be used. Raises RecoveryUnknown, RecoveryRefused or NeedsAnother."""
    with _deciding("accounts.recovery_approved", APPROVE_RECOVERY, recovery_id, by=by, now=now) as found:
        require_approvable(found.facts, by=by.id, now=now)
        found.approved_by, found.approved_at = by.id, now


def withdraw_recovery(recovery_id: UUID, *, by: Actor, now: datetime) -> None:
    """Make a recovery useless, also one that was approved. Raises RecoveryUnknown."""
    with _deciding("accounts.recovery_withdrawn", ASK_RECOVERY, recovery_id, by=by, now=now) as found:
        if not lives(found.facts, now):
            raise RecoveryUnknown
        found.withdrawn_at = now


def open_recoveries(*, by: Actor, now: datetime) -> tuple[RecoveryLine, ...]:
    """Show the recoveries that can still be used, to whoever may ask for one."""
    with act(
        "accounts.recoveries_read", READ_PEOPLE, by=by, now=now, action=Action.READ, at=somewhere(by, READ_PEOPLE)
    ) as done:
        reach(by, ASK_RECOVERY)
        living = Recovery.objects.filter(scope=by.scope, used_at=None, withdrawn_at=None, expires_at__gt=now)
        rows = [
            row
            for row in living.select_related("person").order_by("asked_at", "pk")
            if may(by, ASK_RECOVERY, at=_answered_for(row.person_id, by, now))
        ]
        done.objects = tuple(Reference("recovery", row.pk) for row in rows)
        done.detail["recoveries"] = len(rows)
        named = Person.objects.in_bulk({row.asked_by for row in rows})
        return tuple(_line(row, named, by) for row in rows)


def recover_factor(code: str, *, session: UUID, by: Actor, now: datetime) -> Entered:
    """Go on to enrol a new second factor, after the password. The old ones and the recovery codes open nothing any more.

    Who breaks off before the new one is confirmed may use the code again within its term.
    Raises CodeRefused, TooManyAttempts or NotAtThisStage.
    """
    subject = (Reference("person", by.id),)
    protocol, mark = require(by, LOG_IN), device_of(session, by=by)
    attempt = Reservation.of(PROVING, str(by.id), protocol=protocol, by=by, now=now, device=mark)
    try:
        with act(RECOVERING_FACTOR, LOG_IN, by=by, now=now, action=Action.EXECUTE, objects=subject) as done:
            person, found = locked(by.id), Session.at(Stage.FACTOR, session, person=by.id)
            recovery = _usable(code, person, Lost.FACTOR, now)
            done.objects = (*subject, Reference("recovery", recovery.pk))
            done.detail |= _forget_factors(person, now)
            done.detail["sessions"] = end_sessions(person.pk, EndReason.RECOVERED, now, but=found.pk)
            new_app(person, now)
            attempt.give_back()
            return found.advance(Stage.ENROL, now)
    except CodeRefused:
        attempt.failed(subject)
        raise


def recover_password(
    login: str, code: str, new_password: str, factor_code: str, *, by: Actor, now: datetime, institution: str = ""
) -> None:
    """Set a new password by a recovery and a living second factor: a code of the app, or a recovery code of one's own.

    Every session of the person ends. A name that nobody has, a wrong code of either kind and a recovery that isn't
    approved say the same. Raises CodeRefused, PasswordRefused, TooManyAttempts or Busy.
    """
    name = normal_login(login)
    attempt = Reservation.of(RECOVERING_PASSWORD, name, protocol=require(by, LOG_IN), by=by, now=now)
    try:
        person = _named(name, code, now)
        hashed = new_hash(new_password, person, institution, attempt)
        with act(RECOVERING_PASSWORD, LOG_IN, by=by, now=now, action=Action.EXECUTE) as done:
            person = locked(person.pk)
            recovery = _usable(code, person, Lost.PASSWORD, now)
            done.objects = (person.reference, Reference("recovery", recovery.pk))
            _prove(person, factor_code, now)
            Password.objects.filter(person=person).update(hash=hashed, changed_at=now)
            done.detail["sessions"] = end_sessions(person.pk, EndReason.PASSWORD_CHANGED, now)
            attempt.give_back()
    except CodeRefused:
        attempt.failed()
        raise


@contextmanager
def _hidden(by: Actor, permission: Permission, unknown: type[Exception]) -> Iterator[None]:
    """What somebody's role doesn't reach doesn't exist for them; who may do this nowhere is told so."""
    try:
        yield
    except NotAllowed as error:
        reach(by, permission)  # raises it again for someone who may do this nowhere
        raise unknown from error


@contextmanager
def _deciding(event: str, permission: Permission, recovery_id: UUID, *, by: Actor, now: datetime) -> Iterator[Recovery]:
    """Decide on one recovery, locked, and save it."""
    seen = Recovery.objects.filter(pk=recovery_id, scope=by.scope).first()
    subject, at = (Reference("recovery", recovery_id),), _answered_for(seen.person_id, by, now) if seen else None
    with (
        _hidden(by, permission, RecoveryUnknown),
        act(event, permission, by=by, now=now, action=Action.UPDATE, objects=subject, at=at) as done,
    ):
        found = Recovery.objects.select_for_update().filter(pk=recovery_id, scope=by.scope).first()
        if found is None:
            raise RecoveryUnknown
        _describe(done, found, subject)
        yield found
        found.save()


def _describe(done: Act, found: Recovery, subject: tuple[Reference, ...]) -> None:
    done.objects, done.reason = (Reference("person", found.person_id), *subject), f"lost_{found.lost}"


def _answered_for(person: UUID, by: Actor, now: datetime) -> Reference | None:
    """Return one thing for which the person holds a role and the actor may ask, if there is one."""
    held = lasting(now).filter(person=person, scope=by.scope).order_by("at", "pk")
    places = (each.grant.within for each in held)
    return next((at for at in places if at is not None and may(by, ASK_RECOVERY, at=at)), None)


def _of_scope(person_id: UUID, by: Actor, now: datetime) -> Person:
    """Return someone who may be in and holds a role here."""
    person = Person.objects.select_for_update().filter(pk=person_id, state=PersonState.ACTIVE).first()
    if person is None or not lasting(now).filter(person=person, scope=by.scope).exists():
        raise PersonUnknown
    if person.pk == by.id:
        raise NeedsAnother
    return person


def _usable(code: str, person: Person, lost: Lost, now: datetime) -> Recovery:
    """Return the recovery of this code, used from now on. Raises CodeRefused."""
    found = Recovery.objects.select_for_update().filter(code=code_digest(code), person=person, lost=lost).first()
    if found is None or person.state != PersonState.ACTIVE:
        raise CodeRefused
    if not may_be_used(found.facts, now, unfinished=lost is Lost.FACTOR and not confirmed(person.pk)):
        raise CodeRefused
    found.used_at = now
    found.save()
    return found


def _named(name: str, code: str, now: datetime) -> Person:
    """Return whom a recovery of a password is for, if they have this name. No name is looked up: none can be tried out."""
    found = Recovery.objects.select_related("person").filter(code=code_digest(code), lost=Lost.PASSWORD).first()
    if found is None or not may_be_used(found.facts, now):
        raise CodeRefused
    if bytes(found.person.login_index) != look_up(name, scope=INSTALLATION, field="person.login"):
        raise CodeRefused
    return found.person


def _forget_factors(person: Person, now: datetime) -> dict[str, int]:
    """Remove every second factor, confirmed or not, and the recovery codes; return how many."""
    living = Authenticator.objects.filter(person=person, removed_at=None)
    removed = living.update(removed_at=now)
    return {"factors": removed, "recovery_codes": living_codes(person.pk).update(replaced_at=now)}


def _prove(person: Person, code: str, now: datetime) -> None:
    """Prove the second factor that someone still has. Raises CodeRefused."""
    try:
        use_code(person, code, now)
    except CodeRefused:
        use_up(person, code, now)


def _line(row: Recovery, named: Mapping[UUID, Person], by: Actor) -> RecoveryLine:
    asker = named.get(row.asked_by)
    return RecoveryLine(
        id=row.pk,
        name=row.person.opened_name,
        lost=Lost(row.lost),
        reason=unseal_text(row.reason, row.place("reason")),
        asked_by=asker.opened_name if asker else "",
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        approved=row.approved_by is not None,
        may_approve=row.approved_by is None
        and may(by, APPROVE_RECOVERY)
        and by.id not in {row.asked_by, row.person_id},
    )
