"""The pages of signing on elsewhere: there by a link, back with an answer, and never on to where an answer says."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.urls import reverse
from tests.accounts.test_sign_on import KNOWN, MFA, configure, listed
from tests.doors.web.conftest import Browser, Clock, Fields, Pair
from tests.simulators.provider import OpenIdProvider, openid_provider
from tests.simulators.servers import closed_port

from waarborg.accounts.models import ExternalIdentity, Identity
from waarborg.accounts.operations import approve_registration, ask_registration, identify
from waarborg.accounts.testing import PASSPORT, PASSWORD, entered, signed_in
from waarborg.accounts.values import Asked, Role
from waarborg.project.providers import Provider

HOLDER = "__Host-waarborg-sign-on"
THERE, BACK = "/aanmelden/huis/", "/aanmelden/huis/terug/"


@pytest.fixture
def provider(tmp_path: Path, pair: Pair, time: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenIdProvider]:
    with openid_provider(tmp_path, now=time.moment) as running:
        configure(monkeypatch, listed(running))
        yield running


@pytest.fixture
def sam(pair: Pair, time: Clock) -> Browser:
    """Sam's browser, in which he came in just now."""
    browser = Browser()
    browser.cookies["__Host-waarborg"] = entered(pair.sam, now=time.moment)
    time.passes(minutes=2)
    return browser


def come_back(browser: Browser, provider: OpenIdProvider, url: str, sub: str, **claims: str) -> object:
    return browser.get(f"{BACK}?{urlencode(provider.authorize(url, sub, **claims))}")


def link(browser: Browser, provider: OpenIdProvider, time: Clock, sub: str = "sam-1") -> None:
    provider.now = time.moment
    page = browser.get("/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    assert token
    headers = {"Referer": "https://testserver/"}
    form = {"csrfmiddlewaretoken": token[1], "next": "/register/"}
    going = browser.post(f"{THERE}koppelen/", form, headers=headers)
    assert going.status_code == 200
    address = re.search(r'href="(https://localhost[^"]+)"', going.content.decode())
    assert address
    back = browser.get(f"{BACK}?{urlencode(provider.authorize(address[1].replace('&amp;', '&'), sub))}")
    assert (back.status_code, back["Location"]) == (302, "/register/")


def test_a_button_stands_on_the_log_in_page_for_each_provider_and_none_without(
    provider: OpenIdProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = Browser().get("/inloggen/?next=/personen/").content.decode()
    assert 'href="/aanmelden/huis/?next=%2Fpersonen%2F"' in shown
    assert "De Linde" in shown
    configure(monkeypatch)
    assert "/aanmelden/" not in Browser().get("/inloggen/").content.decode()


def test_a_newcomer_is_led_to_who_may_say_who_they_are_and_nowhere_without(
    provider: OpenIdProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = reverse("web:sign-on-identify", args=["huis"])
    assert f'href="{there}"' in Browser().get("/registreren/").content.decode()
    configure(monkeypatch)
    assert "/aanmelden/" not in Browser().get("/registreren/").content.decode()


def test_an_account_there_that_is_somebodys_is_refused_at_its_field(
    provider: OpenIdProvider, sam: Browser, time: Clock
) -> None:
    link(sam, provider, time)
    token = Fields.of(sam.get("/personen/nieuw/").content.decode())["csrfmiddlewaretoken"]
    asked = {"name": "Noor", "role": "auditor", "provider": "huis", "subject": "sam-1", "csrfmiddlewaretoken": token}
    answer = sam.post("/personen/nieuw/", asked, headers={"Referer": "https://testserver/"})
    assert answer.status_code == 422
    assert b"id_subject_error" in answer.content


def test_who_is_overtaken_by_a_link_reads_so_on_the_page(
    provider: OpenIdProvider, pair: Pair, sam: Browser, time: Clock
) -> None:
    anna = signed_in(entered(pair.anna, now=time()), now=time() + timedelta(minutes=2)).actor
    here = signed_in(sam.cookies["__Host-waarborg"].value, now=time())
    issued = ask_registration("Noor", Asked(Role.AUDITOR), by=anna, now=time(), provider=("huis", "sam-1"))
    identify(issued.id, PASSPORT, by=anna, now=time())
    approve_registration(issued.id, by=here.actor, now=time())
    link(sam, provider, time)
    typed = {"ticket": issued.code, "name": "Noor Bakker", "login": "noor", "email": "noor@example.org"}
    answer = Browser().send("/registreren/", typed | {"password": PASSWORD, "password_again": PASSWORD})
    assert answer.status_code == 422
    assert b"id_ticket_error" in answer.content


def test_one_is_sent_there_with_a_cookie_that_only_this_browser_has(provider: OpenIdProvider) -> None:
    browser = Browser()
    sent = browser.get(THERE)
    assert (sent.status_code, sent["Location"].partition("?")[0]) == (302, f"{provider.issuer}/authorize")
    cookie = sent.cookies[HOLDER]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, True, "Lax", "/")
    assert cookie.value not in sent["Location"]


@pytest.mark.parametrize("wanted", ["https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)"])
def test_one_comes_in_at_the_page_one_was_going_to_and_nowhere_else(
    provider: OpenIdProvider, sam: Browser, time: Clock, wanted: str
) -> None:
    link(sam, provider, time)
    for asked, then in (("/personen/", "/tweede-factor/?next=%2Fpersonen%2F"), (wanted, "/tweede-factor/")):
        browser = Browser()
        url = browser.get(THERE, {"next": asked})["Location"]
        brought = provider.authorize(url, "sam-1") | {"next": wanted}
        back = browser.get(f"{BACK}?{urlencode(brought)}")
        assert (back.status_code, back["Location"]) == (302, then)
        assert browser.token


def test_a_second_factor_there_leads_to_the_notice(provider: OpenIdProvider, sam: Browser, time: Clock) -> None:
    link(sam, provider, time)
    browser = Browser()
    back = come_back(browser, provider, browser.get(THERE)["Location"], "sam-1", acr=MFA)
    assert back["Location"] == "/vertrouwelijkheid/"  # type: ignore[index] # the test client's answers have no types


def test_an_answer_in_another_browser_opens_nothing(provider: OpenIdProvider, sam: Browser, time: Clock) -> None:
    link(sam, provider, time)
    attacker, victim = Browser(), Browser()
    brought = provider.authorize(attacker.get(THERE)["Location"], "sam-1")
    victim.get(THERE)
    back = victim.get(f"{BACK}?{urlencode(brought)}")
    assert back.status_code == 422
    assert not victim.token


def test_what_the_provider_says_went_wrong_isnt_shown(provider: OpenIdProvider) -> None:
    browser = Browser()
    brought = provider.authorize(browser.get(THERE)["Location"], "x")
    said = {"state": brought["state"], "error": "<i>bel</i>", "error_description": "Bel 0900-1234"}
    page = browser.get(f"{BACK}?{urlencode(said)}")
    assert page.status_code == 422
    shown = page.content.decode().partition("<main")[2]
    assert "De Linde" in shown
    assert "0900" not in shown
    assert "bel<" not in shown


def test_all_refusals_look_alike(provider: OpenIdProvider) -> None:
    pages = set()
    for brought in ({}, {"code": "x", "state": "y"}, {"error": "server_error"}, {"state": "\x00"}):
        pages.add(re.sub(r'value="\w{64}"|\d\d:\d\d', "", Browser().get(BACK, brought).content.decode()))
    browser = Browser()
    unknown = come_back(browser, provider, browser.get(THERE)["Location"], "nobody-here")
    pages.add(re.sub(r'value="\w{64}"|\d\d:\d\d', "", unknown.content.decode()))  # type: ignore[attr-defined] # as above
    assert len({re.sub(r'name="next" value="[^"]*"', "", page) for page in pages}) == 1


@pytest.mark.parametrize("path", ["/aanmelden/elders/", "/aanmelden/elders/terug/", "/aanmelden/elders/identiteit/"])
def test_a_provider_that_isnt_listed_isnt_there(provider: OpenIdProvider, path: str) -> None:
    assert Browser().get(path).status_code == 404


def test_linking_and_unlinking_are_for_who_is_in(provider: OpenIdProvider, sam: Browser, time: Clock) -> None:
    link(sam, provider, time)
    kept = ExternalIdentity.objects.get()
    unlink = reverse("web:sign-on-unlink", args=[kept.pk])
    for path in (f"{THERE}koppelen/", unlink):
        answer = Browser().send(path)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/inloggen/")
    page = sam.get("/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    form = {"csrfmiddlewaretoken": token[1], "next": "//example.org"}
    answer = sam.post(unlink, form, headers={"Referer": "https://testserver/"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    kept.refresh_from_db()
    assert kept.ended_at == time.moment


def test_a_newcomer_shows_who_they_are_with_the_code_of_their_registration(
    provider: OpenIdProvider, pair: Pair, time: Clock
) -> None:
    anna = signed_in(entered(pair.anna, now=time.moment), now=time.moment).actor
    time.passes(minutes=1)
    expected = {"provider": ("huis", "noor-1"), "by": anna, "now": time.moment}
    issued = ask_registration("Noor Bakker", Asked(Role.DEVOPS_LEAD), **expected)  # type: ignore[arg-type] # by keyword
    provider.now, browser = time.moment, Browser()
    assert browser.send(f"{THERE}identiteit/", {"code": "ABCD-EFGH"}).status_code == 422
    going = browser.send(f"{THERE}identiteit/", {"code": issued.code.lower()}).content.decode()
    address = re.search(r'href="(https://localhost[^"]+)"', going)
    assert address
    done = come_back(browser, provider, address[1].replace("&amp;", "&"), "noor-1", acr=KNOWN)
    assert done.status_code == 200  # type: ignore[attr-defined] # as above
    assert Identity.objects.get(method="provider").registration_id == issued.id
    assert not browser.token


def test_a_provider_that_is_down_leaves_the_log_in_page_as_it_is(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    issuer = f"http://localhost:{closed_port()}"
    configure(monkeypatch, Provider(key="huis", name="De Linde", issuer=issuer, client_id="waarborg"))
    browser = Browser()
    assert browser.get(THERE).status_code == 503
    assert browser.send("/inloggen/", {"name": pair.sam.login, "password": pair.sam.password}).status_code == 302
    assert settings.WAARBORG.sign_on.providers
