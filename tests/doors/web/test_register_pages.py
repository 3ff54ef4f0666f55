"""The registers on screen: what is typed goes in, what is wrong is told at its field, and nothing typed is lost."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import ELSEWHERE, NOON, SCOPE
from tests.doors.web.conftest import Browser, Clock, Fields, Pair
from tests.registers.test_assets import WRITTEN

from waarborg.accounts.testing import Someone, admitted, entered, signed_in
from waarborg.accounts.values import Role
from waarborg.kernel.actor import Actor
from waarborg.registers import queries, testing
from waarborg.registers.values.classification import ApplicationState, RiskClass

MOST_STATEMENTS = 16
"""Two to know who asks; the list, its filters, how each application stands, and the names of owners."""
APPLICATION = {
    "name": "Meldkamer Thuis",
    "key": "",
    "customer": "thuiszorg-het-veer",
    "kind": "web",
    "purpose": "Alarmen aannemen.",
    "harm": "death",
    "harm_explained": "Een alarm blijft onbeantwoord.",
    "information": "alarmmeldingen",
    "owner": "",
    "login_path": "/inloggen",
}


class Desk:
    """Someone who came in and works on the registers."""

    def __init__(self, someone: Someone, time: Clock) -> None:
        token = entered(someone, now=time())
        self.actor: Actor = signed_in(token, now=time() + timedelta(minutes=1)).actor  # when the factor was proven
        self.browser = Browser(headers={"Accept-Language": "en"})
        self.browser.cookies["__Host-waarborg"] = token

    def page(self, name: str, *args: object, **query: str) -> str:
        answer = self.browser.get(reverse(f"web:{name}", args=args), query)
        assert answer.status_code == 200
        return str(answer.content.decode())

    def send(self, page: str, /, *args: object, **typed: Any) -> Any:
        form = self.browser.get(reverse("web:kinds"))
        token = {"csrfmiddlewaretoken": Fields.of(form.content.decode())["csrfmiddlewaretoken"]}
        address = reverse(f"web:{page}", args=args)
        return self.browser.post(address, token | typed, headers={"Referer": "https://testserver/"})

    def upload(self, text: str) -> str:
        answer = self.send("assets", file=SimpleUploadedFile("assets.yaml", text.encode()))
        return str(answer.content.decode())


@pytest.fixture
def noor(pair: Pair, time: Clock) -> Desk:
    anna, sam = Desk(pair.anna, time).actor, Desk(pair.sam, time).actor
    lead = admitted(Role.DEVOPS_LEAD, "Noor Bakkum", "noor", asked_by=anna, approved_by=sam, now=time())
    time.passes(minutes=1)
    return Desk(lead, time)


@pytest.fixture
def meldkamer(noor: Desk) -> UUID:
    testing.a_customer(by=noor.actor, now=NOON)
    testing.a_kind(by=noor.actor, now=NOON)
    return testing.an_application(by=noor.actor, now=NOON, information=("alarmmeldingen",))


def errors(answer: Any) -> str:
    assert answer.status_code == 422
    return str(answer.content.decode())


def test_reading_in_is_offered_to_who_may_and_getting_it_to_both(noor: Desk, pair: Pair, time: Clock) -> None:
    assert 'type="file"' in noor.page("assets")
    officer = Desk(pair.sam, time).page("assets")
    assert 'type="file"' not in officer
    assert reverse("web:assets-download") in officer


def test_the_first_application_asks_for_its_customer_first(noor: Desk) -> None:
    answer = noor.browser.get(reverse("web:application-new"))
    assert answer.headers["Location"] == reverse("web:customer-new")
    noor.send("customer-new", name="Thuiszorg Het Veer")
    assert "Thuiszorg Het Veer" in noor.page("application-new")


def test_an_application_is_registered_and_shown(noor: Desk, meldkamer: UUID) -> None:
    answer = noor.send("application-new", **APPLICATION | {"name": "Zorgpas App", "owner": str(noor.actor.id)})
    kept = queries.application(SCOPE, "zorgpas-app", only=None)
    assert answer.headers["Location"] == reverse("web:application", args=[kept.id])
    assert (kept.risk, kept.owner, kept.login_path) == (RiskClass.CRITICAL, noor.actor.id, "/inloggen")
    listed = noor.page("applications")
    assert listed.index("Zorgpas App") < listed.index("Meldkamer Thuis")
    assert "Noor Bakkum" in listed


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", "Meld\u202ekamer"),
        ("name", ""),
        ("key", "Meld Kamer"),
        ("key", "meldkamer-thuis"),
        ("harm_explained", ""),
        ("login_path", "inloggen"),
        ("customer", "onbekend"),
        ("owner", "01930000-0000-7000-8000-0000000000ff"),
        ("kind", "toaster"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_what_was_typed_is_kept(
    noor: Desk, meldkamer: UUID, field: str, typed: str
) -> None:
    page = errors(noor.send("application-new", **APPLICATION | {"name": "Zorgpas App", field: typed}))
    assert set(re.findall(r'id="id_(\w+)_error"', page)) == {field}
    assert "Alarmen aannemen." in page
    assert queries.applications_page(SCOPE, only=None).total == 1


def test_an_application_is_changed_on_the_version_that_was_shown(noor: Desk, meldkamer: UUID) -> None:
    shown = Fields.of(noor.page("application-edit", meldkamer))
    assert shown["version"] == "1"
    changed = APPLICATION | {"name": "Eerst", "version": "1"}
    assert noor.send("application-edit", meldkamer, **changed).status_code == 302
    page = errors(noor.send("application-edit", meldkamer, **changed | {"name": "Later"}))
    assert queries.application_by_id(SCOPE, meldkamer, only=None).name == "Eerst"
    again = Fields.of(page)
    assert (again["version"], again["name"]) == ("2", "Later")
    assert noor.send("application-edit", meldkamer, **changed | {"name": "Later", "version": "2"}).status_code == 302
    assert queries.application_by_id(SCOPE, meldkamer, only=None).name == "Later"


def test_an_application_keeps_its_kinds_of_information_when_nothing_is_changed(noor: Desk, meldkamer: UUID) -> None:
    page = noor.page("application-edit", meldkamer)
    assert re.search(r'value="alarmmeldingen"[^>]*checked', page)
    assert re.search(r'value="lasting_harm"[^>]*checked', page)


def test_a_review_is_recorded_and_one_of_tomorrow_is_not(noor: Desk, meldkamer: UUID) -> None:
    errors(noor.send("application-review", meldkamer, reviewed_on="2026-11-22"))
    noor.send("application-review", meldkamer, reviewed_on="2026-09-04")
    assert str(queries.application_by_id(SCOPE, meldkamer, only=None).last_security_review) == "2026-09-04"


def test_an_application_goes_out_of_use_and_comes_back(noor: Desk, meldkamer: UUID) -> None:
    noor.send("application-retire", meldkamer, reason="vervangen")
    assert queries.application_by_id(SCOPE, meldkamer, only=None).state is ApplicationState.RETIRED
    assert "Meldkamer Thuis" not in noor.page("applications")
    assert "Meldkamer Thuis" in noor.page("applications", state="retired")
    noor.send("application-retire", meldkamer, reason="toch nodig")
    assert queries.application_by_id(SCOPE, meldkamer, only=None).state is ApplicationState.ACTIVE


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ({"q": "meldkamer"}, True),
        ({"q": "zorgpas"}, False),
        ({"risk": "high"}, True),
        ({"risk": "low"}, False),
        ({"risk": "purple", "page": "-3"}, True),
        ({"customer": "thuiszorg-het-veer", "page": "999999"}, True),
        ({"customer": "onbekend"}, False),
        ({"q": "x\x00y"}, False),
    ],
)
def test_the_list_is_searched(noor: Desk, meldkamer: UUID, asked: dict[str, str], there: bool) -> None:  # noqa: FBT001 - a column of the table
    assert (reverse("web:application", args=[meldkamer]) in noor.page("applications", **asked)) is there


def test_a_longer_list_takes_no_more_questions(noor: Desk, meldkamer: UUID) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            noor.page("applications")
        return len(captured)

    for_one = statements()
    for number in range(5):
        more = testing.an_application(by=noor.actor, now=NOON, key=f"app-{number}", owner=noor.actor.id)
        testing.an_environment(more, by=noor.actor, now=NOON)
    assert statements() <= min(MOST_STATEMENTS, for_one + 1)


def test_an_environment_is_registered_with_its_recipe_and_changed(noor: Desk, meldkamer: UUID) -> None:
    whole = {
        "kind": "production",
        "url": "https://meldkamer.example",
        "holds_real_data": "on",
        "recipe": '{"steps": []}',
        "plain_port": "8080",
    }
    assert noor.send("environment-new", meldkamer, **whole).status_code == 302
    (kept,) = queries.environments(SCOPE, [meldkamer], only=None)[meldkamer]
    assert (kept.url, kept.holds_real_data, kept.recipe) == ("https://meldkamer.example/", True, {"steps": []})
    assert "&quot;steps&quot;" in noor.page("environment-edit", kept.id)
    noor.send("environment-edit", kept.id, url="https://nieuw.example", plain_port="8080", version="1")
    errors(noor.send("environment-edit", kept.id, url="https://nieuw.example", plain_port="70000", version="2"))
    assert queries.environment(SCOPE, kept.id, only=None).url == "https://nieuw.example/"


@pytest.mark.parametrize(
    ("field", "typed"),
    [("url", "http://meldkamer.example"), ("recipe", "{"), ("recipe", '{"a": 0.5}'), ("recipe", "[1]"), ("kind", "")],
)
def test_an_environment_that_cannot_be_is_refused(noor: Desk, meldkamer: UUID, field: str, typed: str) -> None:
    errors(noor.send("environment-new", meldkamer, **{"kind": "test", "plain_port": "80", field: typed}))
    assert queries.environments(SCOPE, [meldkamer], only=None)[meldkamer] == ()


def test_kinds_of_information_are_classified_and_what_holds_them_follows(noor: Desk, meldkamer: UUID) -> None:
    levels = {"availability": "1", "integrity": "1", "confidentiality": "1"}
    noor.send("kind-new", name="Roosters", **levels)
    assert "Roosters" in noor.page("kinds")
    (kind,) = [each for each in queries.information_kinds(SCOPE) if each.key == "alarmmeldingen"]
    errors(noor.send("kind-edit", kind.id, name="Alarmen", personal_health="on", **levels))
    noor.send("kind-edit", kind.id, name="Alarmen", **levels)
    biv = queries.application_by_id(SCOPE, meldkamer, only=None).biv
    assert biv is not None
    assert biv.highest == 1


def test_a_project_is_registered_and_delivered(noor: Desk, meldkamer: UUID) -> None:
    whole = {"name": "Meldkamer 3.8", "customer": "thuiszorg-het-veer", "applications": "meldkamer-thuis"}
    errors(noor.send("project-new", **whole, started_on="gisteren"))
    noor.send("project-new", **whole, started_on="2026-09-01", devops_lead=str(noor.actor.id))
    (kept,) = queries.projects(SCOPE, only=None)
    assert "Een alarm van een cliënt thuis blijft onbeantwoord." in noor.page("projects")
    noor.send("project-edit", kept.id, **whole, started_on="2026-09-01", delivered_on="2026-11-20", version="1")
    assert str(queries.project(SCOPE, kept.id, only=None).delivered_on) == "2026-11-20"


def test_a_file_is_shown_before_it_is_kept(noor: Desk) -> None:
    page = noor.upload(WRITTEN)
    assert "meldkamer-thuis" in page
    assert queries.applications_page(SCOPE, only=None).total == 0
    answer = noor.send("assets", token=Fields.of(page)["token"], save="1")
    assert answer.status_code == 302
    assert queries.applications_page(SCOPE, only=None).total == 1


def test_a_file_with_faults_is_not_kept_and_says_where_they_are(noor: Desk) -> None:
    page = noor.upload(WRITTEN.replace("harm: death", "harm: sadness"))
    assert "applications.meldkamer-thuis.harm" in page
    assert "temporary_harm" in page
    assert "token" not in Fields.of(page)


def test_a_conflict_stands_at_its_field(noor: Desk) -> None:
    noor.send("assets", token=Fields.of(noor.upload(WRITTEN))["token"], save="1")
    kept = queries.application(SCOPE, "meldkamer-thuis", only=None)
    noor.send("application-edit", kept.id, **APPLICATION | {"name": "Meldkamer Veer", "version": str(kept.version)})
    page = noor.upload(WRITTEN.replace("name: Meldkamer Thuis", "name: Meldkamer Noord"))
    assert "Meldkamer Veer" in page
    assert "Meldkamer Noord" in page
    assert 'name="save"' not in page
    answer = noor.send("assets", token=Fields.of(page)["token"], save="1")
    assert 'name="save"' not in answer.content.decode()
    assert queries.application(SCOPE, "meldkamer-thuis", only=None).name == "Meldkamer Veer"


def test_what_changed_after_the_preview_is_shown_anew(noor: Desk, meldkamer: UUID) -> None:
    token = Fields.of(noor.upload("waarborg: assets/1\ncustomers: {de-hoeve: {name: De Hoeve}}\n"))["token"]
    testing.a_customer(by=noor.actor, now=NOON, key="de-hoeve", name="De Hoeve")
    page = errors(noor.send("assets", token=token, save="1"))
    assert Fields.of(page)["token"] != token


def test_a_token_of_nothing_says_so(noor: Desk) -> None:
    errors(noor.send("assets", token="x.y", save="1"))


def test_the_registers_are_downloaded_as_a_file(noor: Desk, meldkamer: UUID) -> None:
    answer = noor.browser.get(reverse("web:assets-download"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="assets.yaml"'
    assert b"meldkamer-thuis:" in answer.content


@pytest.mark.parametrize("name", ["application-edit", "application-review", "application-retire", "environment-new"])
def test_what_belongs_to_another_organisation_is_not_there(noor: Desk, name: str) -> None:
    lead = Actor(
        noor.actor.kind,
        noor.actor.id,
        ELSEWHERE,
        frozenset(type(each)(each.role, ELSEWHERE) for each in noor.actor.grants),
    )
    testing.a_customer(by=lead, now=NOON)
    application = testing.an_application(by=lead, now=NOON)
    assert noor.browser.get(reverse(f"web:{name}", args=[application])).status_code == 404


def test_who_may_not_change_the_registers_is_refused(pair: Pair, time: Clock, meldkamer: UUID) -> None:
    anna = Desk(pair.anna, time)
    assert anna.send("application-new", **APPLICATION).status_code == 403
    assert queries.applications_page(SCOPE, only=None).total == 1
