"""The answer of a provider that speaks SAML: received once, judged at once, and kept for the browser that asked.

A provider lets the browser post its answer to us, and what another site posts comes without our cookies. So what it proves is kept,
sealed, under a random word, and the browser is sent on with that word; the cookie that the question is bound to comes along then.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError

from waarborg.accounts.models import CountedAnswer
from waarborg.accounts.operations.challenges import pose, take
from waarborg.accounts.operations.sign_on_refused import SignOnRefused, tell_refused
from waarborg.accounts.operations.signed_on import SIGNED_ON
from waarborg.accounts.operations.throttle import Reservation
from waarborg.accounts.permissions import LOG_IN
from waarborg.accounts.providers import Provider, ProviderUnknown, Saml, provider_by
from waarborg.accounts.rules.oidc import AnswerRefused, Asked, Proven, Why, new_secret
from waarborg.accounts.rules.saml import (
    Said,
    check_answers,
    check_said,
    forgotten_after,
    saml_question,
)
from waarborg.accounts.rules.saml_assertion import check_envelope, read_assertion
from waarborg.kernel.actor import Actor, require
from waarborg.kernel.references import INSTALLATION, new_id
from waarborg.kernel.transactions import transaction

KEPT: Final = "saml_answer"
KEPT_FOR: Final = timedelta(minutes=1)
"""A browser follows at once."""
LONGEST_STATE: Final = 80
"""Bytes of a RelayState (Bindings 3.5.3)."""
RECEIVING: Final = "receive"


def question_to(provider: Provider, contexts: tuple[str, ...], asked: Asked, state: str) -> str:
    """Return the address to send a browser to."""
    return saml_question(_saml(provider).there, provider.party, contexts, asked, state)


def receive_answer(provider: str, posted: Mapping[str, str], *, by: Actor, now: datetime) -> dict[str, str]:
    """Take an answer that a browser posted, and return with what the browser is to come back: nobody is let in by this.

    Raises ProviderUnknown, SignOnRefused, TooManyAttempts.
    """
    found, state = provider_by(provider), posted.get("RelayState", "")
    saml, named = _saml(found), hashlib.sha256(b"waarborg saml|" + state.encode()).hexdigest()
    attempt = Reservation.of(SIGNED_ON, named, protocol=require(by, LOG_IN), by=by, now=now)
    try:
        said = _judged(found, saml, posted, now)
        return {"state": state, "answer": _kept(found, said, attempt, now)}
    except AnswerRefused as error:
        tell_refused(attempt, found, RECEIVING, error.why)
        raise SignOnRefused from None


def answer_kept(provider: Provider, asked: Asked, word: str, now: datetime) -> Proven:
    """Return whom the answer to this question proves, once. Raises AnswerRefused."""
    text = take(KEPT, _under(provider, word), now)
    if text is None:
        raise AnswerRefused(Why.CODE)
    kept = json.loads(text)
    check_answers(kept["in_response_to"], datetime.fromisoformat(kept["issued_at"]), asked)
    return Proven(kept["subject"], kept["context"], frozenset(), datetime.fromisoformat(kept["authenticated_at"]))


def _judged(provider: Provider, saml: Saml, posted: Mapping[str, str], now: datetime) -> Said:
    """Read nothing but what is signed, and believe nothing but what is said to us, now. Raises AnswerRefused."""
    if not 0 < len(posted.get("RelayState", "").encode()) <= LONGEST_STATE:
        raise AnswerRefused(Why.FORM)
    # The native libraries under it are an extra; the configuration sees to it that they are there.
    from waarborg.accounts.rules.saml_signed import opened, signed_assertion  # noqa: PLC0415 - an extra

    root, party = opened(posted.get("SAMLResponse", "")), provider.party
    check_envelope(root, party)
    said = read_assertion(signed_assertion(root, _certificates(saml)), root)
    check_said(said, party, now=now)
    return said


def _kept(provider: Provider, said: Said, attempt: Reservation, now: datetime) -> str:
    """Keep what is proven, and that it counted; return the word it is kept under. Raises AnswerRefused for what counted before."""
    word = new_secret()
    kept = {"subject": said.subject, "context": said.context, "in_response_to": said.in_response_to}
    kept |= {"issued_at": said.issued_at.isoformat(), "authenticated_at": said.authenticated_at.isoformat()}
    digest = hashlib.sha256(json.dumps(["waarborg saml", provider.issuer, said.id]).encode()).digest()
    counted = CountedAnswer(id=new_id(), scope=INSTALLATION, digest=digest, until=forgotten_after(said))
    try:
        with transaction():
            counted.save(force_insert=True)
            pose(KEPT, _under(provider, word), json.dumps(kept), lasting=KEPT_FOR, now=now)
            attempt.give_back()
    except IntegrityError as error:
        raise AnswerRefused(Why.AGAIN) from error
    return word


def _certificates(saml: Saml) -> tuple[bytes, ...]:
    try:
        return tuple(each.read_bytes() for each in saml.certificates)
    except OSError as error:
        raise AnswerRefused(Why.KEY) from error


def _saml(provider: Provider) -> Saml:
    if provider.saml is None:
        raise ProviderUnknown
    return provider.saml


def _under(provider: Provider, word: str) -> bytes:
    return hashlib.sha256(json.dumps(["waarborg saml answer", provider.key, word]).encode()).digest()
