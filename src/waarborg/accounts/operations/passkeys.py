"""Passkeys: made, used as second factor, and used to come in without a password.

A challenge is posed to one browser, holds for five minutes and is gone once it is answered, whatever the answer was.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from fido2.utils import websafe_decode, websafe_encode

from waarborg.accounts.models import Authenticator, Challenge, Person, Session
from waarborg.accounts.operations.arriving import arrived, device_of
from waarborg.accounts.operations.challenges import browser_digest, holder_of, pose, take
from waarborg.accounts.operations.entering import PROVING, works_in
from waarborg.accounts.operations.factors import PROVEN_AGAIN, called, confirmed, locked
from waarborg.accounts.operations.hashing import Busy
from waarborg.accounts.operations.recognising import marked
from waarborg.accounts.operations.registration import CONFIRMING, activate
from waarborg.accounts.operations.throttle import Reservation, take_room
from waarborg.accounts.permissions import LOG_IN, OWN_FACTORS, OWN_SESSION
from waarborg.accounts.rules.passkeys import (
    CHALLENGE_BYTES,
    VALID_FOR,
    Answer,
    CounterWentBack,
    Keeper,
    MadePasskey,
    PasskeyRefused,
    Site,
    id_of,
    made,
    proven,
    read,
    site_at,
    to_make,
    to_use,
)
from waarborg.accounts.values import Entered, FactorKind, PersonState, ProvenWith, Stage
from waarborg.audit.operations import act, record
from waarborg.audit.values import Action, Outcome
from waarborg.kernel.actor import Actor, require
from waarborg.kernel.keyring import look_up, seal_text, unseal_text
from waarborg.kernel.references import INSTALLATION, Reference, new_id
from waarborg.kernel.transactions import own_transaction, transaction

ADDING, FIRST, USING, ENTERING = "passkey_add", "passkey_first", "passkey_use", "passkey_enter"
MOST_ASKED = 50_000
"""Questions to strangers that wait at the same time: a flood takes no more room than this."""
ADDED, ASKED, COPIED = "accounts.passkey_added", "accounts.passkey_asked", "accounts.passkey_copied"


class PasskeyCopied(PasskeyRefused):
    """The passkey counts lower than it did before: there may be a copy of it. It is refused, and the log says so."""

    def __init__(self, objects: tuple[Reference, ...]) -> None:
        self.objects = objects
        super().__init__()


def site() -> Site:
    """Return whom passkeys are made for in this installation."""
    return site_at(settings.WAARBORG.web.origin)


def begin_passkey(*, session: UUID, by: Actor, now: datetime) -> str:
    """Return what the browser of someone who is in needs to make another passkey, as JSON. Raises NotAtThisStage."""
    subject = (Reference("person", by.id),)
    with act(ASKED, OWN_FACTORS, by=by, now=now, action=Action.READ, objects=subject):
        return _ask_to_make(ADDING, holder_of(session, Stage.FULL, by=by), by, now)


def add_passkey(answer: str, name: str, *, session: UUID, by: Actor, now: datetime) -> None:
    """Keep a passkey that was just made beside what there is. Raises PasskeyRefused, TooManyAttempts or NotAtThisStage."""
    attempt = Reservation.of(ADDED, str(by.id), protocol=require(by, OWN_FACTORS), by=by, now=now)
    challenge = take(ADDING, holder_of(session, Stage.FULL, by=by), now)
    with (
        _answered(attempt, Reference("person", by.id)),
        act(ADDED, OWN_FACTORS, by=by, now=now, action=Action.CREATE) as done,
    ):
        passkey = made(answer, site(), _living(challenge))
        person, _ = locked(by.id), Session.at(Stage.FULL, session, person=by.id)
        kept = _keep(passkey, person, name, now)
        done.objects = (Reference("person", by.id), Reference("authenticator", kept.pk))
        attempt.give_back()


def begin_first_passkey(*, session: UUID, by: Actor, now: datetime) -> str:
    """Return what a browser needs to make a passkey instead of enrolling an app, as JSON. Raises NotAtThisStage."""
    subject = (Reference("person", by.id),)
    with act(ASKED, LOG_IN, by=by, now=now, action=Action.READ, objects=subject):
        return _ask_to_make(FIRST, holder_of(session, Stage.ENROL, by=by), by, now)


def confirm_first_passkey(answer: str, *, session: UUID, by: Actor, now: datetime) -> Entered:
    """Keep a first passkey, which makes the person active in the role of their registration.

    Raises PasskeyRefused, TooManyAttempts or NotAtThisStage.
    """
    attempt = Reservation.of(CONFIRMING, str(by.id), protocol=require(by, LOG_IN), by=by, now=now)
    challenge = take(FIRST, holder_of(session, Stage.ENROL, by=by), now)
    with (
        _answered(attempt, Reference("person", by.id)),
        act(CONFIRMING, LOG_IN, by=by, now=now, action=Action.UPDATE) as done,
    ):
        passkey = made(answer, site(), _living(challenge))
        person, found = locked(by.id), Session.at(Stage.ENROL, session, person=by.id)
        kept = _keep(passkey, person, "", now)
        Authenticator.objects.filter(person=person, confirmed_at=None, removed_at=None).update(removed_at=now)
        done.objects = (person.reference, Reference("authenticator", kept.pk))
        done.detail |= {"role": activate(person, now), "proven_with": ProvenWith.PASSKEY}
        attempt.give_back()
        return arrived(found, proven_with=ProvenWith.PASSKEY, by=by, now=now)


def ask_passkey(*, session: UUID, by: Actor, now: datetime) -> str:
    """Return what a browser needs to use one of one's passkeys, as JSON: on the way in, or to prove it once more.

    Raises NotAtThisStage.
    """
    subject = (Reference("person", by.id),)
    with act(ASKED, OWN_SESSION, by=by, now=now, action=Action.READ, objects=subject):
        holder, challenge = holder_of(session, Stage.FACTOR, Stage.FULL, by=by), _new_challenge()
        pose(USING, holder, websafe_encode(challenge), lasting=VALID_FOR, now=now)
        return to_use(site(), _ids_of(by.id), challenge)


def prove_passkey(answer: str, *, session: UUID, by: Actor, now: datetime) -> Entered:
    """Prove the second factor by a passkey. Raises PasskeyRefused, TooManyAttempts or NotAtThisStage."""
    protocol, mark = require(by, LOG_IN), device_of(session, by=by)
    attempt = Reservation.of(PROVING, str(by.id), protocol=protocol, by=by, now=now, device=mark)
    challenge, subject = take(USING, holder_of(session, Stage.FACTOR, by=by), now), Reference("person", by.id)
    with (
        _answered(attempt, subject),
        act(PROVING, LOG_IN, by=by, now=now, action=Action.EXECUTE, objects=(subject,)) as done,
    ):
        _prove(read(answer), _living(challenge), by.id, now)
        found = Session.at(Stage.FACTOR, session, person=by.id)
        done.detail["proven_with"] = ProvenWith.PASSKEY
        attempt.give_back()
        return arrived(found, proven_with=ProvenWith.PASSKEY, by=by, now=now)


def prove_again_with_passkey(answer: str, *, session: UUID, by: Actor, now: datetime) -> Entered:
    """Prove a passkey once more, for an act that is grave; the session goes on under a new token.

    Raises PasskeyRefused, TooManyAttempts or NotAtThisStage.
    """
    protocol, mark = require(by, OWN_SESSION), device_of(session, by=by)
    attempt = Reservation.of(PROVING, str(by.id), protocol=protocol, by=by, now=now, device=mark)
    challenge, subject = take(USING, holder_of(session, Stage.FULL, by=by), now), Reference("person", by.id)
    with (
        _answered(attempt, subject),
        act(PROVEN_AGAIN, OWN_SESSION, by=by, now=now, action=Action.EXECUTE, objects=(subject,)) as done,
    ):
        _prove(read(answer), _living(challenge), by.id, now)
        found = Session.at(Stage.FULL, session, person=by.id)
        done.detail["proven_with"] = ProvenWith.PASSKEY
        attempt.give_back()
        return found.advance(Stage.FULL, now, proven_with=ProvenWith.PASSKEY)


def ask_any_passkey(holder: str, *, by: Actor, now: datetime) -> str:
    """Return what a browser needs to use whichever passkey its user chooses, as JSON: the same for everyone.

    `holder` is a cookie of this browser. Not an event of the log: it names nobody, and the answer to it is one.
    Raises TooManyAttempts, or Busy when more browsers ask than could all be people.
    """
    take_room(ASKED, protocol=require(by, LOG_IN), by=by, now=now)
    challenge = _new_challenge()
    with transaction():
        if Challenge.objects.filter(purpose=ENTERING, expires_at__gt=now).count() >= MOST_ASKED:
            raise Busy
        pose(ENTERING, browser_digest(holder), websafe_encode(challenge), lasting=VALID_FOR, now=now)
    return to_use(site(), None, challenge)


def enter_with_passkey(
    answer: str, holder: str, *, by: Actor, now: datetime, device: str = "", agent: str = ""
) -> Entered:
    """Come in by a passkey alone: having it is one factor, and its own verification of the user the other.

    `holder` is the cookie for which it was asked; `device` and `agent` as with `log_in`. Raises PasskeyRefused or TooManyAttempts.
    """
    browser = browser_digest(holder)
    name, mark, protocol = _said_by(answer, browser), marked(device), require(by, LOG_IN)
    attempt = Reservation.of(PROVING, name, protocol=protocol, by=by, now=now, device=mark)
    challenge = take(ENTERING, browser, now) if holder else None
    with _answered(attempt), act(PROVING, LOG_IN, by=by, now=now, action=Action.EXECUTE) as done:
        person = _prove(read(answer), _living(challenge), None, now).person
        if person.state != PersonState.ACTIVE:
            raise PasskeyRefused
        done.objects, done.detail["proven_with"] = (person.reference,), ProvenWith.PASSKEY
        attempt.give_back()
        _, session = Session.made(person, Stage.FACTOR, works_in(person, now), now)
        return arrived(session, proven_with=ProvenWith.PASSKEY, by=by, now=now, agent=agent, device=device)


def _said_by(answer: str, browser: bytes) -> str:
    """Return under which name an answer counts: whose it says to be, so that whoever is known here doesn't wait for strangers."""
    with suppress(PasskeyRefused):
        return str(read(answer).person or browser.hex())
    return browser.hex()


@contextmanager
def _answered(attempt: Reservation, *subject: Reference) -> Iterator[None]:
    """Log an answer that is refused, after the roll-back of the act around which this stands."""
    try:
        yield
    except PasskeyCopied as error:
        _tell_of_copy(attempt, error.objects)
        raise
    except PasskeyRefused:
        attempt.failed(subject)
        raise
    except IntegrityError as error:
        if "credential" not in str(error):
            raise
        attempt.failed(subject)
        raise PasskeyRefused from error


def _tell_of_copy(attempt: Reservation, objects: tuple[Reference, ...]) -> None:
    with own_transaction():
        record(
            COPIED,
            by=attempt.by,
            now=attempt.now,
            action=Action.EXECUTE,
            objects=objects,
            protocol=attempt.protocol,
            outcome=Outcome.REFUSED,
            reason="counter_went_back",
        )


def _ask_to_make(purpose: str, holder: bytes, by: Actor, now: datetime) -> str:
    challenge, person = _new_challenge(), Person.objects.get(pk=by.id)
    pose(purpose, holder, websafe_encode(challenge), lasting=VALID_FOR, now=now)
    keeper = Keeper(person.pk, unseal_text(person.login, person.place("login")), person.opened_name)
    return to_make(site(), keeper, _ids_of(person.pk), challenge)


def _new_challenge() -> bytes:
    return secrets.token_bytes(CHALLENGE_BYTES)


def _living(challenge: str | None) -> bytes:
    if challenge is None:
        raise PasskeyRefused
    return websafe_decode(challenge)


def _ids_of(person: UUID) -> list[str]:
    return [id_of(each.opened_secret) for each in confirmed(person) if each.kind == FactorKind.PASSKEY]


def _keep(passkey: MadePasskey, person: Person, name: str, now: datetime) -> Authenticator:
    kept = Authenticator(id=new_id(), scope=INSTALLATION, person=person, kind=FactorKind.PASSKEY)
    kept.secret = seal_text(passkey.data, kept.place("secret"))
    kept.credential, kept.sign_count = _index(passkey.credential_id), passkey.sign_count
    kept.created_at = kept.confirmed_at = now
    called(kept, name)
    kept.save(force_insert=True)
    return kept


def _prove(answer: Answer, challenge: bytes, person: UUID | None, now: datetime) -> Authenticator:
    """Return the passkey that answered, its counter raised. It has to be this person's, or else say whose it is."""
    passkey = _shown(answer, answer.person if person is None else person)
    try:
        secret, count = passkey.opened_secret, passkey.sign_count
        passkey.sign_count = proven(answer, site(), challenge, kept=secret, sign_count=count)
    except CounterWentBack as error:
        raise PasskeyCopied((passkey.person.reference, Reference("authenticator", passkey.pk))) from error
    passkey.last_used_at = now
    passkey.save()
    return passkey


def _shown(answer: Answer, owner: UUID | None) -> Authenticator:
    """Return the passkey that an answer says to be of, if it is the owner's; their row and its are locked, in that order."""
    living = Authenticator.objects.filter(credential=_index(answer.credential_id), removed_at=None, person=owner)
    if owner is None or answer.person not in {None, owner} or not living.exists():
        raise PasskeyRefused
    person = locked(owner)
    passkey = living.select_for_update().first()
    if passkey is None:
        raise PasskeyRefused
    passkey.person = person
    return passkey


def _index(credential_id: str) -> bytes:
    return look_up(credential_id, scope=INSTALLATION, field="authenticator.credential")
