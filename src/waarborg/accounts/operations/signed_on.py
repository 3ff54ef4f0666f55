"""What a proven answer of an identity provider does: it lets someone in, is linked to them, or establishes who a newcomer is."""

import hmac
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError

from waarborg.accounts.models import ExternalIdentity, Identity, Person, Registration, Session
from waarborg.accounts.operations.arriving import arrived, coming_from
from waarborg.accounts.operations.elsewhere import ElsewhereTaken, is_taken, subject_index
from waarborg.accounts.operations.holding import counting
from waarborg.accounts.operations.throttle import Reservation
from waarborg.accounts.permissions import LOG_IN, OWN_FACTORS, REGISTER
from waarborg.accounts.providers import Provider
from waarborg.accounts.rules.access import holds_until, may_be_in
from waarborg.accounts.rules.oidc import AnswerRefused, Asked, Proven, Why, has_second_factor
from waarborg.accounts.rules.registrations import RegistrationRefused, RegistrationStep, after
from waarborg.accounts.values import Entered, ProofOfIdentity, ProvenWith, Stage
from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor
from waarborg.kernel.keyring import seal_text, unseal_text
from waarborg.kernel.references import INSTALLATION, Reference, new_id

SIGNED_ON, LINKED, UNLINKED = "accounts.signed_on", "accounts.linked_elsewhere", "accounts.unlinked_elsewhere"
IDENTIFIED = "accounts.identity_established_elsewhere"


class ElsewhereUnknown(Exception):
    """No living link by this id is one's own."""


@dataclass(frozen=True)
class Signing:
    """One question that was put to a provider, and the browser that came back with the answer."""

    provider: Provider
    asked: Asked
    attempt: Reservation
    session: UUID | None
    device: str = field(repr=False)
    agent: str = field(repr=False)


def come_in(signing: Signing, said: Proven, *, by: Actor, now: datetime) -> Entered:
    """Open a session for whoever this is here. Without a second factor there, ours is asked next. Raises AnswerRefused."""
    with act(SIGNED_ON, LOG_IN, by=by, now=now, action=Action.EXECUTE) as done:
        known = _known(signing.provider, said, now)
        done.objects = (known.person.reference, Reference("external_identity", known.pk))
        done.detail["provider"] = signing.provider.key
        ExternalIdentity.objects.filter(pk=known.pk).update(last_used_at=now)
        signing.attempt.give_back()
        entered, session = _begun(signing, known.person, by=by, now=now)
        if not has_second_factor(said, signing.provider.second_factor_acr, signing.provider.second_factor_amr):
            return entered
        done.detail["second_factor"] = "there"
        return _arrived(session, said, by=by, now=now)


def link(signing: Signing, said: Proven, *, by: Actor, now: datetime) -> None:
    """Note that an account there is one's own. Raises AnswerRefused, ElsewhereTaken, NotAllowed or ProofTooOld."""
    if signing.asked.about != f"{by.id} {signing.session}":
        raise AnswerRefused(Why.SESSION)
    made = ExternalIdentity(id=new_id(), scope=INSTALLATION, provider=signing.provider.key, person_id=by.id)
    made.subject = seal_text(said.subject, made.place("subject"))
    made.subject_index = subject_index(signing.provider.key, said.subject)
    made.linked_by, made.linked_at = by.id, now
    objects = (Reference("person", by.id), Reference("external_identity", made.pk))
    try:
        with act(LINKED, OWN_FACTORS, by=by, now=now, action=Action.CREATE, objects=objects) as done:
            done.detail["provider"] = signing.provider.key
            signing.attempt.give_back()
            made.save(force_insert=True)
    except IntegrityError as error:
        if not is_taken(error):
            raise
        raise ElsewhereTaken from None


def end_external_identity(id: UUID, *, by: Actor, now: datetime) -> None:  # noqa: A002 - the name others were promised
    """Take back that an account elsewhere is one's own. Raises ElsewhereUnknown, NotAllowed or ProofTooOld."""
    objects = (Reference("person", by.id), Reference("external_identity", id))
    with act(UNLINKED, OWN_FACTORS, by=by, now=now, action=Action.DELETE, objects=objects):
        if not ExternalIdentity.objects.filter(pk=id, person_id=by.id, ended_at=None).update(ended_at=now):
            raise ElsewhereUnknown


def establish(signing: Signing, said: Proven, *, by: Actor, now: datetime) -> None:
    """Note that the provider says who a newcomer is: the one its asker named, at a level that proves it. Raises AnswerRefused."""
    registration = UUID(signing.asked.about)
    subject = (Reference("registration", registration),)
    with act(IDENTIFIED, REGISTER, by=by, now=now, action=Action.UPDATE, objects=subject) as done:
        done.detail["provider"] = signing.provider.key
        found = Registration.objects.select_for_update().get(pk=registration)
        _check(found, signing.provider, said, now)
        _write(found, signing.provider, said, now)
        signing.attempt.give_back()


def _known(provider: Provider, said: Proven, now: datetime) -> ExternalIdentity:
    index = subject_index(provider.key, said.subject)
    living = ExternalIdentity.objects.select_related("person").select_for_update(of=("self",))
    known = living.filter(provider=provider.key, subject_index=index, ended_at=None).first()
    if known is None:
        raise AnswerRefused(Why.UNKNOWN)
    if not may_be_in(known.person.facts, now) or not counting(known.person_id, now):
        raise AnswerRefused(Why.NOT_IN)
    return known


def _begun(signing: Signing, person: Person, *, by: Actor, now: datetime) -> tuple[Entered, Session]:
    scope = counting(person.pk, now)[0].scope
    entered, session = Session.made(person, Stage.FACTOR, scope, now)
    coming_from(session, by=by, agent=signing.agent, device=signing.device)
    session.save(force_insert=True)
    return entered, session


def _arrived(session: Session, said: Proven, *, by: Actor, now: datetime) -> Entered:
    """A factor proven there hours ago isn't one of just now: grave acts go by when it was, and without that by our own."""
    entered = arrived(session, proven_with=ProvenWith.PROVIDER, by=by, now=now)
    at = None if said.authenticated_at is None else min(said.authenticated_at, now)
    Session.objects.filter(pk=session.pk).update(proven_at=at)
    return entered


def _check(found: Registration, provider: Provider, said: Proven, now: datetime) -> None:
    """Nobody is identified as somebody else, by a provider that isn't sure enough, or twice."""
    named = unseal_text(found.subject, found.place("subject")) if found.subject else ""
    if found.provider != provider.key or not hmac.compare_digest(named.encode(), said.subject.encode()):
        raise AnswerRefused(Why.SUBJECT)
    if said.acr not in provider.identity_acr:
        raise AnswerRefused(Why.ASSURANCE)
    try:
        after(found.facts, RegistrationStep.IDENTIFY, by=None, now=now)
    except RegistrationRefused as error:
        raise AnswerRefused(Why.NOT_IN) from error


def _write(found: Registration, provider: Provider, said: Proven, now: datetime) -> None:
    identity = Identity(id=new_id(), scope=found.scope, registration=found, method=ProofOfIdentity.PROVIDER)
    identity.provider, identity.assurance = provider.key, said.acr
    identity.established_at, identity.holds_until = now, holds_until(now, None)
    identity.save(force_insert=True)
    found.identified_at = now
    found.save()
