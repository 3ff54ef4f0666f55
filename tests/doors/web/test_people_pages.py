"""Who has access: the list, tickets by two, and the end of it."""

import re
from datetime import timedelta
from typing import cast

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import NOON
from tests.doors.web.conftest import Browser, Clock, Fields, Pair, come_in

from waarborg.accounts.models import Person, Ticket
from waarborg.accounts.operations import ask_ticket
from waarborg.accounts.testing import admitted
from waarborg.accounts.values import Role
from waarborg.doors.web.requests import Request
from waarborg.kernel.actor import Actor

MOST_STATEMENTS = 12
"""Two to know who asks, the rest for the list, its tickets and the entry that says it was read."""


class Desk:
    """Someone who came in and works with the list of people."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    @property
    def actor(self) -> Actor:
        return cast("Request", self.browser.get("/personen/").wsgi_request).actor

    def page(self) -> str:
        return self.browser.get("/personen/").content.decode()

    def send(self, path: str, data: dict[str, str] | None = None) -> object:
        token = {"csrfmiddlewaretoken": Fields.of(self.page())["csrfmiddlewaretoken"]}
        return self.browser.post(path, token | (data or {}), headers={"Referer": "https://testserver/"})


@pytest.fixture
def anna(pair: Pair, time: Clock) -> Desk:
    browser = Browser()
    come_in(browser, pair.anna, time())
    return Desk(browser)


@pytest.fixture
def sam(pair: Pair, time: Clock) -> Desk:
    browser = Browser()
    come_in(browser, pair.sam, time())
    return Desk(browser)


def ask(desk: Desk) -> str:
    answer = desk.send("/personen/toegangsbewijzen/", {"label": "Noor Bakker", "role": "devops_lead"})
    (code,) = re.findall(r"(?:[A-Z0-9]{4}-){4}[A-Z0-9]{4}", getattr(answer, "content", b"").decode())
    return str(code)


def test_a_code_is_shown_once_to_who_asked_for_it(anna: Desk, sam: Desk) -> None:
    code = ask(anna)
    assert code not in anna.page()
    assert "Noor Bakker" in sam.page()
    assert code not in sam.page()


def test_who_asked_sees_no_button_to_approve_and_is_refused_without_one(anna: Desk, sam: Desk) -> None:
    ask(anna)
    approve = f"/personen/toegangsbewijzen/{Ticket.objects.get(founding=False).pk}/goedkeuren/"
    assert approve not in anna.page()
    assert getattr(anna.send(approve), "status_code", 0) == 409
    assert approve in sam.page()
    assert getattr(sam.send(approve), "status_code", 0) == 302
    assert Ticket.objects.get(founding=False).approved_at


def test_a_withdrawn_ticket_is_gone_from_the_list(anna: Desk) -> None:
    ask(anna)
    anna.send(f"/personen/toegangsbewijzen/{Ticket.objects.get(founding=False).pk}/intrekken/")
    assert "Noor Bakker" not in anna.page()


def test_the_last_of_a_role_stays_and_the_page_says_why(anna: Desk) -> None:
    sam = Person.objects.exclude(pk=anna.actor.id).get()
    refused = anna.send(f"/personen/{sam.pk}/vertrek/", {"reason": "another job"})
    assert getattr(refused, "status_code", 0) == 409
    without = anna.send(f"/personen/{sam.pk}/vertrek/", {"reason": ""})
    assert getattr(without, "status_code", 0) == 422


@pytest.mark.parametrize("number", ["0", "-1", "999", "x", "9" * 5000])
def test_a_page_that_isnt_there_is_the_nearest_that_is(anna: Desk, number: str) -> None:
    assert anna.browser.get("/personen/", {"page": number}).status_code == 200


def test_a_page_of_people_asks_the_same_of_the_database_however_many_there_are(anna: Desk, sam: Desk) -> None:
    def one_more(number: int) -> int:
        name, login = f"Aart {number}", f"aart{number}"
        admitted(Role.AUDITOR, name, login, asked_by=anna.actor, approved_by=sam.actor, now=NOON)
        ask_ticket(Role.AUDITOR, f"Nog een {number}", by=sam.actor, now=NOON + timedelta(hours=1))
        return asked_for(anna)

    few, *_, many = (one_more(number) for number in range(4))
    assert few == many
    assert few <= MOST_STATEMENTS


def asked_for(desk: Desk) -> int:
    """Return how many statements one view of the list takes."""
    with CaptureQueriesContext(connection) as statements:
        assert desk.browser.get("/personen/").status_code == 200
    return len([each for each in statements if each["sql"].split()[0] not in {"BEGIN", "COMMIT"}])
