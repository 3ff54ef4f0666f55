"""Establishing again who someone is, and the numbers by which registers know them."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from waarborg.accounts.models import Identity, Person, ProfessionalNumber
from waarborg.accounts.operations.approving import keep_number, refuse_unusable, save_seen
from waarborg.accounts.operations.reaching import about
from waarborg.accounts.operations.requesting import PersonUnknown
from waarborg.accounts.permissions import IDENTIFY
from waarborg.accounts.rules.numbers import digits_of, require_sayable
from waarborg.accounts.rules.registrations import OwnIdentity
from waarborg.accounts.values import IdentityDocument, NumberKind, NumberStatus, PersonState, StatedNumber
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor
from waarborg.kernel.keyring import unseal_text
from waarborg.kernel.references import new_id


class NumberUnknown(Exception):
    """There is no such number in use in this scope, or not of someone in the actor's reach."""


def verify_again(person_id: UUID, document: IdentityDocument, *, by: Actor, now: datetime) -> None:
    """Note that one saw the statutory document of someone who is here. It never shortens what was established before.

    Raises PersonUnknown, OwnIdentity or DocumentRefused.
    """
    refuse_unusable(document, now)
    event = "accounts.identity_established"
    with about(person_id, event, IDENTIFY, by=by, now=now, action=Action.UPDATE) as (person, done):
        _refuse_own(person, by)
        if person.state != PersonState.ACTIVE:
            raise PersonUnknown
        done.detail["document"] = document.kind
        known = _was_established(person)
        identity = Identity(id=new_id(), scope=by.scope, person=person, established_by=by.id)
        save_seen(identity, document, now)
        person.verify_before = max(identity.holds_until, person.verify_before) if known else identity.holds_until
        person.save(update_fields=["verify_before"])


def state_number(
    person_id: UUID, kind: NumberKind, number: str, status: NumberStatus, *, by: Actor, now: datetime
) -> UUID:
    """Note a number of a care professional, as stated or looked up; the same number said before gives way. Returns its id.

    Raises PersonUnknown, OwnIdentity, NumberRefused or OnlyARegisterVerifies.
    """
    stated = StatedNumber(kind, number, status)
    require_sayable(stated)
    with about(person_id, "accounts.number_stated", IDENTIFY, by=by, now=now, action=Action.UPDATE) as (person, done):
        _refuse_own(person, by)
        if person.state == PersonState.LEFT:
            raise PersonUnknown
        done.detail = {"kind": kind, "status": status}
        _end_same(person, stated, by.scope, now)
        row = ProfessionalNumber(id=new_id(), scope=by.scope, person=person)
        keep_number(row, stated, by=by.id, now=now)
    return row.pk


def end_number(number_id: UUID, *, by: Actor, now: datetime) -> None:
    """Note that a number isn't somebody's, or not any more. Raises NumberUnknown or OwnIdentity."""
    row = ProfessionalNumber.objects.filter(pk=number_id, scope=by.scope, person__isnull=False, ended_at=None).first()
    if row is None or row.person_id is None:
        raise NumberUnknown
    try:
        with about(row.person_id, "accounts.number_ended", IDENTIFY, by=by, now=now, action=Action.UPDATE) as (
            person,
            done,
        ):
            _refuse_own(person, by)
            done.detail["kind"] = row.kind
            ProfessionalNumber.objects.filter(pk=number_id, ended_at=None).update(ended_at=now)
    except PersonUnknown as error:
        raise NumberUnknown from error


def _was_established(person: Person) -> bool:
    """Tell whether anybody looked before, in whichever institution: none shortens what another established."""
    return Identity.objects.filter(Q(person=person) | Q(registration__person=person)).exists()


def _refuse_own(person: Person, by: Actor) -> None:
    if person.pk == by.id:
        raise OwnIdentity


def _end_same(person: Person, stated: StatedNumber, scope: UUID, now: datetime) -> None:
    for row in ProfessionalNumber.objects.filter(person=person, scope=scope, kind=stated.kind, ended_at=None):
        if unseal_text(row.number, row.place("number")) == digits_of(stated):
            row.ended_at = now
            row.save(update_fields=["ended_at"])
