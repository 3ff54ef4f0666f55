"""The second factor by the pages: passkeys, recovery codes, help of two colleagues; what was left behind opens nothing."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from tests.accounts.conftest import logged
from tests.cast import SCOPE
from tests.doors.web.conftest import Browser, Clock, Fields, Pair, come_in
from tests.simulators.authenticator import Authenticator

from waarborg.accounts.operations import add_passkey, approve_recovery, ask_recovery, begin_passkey
from waarborg.accounts.rules.factors import code_at, step_at
from waarborg.accounts.testing import PASSWORD, admitted, entered, signed_in
from waarborg.accounts.values import Lost, Role
from waarborg.doors.web.middleware import HEADERS

QUESTION, ENTER = "/inloggen/passkey/vraag/", "/inloggen/passkey/"


@pytest.fixture
def phone(pair: Pair, time: Clock) -> Authenticator:
    """A device with a passkey of Anna's."""
    made, token = Authenticator(), entered(pair.anna, now=time())
    time.passes(minutes=2)
    here = signed_in(token, now=time())
    answer = made.create(begin_passkey(session=here.session, by=here.actor, now=time()))
    add_passkey(answer, "phone", session=here.session, by=here.actor, now=time())
    return made


def same(page: str) -> str:
    """Return a page without what differs by chance: tokens and the time."""
    return re.sub(r'value="[^"]*"|\d\d:\d\d', "", page)


def test_a_passkey_lets_someone_in_and_its_answer_opens_nothing_again(pair: Pair, phone: Authenticator) -> None:
    browser = Browser()
    asked = browser.send(QUESTION)
    assert asked.headers["Content-Type"] == "application/json"
    kept = browser.cookies["__Host-waarborg-asked"].value
    answer = {"passkey_answer": phone.get(asked.content.decode()), "next": "/personen/"}
    entered_by = browser.send(ENTER, answer)
    assert entered_by.headers["Location"] == "/vertrouwelijkheid/?next=%2Fpersonen%2F"
    thief = Browser()
    thief.cookies["__Host-waarborg-asked"] = kept
    assert thief.send(ENTER, answer).headers["Location"].startswith("/inloggen/")
    assert thief.token == ""
    assert browser.send(ENTER, answer).headers["Location"].startswith("/inloggen/")


def test_the_answer_of_one_browser_doesnt_let_another_in(pair: Pair, phone: Authenticator) -> None:
    victim, thief = Browser(), Browser()
    question = victim.send(QUESTION).content.decode()
    thief.send(QUESTION)
    refused = thief.send(ENTER, {"passkey_answer": phone.get(question)})
    assert (refused.headers["Location"], thief.token) == ("/inloggen/", "")


def test_a_passkey_that_didnt_verify_who_holds_it_is_refused(pair: Pair, phone: Authenticator) -> None:
    browser = Browser()
    question = browser.send(QUESTION).content.decode()
    refused = browser.send(ENTER, {"passkey_answer": phone.behaving(verifies=False).get(question)})
    assert (refused.headers["Location"], browser.token) == ("/inloggen/", "")


def test_what_a_stranger_is_asked_says_nothing_of_anyone(pair: Pair, phone: Authenticator) -> None:
    questions = [Browser().send(QUESTION).json() for _ in range(2)]
    assert [sorted(each) for each in questions] == [sorted(questions[0])] * 2
    assert not questions[0].get("allowCredentials")


@pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example/", "/\\evil.example/"])
def test_nobody_is_sent_elsewhere_after_a_passkey(pair: Pair, phone: Authenticator, next_page: str) -> None:
    browser = Browser()
    question = browser.send(QUESTION).content.decode()
    answer = browser.send(ENTER, {"passkey_answer": phone.get(question), "next": next_page})
    assert answer.headers["Location"] == "/vertrouwelijkheid/"


def test_a_lost_password_says_the_same_of_a_name_that_exists_and_one_that_doesnt(pair: Pair) -> None:
    codes = {"recovery_code": "ABCD-EFGH-JKLM", "factor_code": "000000"}
    words = {"password": "vijf lange woorden achter elkaar", "password_again": "vijf lange woorden achter elkaar"}

    def answer(name: str) -> tuple[int, str]:
        page = Browser().send("/kwijt/wachtwoord/", codes | words | {"name": name})
        return page.status_code, same(page.content.decode())

    assert answer(pair.anna.login) == answer("niemand.hier")
    assert answer("niemand.hier")[0] == 422


def test_from_password_to_a_new_phone_every_token_left_behind_opens_nothing(pair: Pair, time: Clock) -> None:
    as_anna, as_sam = (
        signed_in(entered(each, now=time()), now=time() + timedelta(minutes=1)).actor for each in (pair.anna, pair.sam)
    )
    noor = admitted(Role.AUDITOR, "Noor Bakker", "noor", asked_by=as_anna, approved_by=as_sam, now=time())
    person = signed_in(entered(noor, now=time()), now=time() + timedelta(minutes=1)).actor.id
    time.passes(minutes=3)
    issued = ask_recovery(person, Lost.FACTOR, "phone in the water", by=as_anna, now=time())
    browser, tokens = Browser(), list[str]()
    browser.send("/inloggen/", {"name": noor.login, "password": PASSWORD})
    tokens.append(browser.token)
    early = browser.send("/tweede-factor/kwijt/", {"recovery_code": issued.code})
    assert early.status_code == 422
    approve_recovery(issued.id, by=as_sam, now=time())
    assert (
        browser.send("/tweede-factor/kwijt/", {"recovery_code": issued.code}).headers["Location"]
        == "/factor-instellen/"
    )
    tokens.append(browser.token)
    page = browser.get("/factor-instellen/").content.decode()
    secret = "".join(re.findall(r"<code>([A-Z2-7 ]+)</code>", page)[0].split())
    browser.send("/factor-instellen/", {"code": code_at(secret, step_at(time()))})
    tokens.append(browser.token)
    browser.send("/vertrouwelijkheid/")
    assert browser.get("/account/").status_code == 200
    assert len({*tokens, browser.token}) == 4
    for earlier in tokens:
        thief = Browser()
        thief.cookies["__Host-waarborg"] = earlier
        for path in ("/account/", "/tweede-factor/", "/factor-instellen/", "/vertrouwelijkheid/"):
            assert thief.get(path).headers["Location"].startswith("/inloggen/"), path


def test_the_browser_is_known_again_without_saying_anything(pair: Pair, time: Clock) -> None:
    browser = Browser()
    come_in(browser, pair.anna, time())
    cookie = browser.cookies["__Host-waarborg-device"]
    kept = {name: cookie[name] for name in ("secure", "httponly", "samesite", "path", "domain", "max-age")}
    ninety_days = 90 * 24 * 3600
    assert kept == {
        "secure": True, "httponly": True, "samesite": "Lax", "path": "/", "domain": "", "max-age": ninety_days
    }  # fmt: skip
    time.passes(minutes=2)
    away = Browser("203.0.113.9")
    away.cookies["__Host-waarborg-device"] = cookie.value
    come_in(away, pair.anna, time())
    assert not logged(SCOPE, "accounts.new_place"), "the same browser elsewhere is no news"
    time.passes(minutes=2)
    come_in(Browser("198.51.100.9"), pair.anna, time())
    assert len(logged(SCOPE, "accounts.new_place")) == 1
    assert b"198.51.100.9" in away.get("/account/").content


def test_there_is_no_going_to_where_one_has_no_role(pair: Pair, time: Clock) -> None:
    browser = Browser()
    come_in(browser, pair.anna, time())
    token = browser.token
    for scope in (str(UUID(int=9)), "nowhere", ""):
        carried = {"csrfmiddlewaretoken": Fields.of(browser.get("/account/").content.decode())["csrfmiddlewaretoken"]}
        browser.post("/account/instelling/", carried | {"scope": scope}, headers={"Referer": "https://testserver/"})
        assert browser.token == token
        assert browser.get("/account/").status_code == 200


def test_passkeys_are_allowed_here_and_in_no_frame() -> None:
    assert "publickey-credentials-get=(self)" in HEADERS["Permissions-Policy"]
    assert "publickey-credentials-create=(self)" in HEADERS["Permissions-Policy"]
    assert "frame-ancestors 'none'" in HEADERS["Content-Security-Policy"]
