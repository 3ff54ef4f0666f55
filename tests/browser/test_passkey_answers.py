"""What a real browser makes of our questions, and we of its answers: Chromium with its virtual authenticator."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, Route
from tests.cast import NOON, SCOPE
from tests.simulators.databases import Engine

from waarborg.accounts.operations import (
    PasskeyRefused,
    add_passkey,
    ask_any_passkey,
    begin_passkey,
    enter_with_passkey,
)
from waarborg.accounts.queries import anonymous
from waarborg.accounts.testing import HOME, entered, found, signed_in
from waarborg.accounts.values import SignedIn, Stage

ADDRESS = "http://localhost:8080/"
IN = NOON + timedelta(minutes=3)
CREATE = """async asked => JSON.stringify((await navigator.credentials.create(
  {publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(asked))})).toJSON())"""
GET = """async asked => JSON.stringify((await navigator.credentials.get(
  {publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(asked))})).toJSON())"""


def page_with_authenticator(visitor: BrowserContext, *, verifies: bool) -> Page:
    """Open an empty page at our address, in a browser whose device verifies its user, or can't."""

    def empty(route: Route) -> None:
        route.fulfill(content_type="text/html", body="<title>Waarborg</title>")

    page = visitor.new_page()
    page.route(f"{ADDRESS}**", empty)
    page.goto(ADDRESS)
    device = visitor.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


@pytest.fixture
def here(database: Engine) -> SignedIn:
    anna, _ = found(SCOPE, now=NOON)
    return signed_in(entered(anna, now=NOON + timedelta(minutes=2)), now=IN)


@pytest.fixture
def answered(visitor: BrowserContext) -> Callable[[str, str], str]:
    page = page_with_authenticator(visitor, verifies=True)
    return lambda script, asked: str(page.evaluate(script, asked))


def test_chromium_makes_a_passkey_and_comes_in_with_it(here: SignedIn, answered: Callable[[str, str], str]) -> None:
    made = answered(CREATE, begin_passkey(session=here.session, by=here.actor, now=IN))
    add_passkey(made, "this browser", session=here.session, by=here.actor, now=IN)
    for _ in range(2):
        answer = answered(GET, ask_any_passkey("a browser", by=anonymous(HOME), now=IN))
        entering = enter_with_passkey(answer, "a browser", by=anonymous(HOME), now=IN)
        assert signed_in(entering.token, now=IN, stage=Stage.NOTICE).actor.id == here.actor.id
    with pytest.raises(PasskeyRefused):
        enter_with_passkey(answer, "a browser", by=anonymous(HOME), now=IN)


def test_chromium_makes_no_second_passkey_on_the_same_device(
    here: SignedIn, answered: Callable[[str, str], str]
) -> None:
    made = answered(CREATE, begin_passkey(session=here.session, by=here.actor, now=IN))
    add_passkey(made, "", session=here.session, by=here.actor, now=IN)
    again = begin_passkey(session=here.session, by=here.actor, now=IN)
    assert [each["id"] for each in json.loads(again)["excludeCredentials"]] == [json.loads(made)["id"]]
    with pytest.raises(Exception, match="InvalidStateError"):
        answered(CREATE, again)


def test_chromium_makes_none_where_the_user_isnt_verified(here: SignedIn, visitor: BrowserContext) -> None:
    page = page_with_authenticator(visitor, verifies=False)
    with pytest.raises(Exception, match="NotAllowedError"):
        page.evaluate(CREATE, begin_passkey(session=here.session, by=here.actor, now=IN))
