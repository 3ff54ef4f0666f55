"""Signing on at an identity provider: to come in, to link an account there to oneself, or to let it say who a newcomer is.

It never makes anyone. A person is found by who they are at that provider alone, as an approved registration said it or as they linked
it themselves; never by a name or an e-mail address, which a provider may give to the next one.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from waarborg.accounts.models import Challenge, Registration
from waarborg.accounts.operations.challenges import pose, take
from waarborg.accounts.operations.elsewhere import ElsewhereTaken
from waarborg.accounts.operations.hashing import Busy
from waarborg.accounts.operations.registration import CodeUnknown
from waarborg.accounts.operations.saml import answer_kept, question_to
from waarborg.accounts.operations.sign_on_refused import SignOnRefused, tell_refused
from waarborg.accounts.operations.signed_on import SIGNED_ON, Signing, come_in, establish, link
from waarborg.accounts.operations.throttle import Reservation, take_room
from waarborg.accounts.permissions import LOG_IN, OWN_FACTORS, REGISTER
from waarborg.accounts.providers import (
    Described,
    Provider,
    ProviderUnreachable,
    describe,
    provider_by,
    redeem,
    signing_keys,
)
from waarborg.accounts.queries import anonymous
from waarborg.accounts.rules.oidc import (
    ANSWERED_WITHIN,
    AnswerRefused,
    Asked,
    Expected,
    Proven,
    Why,
    code_of,
    new_secret,
    proven,
    question,
)
from waarborg.accounts.rules.registrations import RegistrationRefused, RegistrationStep, after, code_digest
from waarborg.accounts.values.sign_on import Purpose, SignedOn
from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor, require
from waarborg.kernel.references import Reference
from waarborg.kernel.transactions import transaction

WAITING = "sign_on"
MOST_WAITING = 20_000
"""Questions that wait for an answer. Whoever floods the button fills no disk."""
ASKED_THERE = "accounts.sign_on_asked"
ASKING_IDENTITY, LINKING = "accounts.identity_asked_elsewhere", "accounts.linking_begun"


def begin_sign_on(
    provider: str,
    purpose: Purpose,
    holder: str,
    *,
    by: Actor,
    now: datetime,
    code: str = "",
    session: UUID | None = None,
    onward: str = "",
) -> str:
    """Return the address to send a browser to. `holder` is a cookie of that browser, without which no answer counts.

    `code` is that of the registration of who is to be identified, `session` that of who links, `onward` a path of this site.
    Raises ProviderUnknown, ProviderUnreachable, CodeUnknown, TooManyAttempts, Busy, or of who links NotAllowed or ProofTooOld.
    """
    found, comer = provider_by(provider), anonymous(by.network_address)
    take_room(ASKED_THERE, protocol=require(comer, LOG_IN), by=comer, now=now)
    about = _about(purpose, found, code, session, by=by, now=now)
    described = None if found.saml else describe(found)
    asked = Asked(found.key, purpose, new_secret(), new_secret(), now, about, onward)
    state = new_secret()
    with transaction():
        if Challenge.objects.filter(purpose=WAITING, expires_at__gt=now).count() >= MOST_WAITING:
            raise Busy
        pose(WAITING, _bound(holder, state), asked.as_text(), lasting=ANSWERED_WITHIN, now=now)
    if described is None:
        return question_to(found, _levels(found, purpose), asked, state)
    return question(described.authorization, _parameters(found, purpose), asked, state)


def finish_sign_on(
    provider: str,
    parameters: Mapping[str, str],
    holder: str,
    *,
    by: Actor,
    now: datetime,
    session: UUID | None = None,
    device: str = "",
    agent: str = "",
) -> SignedOn:
    """Take the answer that a browser brought back from this provider; once, whatever comes of it.

    Raises ProviderUnknown, ProviderUnreachable, SignOnRefused, ElsewhereTaken, TooManyAttempts; of who links NotAllowed or ProofTooOld.
    """
    found, comer = provider_by(provider), anonymous(by.network_address)
    attempt = Reservation.of(SIGNED_ON, _named(holder), protocol=require(comer, LOG_IN), by=comer, now=now)
    kept = take(WAITING, _bound(holder, parameters.get("state", "")), now)
    asked = Asked.from_text(kept) if kept else None
    if asked is None or asked.provider != found.key:
        attempt.failed()
        raise SignOnRefused
    signing = Signing(found, asked, attempt, session, device, agent)
    try:
        return _finished(signing, _answer(signing, parameters, now), by=by, now=now)
    except AnswerRefused as error:
        tell_refused(attempt, found, asked.purpose, error.why)
        raise SignOnRefused from None
    except ElsewhereTaken:
        tell_refused(attempt, found, asked.purpose, Why.TAKEN)
        raise
    except ProviderUnreachable:
        tell_refused(attempt, found, asked.purpose, Why.UNREACHABLE)
        raise


def _finished(signing: Signing, said: Proven, *, by: Actor, now: datetime) -> SignedOn:
    comer, purpose, entered = anonymous(by.network_address), Purpose(signing.asked.purpose), None
    match purpose:
        case Purpose.ENTER:
            entered = come_in(signing, said, by=comer, now=now)
        case Purpose.LINK:
            link(signing, said, by=by, now=now)
        case Purpose.IDENTIFY:
            establish(signing, said, by=comer, now=now)
    return SignedOn(purpose, entered, signing.asked.onward)


def _answer(signing: Signing, parameters: Mapping[str, str], now: datetime) -> Proven:
    """Ask the provider itself for whom its code stands; outside any transaction. Raises AnswerRefused or ProviderUnreachable."""
    provider, asked = signing.provider, signing.asked
    if provider.saml:
        return answer_kept(provider, asked, parameters.get("answer", ""), now)
    described = describe(provider)
    code = code_of(parameters, provider.issuer, always_named=described.names_itself)
    token, beside = redeem(provider, described, code, asked.verifier)
    expected = Expected(provider.issuer, provider.client_id, asked.nonce, asked.asked_at, provider.max_age, beside)
    return _proven(provider, described, token, expected, now)


def _proven(provider: Provider, described: Described, token: str, expected: Expected, now: datetime) -> Proven:
    """Verify, with keys fetched anew once where a key is named that isn't known: providers renew theirs."""
    try:
        return proven(token, signing_keys(provider, described), expected, now=now)
    except AnswerRefused as error:
        if error.why is not Why.KEY:
            raise
    return proven(token, signing_keys(provider, described, anew=True), expected, now=now)


def _about(purpose: Purpose, provider: Provider, code: str, session: UUID | None, *, by: Actor, now: datetime) -> str:
    """Return what the answer will be about, after asking whether there is anything to ask."""
    match purpose:
        case Purpose.LINK:
            with act(LINKING, OWN_FACTORS, by=by, now=now, action=Action.EXECUTE) as done:
                done.objects, done.detail["provider"] = (Reference("person", by.id),), provider.key
            return f"{by.id} {session}"
        case Purpose.IDENTIFY:
            return str(_to_identify(code, provider, by=by, now=now))
    require(by, LOG_IN)
    return ""


def _to_identify(code: str, provider: Provider, *, by: Actor, now: datetime) -> UUID:
    """Return the registration of this code, where its asker named somebody at this provider. Raises CodeUnknown."""
    digest = code_digest(code)
    attempt = Reservation.of(ASKING_IDENTITY, digest.hex(), protocol=require(by, REGISTER), by=by, now=now)
    found = Registration.objects.filter(code=digest, provider=provider.key, subject__isnull=False).first()
    if found is None or not provider.identity_acr or not _may_be_identified(found, now):
        attempt.failed()
        raise CodeUnknown
    with transaction():
        attempt.give_back()
    return found.pk


def _may_be_identified(found: Registration, now: datetime) -> bool:
    try:
        after(found.facts, RegistrationStep.IDENTIFY, by=None, now=now)
    except RegistrationRefused:
        return False
    return True


def _levels(provider: Provider, purpose: Purpose) -> tuple[str, ...]:
    return provider.identity_acr if purpose is Purpose.IDENTIFY else provider.second_factor_acr


def _parameters(provider: Provider, purpose: Purpose) -> dict[str, str]:
    asked = {"client_id": provider.client_id, "redirect_uri": provider.returns_to, "response_mode": "query"}
    asked["scope"] = " ".join(dict.fromkeys(("openid", *provider.scopes)))
    if levels := _levels(provider, purpose):
        asked["acr_values"] = " ".join(levels)
    if provider.max_age is not None:
        asked["max_age"] = str(int(provider.max_age.total_seconds()))
    return asked


def _bound(holder: str, state: str) -> bytes:
    """Return what a question is kept under: only this browser with this state has the answer to it."""
    return hashlib.sha256(b"waarborg sign-on|" + holder.encode() + b"|" + state.encode()).digest()


def _named(holder: str) -> str:
    return hashlib.sha256(b"waarborg sign-on holder|" + holder.encode()).hexdigest()
