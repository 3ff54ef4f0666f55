"""What each role may, as the auditor sees it: the table that is in force, in words, and nothing kept back."""

import re
import tomllib
from pathlib import Path

import pytest
from tests.doors.web.conftest import Browser, Clock, Pair, come_in
from tests.doors.web.test_people_pages import Desk, desk

from waarborg.accounts.operations import CONFLICTS, NARROWED_TO, Clash, Conflict
from waarborg.accounts.testing import admitted
from waarborg.accounts.values import Role
from waarborg.doors.web.permitted import DOES, DOMAINS, PERMISSIONS, PLACES, WHY, clash_sentences, fits
from waarborg.kernel.actor import role_table
from waarborg.kernel.canonical import digest

REVIEWED = tomllib.loads(Path("tests/project/roles.toml").read_text(encoding="utf-8"))


@pytest.fixture
def anna(pair: Pair, time: Clock) -> Desk:
    return desk(pair.anna, time)


@pytest.fixture
def sam(pair: Pair, time: Clock) -> Desk:
    return desk(pair.sam, time)


def test_every_permission_role_and_conflict_has_words() -> None:
    names = {each.name for may in role_table().permissions.values() for each in may}
    assert names - PERMISSIONS.keys() == set()
    assert PERMISSIONS.keys() - names == set(), "words for what nobody may any more"
    assert {name.partition(".")[0] for name in names} == DOMAINS.keys()
    assert DOES.keys() == set(Role)
    assert WHY.keys() == set(Conflict)
    assert set(NARROWED_TO.values()) <= PLACES.keys()


def test_the_page_shows_every_cell_of_the_table_as_it_was_reviewed(anna: Desk) -> None:
    anna.browser.post("/taal/", {"language": "en"})
    page = anna.page("/rollen/")
    body = page.split('<table class="rights">')[1].split("</table>")[0]
    rows = re.findall(r'<tr><th scope="row">.*?</tr>', body)
    ticks = [re.findall(r"<td>.*?</td>", row) for row in rows]
    assert all(len(row) == len(Role) for row in ticks)
    shown = sum("#may" in cell for row in ticks for cell in row)
    assert shown == sum(len(REVIEWED["roles"][role]) for role in Role)


def test_the_page_names_version_digest_and_every_pair(anna: Desk) -> None:
    page = anna.page("/rollen/")
    version = role_table().version
    assert f"<dd>{version}</dd>" in page
    assert digest({role: sorted(each.name for each in may) for role, may in role_table().permissions.items()}) in page
    pairs = page.count('<th scope="row">')
    assert pairs >= len(CONFLICTS) + len(Role)


def test_who_may_not_see_roles_gets_no_page(anna: Desk, sam: Desk, time: Clock) -> None:
    noor = admitted(Role.DEVOPS_LEAD, "Noor Bakker", "noor", asked_by=anna.actor, approved_by=sam.actor, now=time())
    time.passes(minutes=2)
    browser = Browser()
    come_in(browser, noor, time())
    assert browser.get("/rollen/").status_code == 403
    assert browser.get("/rechten/").status_code == 403
    assert browser.get("/noodtoegang/").status_code == 403
    assert browser.get("/personen/").status_code == 403


def test_a_refused_role_is_told_as_a_sentence_for_each_role_in_the_way() -> None:
    told = clash_sentences([Clash(Role.ADMINISTRATOR, Role.AUDITOR, Conflict.JUDGES_OWN_WORK)])
    assert len(told) == 1
    assert str(WHY[Conflict.JUDGES_OWN_WORK]) in told[0]


def test_how_narrow_a_role_can_be_is_said() -> None:
    assert str(PLACES["ward"]) in fits(Role.CARE_PROFESSIONAL)
    assert fits(Role.AUDITOR) == str(PLACES[""])
