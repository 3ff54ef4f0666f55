"""Coming in by the pages, and everything that stays shut until then."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from tests.cast import SCOPE
from tests.doors.web.conftest import Browser, Clock, Fields, Pair, come_in

from waarborg.accounts.operations import start_bootstrap
from waarborg.accounts.operations.hashing import QUEUE
from waarborg.accounts.rules.factors import code_at, step_at
from waarborg.accounts.testing import CONSOLE, PASSWORD
from waarborg.accounts.values import Stage
from waarborg.doors.web.middleware import AT_EVERY_STAGE, HEADERS, OPEN
from waarborg.doors.web.onward import pages_at

REVIEWED_AS_OPEN = {
    "web:log-in": "it is the door",
    "web:passkey-question": "who comes in by a passkey has no name yet; the answer is the same for everyone",
    "web:passkey-enter": "a passkey is a way in",
    "web:lost": "who lost their phone must be able to read what to do; the same for everyone",
    "web:password-lost": "who lost their password isn't in; it takes two colleagues and a second factor",
    "web:sign-on": "an account of an organisation is a way in",
    "web:sign-on-back": "whoever comes back from there has no session yet; the answer counts once, in this browser",
    "web:sign-on-answer": "a provider lets the browser post here, without our cookies; by itself it lets nobody in",
    "web:sign-on-metadata": "a provider reads who we are; two addresses, the same for everyone",
    "web:sign-on-identify": "who is expected shows who they are, and gets no further by it",
    "web:register": "who has a ticket isn't a person here yet",
    "web:language": "the door speaks two languages; it changes one cookie and discloses nothing",
    "web:security-txt": "who finds a weakness must be able to say so without an account",
}
FILLED_IN = {
    "uuid": str(UUID(int=9)),
    "int": "1",
    "str": "x",
    "slug": "x",
    "path": "x",
}


def addresses(
    patterns: list[URLPattern | URLResolver], *, prefix: str = "", space: str = ""
) -> Iterator[tuple[str, str]]:
    """Yield name and an example path of everything that can be asked for."""
    for each in patterns:
        path = prefix + example(str(each.pattern))
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace or each.app_name or ''}"
            yield from addresses(each.url_patterns, prefix=path, space=f"{inner}:" if inner else "")
        else:
            yield f"{space.rstrip(':')}:{each.name}" if space else str(each.name), f"/{path}"


def example(pattern: str) -> str:
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: FILLED_IN[found[1] or "str"], pattern)


def everything() -> list[tuple[str, str]]:
    return list(addresses(get_resolver().url_patterns))


def test_what_is_open_is_the_reviewed_list_and_nothing_else() -> None:
    assert REVIEWED_AS_OPEN.keys() == OPEN
    assert {name for name, _ in everything()} >= OPEN


def test_nobody_sees_anything_that_isnt_open(pair: Pair) -> None:
    shut = [(name, path) for name, path in everything() if name not in OPEN]
    assert len(shut) > 10
    answers = {path: Browser().get(path) for _, path in shut}
    wrong = [path for path, answer in answers.items() if not turned_away(path, answer)]
    assert wrong == []


def turned_away(path: str, answer: object) -> bool:
    status, headers = getattr(answer, "status_code", 0), getattr(answer, "headers", {})
    if path.startswith("/api/"):
        return status == 401 and headers["Content-Type"] == "application/problem+json"
    return status == 302 and headers["Location"].startswith("/inloggen/")


def test_someone_halfway_in_sees_the_page_of_their_stage_only(pair: Pair) -> None:
    browser = Browser()
    browser.send("/inloggen/", {"name": pair.anna.login, "password": PASSWORD})
    allowed = OPEN | AT_EVERY_STAGE | pages_at(Stage.FACTOR)
    assert allowed - OPEN == {
        "web:factor",
        "web:factor-passkey",
        "web:factor-code",
        "web:factor-lost",
        "web:log-out",
        "web:own-passkey-question",
    }
    for name, path in everything():
        if name not in allowed and not path.startswith("/api/"):
            answer = browser.get(path)
            assert (path, answer.status_code, answer.headers["Location"]) == (path, 302, "/tweede-factor/")


def test_password_factor_notice_and_in_with_another_token_at_each_step(pair: Pair, time: Clock) -> None:
    browser, tokens = Browser(), list[str]()
    steps = [
        ("/inloggen/?next=/personen/", {"name": pair.anna.login, "password": PASSWORD}, "/tweede-factor/"),
        ("/tweede-factor/?next=/personen/", {"code": pair.anna.code(time())}, "/vertrouwelijkheid/"),
        ("/vertrouwelijkheid/?next=/personen/", {}, "/account/herstelcodes/"),
    ]
    for path, typed, onward in steps:
        answer = browser.send(path, typed)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, onward)
        tokens.append(browser.token)
    assert len(set(tokens)) == 3
    assert browser.get("/personen/").status_code == 200
    for earlier in tokens[:2]:
        thief = Browser()
        thief.cookies["__Host-waarborg"] = earlier
        assert thief.get("/personen/").headers["Location"].startswith("/inloggen/")


def test_a_token_that_was_planted_before_isnt_taken_over(pair: Pair) -> None:
    browser = Browser()
    browser.cookies["__Host-waarborg"] = "planted"
    browser.send("/inloggen/", {"name": pair.anna.login, "password": PASSWORD})
    assert browser.token not in {"planted", ""}


def test_the_cookie_is_the_browsers_alone(pair: Pair) -> None:
    browser = Browser()
    browser.send("/inloggen/", {"name": pair.anna.login, "password": PASSWORD})
    cookie = browser.cookies["__Host-waarborg"]
    kept = {name: cookie[name] for name in ("secure", "httponly", "samesite", "path", "domain", "max-age")}
    assert kept == {"secure": True, "httponly": True, "samesite": "Lax", "path": "/", "domain": "", "max-age": ""}


def test_a_form_from_another_site_is_refused(pair: Pair) -> None:
    typed = {"name": pair.anna.login, "password": PASSWORD}
    assert Browser().post("/inloggen/", typed).status_code == 403


def test_a_wrong_password_and_a_name_that_doesnt_exist_get_the_same_page(pair: Pair) -> None:
    def answer(name: str) -> tuple[int, str]:
        page = Browser().send("/inloggen/", {"name": name, "password": "een ander wachtwoord"})
        return page.status_code, re.sub(r'value="[^"]*"|\d\d:\d\d', "", page.content.decode())

    assert answer(pair.anna.login) == answer("niemand.hier")
    assert answer("niemand.hier")[0] == 422


def test_a_wrong_code_gets_a_sentence_and_another_try(pair: Pair, time: Clock) -> None:
    browser = Browser()
    browser.send("/inloggen/", {"name": pair.anna.login, "password": PASSWORD})
    refused = browser.send("/tweede-factor/", {"code": "000000"})
    assert (refused.status_code, "one-time-code" in refused.content.decode()) == (422, True)
    assert browser.send("/tweede-factor/", {"code": pair.anna.code(time())}).status_code == 302


def test_the_eleventh_wrong_password_waits_and_says_how_long(pair: Pair) -> None:
    browser = Browser("198.51.100.7")
    for _ in range(10):
        browser.send("/inloggen/", {"name": pair.anna.login, "password": "een ander wachtwoord"})
    waits = browser.send("/inloggen/", {"name": pair.anna.login, "password": PASSWORD})
    assert (waits.status_code, int(waits.headers["Retry-After"])) == (429, 661)


def test_when_too_many_log_in_at_once_the_next_is_asked_to_try_again(pair: Pair) -> None:
    places = [QUEUE._places.acquire(blocking=False) for _ in range(17)]
    try:
        busy = Browser().send("/inloggen/", {"name": pair.anna.login, "password": PASSWORD})
    finally:
        for _ in places:
            QUEUE._places.release()
    assert all(places)
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "5")


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)", "\t//evil.example", "x"],
)
def test_nobody_is_sent_to_another_site_after_logging_in(pair: Pair, time: Clock, wanted: str) -> None:
    browser = Browser()
    come_in(browser, pair.anna, time())
    answer = browser.get("/inloggen/", {"next": wanted})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_an_administrator_who_is_idle_for_ten_minutes_is_out(pair: Pair, time: Clock) -> None:
    browser = Browser()
    come_in(browser, pair.anna, time())
    for _ in range(3):
        time.passes(minutes=9)
        assert browser.get("/personen/").status_code == 200
    time.passes(minutes=10)
    assert browser.get("/personen/").headers["Location"] == "/inloggen/?next=%2Fpersonen%2F"


def test_eight_hours_of_work_is_enough_for_an_administrator(pair: Pair, time: Clock) -> None:
    browser = Browser()
    come_in(browser, pair.anna, time())
    for _ in range(60):
        time.passes(minutes=8)
        last = browser.get("/personen/")
    assert last.status_code == 302


def test_logging_out_takes_the_token_back(pair: Pair, time: Clock) -> None:
    browser = Browser()
    come_in(browser, pair.anna, time())
    token = browser.token
    assert browser.get("/uitloggen/").status_code == 405
    out = browser.post(
        "/uitloggen/", {"csrfmiddlewaretoken": page_token(browser)}, headers={"Referer": "https://testserver/"}
    )
    assert (out.status_code, browser.token) == (302, "")
    browser.cookies["__Host-waarborg"] = token
    assert browser.get("/personen/").status_code == 302


def page_token(browser: Browser) -> str:
    return Fields.of(browser.get("/personen/").content.decode())["csrfmiddlewaretoken"]


def test_every_answer_tells_the_browser_what_it_may_do(pair: Pair, time: Clock) -> None:
    browser = Browser()
    come_in(browser, pair.anna, time())
    for path in ("/inloggen/", "/personen/", "/", "/bestaat-niet/"):
        headers = browser.get(path).headers
        assert {name: headers.get(name) for name in HEADERS} == HEADERS
        assert headers["Strict-Transport-Security"].startswith("max-age=63072000")
    assert "default-src 'none'" in HEADERS["Content-Security-Policy"]
    assert "unsafe" not in HEADERS["Content-Security-Policy"]


def test_a_part_of_a_page_asked_for_in_the_background_takes_the_whole_page_to_the_log_in(pair: Pair) -> None:
    answer = Browser().get("/personen/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/inloggen/?next=%2Fpersonen%2F")


def test_a_language_is_remembered_by_the_browser_and_with_the_person(pair: Pair, time: Clock) -> None:
    browser = Browser()
    assert browser.get("/inloggen/").headers["Content-Language"] == "nl"
    assert browser.send("/taal/", {"language": "en", "next": "/inloggen/"}).headers["Location"] == "/inloggen/"
    assert browser.get("/inloggen/").headers["Content-Language"] == "en"
    come_in(browser, pair.anna, time())
    assert browser.get("/personen/").headers["Content-Language"] == "nl"
    token = {"csrfmiddlewaretoken": page_token(browser), "language": "en"}
    browser.post("/taal/", token, headers={"Referer": "https://testserver/"})
    assert browser.get("/personen/").headers["Content-Language"] == "en"


@pytest.mark.usefixtures("database", "quick_hashes")
def test_someone_registers_enrols_and_comes_in_by_the_pages(time: Clock) -> None:
    administrator, _ = start_bootstrap(SCOPE, by=CONSOLE, now=time())
    browser = Browser()
    typed = {"ticket": administrator.code.lower(), "name": "Anna de Boer", "login": "anna", "email": "anna@example.org"}
    twice = {"password": PASSWORD, "password_again": PASSWORD}
    assert browser.send("/registreren/", typed | {"password": "welkom2026!!", "password_again": "x"}).status_code == 422
    assert browser.send("/registreren/", typed | twice).headers["Location"] == "/factor-instellen/"
    page = browser.get("/factor-instellen/").content.decode()
    secret = "".join(re.findall(r"<code>([A-Z2-7 ]+)</code>", page)[0].split())
    assert '<svg viewBox="0 0 ' in page, "without it a smaller frame cuts the code off"
    code = code_at(secret, step_at(time()))
    token = {"csrfmiddlewaretoken": Fields.of(page)["csrfmiddlewaretoken"], "code": code}
    answer = browser.post("/factor-instellen/", token, headers={"Referer": "https://testserver/"})
    assert answer.headers["Location"] == "/vertrouwelijkheid/"
    page = browser.get("/vertrouwelijkheid/").content.decode()
    told = {"csrfmiddlewaretoken": Fields.of(page)["csrfmiddlewaretoken"]}
    browser.post("/vertrouwelijkheid/", told, headers={"Referer": "https://testserver/"})
    assert browser.get("/").headers["Location"] == "/wachten/", "the security officer has yet to register"
    assert browser.get("/wachten/").status_code == 200
