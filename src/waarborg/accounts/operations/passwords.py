"""Changing one's own password."""

from datetime import datetime
from uuid import UUID

from waarborg.accounts.models import Password, Person, Recovery, Session
from waarborg.accounts.operations.hashing import QUEUE, Busy
from waarborg.accounts.operations.registration import check_password
from waarborg.accounts.operations.throttle import Reservation
from waarborg.accounts.permissions import OWN_FACTORS
from waarborg.accounts.rules.passwords import PasswordRefused
from waarborg.accounts.values import EndReason, Lost, NewPerson, Stage
from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor, require
from waarborg.kernel.keyring import unseal_text
from waarborg.kernel.references import Reference
from waarborg.kernel.transactions import transaction

CHANGING = "accounts.password_changed"


class OldPasswordRefused(Exception):
    """The password that would be replaced isn't this one."""


def change_password(old: str, new: str, *, session: UUID, by: Actor, now: datetime, institution: str = "") -> None:
    """Replace one's own password; every other session of the person ends. `institution` is a name that anyone could guess with.

    Raises OldPasswordRefused, PasswordRefused, TooManyAttempts, Busy or NotAtThisStage.
    """
    attempt = Reservation.of(CHANGING, str(by.id), protocol=require(by, OWN_FACTORS), by=by, now=now)
    subject, kept = (Reference("person", by.id),), Password.objects.select_related("person").get(person=by.id)
    if not _fits(old, kept.hash, attempt):
        attempt.failed(subject)
        raise OldPasswordRefused
    hashed = new_hash(new, kept.person, institution, attempt)
    with act(CHANGING, OWN_FACTORS, by=by, now=now, action=Action.UPDATE, objects=subject) as done:
        own = Session.at(Stage.FULL, session, person=by.id)
        if not Password.objects.filter(pk=kept.pk, hash=kept.hash).update(hash=hashed, changed_at=now):
            raise OldPasswordRefused
        attempt.give_back()
        done.detail["sessions"] = end_sessions(by.id, EndReason.PASSWORD_CHANGED, now, but=own.pk)
        waiting = Recovery.objects.filter(person=by.id, lost=Lost.PASSWORD, used_at=None, withdrawn_at=None)
        done.detail["recoveries_withdrawn"] = waiting.update(withdrawn_at=now)


def new_hash(new: str, person: Person, institution: str, attempt: Reservation) -> str:
    """Judge a new password by what others know of its owner and hash it. Raises PasswordRefused or Busy."""
    name, login, email = (unseal_text(getattr(person, each), person.place(each)) for each in ("name", "login", "email"))
    try:
        check_password(NewPerson(name, login, email, new), institution)
        return QUEUE.hashed(new)
    except (PasswordRefused, Busy):
        _give_back(attempt)
        raise


def end_sessions(person: UUID, reason: EndReason, now: datetime, *, but: UUID | None = None) -> int:
    """End the sessions of someone, all or all but this one, and return how many."""
    living = Session.objects.filter(person=person, ended_at=None)
    if but is not None:
        living = living.exclude(pk=but)
    return living.update(ended_at=now, reason=reason)


def _fits(old: str, kept: str, attempt: Reservation) -> bool:
    try:
        return QUEUE.fits(old, kept, known=True)
    except Busy:
        _give_back(attempt)
        raise


def _give_back(attempt: Reservation) -> None:
    with transaction():
        attempt.give_back()
