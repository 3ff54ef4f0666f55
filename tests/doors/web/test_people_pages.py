"""Who has access: a colleague registered at a desk, approved by another, and what a list of people shows and asks."""

import re
from typing import cast

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import NOON
from tests.doors.web.conftest import Browser, Clock, Fields, Pair, come_in

from waarborg.accounts.models import Identity, Registration
from waarborg.accounts.operations import ask_registration
from waarborg.accounts.testing import Someone, admitted
from waarborg.accounts.values import Asked, Role
from waarborg.doors.web.requests import Request
from waarborg.kernel.actor import Actor
from waarborg.kernel.references import Reference
from waarborg.registers.operations.units import register_unit
from waarborg.registers.values.classification import UnitKind
from waarborg.registers.values.inputs import NewUnit

MOST_STATEMENTS = 18
"""Two to know who asks, two for the names of things, the rest for the list, what waits and the entry that says it was read."""
CODE = re.compile(r"(?:[A-Z0-9]{4}-){4}[A-Z0-9]{4}")
DOCUMENT = {"document_kind": "passport", "document_number": "SPECI2014", "document_until": "2030-01-31"}


class Desk:
    """Someone who came in and works with the list of people."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    @property
    def actor(self) -> Actor:
        return cast("Request", self.browser.get("/personen/").wsgi_request).actor

    def page(self, path: str = "/personen/") -> str:
        return self.browser.get(path).content.decode()

    def send(self, path: str, data: dict[str, str] | None = None) -> tuple[int, str]:
        token = {"csrfmiddlewaretoken": Fields.of(self.page())["csrfmiddlewaretoken"]}
        answer = self.browser.post(path, token | (data or {}), headers={"Referer": "https://testserver/"})
        return answer.status_code, answer.content.decode()

    def asks(self, name: str = "Noor Bakker", role: str = "devops_lead", **more: str) -> str:
        """Ask leave for a colleague and return the code."""
        status, page = self.send("/personen/nieuw/", {"name": name, "role": role, **more})
        assert status == 200, page
        return str(CODE.findall(page)[0])


def desk(someone: Someone, time: Clock) -> Desk:
    browser = Browser()
    come_in(browser, someone, time())
    return Desk(browser)


@pytest.fixture
def anna(pair: Pair, time: Clock) -> Desk:
    return desk(pair.anna, time)


@pytest.fixture
def sam(pair: Pair, time: Clock) -> Desk:
    return desk(pair.sam, time)


def ward(name: str, by: Actor) -> Reference:
    return Reference("ward", register_unit(NewUnit(kind=UnitKind.WARD, name=name), by=by, now=NOON))


@pytest.fixture
def manager(anna: Desk, sam: Desk, time: Clock) -> Desk:
    """Mara, who answers for ward De Linde alone."""
    linde = ward("De Linde", anna.actor)
    ward("De Beuk", anna.actor)
    mara = admitted(
        Role.TEAM_MANAGER, "Mara Smit", "mara", asked_by=anna.actor, approved_by=sam.actor, now=time(), within=linde
    )
    time.passes(minutes=2)
    return desk(mara, time)


def registration() -> Registration:
    return Registration.objects.get(founding=False)


def test_a_code_is_shown_once_to_who_asked_for_it(anna: Desk, sam: Desk) -> None:
    code = anna.asks(**DOCUMENT)
    assert code not in anna.page()
    assert "Noor Bakker" in sam.page()
    assert code not in sam.page()
    assert code.replace("-", "") not in sam.page().replace("-", "")


def test_asking_and_seeing_the_document_is_one_form(anna: Desk) -> None:
    anna.asks(**DOCUMENT)
    assert registration().identified_by == anna.actor.id
    assert Identity.objects.get(registration=registration()).document_kind == "passport"


def test_without_a_document_the_identity_waits_and_can_be_established_later(anna: Desk) -> None:
    anna.asks()
    path = f"/personen/aanvragen/{registration().pk}/identiteit/"
    assert path in anna.page()
    assert "Noor Bakker" in anna.page(path)
    assert anna.send(path, DOCUMENT | {"document_until": "2020-01-31"})[0] == 422
    assert anna.send(path, DOCUMENT)[0] == 302
    assert registration().identified_by == anna.actor.id


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"document_kind": ""}, "document_kind"),
        ({"document_number": ""}, "document_number"),
        ({"document_until": "2020-01-31"}, "document_until"),
        ({"number_kind": "big", "number": "1234"}, "number"),
        ({"name": ""}, "name"),
        ({"role": "emperor"}, "role"),
        ({"ends_on": "2020-01-31"}, "ends_on"),
    ],
)
def test_what_wont_do_is_said_at_its_field_and_what_was_typed_stays(
    anna: Desk, typed: dict[str, str], field: str
) -> None:
    whole = {"name": "Noor Bakker", "role": "devops_lead", "document_number": "SPECI2014"}
    status, page = anna.send("/personen/nieuw/", whole | DOCUMENT | typed)
    assert status == 422
    assert f"id_{field}_error" in page
    assert 'value="SPECI2014"' in page or "document_number" in typed
    assert not Registration.objects.filter(founding=False).exists()


def test_a_role_for_another_kind_of_thing_is_refused_at_its_field(anna: Desk) -> None:
    linde = ward("De Linde", anna.actor)
    status, page = anna.send("/personen/nieuw/", {"name": "Noor", "role": "devops_lead", "within": str(linde)})
    assert (status, "id_within_error" in page) == (422, True)


def test_who_asked_sees_no_button_to_approve_and_is_refused_without_one(anna: Desk, sam: Desk) -> None:
    anna.asks(**DOCUMENT)
    approve = f"/personen/aanvragen/{registration().pk}/goedkeuren/"
    assert approve not in anna.page()
    assert anna.send(approve)[0] == 409
    assert approve in sam.page()
    assert sam.send(approve)[0] == 302
    assert registration().approved_at


def test_a_withdrawn_request_is_gone_from_the_list(anna: Desk) -> None:
    anna.asks()
    assert anna.send(f"/personen/aanvragen/{registration().pk}/intrekken/")[0] == 302
    assert "Noor Bakker" not in anna.page()


def test_a_manager_asks_for_the_own_ward_and_the_roles_of_a_ward_only(manager: Desk) -> None:
    page = manager.page("/personen/nieuw/")
    assert "De Linde" in page
    assert "De Beuk" not in page
    assert 'value="care_professional"' in page
    assert 'value="administrator"' not in page
    assert manager.send("/personen/nieuw/", {"name": "Jan Bos", "role": "administrator"})[0] == 422
    assert manager.send("/personen/nieuw/", {"name": "Jan Bos", "role": "care_professional"})[0] == 422


def test_a_manager_sees_the_own_ward_only(manager: Desk, anna: Desk) -> None:
    anna.asks("Piet van Elders", "auditor")
    other = registration_of("auditor")
    page = manager.page()
    assert "Mara Smit" in page
    assert "Sam Visser" not in page
    assert "Piet van Elders" not in page
    assert manager.browser.get(f"/personen/aanvragen/{other.pk}/identiteit/").status_code == 404


def registration_of(role: str) -> Registration:
    return Registration.objects.get(role=role, founding=False)


def test_a_search_goes_by_post_so_that_no_name_stands_in_an_address(anna: Desk) -> None:
    page = anna.page()
    assert re.search(r'<form[^>]+method="post"[^>]+role="search"', page)
    status, found = anna.send("/personen/", {"q": "sam.visser"})
    assert status == 200
    assert "Sam Visser" in found
    assert "anna.deboer" not in found


@pytest.mark.parametrize("number", ["0", "-1", "999", "x", "9" * 5000])
def test_a_page_that_isnt_there_is_the_nearest_that_is(anna: Desk, number: str) -> None:
    assert anna.browser.get("/personen/", {"page": number}).status_code == 200


def test_a_page_of_people_asks_the_same_of_the_database_however_many_there_are(anna: Desk, sam: Desk) -> None:
    def one_more(number: int) -> int:
        name, login = f"Aart {number}", f"aart{number}"
        admitted(Role.AUDITOR, name, login, asked_by=anna.actor, approved_by=sam.actor, now=NOON)
        ask_registration(f"Nog een {number}", Asked(Role.AUDITOR), by=sam.actor, now=NOON)
        return asked_for(anna)

    few, *_, many = (one_more(number) for number in range(4))
    assert few == many
    assert few <= MOST_STATEMENTS


def asked_for(at: Desk) -> int:
    """Return how many statements one view of the list takes."""
    with CaptureQueriesContext(connection) as statements:
        assert at.browser.get("/personen/").status_code == 200
    return len([each for each in statements if each["sql"].split()[0] not in {"BEGIN", "COMMIT"}])


def test_the_handed_over_address_holds_no_code(anna: Desk) -> None:
    status, page = anna.send("/personen/nieuw/", {"name": "Noor", "role": "auditor"})
    code = CODE.findall(page)[0]
    assert status == 200
    assert "/registreren/" in page
    assert not re.search(rf"registreren/[^<\s]*{code[:4]}", page)
    assert registration().facts.approved_by is None
