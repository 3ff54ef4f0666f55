"""Signing on at an identity provider lets in whom we know, by what it proves, and nobody by what it only says."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import pytest
from django.conf import settings
from joserfc.jwk import ECKey, OKPKey, RSAKey
from tests.accounts.conftest import House, logged
from tests.cast import ELSEWHERE as AWAY
from tests.cast import NOON, person
from tests.simulators.certificates import make_authority
from tests.simulators.provider import (
    CLIENT,
    SECRET,
    OpenIdProvider,
    document,
    half_digest,
    later,
    openid_provider,
    signed_with_public_key,
    unsigned,
)
from tests.simulators.servers import Answer, closed_port, raw_server

from waarborg.accounts.models import Challenge, ExternalIdentity, Identity, Person, Registration, Session
from waarborg.accounts.operations import (
    Busy,
    CodeUnknown,
    NeedsAnother,
    TooManyAttempts,
    approve_registration,
    ask_registration,
    identify,
    join,
    leave,
    log_in,
    prove_factor,
    register,
    sign_on,
    withdraw_registration,
)
from waarborg.accounts.operations.elsewhere import ElsewhereTaken
from waarborg.accounts.operations.sign_on import begin_sign_on, finish_sign_on
from waarborg.accounts.operations.sign_on_refused import SignOnRefused
from waarborg.accounts.operations.signed_on import ElsewhereUnknown, end_external_identity
from waarborg.accounts.providers import ProviderUnknown, ProviderUnreachable, wire
from waarborg.accounts.queries import anonymous
from waarborg.accounts.rules.oidc import ANSWERED_WITHIN
from waarborg.accounts.rules.throttling import QUESTIONS_PER_ADDRESS
from waarborg.accounts.testing import HOME, PASSPORT, PASSWORD, enrolled, entered, signed_in
from waarborg.accounts.values import Asked, IssuedCode, NewPerson, PersonState, Role, SignedIn, Stage
from waarborg.accounts.values.sign_on import Purpose, SignedOn
from waarborg.audit.values import Outcome
from waarborg.kernel.actor import ProofTooOld
from waarborg.kernel.references import INSTALLATION
from waarborg.project.config import SignOn
from waarborg.project.providers import Provider

T = NOON + timedelta(minutes=10)
"""When people sign on; Sam proved his second factor just now."""
BROWSER, MFA, KNOWN = "a-cookie-of-one-browser", "urn:example:mfa", "urn:example:in-person"
SUB = "8f1c-sam"
ALWAYS_NAMES_ITSELF = {"authorization_response_iss_parameter_supported": True}
VISITOR = anonymous(HOME)


@dataclass
class Elsewhere:
    """The provider `huis`, and Sam, who is in."""

    provider: OpenIdProvider
    house: House
    sam: SignedIn

    def begin(self, purpose: Purpose = Purpose.ENTER, *, browser: str = BROWSER, now: datetime = T, **more: Any) -> str:
        by = self.sam.actor if purpose is Purpose.LINK else VISITOR
        session = self.sam.session if purpose is Purpose.LINK else None
        return begin_sign_on("huis", purpose, browser, by=by, now=now, session=session, **more)

    def finish(self, brought: dict[str, str], *, browser: str = BROWSER, now: datetime = T, **more: Any) -> SignedOn:
        return finish_sign_on("huis", brought, browser, now=now, **{"by": VISITOR, **more})

    def enter(self, sub: str = SUB, *, now: datetime = T, **claims: Any) -> SignedOn:
        return self.finish(self.provider.authorize(self.begin(now=now), sub, **claims), now=now)

    def link(self, sub: str = SUB) -> None:
        brought = self.provider.authorize(self.begin(Purpose.LINK), sub)
        self.finish(brought, by=self.sam.actor, session=self.sam.session)

    def refused(self, **claims: Any) -> str:
        """Let the answer be refused, and return why according to the log."""
        with pytest.raises(SignOnRefused):
            self.enter(**claims)
        return why()


def why() -> str:
    return str(logged(INSTALLATION, "accounts.signed_on")[0].detail["why"])


def listed(provider: OpenIdProvider, **more: Any) -> Provider:
    said = {"key": "huis", "name": "Zorggroep De Linde", "issuer": provider.issuer, "client_id": CLIENT}
    trust = {"client_secret": SECRET, "certificate_authority": provider.authority}
    return Provider(**{**said, **trust, "second_factor_acr": (MFA,), "identity_acr": (KNOWN,), **more})


def configure(monkeypatch: pytest.MonkeyPatch, *providers: Provider) -> None:
    section = SignOn(providers=providers)
    monkeypatch.setattr(settings, "WAARBORG", settings.WAARBORG.model_copy(update={"sign_on": section}))


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[OpenIdProvider]:
    with openid_provider(tmp_path, now=T) as running:
        yield running


@pytest.fixture
def elsewhere(house: House, provider: OpenIdProvider, monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    configure(monkeypatch, listed(provider))
    token = entered(house.sam, now=T - timedelta(minutes=1))
    return Elsewhere(provider, house, signed_in(token, now=T))


@pytest.fixture
def linked(elsewhere: Elsewhere) -> Elsewhere:
    elsewhere.link()
    return elsewhere


def stage_of(done: SignedOn) -> Stage:
    assert done.entered is not None
    return signed_in(done.entered.token, now=T).stage


def test_a_linked_person_comes_in_and_our_own_factor_is_asked(linked: Elsewhere) -> None:
    done = linked.enter()
    assert done.entered is not None
    here = signed_in(done.entered.token, now=T, stage=Stage.FACTOR)
    assert here.actor.id == linked.sam.actor.id
    assert not here.actor.roles & {"administrator", "security_officer"}
    again = T + timedelta(minutes=2)
    code = linked.house.sam.code(again)
    assert prove_factor(code, session=here.session, by=here.actor, now=again).stage is Stage.NOTICE


def test_a_second_factor_there_counts_at_the_level_that_is_listed(linked: Elsewhere) -> None:
    done = linked.enter(acr=MFA, auth_time=later(linked.provider, minutes=-3))
    assert stage_of(done) is Stage.NOTICE
    session = Session.objects.latest("pk")
    assert session.proven_with == "provider"
    assert session.proven_at == T - timedelta(minutes=3)


def test_a_second_factor_of_nobody_knows_when_isnt_one_of_just_now(linked: Elsewhere) -> None:
    assert stage_of(linked.enter(acr=MFA)) is Stage.NOTICE
    assert Session.objects.latest("pk").proven_at is None


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"acr": "urn:example:password"},
        {"acr": [MFA]},
        {"acr": f"{MFA} "},
        {"acr": KNOWN},
        {"amr": ["mfa", "otp"]},
        {"acr": "urn:example:password", "amr": [MFA]},
    ],
)
def test_a_level_that_isnt_the_one_asked_for_asks_our_own_factor(linked: Elsewhere, claims: dict[str, Any]) -> None:
    assert dict(parse_qsl(urlsplit(linked.begin()).query))["acr_values"] == MFA
    assert stage_of(linked.enter(**claims)) is Stage.FACTOR


@pytest.mark.parametrize(
    ("claims", "stage"),
    [
        ({"acr": MFA, "amr": ["pwd", "hwk"]}, Stage.NOTICE),
        ({"acr": MFA, "amr": ["pwd"]}, Stage.FACTOR),
        ({"acr": "1", "amr": ["hwk"]}, Stage.FACTOR),
        ({"amr": ["hwk"]}, Stage.FACTOR),
        ({"acr": MFA, "amr": "hwk"}, Stage.FACTOR),
    ],
)
def test_where_level_and_way_are_listed_both_have_to_hold(
    linked: Elsewhere, monkeypatch: pytest.MonkeyPatch, claims: dict[str, Any], stage: Stage
) -> None:
    configure(monkeypatch, listed(linked.provider, second_factor_amr=("hwk",)))
    assert stage_of(linked.enter(**claims)) is stage


def test_nothing_is_a_second_factor_where_nothing_is_listed(linked: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, listed(linked.provider, second_factor_acr=()))
    assert stage_of(linked.enter(acr=MFA, amr=["mfa"])) is Stage.FACTOR


def test_nobody_is_made_and_nobody_is_found_by_name_or_address(elsewhere: Elsewhere) -> None:
    before = Person.objects.count()
    told = {"email": "sam.visser@example.org", "email_verified": True, "preferred_username": "sam.visser"}
    assert elsewhere.refused(sub="stranger", name="Sam Visser", **told) == "unknown"
    assert elsewhere.refused(sub="sam.visser") == "unknown"
    assert Person.objects.count() == before
    assert not ExternalIdentity.objects.exists()


def test_the_same_subject_at_another_provider_is_somebody_else(
    linked: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with openid_provider(tmp_path / "other", now=T) as other:
        configure(monkeypatch, listed(linked.provider), listed(other, key="ander"))
        url = begin_sign_on("ander", Purpose.ENTER, BROWSER, by=VISITOR, now=T)
        with pytest.raises(SignOnRefused):
            finish_sign_on("ander", other.authorize(url, SUB), BROWSER, by=VISITOR, now=T)
    assert why() == "unknown"


def test_a_stranger_who_asks_without_end_keeps_only_their_own_address_from_signing_on(linked: Elsewhere) -> None:
    stranger = anonymous("203.0.113.66")
    for _ in range(QUESTIONS_PER_ADDRESS):
        begin_sign_on("huis", Purpose.ENTER, "browser", by=stranger, now=T)
    with pytest.raises(TooManyAttempts):
        begin_sign_on("huis", Purpose.ENTER, "browser", by=stranger, now=T)
    assert begin_sign_on("huis", Purpose.ENTER, BROWSER, by=VISITOR, now=T)


def test_questions_that_are_over_take_no_room(linked: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_on, "MOST_WAITING", 1)
    begin_sign_on("huis", Purpose.ENTER, "another browser", by=VISITOR, now=T)
    with pytest.raises(Busy):
        begin_sign_on("huis", Purpose.ENTER, BROWSER, by=VISITOR, now=T)
    assert begin_sign_on("huis", Purpose.ENTER, BROWSER, by=VISITOR, now=T + ANSWERED_WITHIN)


def test_who_left_or_is_out_of_date_doesnt_get_in(linked: Elsewhere) -> None:
    Person.objects.filter(pk=linked.sam.actor.id).update(verify_before=T)
    assert linked.refused() == "not_in"
    Person.objects.filter(pk=linked.sam.actor.id).update(verify_before=T + timedelta(days=1))
    Person.objects.filter(pk=linked.sam.actor.id).update(state=PersonState.APPROVED)
    assert linked.refused() == "not_in"


Change = Callable[[OpenIdProvider, dict[str, Any]], None]


def claim(name: str, value: Any) -> Change:
    def change(_: OpenIdProvider, claims: dict[str, Any]) -> None:
        claims[name] = value

    return change


def moment(name: str, **duration: float) -> Change:
    def change(provider: OpenIdProvider, claims: dict[str, Any]) -> None:
        claims[name] = later(provider, **duration)

    return change


def without(name: str) -> Change:
    return lambda _, claims: claims.__delitem__(name)


HOSTILE: dict[str, tuple[Change, str]] = {
    "other issuer": (claim("iss", "https://login.example.org"), "issuer"),
    "issuer with a slash": (lambda p, claims: claims.update(iss=f"{p.issuer}/"), "issuer"),
    "no issuer": (without("iss"), "issuer"),
    "other audience": (claim("aud", "another-client"), "audience"),
    "several audiences, nobody addressed": (claim("aud", [CLIENT, "another-client"]), "audience"),
    "another party": (claim("azp", "another-client"), "audience"),
    "no audience": (without("aud"), "audience"),
    "other nonce": (claim("nonce", "of-another-question"), "nonce"),
    "no nonce": (without("nonce"), "nonce"),
    "nonce of another kind": (claim("nonce", ["x"]), "nonce"),
    "over": (moment("exp", minutes=-5), "time"),
    "over just now": (moment("exp", seconds=-61), "time"),
    "without an end": (without("exp"), "time"),
    "end that is no moment": (claim("exp", True), "time"),  # noqa: FBT003 - the value that is said
    "end without end": (claim("exp", float("inf")), "time"),
    "end as text": (claim("exp", "4102444800"), "time"),
    "end far beyond": (claim("exp", 10**30), "time"),
    "from the future": (moment("iat", minutes=5), "time"),
    "not yet": (moment("nbf", minutes=5), "time"),
    "of before the question": (moment("iat", minutes=-5), "time"),
    "without a beginning": (without("iat"), "time"),
    "logged in there tomorrow": (moment("auth_time", minutes=5), "time"),
    "of another access token": (claim("at_hash", half_digest("another")), "access_token"),
    "at_hash of another kind": (claim("at_hash", 1), "access_token"),
    "nobody": (without("sub"), "subject"),
    "an empty nobody": (claim("sub", ""), "subject"),
    "a number": (claim("sub", 12), "subject"),
    "too long a subject": (claim("sub", "s" * 256), "subject"),
    "sub of another person": (claim("sub", "anna"), "unknown"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_claim_that_isnt_ours_is_refused(linked: Elsewhere, case: str) -> None:
    change, reason = HOSTILE[case]
    linked.provider.change = lambda claims: change(linked.provider, claims)
    assert linked.refused(acr=MFA) == reason


@pytest.mark.parametrize(
    "change",
    [
        moment("iat", seconds=30),
        moment("nbf", seconds=30),
        moment("exp", seconds=-30),
        moment("iat", seconds=-30),
        claim("azp", CLIENT),
        lambda _, claims: claims.update(aud=[CLIENT, "another-client"], azp=CLIENT),
        claim("at_hash", half_digest("toegang")),
        claim("sub", SUB),
    ],
)
def test_a_clock_that_is_half_a_minute_off_and_what_is_optional_are_fine(linked: Elsewhere, change: Change) -> None:
    linked.provider.change = lambda claims: change(linked.provider, claims)
    assert stage_of(linked.enter()) is Stage.FACTOR


def test_a_log_in_there_of_too_long_ago_is_refused_and_so_is_one_of_nobody_knows_when(
    linked: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, listed(linked.provider, max_age_seconds=3600))
    assert dict(parse_qsl(urlsplit(linked.begin()).query))["max_age"] == "3600"
    assert linked.refused(auth_time=later(linked.provider, hours=-2)) == "time"
    assert linked.refused() == "time"
    assert linked.enter(auth_time=later(linked.provider, minutes=-59)).entered


def forged(provider: OpenIdProvider) -> Callable[[dict[str, Any]], str]:
    own = RSAKey.generate_key(2048)
    real = provider.key

    def sign(claims: dict[str, Any]) -> str:
        provider.key = own
        token = provider.signed(claims)
        provider.key = real
        return token

    return sign


def swapped(provider: OpenIdProvider) -> Callable[[dict[str, Any]], str]:
    """Claims of somebody else under the signature of another token."""

    def sign(claims: dict[str, Any]) -> str:
        mine, theirs = provider.signed(claims), provider.signed(claims | {"sub": SUB})
        return ".".join([*theirs.split(".")[:2], mine.split(".")[2]])

    return sign


TOKENS: dict[str, tuple[Callable[[OpenIdProvider], Callable[[dict[str, Any]], str]], str]] = {
    "forged": (forged, "signature"),
    "swapped": (swapped, "signature"),
    "alg none": (lambda _: unsigned, "algorithm"),
    "HS256 with the public key": (lambda p: lambda said: signed_with_public_key(said, p.key, p.key_id), "algorithm"),
    "signature cut off": (lambda p: lambda said: p.signed(said).rsplit(".", 1)[0] + ".", "signature"),
    "an extension we don't know": (lambda p: lambda said: p.signed(said, crit=["b64"], b64=True), "algorithm"),
    "four parts": (lambda p: lambda said: p.signed(said) + ".x", "form"),
    "no token": (lambda _: lambda _said: "none", "form"),
    "deep": (lambda _: lambda _said: f"{'W1' * 5000}.e30.e30", "form"),
    "enormous": (lambda _: lambda _said: "x" * 40_000, "form"),
    "a key nobody published": (lambda p: lambda said: p.signed(said, kid="unknown"), "key"),
}


@pytest.mark.parametrize("case", TOKENS)
def test_a_token_that_the_provider_didnt_sign_is_refused(linked: Elsewhere, case: str) -> None:
    make, reason = TOKENS[case]
    sub = "anna" if case == "swapped" else SUB
    linked.provider.sign = make(linked.provider)
    assert linked.refused(sub=sub, acr=MFA) == reason


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (RSAKey.generate_key(2048), "RS256"),
        (RSAKey.generate_key(2048), "PS256"),
        (ECKey.generate_key("P-256"), "ES256"),
        (OKPKey.generate_key("Ed25519"), "Ed25519"),
    ],
)
def test_each_algorithm_that_is_accepted_works_and_a_new_key_is_fetched_once(
    linked: Elsewhere, key: RSAKey | ECKey | OKPKey, algorithm: str
) -> None:
    assert linked.enter().entered
    linked.provider.rotate(key, "second", algorithm)
    linked.provider.asked.clear()
    assert linked.enter().entered
    assert linked.enter().entered
    assert linked.provider.asked == ["/token", "/keys", "/token"]


def test_unknown_keys_dont_make_us_ask_and_ask(linked: Elsewhere) -> None:
    linked.provider.sign = lambda said: linked.provider.signed(said, kid=str(uuid4()))
    linked.provider.asked.clear()
    for _ in range(3):
        assert linked.refused() == "key"
    assert linked.provider.asked == ["/token", "/keys", "/token", "/token"]


@pytest.mark.parametrize(
    "published",
    [
        {"kty": "RSA", "n": "AQAB" * 42, "e": "AQAB"},
        ECKey.generate_key("P-384").as_dict(private=False),
        {"kty": "oct", "k": "AAAA"},
        {"kty": "RSA", "n": 7, "e": "AQAB"},
        {**RSAKey.generate_key(2048).as_dict(private=False), "use": "enc"},
        {**RSAKey.generate_key(2048).as_dict(private=False), "alg": "RS512"},
    ],
)
def test_a_weak_or_unlisted_key_is_no_key(linked: Elsewhere, published: dict[str, Any]) -> None:
    linked.provider.instead["/keys"] = lambda _: document({"keys": [{**published, "kid": "third"}, 7]})
    linked.provider.key_id = "third"
    assert linked.refused() == "key"


def test_an_answer_counts_once(linked: Elsewhere) -> None:
    brought = linked.provider.authorize(linked.begin(), SUB)
    assert linked.finish(brought).entered
    with pytest.raises(SignOnRefused):
        linked.finish(brought)
    assert not Challenge.objects.exists()


def test_a_code_of_an_earlier_answer_is_refused_with_a_new_state(linked: Elsewhere) -> None:
    brought = linked.provider.authorize(linked.begin(), SUB)
    linked.finish(brought)
    state = linked.provider.authorize(linked.begin(), SUB)["state"]
    with pytest.raises(SignOnRefused):
        linked.finish({"code": brought["code"], "state": state})
    assert why() == "code"


def test_a_stolen_code_is_of_no_use_in_another_journey(linked: Elsewhere) -> None:
    """The victim's code in the attacker's own journey: the verifier is another one (RFC 7636)."""
    victims = linked.provider.authorize(linked.begin(browser="victim"), SUB)
    own = linked.provider.authorize(linked.begin(browser="attacker"), "attacker")
    with pytest.raises(SignOnRefused):
        linked.finish({"code": victims["code"], "state": own["state"]}, browser="attacker")
    assert why() == "code"


def test_an_answer_of_another_browser_is_refused(linked: Elsewhere) -> None:
    """Log-in CSRF: the attacker's answer, brought by the victim's browser."""
    brought = linked.provider.authorize(linked.begin(browser="attacker"), SUB)
    for browser in ("victim", ""):
        with pytest.raises(SignOnRefused):
            linked.finish(brought, browser=browser)
    assert linked.finish(brought, browser="attacker").entered


def test_an_answer_after_ten_minutes_is_refused(linked: Elsewhere) -> None:
    brought = linked.provider.authorize(linked.begin(), SUB)
    with pytest.raises(SignOnRefused):
        linked.finish(brought, now=T + timedelta(minutes=10))


def test_an_answer_of_one_provider_at_the_address_of_another_is_refused(
    linked: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with openid_provider(tmp_path / "other", now=T) as other:
        configure(monkeypatch, listed(linked.provider), listed(other, key="ander"))
        brought = linked.provider.authorize(linked.begin(), SUB)
        with pytest.raises(SignOnRefused):
            finish_sign_on("ander", brought, BROWSER, by=VISITOR, now=T)
        assert other.asked == []


@pytest.mark.parametrize(
    ("says", "more", "reason"),
    [
        (ALWAYS_NAMES_ITSELF, {}, "issuer"),
        (ALWAYS_NAMES_ITSELF, {"iss": "https://login.example.org"}, "issuer"),
        ({}, {"iss": "https://login.example.org"}, "issuer"),
        ({}, {"error": "access_denied", "error_description": "<b>Bel 0900</b>"}, "refused_there"),
        ({}, {"code": ""}, "code"),
    ],
)
def test_an_answer_that_names_another_issuer_or_an_error_is_refused(
    linked: Elsewhere, monkeypatch: pytest.MonkeyPatch, says: dict[str, Any], more: dict[str, str], reason: str
) -> None:
    linked.provider.description = says
    configure(monkeypatch, listed(linked.provider, scopes=("openid", "profile")))
    brought = linked.provider.authorize(linked.begin(), SUB)
    with pytest.raises(SignOnRefused) as refusal:
        linked.finish(brought | more)
    assert why() == reason
    assert "0900" not in repr(refusal.value)


def test_an_answer_that_names_its_issuer_is_fine(linked: Elsewhere) -> None:
    brought = linked.provider.authorize(linked.begin(), SUB)
    assert linked.finish(brought | {"iss": linked.provider.issuer}).entered


def test_what_fails_is_counted_until_the_address_waits(linked: Elsewhere) -> None:
    for _ in range(10):
        with pytest.raises(SignOnRefused):
            linked.finish({"code": "x", "state": "y"})
    with pytest.raises(TooManyAttempts):
        linked.finish({"code": "x", "state": "y"})
    entries = logged(INSTALLATION, "accounts.signed_on")
    assert [(each.outcome, each.detail.get("count")) for each in entries] == [
        (Outcome.REFUSED, 1),
        (Outcome.FAILED, 10),
        (Outcome.FAILED, 1),
    ]


def test_what_succeeds_is_logged_without_anything_of_the_person(linked: Elsewhere) -> None:
    done = linked.enter(acr=MFA)
    entry = logged(INSTALLATION, "accounts.signed_on")[0]
    assert entry.detail == {"provider": "huis", "second_factor": "there"}
    assert SUB not in repr(done) + repr(entry)


def test_the_question_keeps_its_secrets(elsewhere: Elsewhere) -> None:
    url = elsewhere.begin(onward="/register/")
    asked = dict(parse_qsl(urlsplit(url).query))
    assert asked["redirect_uri"] == "http://localhost:8080/aanmelden/huis/terug/"
    assert asked["scope"] == "openid"
    assert {len(asked["state"]), len(asked["nonce"])} == {64}
    kept = Challenge.objects.get()
    assert asked["nonce"].encode() not in bytes(kept.value)
    assert asked["state"] != asked["nonce"]


def test_where_someone_was_going_comes_along_sealed(linked: Elsewhere) -> None:
    brought = linked.provider.authorize(linked.begin(onward="/personen/"), SUB)
    assert linked.finish(brought | {"next": "https://example.org"}).onward == "/personen/"


def test_linking_asks_for_ones_own_session_and_a_factor_of_just_now(elsewhere: Elsewhere) -> None:
    anna = signed_in(entered(elsewhere.house.anna, now=T - timedelta(minutes=1)), now=T)
    stale = replace(elsewhere.sam.actor, fresh=False)
    with pytest.raises(ProofTooOld):
        begin_sign_on("huis", Purpose.LINK, BROWSER, by=stale, now=T, session=elsewhere.sam.session)
    brought = elsewhere.provider.authorize(elsewhere.begin(Purpose.LINK), SUB)
    with pytest.raises(ProofTooOld):
        elsewhere.finish(brought, by=stale, session=elsewhere.sam.session)
    brought = elsewhere.provider.authorize(elsewhere.begin(Purpose.LINK), SUB)
    with pytest.raises(SignOnRefused):
        elsewhere.finish(brought, by=anna.actor, session=anna.session)
    assert why() == "session"
    brought = elsewhere.provider.authorize(elsewhere.begin(Purpose.LINK), SUB)
    with pytest.raises(SignOnRefused):
        elsewhere.finish(brought)
    assert not ExternalIdentity.objects.exists()


def test_an_account_there_is_of_one_person_here(linked: Elsewhere) -> None:
    with pytest.raises(ElsewhereTaken):
        linked.link()
    assert why() == "taken"
    anna = signed_in(entered(linked.house.anna, now=T - timedelta(minutes=1)), now=T)
    linked.sam = anna
    with pytest.raises(ElsewhereTaken):
        linked.link()
    assert ExternalIdentity.objects.count() == 1


def test_a_link_that_was_taken_back_lets_nobody_in(linked: Elsewhere) -> None:
    link = ExternalIdentity.objects.get()
    anna = signed_in(entered(linked.house.anna, now=T - timedelta(minutes=1)), now=T)
    with pytest.raises(ElsewhereUnknown):
        end_external_identity(link.pk, by=anna.actor, now=T)
    end_external_identity(link.pk, by=linked.sam.actor, now=T)
    assert linked.refused() == "unknown"
    linked.link()
    assert linked.enter().entered


def expected_at(elsewhere: Elsewhere, sub: str = "9a-noor") -> IssuedCode:
    """Let Anna ask that Noor comes in, who is known at the provider."""
    anna = signed_in(entered(elsewhere.house.anna, now=T - timedelta(minutes=1)), now=T).actor
    return ask_registration("Noor Bakker", Asked(Role.DEVOPS_LEAD), by=anna, now=T, provider=("huis", sub))


def identified(elsewhere: Elsewhere) -> IssuedCode:
    issued = expected_at(elsewhere)
    url = elsewhere.begin(Purpose.IDENTIFY, code=issued.code)
    elsewhere.finish(elsewhere.provider.authorize(url, "9a-noor", acr=KNOWN))
    return issued


def test_a_provider_that_is_sure_establishes_who_a_newcomer_is(elsewhere: Elsewhere) -> None:
    issued = expected_at(elsewhere)
    url = elsewhere.begin(Purpose.IDENTIFY, code=issued.code)
    assert issued.code not in url
    assert dict(parse_qsl(urlsplit(url).query))["acr_values"] == KNOWN
    done = elsewhere.finish(elsewhere.provider.authorize(url, "9a-noor", acr=KNOWN))
    assert (done.purpose, done.entered) == (Purpose.IDENTIFY, None)
    identity = Identity.objects.get(registration=issued.id)
    assert (identity.method, identity.provider, identity.assurance) == ("provider", "huis", KNOWN)
    assert identity.established_by is None
    found = Registration.objects.get(pk=issued.id)
    assert (found.identified_by, found.identified_at) == (None, T)


def test_who_asked_doesnt_approve_whom_a_provider_identified_and_another_does(elsewhere: Elsewhere) -> None:
    issued = identified(elsewhere)
    asker = replace(elsewhere.sam.actor, id=Registration.objects.get(pk=issued.id).made_by)
    with pytest.raises(NeedsAnother):
        approve_registration(issued.id, by=asker, now=T)
    approve_registration(issued.id, by=elsewhere.sam.actor, now=T)
    assert elsewhere.refused(sub="9a-noor") == "unknown"
    enrolled(issued, "Noor Bakker", "noor.bakker", now=T)
    assert stage_of(elsewhere.enter("9a-noor")) is Stage.FACTOR


@pytest.mark.parametrize(
    ("sub", "claims", "reason"),
    [
        ("somebody-else", {"acr": KNOWN}, "subject"),
        ("9a-noor", {"acr": MFA}, "assurance"),
        ("9a-noor", {}, "assurance"),
        ("9a-Noor", {"acr": KNOWN}, "subject"),
    ],
)
def test_another_or_one_that_isnt_sure_identifies_nobody(
    elsewhere: Elsewhere, sub: str, claims: dict[str, Any], reason: str
) -> None:
    code = expected_at(elsewhere).code
    brought = elsewhere.provider.authorize(elsewhere.begin(Purpose.IDENTIFY, code=code), sub, **claims)
    with pytest.raises(SignOnRefused):
        elsewhere.finish(brought)
    assert why() == reason
    assert not Identity.objects.filter(method="provider").exists()


def test_nobody_is_identified_twice_or_by_a_code_for_another_provider(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = expected_at(elsewhere).code
    first, second = (elsewhere.begin(Purpose.IDENTIFY, code=code) for _ in range(2))
    elsewhere.finish(elsewhere.provider.authorize(first, "9a-noor", acr=KNOWN))
    with pytest.raises(SignOnRefused):
        elsewhere.finish(elsewhere.provider.authorize(second, "9a-noor", acr=KNOWN))
    assert Identity.objects.filter(method="provider").count() == 1
    for wrong in (code, "ABCD", ""):
        with pytest.raises(CodeUnknown):
            elsewhere.begin(Purpose.IDENTIFY, code=wrong)


def test_a_provider_whose_word_never_counts_isnt_asked(elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    code = expected_at(elsewhere).code
    configure(monkeypatch, listed(elsewhere.provider, identity_acr=()))
    with pytest.raises(CodeUnknown):
        elsewhere.begin(Purpose.IDENTIFY, code=code)


def test_a_provider_that_isnt_listed_is_unknown(elsewhere: Elsewhere) -> None:
    with pytest.raises(ProviderUnknown):
        begin_sign_on("elders", Purpose.ENTER, BROWSER, by=VISITOR, now=T)


def redirecting(_: object) -> Answer:
    return Answer(302, (("Location", "https://localhost:1/elsewhere"),))


UNUSABLE: dict[str, Callable[[OpenIdProvider], None]] = {
    "of another issuer": lambda p: p.description.update(issuer="https://login.example.org"),
    "in clear": lambda p: p.description.update(token_endpoint="http://localhost:1/token"),
    "no address": lambda p: p.description.update(jwks_uri=7),
    "with a name before it": lambda p: p.description.update(token_endpoint="https://a:b@localhost/token"),
    "with a line in it": lambda p: p.description.update(authorization_endpoint="https://localhost/\r\nX: y"),
    "a file": lambda p: p.description.update(jwks_uri="file:///etc/passwd"),
    "redirecting": lambda p: p.instead.update({"/.well-known/openid-configuration": redirecting}),
    "huge": lambda p: p.instead.update({"/.well-known/openid-configuration": lambda _: Answer(body=b"x" * 400_000)}),
    "no document": lambda p: p.instead.update({"/.well-known/openid-configuration": lambda _: Answer(body=b"[]")}),
    "deep": lambda p: p.instead.update({"/.well-known/openid-configuration": lambda _: Answer(body=b"[" * 200_000)}),
    "failing": lambda p: p.instead.update({"/.well-known/openid-configuration": lambda _: document({}, 500)}),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_a_description_that_cant_be_trusted_sends_nobody_anywhere(elsewhere: Elsewhere, case: str) -> None:
    UNUSABLE[case](elsewhere.provider)
    with pytest.raises(ProviderUnreachable):
        elsewhere.begin()
    assert not Challenge.objects.exists()


@pytest.mark.parametrize("path", ["/keys", "/token"])
@pytest.mark.parametrize(
    "answer", [redirecting, lambda _: Answer(body=b"x" * 400_000), lambda _: document({}, 503), lambda _: Answer(404)]
)
def test_keys_and_tokens_that_come_otherwise_let_nobody_in(
    elsewhere: Elsewhere, path: str, answer: Callable[[object], Answer]
) -> None:
    brought = elsewhere.provider.authorize(elsewhere.begin(), SUB)
    elsewhere.provider.instead[path] = answer
    with pytest.raises((ProviderUnreachable, SignOnRefused)):
        elsewhere.finish(brought)
    assert why() in {"unreachable", "code"}
    assert not Session.objects.filter(stage=Stage.FACTOR).exists()


def test_a_certificate_of_another_authority_isnt_believed(
    elsewhere: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_authority(tmp_path / "another authority")
    configure(monkeypatch, listed(elsewhere.provider, certificate_authority=other.file))
    with pytest.raises(ProviderUnreachable):
        elsewhere.begin()
    assert elsewhere.provider.asked == []


def test_one_that_drips_is_cut_off_and_then_nobody_waits_for_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def drip(sock: Any) -> None:
        sock.recv(4096)
        sock.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            sock.sendall(b"X-Still: there\r\n")
            time.sleep(0.05)

    monkeypatch.setattr(wire, "SECONDS", 1.0)
    with raw_server(drip) as port:
        issuer = f"http://127.0.0.1:{port}"
        configure(monkeypatch, Provider(key="traag", name="Traag", issuer=issuer, client_id=CLIENT))
        began = time.monotonic()
        for _ in range(20):
            with pytest.raises(ProviderUnreachable):
                begin_sign_on("traag", Purpose.ENTER, BROWSER, by=VISITOR, now=T)
    assert time.monotonic() - began < 3


def test_one_that_is_down_keeps_nobody_from_logging_in_here(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    issuer = f"http://localhost:{closed_port()}"
    configure(monkeypatch, Provider(key="weg", name="Weg", issuer=issuer, client_id=CLIENT))
    with pytest.raises(ProviderUnreachable):
        begin_sign_on("weg", Purpose.ENTER, BROWSER, by=VISITOR, now=T)
    assert log_in(house.sam.login, house.sam.password, by=VISITOR, now=T).stage is Stage.FACTOR


def test_who_left_doesnt_come_back_this_way(elsewhere: Elsewhere) -> None:
    issued = identified(elsewhere)
    approve_registration(issued.id, by=elsewhere.sam.actor, now=T)
    enrolled(issued, "Noor Bakker", "noor.bakker", now=T)
    assert elsewhere.enter("9a-noor").entered
    noor = ExternalIdentity.objects.get().person_id
    leave(noor, "contract ended", by=elsewhere.sam.actor, now=T)
    assert elsewhere.refused(sub="9a-noor") in {"unknown", "not_in"}


def promised(elsewhere: Elsewhere, sub: str = "9a-noor") -> IssuedCode:
    asked = Asked(Role.DEVOPS_LEAD)
    return ask_registration("Noor", asked, by=elsewhere.house.as_anna, now=T, provider=("huis", sub))


def test_an_account_there_that_is_somebodys_is_promised_to_nobody_else(linked: Elsewhere) -> None:
    with pytest.raises(ElsewhereTaken):
        promised(linked, SUB)
    assert not Registration.objects.filter(provider="huis").exists()
    link = ExternalIdentity.objects.get()
    end_external_identity(link.pk, by=linked.sam.actor, now=T)
    assert promised(linked, SUB)


def test_an_account_there_is_promised_once_at_a_time(elsewhere: Elsewhere) -> None:
    first = promised(elsewhere)
    with pytest.raises(ElsewhereTaken):
        promised(elsewhere)
    withdraw_registration(first.id, by=elsewhere.sam.actor, now=T)
    assert promised(elsewhere)


def test_an_account_at_a_provider_that_isnt_listed_is_promised_to_nobody(elsewhere: Elsewhere) -> None:
    anna = signed_in(entered(elsewhere.house.anna, now=T - timedelta(minutes=1)), now=T).actor
    with pytest.raises(ProviderUnknown):
        ask_registration("Noor", Asked(Role.DEVOPS_LEAD), by=anna, now=T, provider=("thuis", SUB))
    assert not Registration.objects.filter(founding=False).exists()


def test_who_is_overtaken_by_a_link_hears_so_and_nothing_is_half_done(elsewhere: Elsewhere) -> None:
    issued = expected_at(elsewhere, SUB)
    identify(issued.id, PASSPORT, by=elsewhere.house.as_anna, now=T)
    approve_registration(issued.id, by=elsewhere.sam.actor, now=T)
    elsewhere.link()
    new = NewPerson("Noor Bakker", "noor", "noor@example.org", PASSWORD)
    people = Person.objects.count()
    with pytest.raises(ElsewhereTaken):
        register(issued.code, new, by=VISITOR, now=T)
    assert (Person.objects.count(), Registration.objects.get(pk=issued.id).used_at) == (people, None)
    end_external_identity(ExternalIdentity.objects.get().pk, by=elsewhere.sam.actor, now=T)
    assert register(issued.code, new, by=VISITOR, now=T).stage is Stage.ENROL


def test_who_joins_keeps_the_link_they_have_and_gets_nobody_elses(elsewhere: Elsewhere) -> None:
    mia, ole = person(11, "administrator", AWAY), person(12, "security_officer", AWAY)
    issued = ask_registration("Sam Visser", Asked(Role.AUDITOR), by=mia, now=T, provider=("huis", SUB))
    identify(issued.id, PASSPORT, by=mia, now=T)
    approve_registration(issued.id, by=ole, now=T)
    elsewhere.link()
    anna = signed_in(entered(elsewhere.house.anna, now=T - timedelta(minutes=1)), now=T).actor
    with pytest.raises(ElsewhereTaken):
        join(issued.code, by=anna, now=T)
    assert join(issued.code, by=elsewhere.sam.actor, now=T) == AWAY
    assert ExternalIdentity.objects.get().person_id == elsewhere.sam.actor.id
