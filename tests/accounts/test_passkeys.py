"""Passkeys: made, used as a second factor and to come in with; and every answer that isn't believed."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from fido2 import cbor
from fido2.utils import websafe_decode, websafe_encode
from tests.accounts.conftest import House, logged
from tests.accounts.test_across_processes import every_value, found_in
from tests.cast import NOON, SCOPE
from tests.simulators.authenticator import BACKED_UP, EDDSA, ES256, RS256, Authenticator, NoCredential
from tests.simulators.databases import Engine

from waarborg.accounts.models import Authenticator as Kept
from waarborg.accounts.models import Challenge
from waarborg.accounts.operations import (
    Busy,
    LastFactor,
    NotAtThisStage,
    PasskeyRefused,
    TooManyAttempts,
    acknowledge_notice,
    add_passkey,
    approve_registration,
    ask_any_passkey,
    ask_passkey,
    ask_registration,
    begin_first_passkey,
    begin_passkey,
    confirm_first_passkey,
    end_idle_sessions,
    enter_with_passkey,
    identify,
    leave,
    log_in,
    open_account,
    prove_again_with_passkey,
    prove_passkey,
    register,
    remove_authenticator,
)
from waarborg.accounts.queries import anonymous
from waarborg.accounts.rules.passkeys import LONGEST_ANSWER
from waarborg.accounts.testing import HOME, PASSPORT, PASSWORD, SCHEDULE, admitted, entered, signed_in
from waarborg.accounts.values import Asked, Entered, FactorKind, NewPerson, PersonState, Role, SignedIn, Stage
from waarborg.kernel.actor import NotAllowed, ProofTooOld
from waarborg.kernel.references import INSTALLATION

LATER = NOON + timedelta(hours=1)
IN = LATER + timedelta(minutes=1)
BROWSER = "a value that this browser keeps"


@dataclass(frozen=True)
class Keyed:
    """Anna at her desk, fully in, with a passkey on her phone."""

    house: House
    phone: Authenticator
    here: SignedIn

    def again(self, phone: Authenticator) -> Entered:
        """Prove the passkey once more in her session."""
        options = ask_passkey(session=self.here.session, by=self.here.actor, now=IN)
        return prove_again_with_passkey(phone.get(options), session=self.here.session, by=self.here.actor, now=IN)


def in_fully(house: House) -> SignedIn:
    return signed_in(entered(house.anna, now=LATER), now=IN)


def add(phone: Authenticator, here: SignedIn, name: str = "my phone") -> None:
    options = begin_passkey(session=here.session, by=here.actor, now=IN)
    add_passkey(phone.create(options), name, session=here.session, by=here.actor, now=IN)


def at_factor(house: House) -> SignedIn:
    return signed_in(log_in(house.anna.login, PASSWORD, by=anonymous(HOME), now=IN).token, now=IN)


def come_in(phone: Authenticator, browser: str = BROWSER) -> Entered:
    options = ask_any_passkey(browser, by=anonymous(HOME), now=IN)
    return enter_with_passkey(phone.get(options), browser, by=anonymous(HOME), now=IN)


@pytest.fixture
def keyed(house: House) -> Keyed:
    here = in_fully(house)
    phone = Authenticator()
    add(phone, here)
    return Keyed(house, phone, here)


@pytest.mark.parametrize("algorithm", [ES256, EDDSA, RS256])
def test_a_passkey_is_added_shown_and_proves_the_second_factor(house: House, algorithm: int) -> None:
    here, phone = in_fully(house), Authenticator(algorithm)
    add(phone, here, "  my phone ")
    account = open_account(session=here.session, by=here.actor, now=IN)
    assert [(each.kind, each.name) for each in account.authenticators] == [
        (FactorKind.TOTP, ""),
        (FactorKind.PASSKEY, "my phone"),
    ]
    coming = at_factor(house)
    options = ask_passkey(session=coming.session, by=coming.actor, now=IN)
    proven = prove_passkey(phone.get(options), session=coming.session, by=coming.actor, now=IN)
    assert proven.stage is Stage.NOTICE
    full = acknowledge_notice("1", session=coming.session, by=coming.actor, now=IN)
    assert signed_in(full.token, now=IN).actor.fresh
    assert logged(SCOPE, "accounts.logged_in")[0].detail == {"proven_with": "passkey"}
    assert len(logged(SCOPE, "accounts.passkey_added")) == 1


def test_the_options_ask_for_what_is_demanded_and_exclude_what_there_is(keyed: Keyed) -> None:
    asked = json.loads(begin_passkey(session=keyed.here.session, by=keyed.here.actor, now=IN))
    assert (asked["rp"]["id"], asked["attestation"], asked["timeout"]) == ("localhost", "none", 120_000)
    assert asked["authenticatorSelection"] == {
        "residentKey": "preferred",
        "requireResidentKey": False,
        "userVerification": "required",
    }
    assert [each["alg"] for each in asked["pubKeyCredParams"]] == [-7, -8, -257]
    assert websafe_decode(asked["user"]["id"]) == keyed.here.actor.id.bytes
    assert len(websafe_decode(asked["challenge"])) == 32
    with pytest.raises(NoCredential):
        keyed.phone.create(json.dumps(asked))


def test_a_passkey_alone_lets_someone_in_who_is_told_of_the_notice_first(keyed: Keyed) -> None:
    here = signed_in(come_in(keyed.phone).token, now=IN, stage=Stage.NOTICE)
    token = acknowledge_notice("1", session=here.session, by=here.actor, now=IN).token
    assert signed_in(token, now=IN, stage=Stage.FULL).actor.id == keyed.here.actor.id
    assert logged(INSTALLATION, "accounts.logged_in")[0].detail == {"proven_with": "passkey"}


def test_what_is_asked_of_a_stranger_says_nothing_of_anyone(keyed: Keyed) -> None:
    first, second = (json.loads(ask_any_passkey(each, by=anonymous(HOME), now=IN)) for each in ("one", "two"))
    assert first.pop("challenge") != second.pop("challenge")
    assert first == second == {"rpId": "localhost", "timeout": 120_000, "userVerification": "required"}


def test_a_first_passkey_makes_someone_active_without_an_app(house: House) -> None:
    issued = ask_registration("Noor", Asked(Role.AUDITOR), by=house.as_anna, now=NOON)
    identify(issued.id, PASSPORT, by=house.as_anna, now=NOON)
    approve_registration(issued.id, by=house.as_sam, now=NOON)
    new = NewPerson("Noor", "noor", "noor@example.org", PASSWORD)
    here = signed_in(register(issued.code, new, by=anonymous(HOME), now=NOON).token, now=NOON)
    phone = Authenticator(EDDSA)
    options = begin_first_passkey(session=here.session, by=here.actor, now=NOON)
    with pytest.raises(PasskeyRefused):
        confirm_first_passkey("{}", session=here.session, by=here.actor, now=NOON)
    options = begin_first_passkey(session=here.session, by=here.actor, now=NOON)
    entering = confirm_first_passkey(phone.create(options), session=here.session, by=here.actor, now=NOON)
    assert entering.stage is Stage.NOTICE
    living = Kept.objects.filter(person=here.actor.id, removed_at=None)
    assert [each.kind for each in living] == [FactorKind.PASSKEY]
    assert living[0].person.state == PersonState.ACTIVE
    token = acknowledge_notice("1", session=here.session, by=here.actor, now=NOON).token
    full = signed_in(token, now=NOON, stage=Stage.FULL)
    assert full.actor.roles == {Role.AUDITOR}
    with pytest.raises(LastFactor):
        remove_authenticator(living[0].pk, by=full.actor, now=NOON)


def test_proving_it_again_makes_a_grave_act_possible_under_a_new_token(keyed: Keyed) -> None:
    later = IN + timedelta(minutes=11)
    stale = replace(keyed.here.actor, fresh=False)
    with pytest.raises(ProofTooOld):
        begin_passkey(session=keyed.here.session, by=stale, now=later)
    options = ask_passkey(session=keyed.here.session, by=stale, now=later)
    proven = prove_again_with_passkey(keyed.phone.get(options), session=keyed.here.session, by=stale, now=later)
    here = signed_in(proven.token, now=later, stage=Stage.FULL)
    assert (here.session, here.actor.fresh) == (keyed.here.session, True)
    begin_passkey(session=here.session, by=here.actor, now=later)


BAD_MANNERS = {
    "another site": {"origin": "https://waarborg.example"},
    "another port": {"origin": "http://localhost:8081"},
    "another scheme": {"origin": "https://localhost:8080"},
    "a longer name": {"origin": "http://localhost.example.org:8080"},
    "for another site": {"rp_id": "example.org"},
    "another question": {"challenge": bytes(32)},
    "an empty answer": {"challenge": b""},
    "the user not verified": {"verifies": False},
    "the user not there": {"present": False},
    "in a frame": {"cross_origin": True},
    "another act": {"kind": "payment.get"},
    "backed up and not able to be": {"extra_flags": BACKED_UP},
}


@pytest.mark.parametrize("manners", BAD_MANNERS.values(), ids=BAD_MANNERS)
def test_a_dishonest_answer_adds_nothing_and_opens_nothing(keyed: Keyed, manners: dict[str, object]) -> None:
    with pytest.raises(PasskeyRefused):
        add(Authenticator().behaving(**manners), keyed.here)
    with pytest.raises(PasskeyRefused):
        keyed.again(keyed.phone.behaving(**manners))
    with pytest.raises(PasskeyRefused):
        come_in(keyed.phone.behaving(**manners))
    assert Kept.objects.filter(kind=FactorKind.PASSKEY).count() == 1
    assert not Challenge.objects.exists()
    assert {logged(SCOPE, event)[0].outcome for event in ("accounts.passkey_added", "accounts.logged_in")} == {"8"}


def test_a_signature_of_another_key_opens_nothing(keyed: Keyed) -> None:
    stranger = Authenticator()
    stranger.create(begin_passkey(session=keyed.here.session, by=keyed.here.actor, now=IN))
    stranger.credentials[0].id = keyed.phone.credentials[0].id
    for phone in (stranger, keyed.phone.behaving(breaks_signature=True)):
        with pytest.raises(PasskeyRefused):
            come_in(phone)


def test_an_answer_counts_once_and_for_its_own_browser_and_only_for_five_minutes(keyed: Keyed) -> None:
    options = ask_any_passkey(BROWSER, by=anonymous(HOME), now=IN)
    answer = keyed.phone.get(options)
    with pytest.raises(PasskeyRefused):
        enter_with_passkey(answer, "another browser", by=anonymous(HOME), now=IN)
    assert enter_with_passkey(answer, BROWSER, by=anonymous(HOME), now=IN)
    with pytest.raises(PasskeyRefused):
        enter_with_passkey(answer, BROWSER, by=anonymous(HOME), now=IN)
    answer = keyed.phone.get(ask_any_passkey(BROWSER, by=anonymous(HOME), now=IN))
    with pytest.raises(PasskeyRefused):
        enter_with_passkey(answer, BROWSER, by=anonymous(HOME), now=IN + timedelta(minutes=5))


def test_a_stranger_behind_the_address_of_a_ward_keeps_nobody_there_from_coming_in_by_passkey(keyed: Keyed) -> None:
    for number in range(100):
        with pytest.raises(PasskeyRefused):
            enter_with_passkey("{}", f"made up {number}", by=anonymous(HOME), now=IN)
    with pytest.raises(TooManyAttempts):
        enter_with_passkey("{}", "one more", by=anonymous(HOME), now=IN)
    assert come_in(keyed.phone).stage is Stage.NOTICE
    assert "8" in {entry.outcome for entry in logged(INSTALLATION, "accounts.logged_in")}


def test_what_was_refused_once_cant_be_answered_better(keyed: Keyed) -> None:
    options = ask_any_passkey(BROWSER, by=anonymous(HOME), now=IN)
    with pytest.raises(PasskeyRefused):
        enter_with_passkey("{}", BROWSER, by=anonymous(HOME), now=IN)
    with pytest.raises(PasskeyRefused):
        enter_with_passkey(keyed.phone.get(options), BROWSER, by=anonymous(HOME), now=IN)


def test_a_newer_question_takes_the_place_of_an_older_one(keyed: Keyed) -> None:
    older = ask_any_passkey(BROWSER, by=anonymous(HOME), now=IN)
    ask_any_passkey(BROWSER, by=anonymous(HOME), now=IN)
    with pytest.raises(PasskeyRefused):
        enter_with_passkey(keyed.phone.get(older), BROWSER, by=anonymous(HOME), now=IN)


def test_a_counter_that_goes_back_is_a_copy_and_is_told(keyed: Keyed) -> None:
    copy = keyed.phone.cloned()
    come_in(keyed.phone)
    come_in(keyed.phone)
    with pytest.raises(PasskeyRefused):
        come_in(copy)
    (entry,) = logged(INSTALLATION, "accounts.passkey_copied")
    assert (entry.outcome, entry.reason) == ("4", "counter_went_back")
    assert come_in(keyed.phone)


def test_an_authenticator_that_never_counts_is_fine(house: House) -> None:
    phone = Authenticator().behaving(counts=False)
    add(phone, in_fully(house))
    assert come_in(phone)
    assert come_in(phone)


@pytest.mark.parametrize(
    "manners", [{"tells_user": False}, {"user_handle": bytes(16)}, {"user_handle": b"anna"}], ids=["nobody", "nil", "x"]
)
def test_who_comes_in_says_who_they_are_and_means_it(keyed: Keyed, manners: dict[str, object]) -> None:
    with pytest.raises(PasskeyRefused):
        come_in(keyed.phone.behaving(**manners))


def test_as_a_second_factor_an_old_key_neednt_say_whose_it_is(keyed: Keyed) -> None:
    assert keyed.again(keyed.phone.behaving(tells_user=False)).stage is Stage.FULL


def test_nobody_proves_with_anothers_passkey(keyed: Keyed) -> None:
    sam = signed_in(log_in(keyed.house.sam.login, PASSWORD, by=anonymous(HOME), now=IN).token, now=IN)
    asked = json.loads(ask_passkey(session=sam.session, by=sam.actor, now=IN))
    assert asked["allowCredentials"] == []
    with pytest.raises(PasskeyRefused):
        prove_passkey(keyed.phone.get(json.dumps(asked)), session=sam.session, by=sam.actor, now=IN)


def test_a_passkey_is_registered_once_whoever_shows_it(keyed: Keyed) -> None:
    sam = signed_in(entered(keyed.house.sam, now=LATER), now=IN)
    for here in (keyed.here, sam):
        asked = json.loads(begin_passkey(session=here.session, by=here.actor, now=IN))
        answer = keyed.phone.attest(keyed.phone.credentials[0], websafe_decode(asked["challenge"]))
        with pytest.raises(PasskeyRefused):
            add_passkey(answer, "", session=here.session, by=here.actor, now=IN)
    assert Kept.objects.filter(kind=FactorKind.PASSKEY).count() == 1


def test_what_one_session_asked_another_doesnt_answer(keyed: Keyed) -> None:
    other = signed_in(entered(keyed.house.anna, now=LATER + timedelta(minutes=2)), now=LATER + timedelta(minutes=3))
    tablet = Authenticator()
    answer = tablet.create(begin_passkey(session=keyed.here.session, by=keyed.here.actor, now=IN))
    with pytest.raises(PasskeyRefused):
        add_passkey(answer, "", session=other.session, by=other.actor, now=IN)
    with pytest.raises(NotAtThisStage):
        add_passkey(answer, "", session=keyed.here.session, by=keyed.house.as_sam, now=IN)
    with pytest.raises(NotAllowed):
        begin_first_passkey(session=keyed.here.session, by=keyed.here.actor, now=IN)


def test_what_was_asked_before_a_new_token_counts_no_more(keyed: Keyed) -> None:
    answer = Authenticator().create(begin_passkey(session=keyed.here.session, by=keyed.here.actor, now=IN))
    keyed.again(keyed.phone)
    with pytest.raises(PasskeyRefused):
        add_passkey(answer, "", session=keyed.here.session, by=keyed.here.actor, now=IN)


GARBAGE = {
    "nothing": "",
    "no JSON": "{",
    "no object": "[]",
    "a number": "7",
    "empty": "{}",
    "deep": "[" * 60_000,
    "huge": json.dumps({"type": "public-key", "rawId": "A" * LONGEST_ANSWER}),
    "wrong kinds": json.dumps({"type": "public-key", "id": 1, "rawId": [], "response": 7}),
    "no base64": json.dumps({"type": "public-key", "id": "%", "rawId": "%", "response": {}}),
    "null": json.dumps({"type": "public-key", "id": None, "rawId": None, "response": None}),
}


@pytest.mark.parametrize("answer", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_refused_as_anything_else_is(keyed: Keyed, answer: str) -> None:
    here = keyed.here
    ask_any_passkey(BROWSER, by=anonymous(HOME), now=IN)
    with pytest.raises(PasskeyRefused):
        enter_with_passkey(answer, BROWSER, by=anonymous(HOME), now=IN)
    begin_passkey(session=here.session, by=here.actor, now=IN)
    with pytest.raises(PasskeyRefused):
        add_passkey(answer, "", session=here.session, by=here.actor, now=IN)


def test_an_answer_cut_off_anywhere_is_refused(house: House) -> None:
    here = in_fully(house)
    for field in ("attestationObject", "clientDataJSON"):
        for keep in (0, 1, 40, 100):
            answer = json.loads(Authenticator().create(begin_passkey(session=here.session, by=here.actor, now=IN)))
            whole = websafe_decode(answer["response"][field])
            answer["response"][field] = websafe_encode(whole[:keep])
            with pytest.raises(PasskeyRefused):
                add_passkey(json.dumps(answer), "", session=here.session, by=here.actor, now=IN)
    assert not Kept.objects.filter(kind=FactorKind.PASSKEY).exists()


def not_on_the_curve() -> dict[int, object]:
    return {1: 2, 3: -7, -1: 1, -2: bytes(31) + b"\x05", -3: bytes(31) + b"\x07"}


UNFIT_KEYS: dict[str, Callable[[], dict[int, object]]] = {
    "not on the curve": not_on_the_curve,
    "an algorithm that wasn't asked for": lambda: {1: 2, 3: -35, -1: 2, -2: bytes(48), -3: bytes(48)},
    "a short RSA key": lambda: {1: 3, 3: -257, -1: b"\xff" * 128, -2: b"\x01\x00\x01"},
    "a monstrous RSA key": lambda: {1: 3, 3: -257, -1: b"\xff" * 2048, -2: b"\x01\x00\x01"},
    "no algorithm": lambda: {1: 2},
}


@pytest.mark.parametrize("key", UNFIT_KEYS.values(), ids=UNFIT_KEYS)
def test_a_key_that_could_never_prove_anything_is_refused(house: House, key: Callable[[], dict[int, object]]) -> None:
    here, phone = in_fully(house), Authenticator()
    options = begin_passkey(session=here.session, by=here.actor, now=IN)
    phone.create(options)
    challenge = websafe_decode(json.loads(options)["challenge"])
    with pytest.raises(PasskeyRefused):
        add_passkey(
            phone.attest(phone.credentials[0], challenge, public=cbor.encode(key())),
            "",
            session=here.session,
            by=here.actor,
            now=IN,
        )


def test_a_removed_passkey_opens_nothing(keyed: Keyed) -> None:
    (passkey,) = Kept.objects.filter(kind=FactorKind.PASSKEY)
    remove_authenticator(passkey.pk, by=keyed.here.actor, now=IN)
    with pytest.raises(PasskeyRefused):
        come_in(keyed.phone)


def test_who_left_comes_in_by_no_passkey(keyed: Keyed) -> None:
    second = admitted(
        Role.ADMINISTRATOR, "Nel", "nel", asked_by=keyed.house.as_anna, approved_by=keyed.house.as_sam, now=NOON
    )
    as_nel = signed_in(entered(second, now=LATER), now=IN).actor
    leave(keyed.here.actor.id, "another job", by=as_nel, now=IN)
    with pytest.raises(PasskeyRefused):
        come_in(keyed.phone)


def test_who_keeps_trying_waits(house: House) -> None:
    coming = at_factor(house)
    for _ in range(10):
        with pytest.raises(PasskeyRefused):
            prove_passkey("{}", session=coming.session, by=coming.actor, now=IN)
    with pytest.raises(TooManyAttempts):
        prove_passkey("{}", session=coming.session, by=coming.actor, now=IN)


def test_the_worker_forgets_what_nobody_answered(keyed: Keyed) -> None:
    ask_any_passkey(BROWSER, by=anonymous(HOME), now=IN)
    end_idle_sessions(by=SCHEDULE, now=IN + timedelta(minutes=4))
    assert Challenge.objects.count() == 1
    end_idle_sessions(by=SCHEDULE, now=IN + timedelta(minutes=5))
    assert not Challenge.objects.exists()


def test_a_flood_of_questions_takes_no_more_room_than_was_given_it(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("waarborg.accounts.operations.passkeys.MOST_ASKED", 3)
    for browser in "abc":
        ask_any_passkey(browser, by=anonymous(HOME), now=IN)
    with pytest.raises(Busy):
        ask_any_passkey("d", by=anonymous(HOME), now=IN)
    assert ask_any_passkey("d", by=anonymous(HOME), now=IN + timedelta(minutes=5))


def test_who_keeps_no_cookie_answers_nothing(keyed: Keyed) -> None:
    with pytest.raises(PasskeyRefused):
        come_in(keyed.phone, browser="")


def test_a_stolen_database_says_nothing_of_a_passkey(keyed: Keyed) -> None:
    credential = keyed.phone.credentials[0]
    stolen = every_value()
    assert credential.id not in stolen
    assert stolen.count(b"passkey") > 0, "nothing was read"
    clear = [websafe_encode(credential.id), credential.id.hex(), "my phone"]
    assert [each for each in clear if found_in(stolen, each)] == []
