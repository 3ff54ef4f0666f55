"""Systems and wall screens on their page, and the board: who sees what, what is shown once, and what never is."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.accounts.certificates import A_MONTH, authority, signed
from tests.assurance.conftest import Registered
from tests.cast import ELSEWHERE, NOON, SCOPE, person
from tests.doors.web.conftest import Browser, Clock, Fields
from tests.doors.web.test_assurance_pages import Desk, People, filled, people, text_of

from waarborg.accounts.models import Credential, ServiceAccount
from waarborg.accounts.operations.credentials import add_certificate
from waarborg.accounts.operations.machines import approve_service, ask_service
from waarborg.accounts.values.machines import MachineKind, NewMachine
from waarborg.audit.queries.reading import page_of_entries
from waarborg.kernel.references import Reference
from waarborg.registers.testing import a_customer, a_kind, an_application

__all__ = ["filled", "people"]
PROXY, HEADER = "203.0.113.5", "X-Client-Cert"
CA = authority("Proef-CA", NOON)
SCREEN = signed(CA, "scherm", begins=NOON - A_MONTH, ends=NOON + A_MONTH)
TOKEN = re.compile(r"wbg_[0-9A-Za-z]{49}")
ASKED = {"kind": "system", "name": "Belsysteem", "within": "", "owner": "sam.visser", "ends_on": "2027-03-01"}


def asked(desk: Desk, **change: str) -> Any:
    form = Fields.of(desk.browser.get(reverse("web:machine-new")).content.decode())
    typed = {"csrfmiddlewaretoken": form["csrfmiddlewaretoken"]} | ASKED | change
    return desk.browser.post(reverse("web:machine-new"), typed, headers={"Referer": "https://testserver/"})


def approved(people: People) -> UUID:
    assert asked(people.anna).status_code == 302
    made: UUID = ServiceAccount.objects.get().pk
    assert people.sam.send("machine-approve", made).status_code == 302
    return made


def test_with_no_system_the_page_says_what_comes_of_one(people: People) -> None:
    page = people.anna.page("machines")
    assert reverse("web:machine-new") in page
    assert "<table" not in page


def test_one_asks_and_another_approves(people: People) -> None:
    assert asked(people.anna).status_code == 302
    made = ServiceAccount.objects.get().pk
    button = reverse("web:machine-approve", args=[made])
    assert button not in people.anna.page("machines")
    assert people.anna.send("machine-approve", made).status_code == 409
    assert button in people.sam.page("machines")
    assert people.sam.send("machine-approve", made).status_code == 302
    assert ServiceAccount.objects.get().approved_by == people.sam.actor.id


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"owner": "nobody.here"},
        {"ends_on": "2020-01-01"},
        {"ends_on": "2031-01-01"},
        {"kind": "robot"},
        {"within": str(Reference("application", UUID(int=5)))},
    ],
)
def test_what_is_typed_wrong_is_said_beside_its_field(people: People, change: dict[str, str]) -> None:
    answer = asked(people.anna, **change)
    assert answer.status_code == 422
    assert f'aria-describedby="id_{next(iter(change))}_error"' in text_of(answer) or "wrongs" in text_of(answer)
    assert not ServiceAccount.objects.exists()


def test_an_application_of_another_house_is_no_choice(people: People) -> None:
    stranger = person(5, "devops_lead", ELSEWHERE)
    a_customer(by=stranger, now=NOON)
    a_kind(by=stranger, now=NOON)
    theirs = an_application(by=stranger, now=NOON, key="elders", name="Elders")
    missing = asked(people.anna, within=str(Reference("application", UUID(int=5))))
    answer = asked(people.anna, within=str(Reference("application", theirs)))
    assert (answer.status_code, missing.status_code) == (422, 422)
    assert "Elders" not in text_of(answer)
    assert not ServiceAccount.objects.exists()


def test_a_token_is_shown_once_and_can_be_revoked(people: People) -> None:
    made = approved(people)
    answer = people.anna.send("machine-token", made, networks="192.0.2.10\n192.0.2.32/28", ends_on="2027-03-01")
    (token,) = TOKEN.findall(text_of(answer))
    assert answer.headers["Cache-Control"] == "no-store"
    page = people.anna.page("machines")
    assert token not in page
    assert token[:10] in page
    assert "192.0.2.32/28" in page
    assert token not in repr([entry for _, entry in page_of_entries(SCOPE, size=500)])
    assert people.sam.send("credential-revoke", Credential.objects.get().pk).status_code == 302
    assert Credential.objects.get().revoked_at is not None
    assert people.sam.send("credential-revoke", Credential.objects.get().pk).status_code == 404


@pytest.mark.parametrize(
    "typed",
    [
        {"networks": ""},
        {"networks": "0.0.0.0/0"},
        {"networks": "overal"},
        {"networks": "192.0.2.10", "ends_on": "2028-01-01"},
        {"networks": "192.0.2.10", "certificate": "geen certificaat"},
    ],
)
def test_a_token_that_is_bound_to_nothing_is_not_made(people: People, typed: dict[str, str]) -> None:
    answer = people.anna.send("machine-token", approved(people), **{"ends_on": "2027-03-01", **typed})
    assert answer.status_code == 422
    assert not TOKEN.search(text_of(answer))
    assert not Credential.objects.exists()


def test_a_pasted_private_key_is_refused_and_not_shown_again(people: People) -> None:
    answer = people.anna.send("machine-certificate", approved(people), certificate=SCREEN.pem + SCREEN.key_pem)
    assert answer.status_code == 422
    assert "PRIVATE KEY" not in answer.content.decode()
    assert SCREEN.key_pem.splitlines()[1] not in answer.content.decode()


def test_ending_asks_why_and_another_answers_for_it(people: People) -> None:
    made = approved(people)
    assert people.sam.send("machine-owner", made, owner="nobody.here").status_code == 409
    assert people.sam.send("machine-owner", made, owner="noor").status_code == 302
    assert "Noor Bakkum" in people.anna.page("machines")
    assert people.sam.send("machine-end", made, reason="").status_code == 422
    assert people.sam.send("machine-end", made, reason="vervangen").status_code == 302
    assert people.sam.send("machine-end", made, reason="nog eens").status_code == 409


def test_who_does_not_keep_systems_sees_no_page_or_no_button(people: People) -> None:
    made = approved(people)
    assert people.noor.get(reverse("web:machines")).status_code == 403
    page = people.aart.page("machines")
    assert "Belsysteem" in page
    assert reverse("web:machine-token", args=[made]) not in page
    for name, args in (("machine-token", (made,)), ("machine-end", (made,)), ("machine-approve", (made,))):
        assert people.aart.send(name, *args).status_code == 403


def test_what_is_not_here_does_not_exist(people: People) -> None:
    nothing = UUID(int=77)
    for name in ("machine-approve", "machine-token", "machine-certificate", "credential-revoke"):
        assert people.sam.send(name, nothing).status_code == 404
    assert people.sam.send("machine-end", nothing, reason="x").status_code == 404


@pytest.fixture
def behind_proxy() -> Any:
    web = settings.WAARBORG.web.model_copy(update={"trusted_proxies": (PROXY,), "client_certificate_header": HEADER})
    with override_settings(WAARBORG=settings.WAARBORG.model_copy(update={"web": web})):
        yield


def a_screen(people: People, time: Clock, within: Reference | None = None) -> Browser:
    new = NewMachine(MachineKind.STATION, "Scherm hal", "sam.visser", time() + timedelta(days=20), within)
    made = ask_service(new, by=people.anna.actor, now=time())
    approve_service(made, by=people.sam.actor, now=time())
    add_certificate(made, SCREEN.pem, by=people.anna.actor, now=time())
    return Browser(PROXY, headers={HEADER: SCREEN.pem.replace("\n", "%0A").replace("+", "%2B")})


@pytest.mark.usefixtures("behind_proxy")
def test_the_board_says_how_it_stands_and_shows_nobody(people: People, time: Clock, filled: Registered) -> None:
    screen = a_screen(people, time)
    answer = screen.get("/bord/")
    page = text_of(answer)
    assert answer.status_code == 200
    assert "Meldkamer-Thuis" in page
    assert "Scherm hal" in page
    for name in ("Anna", "Sam", "Noor", "anna.deboer", "/personen/"):
        assert name not in page
    assert len(screen.cookies) == 0
    assert "C5" in page
    part = screen.get("/bord/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "board-old" in part


@pytest.mark.usefixtures("behind_proxy")
def test_a_screen_for_one_application_shows_that_one(people: People, time: Clock, filled: Registered) -> None:
    other = an_application(by=people.noor.actor, now=NOON, key="tweede", name="Tweede")
    page = text_of(a_screen(people, time, Reference("application", other)).get("/bord/"))
    assert "Tweede" in page
    assert "Meldkamer-Thuis" not in page


@pytest.mark.usefixtures("behind_proxy")
def test_a_screen_whose_account_ended_sees_nothing_from_the_next_renewal_on(people: People, time: Clock) -> None:
    screen = a_screen(people, time)
    assert screen.get("/bord/").status_code == 200
    time.passes(days=21)
    answer = screen.get("/bord/", headers={"HX-Request": "true"})
    assert answer.status_code == 401


def test_the_board_is_for_who_may_see_how_it_stands(people: People) -> None:
    assert people.noor.get("/bord/").status_code == 200
    assert people.aart.get("/bord/").status_code == 200
    assert Browser().get("/bord/").status_code == 302


def test_a_board_asks_no_more_of_the_database_for_more_applications(people: People, filled: Registered) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked_of:
            people.noor.get("/bord/")
        return len(asked_of)

    people.noor.get("/bord/")
    before = queries()
    for number in range(5):
        an_application(by=people.noor.actor, now=NOON, key=f"app-{number}", name=f"App {number}")
    assert queries() == before <= 15
