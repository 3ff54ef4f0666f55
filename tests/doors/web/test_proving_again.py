"""Grave acts ask for the second factor once more, and lose nothing of what was typed."""

import re
from datetime import timedelta
from inspect import getmembers, isclass
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import RequestFactory
from tests.doors.web.conftest import Browser, Clock, Fields, Pair, come_in

from waarborg.accounts.queries import actor_for
from waarborg.accounts.testing import HOME, PASSWORD, entered
from waarborg.doors.web.accounts import confirming, machine_forms, people_forms, sign_on
from waarborg.doors.web.accounts import forms as own_forms
from waarborg.doors.web.requests import Request
from waarborg.kernel.actor import Permission, ProofTooOld

LATER = timedelta(minutes=11)
CODES = "/account/herstelcodes/"


@pytest.fixture
def anna(pair: Pair, time: Clock) -> Browser:
    """Anna's browser, in which she came in eleven minutes ago and wasn't idle."""
    browser = Browser()
    come_in(browser, pair.anna, time())
    time.passes(minutes=6)
    browser.get("/account/")
    time.passes(minutes=5)
    return browser


def post(browser: Browser, path: str, typed: dict[str, str], *, page: str) -> Any:
    token = Fields.of(browser.get(page).content.decode())["csrfmiddlewaretoken"]
    return browser.post(path, {"csrfmiddlewaretoken": token} | typed, headers={"Referer": "https://testserver/"})


def again(browser: Browser, path: str, asked: Any, typed: dict[str, str]) -> Any:
    """Send the page that asks for the proof, as it stands, with what is typed into it."""
    carried = Fields.of(asked.content.decode())
    return browser.post(path, carried | typed, headers={"Referer": "https://testserver/"})


def test_a_grave_act_asks_and_then_does_what_was_asked(pair: Pair, anna: Browser, time: Clock) -> None:
    asked = post(anna, CODES, {"next": "/personen/"}, page=CODES)
    assert asked.status_code == 403
    assert Fields.of(asked.content.decode())["next"] == "/personen/"
    before = anna.token
    done = again(anna, CODES, asked, {"proof_code": pair.anna.code(time())})
    assert (done.status_code, done.content.count(b"<li>")) == (200, 10)
    assert b'href="/personen/"' in done.content
    assert anna.token != before, "a proof gives the session another token"
    thief = Browser()
    thief.cookies["__Host-waarborg"] = before
    assert thief.get("/account/").headers["Location"].startswith("/inloggen/")


def test_a_wrong_code_asks_again_with_everything_still_there(pair: Pair, anna: Browser, time: Clock) -> None:
    asked = post(anna, CODES, {"next": "/personen/"}, page=CODES)
    wrong = again(anna, CODES, asked, {"proof_code": "000000"})
    assert wrong.status_code == 422
    assert Fields.of(wrong.content.decode())["next"] == "/personen/"
    assert b'aria-invalid="true"' in wrong.content
    empty = again(anna, CODES, wrong, {"proof_code": " "})
    assert empty.status_code == 422
    assert again(anna, CODES, empty, {"proof_code": pair.anna.code(time())}).status_code == 200


def test_who_guesses_waits_and_keeps_what_was_typed(anna: Browser) -> None:
    answer = post(anna, CODES, {"next": "/personen/"}, page=CODES)
    for _ in range(12):
        answer = again(anna, CODES, answer, {"proof_code": "000000"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert Fields.of(answer.content.decode())["next"] == "/personen/"


def test_a_code_that_was_used_proves_nothing_again(pair: Pair, anna: Browser, time: Clock) -> None:
    code = pair.anna.code(time())
    asked = post(anna, CODES, {}, page=CODES)
    assert again(anna, CODES, asked, {"proof_code": code}).status_code == 200
    time.passes(seconds=1)
    stolen = Browser()
    stolen.cookies["__Host-waarborg"] = entered(pair.sam, now=time())
    time.passes(minutes=9)
    stolen.get("/account/")
    time.passes(minutes=2)
    asked = post(stolen, CODES, {}, page=CODES)
    assert again(stolen, CODES, asked, {"proof_code": code}).status_code == 422, "Anna's code isn't Sam's"


def test_a_page_that_takes_a_password_asks_when_it_is_opened(pair: Pair, anna: Browser, time: Clock) -> None:
    asked = anna.get("/account/wachtwoord/")
    assert asked.status_code == 403
    assert Fields.of(asked.content.decode())["proof_opening"] == "1"
    opened = again(anna, "/account/wachtwoord/", asked, {"proof_code": pair.anna.code(time())})
    assert (opened.status_code, opened.headers["Location"]) == (302, "/account/wachtwoord/")
    assert b'name="old_password"' in anna.get("/account/wachtwoord/").content


def test_a_password_is_never_given_back_to_a_browser(pair: Pair, anna: Browser, time: Clock) -> None:
    secret = "another long sentence of 9 words"
    typed = {"old_password": PASSWORD, "password": secret, "password_again": secret}
    asked = post(anna, "/account/wachtwoord/", typed, page="/account/")
    assert asked.status_code == 403
    assert secret.encode() not in asked.content
    assert PASSWORD.encode() not in asked.content
    opened = again(anna, "/account/wachtwoord/", asked, {"proof_code": pair.anna.code(time())})
    assert opened.headers["Location"] == "/account/wachtwoord/"
    thief = Browser()
    assert thief.send("/inloggen/", {"name": pair.anna.login, "password": secret}).status_code == 422


def test_without_the_token_of_the_form_a_proof_does_nothing(pair: Pair, anna: Browser, time: Clock) -> None:
    forged = anna.post(CODES, {"proof_code": pair.anna.code(time())}, headers={"Referer": "https://testserver/"})
    assert forged.status_code == 403
    assert b"proof_code" not in forged.content
    asked = post(anna, CODES, {}, page=CODES)
    assert again(anna, CODES, asked, {"proof_code": pair.anna.code(time())}).status_code == 200, "the code is unused"


def test_a_file_has_to_be_chosen_again_and_everything_else_is_kept(pair: Pair, time: Clock) -> None:
    here = actor_for(entered(pair.anna, now=time()), time() + timedelta(minutes=1), HOME)
    file = SimpleUploadedFile("rota.txt", b"night")
    request = RequestFactory().post("/x/?a=1", {"title": 'T & "Q"', "kept": ["1", "2"], "file": file})
    assert isinstance(request, object)
    request.__class__ = type("Asked", (type(request), Request), {})
    assert isinstance(request, Request)
    assert here is not None
    request.signed_in, request.actor = here, here.actor
    error = ProofTooOld(Permission("x.y", grave=True))
    answer = confirming.ProvenAgain(lambda _request: HttpResponse()).process_exception(request, error)
    assert answer is not None
    page = answer.content.decode()
    assert 'value="T &amp; &quot;Q&quot;"' in page
    assert page.count('name="kept"') == 2
    assert re.search(r'type="file" name="file"', page)
    assert "rota.txt" in page
    assert 'enctype="multipart/form-data"' in page
    assert "action=" not in page.split("<main")[1].split("</form>")[0], "a proof goes nowhere but to the same address"


def test_a_program_is_told_in_its_own_way(pair: Pair, time: Clock) -> None:
    request = RequestFactory().post("/api/v1/x")
    request.__class__ = type("Asked", (type(request), Request), {})
    assert isinstance(request, Request)
    error = ProofTooOld(Permission("x.y", grave=True))
    answer = confirming.ProvenAgain(lambda _request: HttpResponse()).process_exception(request, error)
    assert answer is not None
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")
    assert "insufficient_user_authentication" in answer.headers["WWW-Authenticate"]


def test_no_field_that_holds_a_secret_is_carried_along() -> None:
    """By what the field is for, in every form of accounts: a new one under a harmless name fails here."""
    found = dict[str, type]()
    for module in (own_forms, people_forms, machine_forms, sign_on):
        for _, form in getmembers(module, lambda each: isclass(each) and issubclass(each, forms.Form)):
            for name, field in form.base_fields.items():
                hidden = isinstance(field.widget, forms.PasswordInput)
                once = field.widget.attrs.get("autocomplete") == "one-time-code"
                if hidden or once or "recover" in name:
                    found[name] = form
    assert {"password", "code", "recovery_code", "factor_code", "old_password"} <= found.keys()
    assert [name for name in found if not confirming.SECRET.search(name)] == []
