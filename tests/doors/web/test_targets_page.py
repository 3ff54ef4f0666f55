"""The list of addresses that may be measured: a security officer keeps it, a lead sees what still waits."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from tests.cast import NOON, NOOR, SCOPE

from waarborg.accounts.testing import Someone, admitted, entered, found, signed_in
from waarborg.accounts.values import Role
from waarborg.assurance.queries.targets import targets
from waarborg.audit.queries.reading import page_of_entries
from waarborg.doors.web import cookies
from waarborg.kernel import clock
from waarborg.registers.testing import a_customer, a_kind, an_application, an_environment

PAGE = "/meetadressen"
LATER = NOON + timedelta(minutes=5)
pytestmark = pytest.mark.usefixtures("database", "five_past")


@pytest.fixture
def five_past() -> Iterator[None]:
    with clock.told_by(lambda: LATER):
        yield


def browser(someone: Someone) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.cookies[cookies.SESSION] = entered(someone, now=LATER - timedelta(minutes=1))
    return client


@pytest.fixture
def founders() -> tuple[Someone, Someone]:
    """Anna and Sam, and one registered address."""
    pair = found(SCOPE, now=NOON)
    a_customer(by=NOOR, now=NOON)
    a_kind(by=NOOR, now=NOON)
    application = an_application(by=NOOR, now=NOON)
    an_environment(application, by=NOOR, now=NOON, kind="production", url="https://zorg.example.nl/")
    return pair


@pytest.fixture
def officer(founders: tuple[Someone, Someone]) -> Client:
    return browser(founders[1])


def listed() -> list[tuple[str, int, bool]]:
    return [(each.host, each.port, each.private) for each in targets(SCOPE, only=None)]


def test_what_is_registered_and_not_listed_waits_until_it_is_listed(officer: Client) -> None:
    assert "zorg.example.nl:443" in officer.get(PAGE).content.decode()
    answer = officer.post(PAGE, {"host": "Zorg.Example.nl", "port": "443"})
    assert (answer.status_code, listed()) == (302, [("zorg.example.nl", 443, False)])
    assert "message--warning" not in officer.get(PAGE).content.decode()
    assert "target.allowed" in [entry.event for _, entry in page_of_entries(SCOPE)]


def test_what_is_taken_off_the_list_waits_again(officer: Client) -> None:
    officer.post(PAGE, {"host": "zorg.example.nl", "port": "443"})
    (target,) = targets(SCOPE, only=None)
    assert officer.post(f"{PAGE}/{target.id}/intrekken").status_code == 302
    assert listed() == []
    assert officer.post(f"{PAGE}/{target.id}/intrekken").status_code == 404


@pytest.mark.parametrize("host", ["https://zorg.example.nl", "zorg.example.nl/pad", "", "a b", "x" * 300])
def test_what_is_no_host_is_refused_with_the_form_as_it_was(officer: Client, host: str) -> None:
    answer = officer.post(PAGE, {"host": host, "port": "443"})
    assert (answer.status_code, listed()) == (422, [])


def test_a_lead_sees_what_waits_and_may_not_list_it(founders: tuple[Someone, Someone]) -> None:
    moment = LATER - timedelta(minutes=2)
    anna, sam = (signed_in(entered(each, now=moment), now=LATER).actor for each in founders)
    page = browser(admitted(Role.DEVOPS_LEAD, "Noor", "noor", asked_by=anna, approved_by=sam, now=NOON))
    assert "zorg.example.nl:443" in page.get(PAGE).content.decode()
    assert page.post(PAGE, {"host": "zorg.example.nl", "port": "443"}).status_code == 403
    assert listed() == []
