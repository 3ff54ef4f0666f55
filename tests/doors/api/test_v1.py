"""The API: it says what it does in OpenAPI, answers every error as problem+json, and tells nobody what isn't theirs."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.assurance.conftest import Registered, running, work
from tests.cast import NOON, person
from tests.doors.web.conftest import Browser, Clock, Fields
from tests.doors.web.test_assurance_pages import Desk, People

from waarborg.accounts.testing import PASSWORD
from waarborg.assurance.models import Evidence, Run
from waarborg.doors.api.v1 import api
from waarborg.kernel.references import new_id
from waarborg.registers.testing import a_customer, a_kind, an_application

API = "/api/v1"
READS = {
    "list_applications": "/applications",
    "get_application": "/applications/{application}",
    "get_measurement": "/measurements/{run}",
    "list_evidence": "/evidence",
    "get_evidence": "/evidence/{evidence}",
    "list_controls": "/controls",
}
WRITES = {"start_measuring": "/applications/{application}/measurements"}
QUERIES = {
    "list_applications": 9,
    "get_application": 10,
    "get_measurement": 5,
    "list_evidence": 4,
    "get_evidence": 3,
    "list_controls": 2,
}
"""What each operation asks of the database, the two to know who asks included."""


def place(path: str, filled: Registered) -> str:
    return API + path.format(application=filled.id, run=filled.runs[0], evidence=filled.kept("tls").pk)


def problem(answer: Any, status: int) -> dict[str, Any]:
    """Check that an answer is a whole problem, and return it."""
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    said: dict[str, Any] = json.loads(answer.content)
    assert said["status"] == status
    assert {"type", "title", "status", "detail"} <= set(said)
    assert "Traceback" not in said["detail"]
    return said


def post(desk: Desk, path: str) -> Any:
    form = desk.browser.get("/catalogus")
    token = Fields.of(form.content.decode())["csrfmiddlewaretoken"]
    return desk.browser.post(path, headers={"X-CSRFToken": token, "Referer": "https://testserver/"})


def test_the_description_names_every_schema_it_uses() -> None:
    described = json.loads(json.dumps(api.get_openapi_schema()))
    named = {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}
    assert set(_references(described)) <= named


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        here = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return here + [each for item in value.values() for each in _references(item)]
    return [each for item in value for each in _references(item)] if isinstance(value, list) else []


def test_the_description_itself_is_for_who_is_signed_in(people: People) -> None:
    problem(Browser().get(f"{API}/openapi.json"), 401)
    assert people.aart.get(f"{API}/openapi.json").status_code == 200


def test_without_a_session_nothing_is_told(filled: Registered) -> None:
    for path in [*READS.values(), *WRITES.values()]:
        for method in ("get", "post", "put", "delete"):
            answer = getattr(Browser(), method)(place(path, filled))
            problem(answer, 401)
            assert answer.headers["WWW-Authenticate"]
    forged = Browser()
    forged.cookies["__Host-waarborg"] = "x" * 43
    problem(forged.get(f"{API}/controls"), 401)


def test_half_a_log_in_opens_nothing(filled: Registered, people: People) -> None:
    halfway = Browser()
    halfway.send("/inloggen/", {"name": people.sam.someone.login, "password": PASSWORD})
    assert halfway.token
    for path in READS.values():
        problem(halfway.get(place(path, filled)), 401)


def test_whoever_is_in_may_read(filled: Registered, people: People) -> None:
    for desk in people:
        for path in READS.values():
            assert desk.get(place(path, filled)).status_code == 200, path


def test_an_application_tells_every_control_with_every_proof(filled: Registered, people: People) -> None:
    said = people.aart.get(place(READS["get_application"], filled)).json()
    (listed,) = people.aart.get(f"{API}/applications").json()["items"]
    assert listed["counts"] == said["counts"]
    assert said["counts"]["of"] == len(said["controls"])
    proofs = {(proof["proof"], proof["environment"]): proof for each in said["controls"] for proof in each["proofs"]}
    assert proofs["tls", "production"]["evidence"] == str(filled.kept("tls").pk)
    assert proofs["https_redirect", "production"]["state"] == "not_met"
    assert proofs["backups", ""]["state"] == "missing"


def test_evidence_tells_what_was_literally_seen(filled: Registered, people: People) -> None:
    kept = filled.kept("tls")
    said = people.aart.get(place(READS["get_evidence"], filled)).json()
    assert (said["digest"], said["outcome"], said["observation"]) == (kept.digest, "met", kept.observation)
    (one,) = people.aart.get(f"{API}/evidence?size=1").json()["items"]
    assert one["id"] == str(Evidence.objects.order_by("-observed_at", "-pk")[0].pk)


def test_a_measurement_is_started_and_followed_to_its_end(
    people: People, time: Clock, tmp_path: Path, filled: Registered
) -> None:
    started = post(people.noor, place(WRITES["start_measuring"], filled))
    assert started.status_code == 202
    said = started.json()
    assert (said["done"], said["finished"], said["given_up"]) == (0, False, False)
    work(time())
    after = people.noor.get(f"{API}/measurements/{said['id']}").json()
    assert (after["done"], after["finished"]) == (6, True)
    assert {step["outcome"] for step in after["steps"]} == {"unknown"}


def test_a_post_without_the_token_of_its_session_does_nothing(filled: Registered, people: People) -> None:
    before = Run.objects.count()
    path = place(WRITES["start_measuring"], filled)
    problem(people.noor.browser.post(path, headers={"Referer": "https://testserver/"}), 403)
    token = {"X-CSRFToken": "x" * 64, "Referer": "https://testserver/"}
    problem(people.noor.browser.post(path, headers=token), 403)
    assert Run.objects.count() == before


def test_a_post_from_another_site_does_nothing(filled: Registered, people: People) -> None:
    form = people.noor.browser.get("/catalogus")
    token = Fields.of(form.content.decode())["csrfmiddlewaretoken"]
    headers = {"X-CSRFToken": token, "Origin": "https://elsewhere.example"}
    problem(people.noor.browser.post(place(WRITES["start_measuring"], filled), headers=headers), 403)


def test_who_may_not_is_refused_as_a_problem(filled: Registered, people: People) -> None:
    before = Run.objects.count()
    for desk in (people.aart, people.anna):
        problem(post(desk, place(WRITES["start_measuring"], filled)), 403)
    assert Run.objects.count() == before


def test_what_cannot_be_measured_is_a_conflict(people: People) -> None:
    by = people.noor.actor
    a_customer(by=by, now=NOON)
    a_kind(by=by, now=NOON)
    bare = an_application(by=by, now=NOON)
    assert "environment" in problem(post(people.noor, f"{API}/applications/{bare}/measurements"), 409)["detail"]


def test_another_house_answers_as_if_it_did_not_exist(filled: Registered, people: People, tmp_path: Path) -> None:
    lead = person(9, "devops_lead", UUID(int=77))
    a_customer(by=lead, now=NOON)
    a_kind(by=lead, now=NOON)
    with running(tmp_path / "elsewhere", by=lead, listed=False) as foreign:
        foreign.measure()
    for name in ("get_application", "get_measurement", "get_evidence"):
        theirs = problem(people.noor.get(place(READS[name], foreign)), 404)
        nobodys = place(READS[name], foreign)
        for each in (foreign.id, foreign.runs[0], foreign.kept("tls").pk):
            nobodys = nobodys.replace(str(each), str(new_id()))
        assert problem(people.noor.get(nobodys), 404) == theirs
    problem(post(people.noor, place(WRITES["start_measuring"], foreign)), 404)
    assert people.noor.get(f"{API}/evidence?application={foreign.id}").json()["total"] == 0
    assert people.noor.get(f"{API}/applications").json()["total"] == 1
    assert people.noor.get(f"{API}/evidence").json()["total"] == 6


HOSTILE = ("0", "-1", "1000001", "9" * 400, "x", "1.5", "%00", "", "1e3", "²", "0x10", "[]")


def test_a_page_that_cannot_be_is_not_understood(people: People) -> None:
    for path in ("/applications", "/evidence"):
        for query in (*(f"page={each}" for each in HOSTILE), *(f"size={each}" for each in HOSTILE), "size=201"):
            said = problem(people.aart.get(f"{API}{path}?{query}"), 422)
            assert said["errors"][0]["field"] == query.partition("=")[0], query


def test_a_filter_that_cannot_be_or_is_mistyped_is_not_understood(people: People) -> None:
    for query in (
        "outcome=maybe",
        "outcome=%00",
        "outcome=",
        "application=x",
        "application=%00",
        "outcome=met' OR 1=1",
    ):
        problem(people.aart.get(f"{API}/evidence?{query}"), 422)
    for path in ("/evidence", "/applications"):
        assert problem(people.aart.get(f"{API}{path}?outcom=met"), 422)["errors"][0]["field"] == "outcom"


def test_what_is_no_id_is_not_understood(people: People) -> None:
    for wrong in ("x", "0", "%00", "1" * 400, "..%2f..", "00000000-0000-0000-0000-00000000000g", "%F0%9F%92%A9"):
        for path in ("/applications/", "/measurements/", "/evidence/"):
            answer = people.aart.get(f"{API}{path}{wrong}")
            problem(answer, 404 if "%2f" in wrong else 422)


def test_pages_hold_together(filled: Registered, people: People) -> None:
    pages = [people.aart.get(f"{API}/evidence?size=4&page={number}").json() for number in (1, 2)]
    assert [len(page["items"]) for page in pages] == [4, 2]
    assert {(page["pages"], page["total"]) for page in pages} == {(2, 6)}
    assert len({item["id"] for page in pages for item in page["items"]}) == 6
    assert (
        people.aart.get(f"{API}/evidence?outcome=met").json()["total"] == Evidence.objects.filter(outcome="met").count()
    )


def test_an_address_or_a_method_that_is_not_there_is_a_problem_too(people: People) -> None:
    problem(people.aart.get(f"{API}/nothing"), 404)
    problem(people.aart.browser.delete(f"{API}/controls"), 405)


def test_it_asks_the_same_of_the_database_for_three_applications_as_for_one(filled: Registered, people: People) -> None:
    def asked(name: str) -> int:
        path = place(READS[name], filled)
        with CaptureQueriesContext(connection) as queries:
            assert people.aart.get(path).status_code == 200
        return len([each for each in queries if each["sql"].startswith(("SELECT", "INSERT", "UPDATE"))])

    assert {name: asked(name) for name in QUERIES} == QUERIES
    for key in ("tweede", "derde"):
        an_application(by=people.noor.actor, now=NOON, key=key, name=key)
    assert {name: asked(name) for name in QUERIES} == QUERIES
