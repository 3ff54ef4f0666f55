"""Joining another institution by the pages: from one's own account, after one more proof, with the code one was given."""

import pytest
from django.urls import reverse
from tests.cast import ELSEWHERE, person
from tests.doors.web.conftest import Browser, Clock, Fields, Pair, come_in

from waarborg.accounts.models import RoleHeld
from waarborg.accounts.operations import approve_registration, ask_registration, identify
from waarborg.accounts.testing import PASSPORT
from waarborg.accounts.values import Asked, Role

JOIN = "/account/code/"
MIA, OLE = person(11, "administrator", ELSEWHERE), person(12, "security_officer", ELSEWHERE)


@pytest.fixture
def anna(pair: Pair, time: Clock) -> Browser:
    browser = Browser()
    come_in(browser, pair.anna, time())
    return browser


def code_of(role: Role, time: Clock) -> str:
    issued = ask_registration("Anna de Boer", Asked(role), by=MIA, now=time())
    identify(issued.id, PASSPORT, by=MIA, now=time())
    approve_registration(issued.id, by=OLE, now=time())
    return issued.code


def type_in(browser: Browser, code: str) -> tuple[int, str]:
    token = Fields.of(browser.get(JOIN).content.decode())["csrfmiddlewaretoken"]
    typed = {"csrfmiddlewaretoken": token, "code": code}
    answer = browser.post(JOIN, typed, headers={"Referer": "https://testserver/"})
    return answer.status_code, answer.headers.get("Location", answer.content.decode())


def test_a_code_leads_to_the_other_institution_in_the_switcher(anna: Browser, time: Clock) -> None:
    assert f'href="{JOIN}"' in anna.get("/account/").content.decode()
    assert type_in(anna, code_of(Role.AUDITOR, time)) == (302, "/account/")
    page = anna.get("/account/").content.decode()
    assert f'value="{ELSEWHERE}"' in page
    anna.post(
        reverse("web:scope"),
        {"csrfmiddlewaretoken": Fields.of(page)["csrfmiddlewaretoken"], "scope": str(ELSEWHERE)},
        headers={"Referer": "https://testserver/"},
    )
    assert anna.get("/personen/nieuw/").status_code == 403, "an auditor there asks for nobody"


def test_a_code_that_wont_do_is_said_at_its_field(anna: Browser, time: Clock) -> None:
    status, page = type_in(anna, "AAAA-BBBB")
    assert (status, "id_code_error" in page) == (422, True)
    assert type_in(anna, code_of(Role.AUDITOR, time))[0] == 302
    status, page = type_in(anna, code_of(Role.DEVELOPER, time))
    assert (status, "id_code_error" in page) == (422, True)
    assert [each.role for each in RoleHeld.objects.filter(scope=ELSEWHERE)] == ["auditor"]


def test_the_page_asks_for_the_proof_before_a_code_is_typed(anna: Browser, pair: Pair, time: Clock) -> None:
    code = code_of(Role.AUDITOR, time)
    time.passes(minutes=6)
    anna.get("/account/")
    time.passes(minutes=6)
    asked = anna.get(JOIN)
    assert (asked.status_code, b"proof_code" in asked.content) == (403, True)
    proven = Fields.of(asked.content.decode()) | {"proof_code": pair.anna.code(time())}
    assert anna.post(JOIN, proven, headers={"Referer": "https://testserver/"}).headers["Location"] == JOIN
    assert type_in(anna, code)[0] == 302


def test_colleagues_stand_in_from_ones_own_account(anna: Browser) -> None:
    assert f'href="{reverse("web:stand-in")}"' in anna.get("/account/").content.decode()
