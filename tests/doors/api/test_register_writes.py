"""The registers by the API: the same acts as the pages, with the same words for what is wrong, in the log."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import ELSEWHERE, NOON, person
from tests.doors.api.calling import API, Caller, call, done, events
from tests.doors.api.test_machines import Keeper, System, keeper
from tests.doors.api.test_v1 import problem
from tests.doors.web.test_assurance_pages import Desk, People

from waarborg.kernel.references import Reference, new_id
from waarborg.registers.testing import a_customer, a_kind, an_application

__all__ = ["keeper"]

APPLICATION = {"name": "Zorgapp", "customer": "de-linde", "kind": "web", "harm": "none"}
LEVELS = {"availability": 2, "integrity": 2, "confidentiality": 3}


@pytest.fixture
def lead(people: People) -> Desk:
    done(people.noor, "POST", "/customers", {"name": "De Linde"})
    return people.noor


def register(caller: Caller, **more: Any) -> str:
    return str(done(caller, "POST", "/applications", APPLICATION | more)["id"])


def test_a_lead_keeps_customers_and_kinds(lead: Desk) -> None:
    (customer,) = done(lead, "GET", "/customers")["items"]
    done(lead, "PUT", f"/customers/{customer['id']}", {"name": "De Linde West"})
    assert done(lead, "GET", "/customers")["items"][0]["name"] == "De Linde West"
    kind = done(lead, "POST", "/information-kinds", {"name": "Medicatie", **LEVELS})["id"]
    done(lead, "PUT", f"/information-kinds/{kind}", {"name": "Medicatie", **LEVELS, "personal_health": True})
    assert done(lead, "GET", f"/information-kinds/{kind}")["personal_health"] is True
    assert done(lead, "GET", "/information-kinds")["total"] == 1
    wanted = ["customer.registered", "customer.changed", "information_kind.registered", "information_kind.changed"]
    assert [each for each in events("") if each.startswith(("customer.", "information_kind."))] in (
        wanted,
        wanted[::-1],
    )


def test_a_lead_keeps_an_application_from_the_first_day_to_the_last(lead: Desk) -> None:
    identifier = register(lead)
    said = done(lead, "GET", f"/applications/{identifier}")
    assert said["registered"] == {
        "name": "Zorgapp", "customer": "de-linde", "kind": "web", "purpose": "", "harm": "none", "harm_explained": "",
        "information": [], "owner": None, "login_path": "", "version": 1,
    }  # fmt: skip
    done(lead, "PUT", f"/applications/{identifier}", said["registered"] | {"name": "Zorgapp 2"})
    done(lead, "POST", f"/applications/{identifier}/reviews", {"reviewed_on": "2026-11-01"})
    done(lead, "POST", f"/applications/{identifier}/retirement", {"reason": "Opgevolgd."})
    assert done(lead, "GET", "/applications")["total"] == 0
    assert done(lead, "GET", "/applications?state=retired")["total"] == 1
    problem(call(lead, "POST", f"/applications/{identifier}/retirement", {"reason": "Nog eens."}), 409)
    done(lead, "POST", f"/applications/{identifier}/reinstatement", {"reason": "Toch nodig."})
    after = done(lead, "GET", f"/applications/{identifier}")
    assert (after["name"], after["last_security_review"], after["state"]) == ("Zorgapp 2", "2026-11-01", "active")
    told = events("")
    for event in ("registered", "changed", "reviewed", "retired", "reinstated"):
        assert f"application.{event}" in told


def test_what_was_changed_meanwhile_is_a_conflict_and_not_overwritten(lead: Desk) -> None:
    identifier = register(lead)
    read = done(lead, "GET", f"/applications/{identifier}")["registered"]
    done(lead, "PUT", f"/applications/{identifier}", read | {"name": "Van een ander"})
    said = problem(call(lead, "PUT", f"/applications/{identifier}", read | {"name": "Van mij"}), 409)
    assert said["errors"][0]["code"] == "changed_meanwhile"
    assert done(lead, "GET", f"/applications/{identifier}")["name"] == "Van een ander"


def test_environments_and_projects_are_kept_with_their_version(lead: Desk) -> None:
    identifier = register(lead, key="zorgapp")
    path = f"/applications/{identifier}/environments"
    environment = done(lead, "POST", path, {"kind": "test", "url": "https://zorg.example.org/"})["id"]
    problem(call(lead, "POST", path, {"kind": "test"}), 409)
    read = done(lead, "GET", f"/environments/{environment}")
    changed = {name: read[name] for name in read if name not in {"id", "application", "kind"}}
    done(lead, "PUT", f"/environments/{environment}", changed | {"holds_real_data": True})
    problem(call(lead, "PUT", f"/environments/{environment}", changed), 409)
    asked = {"name": "Bouw", "customer": "de-linde", "applications": ["zorgapp"], "started_on": "2026-01-05"}
    project = done(lead, "POST", "/projects", asked)["id"]
    known = done(lead, "GET", f"/projects/{project}")
    put = {name: known[name] for name in known if name not in {"id", "key"}}
    done(lead, "PUT", f"/projects/{project}", put | {"delivered_on": "2026-02-05"})
    problem(call(lead, "PUT", f"/projects/{project}", put), 409)
    assert done(lead, "GET", "/projects")["items"][0]["delivered_on"] == "2026-02-05"
    assert {"environment.registered", "environment.changed", "project.registered", "project.changed"} <= set(events(""))


def test_an_administrator_keeps_units(people: People) -> None:
    unit = done(people.anna, "POST", "/units", {"name": "De Linde 3", "kind": "ward"})["id"]
    done(people.anna, "PUT", f"/units/{unit}", {"name": "De Linde 4"})
    assert done(people.anna, "GET", "/units")["items"][0]["name"] == "De Linde 4"
    problem(call(people.noor, "POST", "/units", {"name": "Nee", "kind": "ward"}), 403)
    done(people.anna, "POST", f"/units/{unit}/retirement")
    problem(call(people.anna, "POST", f"/units/{unit}/retirement"), 404)
    assert {"unit.registered", "unit.renamed", "unit.retired"} <= set(events(""))


def test_the_file_goes_out_and_in_again_by_what_was_agreed(lead: Desk) -> None:
    register(lead)
    text = call(lead, "GET", "/assets").content.decode()
    text = text.replace("Zorgapp", "Zorgapp Thuis")
    preview = done(lead, "POST", "/assets/previews", {"text": text})
    assert (preview["acceptable"], preview["counts"]["changed"]) == (True, 1)
    agreed = {"digest": preview["digest"], "agreed": preview["token"]}
    problem(call(lead, "POST", "/assets/imports", agreed | {"agreed": "0" * 64}), 409)
    done(lead, "POST", "/assets/imports", agreed)
    assert done(lead, "GET", "/applications")["items"][0]["name"] == "Zorgapp Thuis"
    problem(call(lead, "POST", "/assets/imports", {"digest": "0" * 64, "agreed": "0" * 64}), 404)
    faulty = done(lead, "POST", "/assets/previews", {"text": "waarborg: assets/1\nunknown: 1\n"})
    assert not faulty["acceptable"]
    assert faulty["faults"][0]["line"] == 2


HOSTILE: list[tuple[Any, int, str]] = [
    (b"", 422, ""),
    (b"{", 400, ""),
    (b'{"name": "x", "name": "y"}', 400, ""),
    (b'{"name": NaN}', 400, ""),
    (b"[" * 100_000, 400, ""),
    (b"\xff\xfe", 400, ""),
    (b"[]", 422, ""),
    ({"name": 7}, 422, "name"),
    ({"name": None}, 422, "name"),
    ({"name": ""}, 422, "name"),
    ({"name": "x" * 201}, 422, "name"),
    ({"name": "a\0b"}, 422, ""),
    (b'{"name": "\\ud800"}', 422, ""),
    ({"name": "a\u202eb"}, 422, "name"),
    ({"name": "De Linde", "nmae": 1}, 422, "nmae"),
    ({"name": "De Linde", "scope": str(ELSEWHERE)}, 422, "scope"),
    (b'{"name": "' + b"x" * 3_000_000 + b'"}', 413, ""),
]


def test_what_no_body_should_be_is_told_and_nothing_is_done(lead: Desk) -> None:
    for body, status, field in HOSTILE:
        said = problem(call(lead, "POST", "/customers", body), status)
        if field:
            assert said["errors"][0]["field"] == field, body
    (meant,) = problem(call(lead, "POST", "/customers", {"name": "x", "nmae": 1}), 422)["errors"]
    assert "‘name’" in meant["says"]
    assert done(lead, "GET", "/customers")["total"] == 1
    problem(call(lead, "POST", "/customers", {"name": "De Linde"}), 409)


def test_of_another_house_and_of_nothing_are_told_alike(lead: Desk) -> None:
    stranger = person(5, "devops_lead", ELSEWHERE)
    customer, kind = a_customer(by=stranger, now=NOON), a_kind(by=stranger, now=NOON)
    theirs = an_application(by=stranger, now=NOON, key="elders", name="Elders")
    details = APPLICATION | {"version": 1}
    acts: list[tuple[str, str, Any, Any]] = [
        ("PUT", "/customers/{}", customer, {"name": "Ander"}),
        ("PUT", "/information-kinds/{}", kind, {"name": "Ander", **LEVELS}),
        ("PUT", "/applications/{}", theirs, details),
        ("GET", "/applications/{}", theirs, None),
        ("POST", "/applications/{}/environments", theirs, {"kind": "test"}),
        ("POST", "/applications/{}/retirement", theirs, {"reason": "Weg."}),
        ("POST", "/applications/{}/reviews", theirs, {"reviewed_on": "2026-11-01"}),
    ]
    for method, path, identifier, body in acts:
        found = problem(call(lead, method, path.format(identifier), body), 404)
        assert problem(call(lead, method, path.format(new_id()), body), 404) == found


def test_a_system_may_do_what_its_role_may_and_nothing_else(lead: Desk, keeper: Keeper) -> None:
    system = System(keeper.token(keeper.machine()))
    identifier = register(system)
    done(system, "POST", f"/applications/{identifier}/environments", {"kind": "test"})
    done(system, "POST", f"/applications/{identifier}/reviews", {"reviewed_on": "2026-11-01"})
    done(system, "POST", "/projects", {"name": "Bouw", "customer": "de-linde", "started_on": "2026-01-05"})
    text = call(system, "GET", "/assets").content.decode()
    done(system, "POST", "/assets/previews", {"text": text})
    for method, path, body in (
        ("POST", "/customers", {"name": "Ander"}),
        ("POST", "/information-kinds", {"name": "Ander", **LEVELS}),
        ("POST", f"/applications/{identifier}/retirement", {"reason": "Weg."}),
        ("POST", "/units", {"name": "x", "kind": "ward"}),
        ("POST", "/targets", {"host": "zorg.example.org"}),
        ("POST", f"/applications/{identifier}/statements", {"control": "C6", "proof": "backups", "text": "x" * 30}),
        ("GET", "/people", None),
        ("POST", "/registrations", {"name": "Bo", "role": "developer"}),
        ("GET", "/recoveries", None),
        ("GET", "/roles", None),
        ("GET", "/reviews", None),
        ("GET", "/sessions", None),
        ("DELETE", "/sessions", None),
    ):
        problem(call(system, method, path, body), 403)


def test_a_system_for_one_application_reaches_that_one(lead: Desk, keeper: Keeper) -> None:
    mine, other = register(lead), register(lead, name="Andere")
    by = lead.actor
    reference = Reference("application", type(by.id)(mine))
    system = System(keeper.token(keeper.machine(within=reference)))
    done(system, "PUT", f"/applications/{mine}", APPLICATION | {"name": "Van mij", "version": 1})
    problem(call(system, "PUT", f"/applications/{other}", APPLICATION | {"version": 1}), 404)
    problem(call(system, "POST", f"/applications/{other}/environments", {"kind": "test"}), 404)
    problem(call(system, "POST", "/applications", APPLICATION | {"name": "Nieuw"}), 403)
    problem(call(system, "GET", "/assets"), 403)


def test_lists_are_cut_by_the_database_and_cost_the_same_for_more(lead: Desk) -> None:
    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert lead.get(f"{API}{path}").status_code == 200
        return len(queries)

    before = {path: asked(f"{path}?size=1") for path in ("/customers", "/information-kinds", "/projects")}
    for number in range(3):
        done(lead, "POST", "/customers", {"name": f"Huis {number}"})
        done(lead, "POST", "/information-kinds", {"name": f"Soort {number}", **LEVELS})
        done(lead, "POST", "/projects", {"name": f"Werk {number}", "customer": "de-linde", "started_on": "2026-01-05"})
    after = {path: asked(f"{path}?size=200") for path in before}
    assert after["/customers"] == before["/customers"]
    assert after["/information-kinds"] == before["/information-kinds"]
    assert after["/projects"] <= before["/projects"] + 1, "their applications, once there is any project"
    pages = [done(lead, "GET", f"/customers?size=3&page={number}") for number in (1, 2, 9)]
    assert [(len(each["items"]), each["page"], each["pages"]) for each in pages] == [(3, 1, 2), (1, 2, 2), (1, 2, 2)]
