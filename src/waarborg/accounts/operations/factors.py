"""One's own second factors: seeing, adding, replacing and removing them, recovery codes, and proving one once more."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from waarborg.accounts.models import (
    Authenticator,
    Challenge,
    ExternalIdentity,
    Person,
    RecoveryCode,
    Session,
    UsedStep,
)
from waarborg.accounts.operations.arriving import arrived, device_of
from waarborg.accounts.operations.challenges import pose, posed_still
from waarborg.accounts.operations.entering import PROVING, CodeRefused, use_code
from waarborg.accounts.operations.throttle import Reservation
from waarborg.accounts.permissions import LOG_IN, OWN_FACTORS, OWN_SESSION
from waarborg.accounts.rules.factors import new_secret, proven_step, uri
from waarborg.accounts.rules.recovery import new_recovery_codes, recovery_digest
from waarborg.accounts.values import (
    Account,
    AuthenticatorLine,
    ElsewhereLine,
    Entered,
    EnteredByRecoveryCode,
    FactorKind,
    FactorToEnrol,
    ProvenWith,
    Stage,
)
from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor, require
from waarborg.kernel.keyring import seal_text, unseal_text
from waarborg.kernel.references import INSTALLATION, Reference, new_id

APP, APP_WITHIN = "app", timedelta(minutes=15)
"""An app that isn't confirmed yet, and how long that may take."""
PROVEN_AGAIN = "accounts.proven_again"
LONGEST_NAME = 60


class LastFactor(Exception):
    """The only second factor someone has can't be removed: another is added first."""


class FactorUnknown(Exception):
    """The actor has no such factor, or began none to confirm (any more)."""


def open_account(*, session: UUID, by: Actor, now: datetime) -> Account:
    """Show someone what is kept of them to come in with. Raises NotAtThisStage."""
    subject = (Reference("person", by.id),)
    with act("accounts.own_account_read", OWN_SESSION, by=by, now=now, action=Action.READ, objects=subject):
        person = Session.at(Stage.FULL, session, person=by.id).person
        name, login, email = (
            unseal_text(getattr(person, field), person.place(field)) for field in ("name", "login", "email")
        )
        return Account(
            name=name,
            login=login,
            email=email,
            authenticators=tuple(_line(each) for each in confirmed(person.pk)),
            recovery_codes_left=codes_left(person.pk),
            password_changed_at=person.password.changed_at,
            elsewhere=_elsewhere(person),
        )


def begin_totp(*, by: Actor, now: datetime) -> FactorToEnrol:
    """Show the secret of a new authenticator app. The one there is stays until the new one is confirmed."""
    subject = (Reference("person", by.id),)
    with act("accounts.factor_shown", OWN_FACTORS, by=by, now=now, action=Action.READ, objects=subject):
        person, secret = Person.objects.get(pk=by.id), new_secret()
        pose(APP, _waiting(by.id), secret, lasting=APP_WITHIN, now=now)
    return FactorToEnrol(secret, uri(secret, unseal_text(person.login, person.place("login"))))


def confirm_totp(code: str, name: str, *, by: Actor, now: datetime) -> None:
    """Prove that the new authenticator app works; it takes the place of the one there was.

    Raises CodeRefused, TooManyAttempts, or FactorUnknown where none was begun or it took too long.
    """
    event, subject = "accounts.app_added", (Reference("person", by.id),)
    attempt = Reservation.of(event, str(by.id), protocol=require(by, OWN_FACTORS), by=by, now=now)
    try:
        with act(event, OWN_FACTORS, by=by, now=now, action=Action.UPDATE, objects=subject) as done:
            person = locked(by.id)
            step, made = _confirmed_app(person, code, now)
            done.detail["replaced"] = _apps(person).update(removed_at=now)
            called(made, name)
            made.save(force_insert=True)
            UsedStep.objects.create(id=new_id(), scope=INSTALLATION, authenticator=made, step=step, at=now)
            attempt.give_back()
    except CodeRefused:
        attempt.failed(subject)
        raise


def remove_authenticator(authenticator_id: UUID, *, by: Actor, now: datetime) -> None:
    """Remove one of one's own second factors; two at the same moment leave one. Raises FactorUnknown or LastFactor."""
    subject = (Reference("person", by.id), Reference("authenticator", authenticator_id))
    with act("accounts.factor_removed", OWN_FACTORS, by=by, now=now, action=Action.DELETE, objects=subject) as done:
        locked(by.id)
        has = {each.pk: each for each in confirmed(by.id)}
        if authenticator_id not in has:
            raise FactorUnknown
        if len(has) == 1:
            raise LastFactor
        done.detail |= {"kind": has[authenticator_id].kind, "left": len(has) - 1}
        Authenticator.objects.filter(pk=authenticator_id).update(removed_at=now)


def prove_again(code: str, *, session: UUID, by: Actor, now: datetime) -> Entered:
    """Prove the second factor once more, for an act that is grave; the session goes on under a new token.

    Raises CodeRefused, TooManyAttempts or NotAtThisStage.
    """
    subject = (Reference("person", by.id),)
    protocol, mark = require(by, OWN_SESSION), device_of(session, by=by)
    attempt = Reservation.of(PROVING, str(by.id), protocol=protocol, by=by, now=now, device=mark)
    try:
        with act(PROVEN_AGAIN, OWN_SESSION, by=by, now=now, action=Action.EXECUTE, objects=subject):
            found = Session.at(Stage.FULL, session, person=by.id)
            use_code(found.person, code, now)
            attempt.give_back()
            return found.advance(Stage.FULL, now, proven_with=ProvenWith.TOTP)
    except CodeRefused:
        attempt.failed(subject)
        raise


def make_recovery_codes(*, by: Actor, now: datetime) -> tuple[str, ...]:
    """Make ten recovery codes, which are shown once; the earlier ones open nothing any more."""
    subject, codes = (Reference("person", by.id),), new_recovery_codes()
    with act(
        "accounts.recovery_codes_made", OWN_FACTORS, by=by, now=now, action=Action.CREATE, objects=subject
    ) as done:
        person = locked(by.id)
        done.detail |= {"codes": len(codes), "replaced": living_codes(person.pk).update(replaced_at=now)}
        RecoveryCode.objects.bulk_create(
            RecoveryCode(id=new_id(), scope=INSTALLATION, person=person, digest=recovery_digest(code), made_at=now)
            for code in codes
        )
    return codes


def use_recovery_code(code: str, *, session: UUID, by: Actor, now: datetime) -> EnteredByRecoveryCode:
    """Prove with one of one's recovery codes instead of the second factor. Counted with the codes of an app.

    Raises CodeRefused, TooManyAttempts or NotAtThisStage.
    """
    subject = (Reference("person", by.id),)
    protocol, mark = require(by, LOG_IN), device_of(session, by=by)
    attempt = Reservation.of(PROVING, str(by.id), protocol=protocol, by=by, now=now, device=mark)
    try:
        with act("accounts.recovery_code_used", LOG_IN, by=by, now=now, action=Action.EXECUTE, objects=subject) as done:
            found = Session.at(Stage.FACTOR, session, person=by.id)
            use_up(found.person, code, now)
            left = done.detail["left"] = codes_left(by.id)
            attempt.give_back()
            entered = arrived(found, proven_with=ProvenWith.RECOVERY_CODE, by=by, now=now)
            return EnteredByRecoveryCode(entered.token, entered.stage, left)
    except CodeRefused:
        attempt.failed(subject)
        raise


def confirmed(person: UUID) -> list[Authenticator]:
    """Return the second factors that someone can prove with, the oldest first."""
    living = Authenticator.objects.filter(person=person, confirmed_at__isnull=False, removed_at=None)
    return list(living.order_by("created_at", "pk"))


def codes_left(person: UUID) -> int:
    return living_codes(person).count()


def locked(person: UUID) -> Person:
    """Return someone whose factors nobody else changes at this moment."""
    return Person.objects.select_for_update().get(pk=person)


def called(made: Authenticator, name: str) -> None:
    """Note what its owner calls a factor; the first sixty characters will do."""
    made.name = seal_text(name.strip()[:LONGEST_NAME], made.place("name"))


def use_up(person: Person, code: str, now: datetime) -> None:
    """Use a recovery code up; of two at the same moment one does. Raises CodeRefused."""
    if not living_codes(person.pk).filter(digest=recovery_digest(code)).update(used_at=now):
        raise CodeRefused


def living_codes(person: UUID) -> QuerySet[RecoveryCode]:
    return RecoveryCode.objects.filter(person=person, used_at=None, replaced_at=None)


def _apps(person: Person) -> QuerySet[Authenticator]:
    return Authenticator.objects.filter(person=person, kind=FactorKind.TOTP, removed_at=None)


def _confirmed_app(person: Person, code: str, now: datetime) -> tuple[int, Authenticator]:
    """Return the app that was begun, with the time step it was proven in."""
    secret = posed_still(APP, _waiting(person.pk), now)
    if secret is None:
        raise FactorUnknown
    step = proven_step(secret, code, now=now, last_used=None)
    if step is None:
        raise CodeRefused
    Challenge.objects.filter(holder=_waiting(person.pk), purpose=APP).delete()
    made = Authenticator(id=new_id(), scope=INSTALLATION, person=person, kind=FactorKind.TOTP)
    made.secret = seal_text(secret, made.place("secret"))
    made.created_at = made.confirmed_at = now
    return step, made


def _waiting(person: UUID) -> bytes:
    """Return who holds an app that isn't confirmed: a person, in whichever of their sessions."""
    return hashlib.sha256(b"waarborg app|" + person.bytes).digest()


def _line(each: Authenticator) -> AuthenticatorLine:
    name = unseal_text(each.name, each.place("name")) if each.name else ""
    return AuthenticatorLine(each.pk, FactorKind(each.kind), name, each.created_at, each.last_used_at)


def _elsewhere(person: Person) -> tuple[ElsewhereLine, ...]:
    living = ExternalIdentity.objects.filter(person=person, ended_at=None).order_by("linked_at", "pk")
    return tuple(ElsewhereLine(each.pk, each.provider, each.linked_at, each.last_used_at) for each in living)
