"""Establishing who a newcomer is, and approving: two persons' work, of whom neither is the one who comes in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from waarborg.accounts.models import Identity, ProfessionalNumber, Registration
from waarborg.accounts.operations.holding import hold, locked
from waarborg.accounts.operations.requesting import PersonUnknown
from waarborg.accounts.permissions import APPROVE_REGISTRATION, IDENTIFY, WITHDRAW_REGISTRATION
from waarborg.accounts.rules.access import holds_until, may_be_in
from waarborg.accounts.rules.numbers import CHECKED_EVERY, digits_of, require_sayable
from waarborg.accounts.rules.registrations import RegistrationStep, after
from waarborg.accounts.values import IdentityDocument, ProofOfIdentity, StatedNumber
from waarborg.audit.operations import act
from waarborg.audit.operations.recording import Act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor, NotAllowed, Permission, reach
from waarborg.kernel.keyring import seal_text
from waarborg.kernel.references import Reference, new_id

LONGEST_NUMBER = 20
NETHERLANDS = ZoneInfo("Europe/Amsterdam")


class RegistrationUnknown(Exception):
    """There is no such registration in this scope, or not in the part of it that the actor answers for."""


class DocumentRefused(Exception):
    """The document is out of date, or its number is empty or longer than any document's."""


def identify(
    registration: UUID,
    document: IdentityDocument,
    *,
    by: Actor,
    now: datetime,
    numbers: tuple[StatedNumber, ...] = (),
) -> None:
    """Note that one saw the statutory document of someone who is expected: kind and number, no copy (Wabvpz, article 6).

    `numbers` are those of a care professional, as stated or looked up. Raises RegistrationUnknown, RegistrationRefused, OwnIdentity,
    DocumentRefused, NumberRefused or OnlyARegisterVerifies.
    """
    refuse_unusable(document, now)
    for number in numbers:
        require_sayable(number)
    with _deciding("accounts.identity_established", IDENTIFY, registration, by=by, now=now) as (found, done):
        after(found.facts, RegistrationStep.IDENTIFY, by=by.id, now=now)
        done.detail |= {"document": document.kind, "numbers": len(numbers)}
        for number in numbers:
            keep_number(
                ProfessionalNumber(id=new_id(), scope=found.scope, registration=found), number, by=by.id, now=now
            )
        identity = Identity(id=new_id(), scope=found.scope, registration=found, established_by=by.id)
        save_seen(identity, document, now)
        found.identified_by, found.identified_at = by.id, now


def approve_registration(registration: UUID, *, by: Actor, now: datetime) -> None:
    """Let a registration be used; the role of someone who is here begins at once.

    Raises RegistrationUnknown, RegistrationRefused, NeedsAnother, DutiesClash, PersonUnknown, or RoleNotHeld when the one
    who is stood in for doesn't hold the role any more.
    """
    with _deciding("accounts.registration_approved", APPROVE_REGISTRATION, registration, by=by, now=now) as (
        found,
        done,
    ):
        after(found.facts, RegistrationStep.APPROVE, by=by.id, now=now)
        done.detail["role"] = found.role
        found.approved_by, found.approved_at = by.id, now
        if not found.needs_identity:
            _begin(found, now)


def withdraw_registration(registration: UUID, *, by: Actor, now: datetime) -> None:
    """Make a registration useless. Raises RegistrationUnknown or RegistrationRefused."""
    with _deciding("accounts.registration_withdrawn", WITHDRAW_REGISTRATION, registration, by=by, now=now) as (
        found,
        _,
    ):
        after(found.facts, RegistrationStep.WITHDRAW, by=by.id, now=now)
        found.withdrawn_at, found.withdrawn_by = now, by.id


def refuse_unusable(document: IdentityDocument, now: datetime) -> None:
    """Raise DocumentRefused for a document that proves nothing (any more)."""
    ends = end_of(document)
    if not 0 < len(number_of(document)) <= LONGEST_NUMBER or (ends is not None and ends <= now):
        raise DocumentRefused


def save_seen(identity: Identity, document: IdentityDocument, now: datetime) -> None:
    """Keep what was seen of a document with the identity it established."""
    identity.method, identity.established_at = ProofOfIdentity.DOCUMENT, now
    identity.document_kind, identity.document_until = document.kind, document.valid_until
    identity.document_number = seal_text(number_of(document), identity.place("document_number"))
    identity.holds_until = holds_until(now, end_of(document))
    identity.save(force_insert=True)


def number_of(document: IdentityDocument) -> str:
    return "".join(document.number.split()).upper()


def end_of(document: IdentityDocument) -> datetime | None:
    """Return the end of the last day on which a document is valid, in the Netherlands."""
    last = document.valid_until
    return datetime.combine(last, time.max, NETHERLANDS) if last else None


def keep_number(row: ProfessionalNumber, number: StatedNumber, *, by: UUID, now: datetime) -> None:
    """Keep a number of a professional, with who said it and when somebody looks again."""
    row.kind, row.status, row.said_by, row.said_at = number.kind, number.status, by, now
    row.check_before = now + CHECKED_EVERY
    row.number = seal_text(digits_of(number), row.place("number"))
    row.save(force_insert=True)


@contextmanager
def _deciding(
    event: str, permission: Permission, registration: UUID, *, by: Actor, now: datetime
) -> Iterator[tuple[Registration, Act]]:
    """Decide on one registration, locked, and save it. What somebody's role doesn't reach doesn't exist for them."""
    seen = Registration.objects.filter(pk=registration, scope=by.scope).first()
    subject, at = (Reference("registration", registration),), seen.asked.within if seen else None
    try:
        with act(event, permission, by=by, now=now, action=Action.UPDATE, objects=subject, at=at) as done:
            if seen is not None and seen.person_id is not None:
                locked(seen.person_id)  # before the registration, as off-boarding does: neither waits for the other
            found = Registration.objects.select_for_update().filter(pk=registration, scope=by.scope).first()
            if found is None:
                raise RegistrationUnknown
            yield found, done
            found.save()
    except NotAllowed as error:
        reach(by, permission)  # raises it again for someone who may do this nowhere
        raise RegistrationUnknown from error


def _begin(found: Registration, now: datetime) -> None:
    person = found.person
    if person is None or not may_be_in(person.facts, now):
        raise PersonUnknown
    hold(person, found, now)
    found.used_at = now
