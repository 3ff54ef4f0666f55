"""The pages of signing on by SAML: what another site posts lets nobody in; the browser that asked goes on by itself."""

from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from tests.accounts.test_saml import configure, listed
from tests.doors.web.conftest import Browser, Clock, Pair
from tests.simulators.saml_provider import ENTITY, Keys, SamlProvider

from waarborg.accounts.models import Session
from waarborg.accounts.operations import begin_sign_on, finish_sign_on, receive_answer
from waarborg.accounts.queries import anonymous
from waarborg.accounts.testing import HOME, entered, signed_in
from waarborg.accounts.values.sign_on import Purpose

THERE, ANSWER = "/aanmelden/huis/", "/aanmelden/huis/antwoord/"
FROM_THERE = {"Origin": "https://login.example.org", "Referer": ENTITY, "Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def provider(tmp_path: Path, pair: Pair, time: Clock, monkeypatch: pytest.MonkeyPatch) -> SamlProvider:
    """The provider `huis`, at which Sam is known as `sam-1`."""
    keys = Keys.made(tmp_path, "huis")
    configure(monkeypatch, listed(keys.certificate))
    token = entered(pair.sam, now=time.moment)
    time.passes(minutes=2)
    made, visitor = SamlProvider(keys, time.moment), anonymous(HOME)
    sam = signed_in(token, now=time.moment)
    url = begin_sign_on("huis", Purpose.LINK, "b", by=sam.actor, now=time.moment, session=sam.session)
    kept = receive_answer("huis", made.answer(url, "sam-1"), by=visitor, now=time.moment)
    finish_sign_on("huis", kept, "b", by=sam.actor, now=time.moment, session=sam.session)
    return made


def test_one_goes_there_and_comes_back_in(provider: SamlProvider) -> None:
    browser, strange = Browser(), Browser()
    brought = provider.answer(browser.get(f"{THERE}?next=/personen/")["Location"], "sam-1")
    # A post from another site carries no cookie of ours, so it is as if another browser sent it.
    taken = strange.post(ANSWER, brought, headers=FROM_THERE)
    assert (taken.status_code, taken["Location"].partition("?")[0]) == (303, "/aanmelden/huis/terug/")
    assert not taken.cookies
    back = browser.get(taken["Location"])
    assert (back.status_code, back["Location"]) == (302, f"{reverse('web:factor')}?next=%2Fpersonen%2F")
    assert back.cookies["__Host-waarborg"].value


def test_another_browser_gets_nowhere_with_it(provider: SamlProvider) -> None:
    browser, strange = Browser(), Browser()
    brought = provider.answer(browser.get(THERE)["Location"], "sam-1")
    sessions = Session.objects.count()
    taken = strange.post(ANSWER, brought, headers=FROM_THERE)
    refused = strange.get(taken["Location"])
    assert refused.status_code == 422
    assert "__Host-waarborg" not in refused.cookies
    assert Session.objects.count() == sessions


def test_what_proves_nothing_hears_nothing(provider: SamlProvider) -> None:
    said = Browser().post(ANSWER, {"SAMLResponse": "PGEvPg==", "RelayState": "<b>x</b>"}, headers=FROM_THERE)
    assert (said.status_code, said["Location"]) == (303, "/aanmelden/huis/terug/?")
    assert not said.cookies
    assert Browser().get(said["Location"]).status_code == 422


def test_an_answer_is_posted_and_nothing_else(provider: SamlProvider) -> None:
    assert Browser().get(ANSWER).status_code == 405
    assert Browser().post("/aanmelden/ander/antwoord/", {}, headers=FROM_THERE).status_code == 404


def test_only_the_answer_needs_no_token_of_ours(provider: SamlProvider) -> None:
    for address in (THERE, f"{THERE}koppelen/", f"{THERE}terug/", f"{THERE}identiteit/", "/inloggen/"):
        assert Browser().post(address, {}, headers=FROM_THERE).status_code in {302, 403, 405}


def test_who_we_are_stands_where_our_name_says(provider: SamlProvider) -> None:
    said = Browser().get(f"{THERE}metagegevens/")
    assert said["Content-Type"] == "application/samlmetadata+xml"
    assert f'entityID="{settings.WAARBORG.web.origin}{THERE}metagegevens/"' in said.content.decode()
    assert Browser().get("/aanmelden/ander/metagegevens/").status_code == 404
