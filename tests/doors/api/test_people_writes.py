"""People by the API: two persons for everything that lets someone in, a fresh proof for what is grave, and no document number out."""

from typing import Any

from tests.assurance.conftest import Registered
from tests.cast import SCOPE
from tests.doors.api.calling import call, done, events
from tests.doors.api.test_v1 import problem
from tests.doors.web.conftest import Clock
from tests.doors.web.test_assurance_pages import People

from waarborg.kernel.references import new_id
from waarborg.registers.operations.units import register_unit
from waarborg.registers.values.classification import UnitKind
from waarborg.registers.values.inputs import NewUnit

DOCUMENT = {"document_kind": "passport", "document_number": "NX4K7P2Q1", "document_until": "2030-01-01"}
NEWCOMER = {"name": "Bo Smit", "role": "developer"}
TEXT = "De back-up van 3 november is op 5 november teruggezet in 40 minuten."


def test_a_newcomer_is_asked_identified_and_approved_by_others(people: People) -> None:
    answer = call(people.anna, "POST", "/registrations", NEWCOMER)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    issued = answer.json()
    path = f"/registrations/{issued['id']}"
    problem(call(people.sam, "POST", f"{path}/approval"), 409)
    done(people.anna, "POST", f"{path}/identity", DOCUMENT | {"number": {"kind": "agb", "number": "01234567"}})
    problem(call(people.anna, "POST", f"{path}/approval"), 409)
    done(people.sam, "POST", f"{path}/approval")
    listed = call(people.anna, "GET", "/people").content.decode()
    assert issued["code"] not in listed
    assert DOCUMENT["document_number"] not in listed
    done(people.anna, "DELETE", path)
    problem(call(people.anna, "DELETE", path), 409)
    for event in ("registration_asked", "identity_established", "registration_approved", "registration_withdrawn"):
        assert f"accounts.{event}" in events("")


def test_someone_gets_a_role_and_loses_it_and_all_access(people: People) -> None:
    noor = people.noor.actor.id
    asked = done(people.anna, "POST", f"/people/{noor}/roles", {"role": "developer"})["id"]
    done(people.sam, "POST", f"/registrations/{asked}/approval")
    clash = problem(call(people.anna, "POST", f"/people/{noor}/roles", {"role": "auditor"}), 409)
    assert clash["detail"]
    held = {each["role"]: each["id"] for each in done(people.anna, "GET", f"/people/{noor}")["roles"]}
    done(people.anna, "POST", f"/roles/{held['devops_lead']}/review", {"kept": True, "reason": "Leidt het team."})
    assert done(people.anna, "GET", "/reviews")["total"] == 5
    done(people.anna, "POST", f"/roles/{held['developer']}/end", {"reason": "Was tijdelijk."})
    problem(call(people.anna, "POST", f"/roles/{held['developer']}/end", {"reason": "Nog eens."}), 404)
    done(people.anna, "POST", f"/people/{noor}/identities", DOCUMENT)
    number = done(people.anna, "POST", f"/people/{noor}/numbers", {"kind": "agb", "number": "01234567"})["id"]
    told = call(people.anna, "GET", f"/people/{noor}").content.decode()
    assert "01234567" in told
    assert DOCUMENT["document_number"] not in told
    done(people.anna, "DELETE", f"/numbers/{number}")
    done(people.anna, "POST", f"/people/{noor}/departure", {"reason": "Andere baan."})
    problem(call(people.noor, "GET", "/applications"), 401)
    issued = done(people.anna, "POST", f"/people/{noor}/return", {"role": "developer"})
    assert issued["code"]
    last = problem(call(people.anna, "POST", f"/people/{people.sam.actor.id}/departure", {"reason": "Weg."}), 409)
    assert "last" in last["detail"]


def test_what_is_grave_wants_a_proof_of_just_now(people: People, time: Clock) -> None:
    noor = people.noor.actor.id
    for minutes in (6, 5):
        time.passes(minutes=minutes)
        done(people.anna, "GET", f"/people/{noor}")
    answer = call(people.anna, "POST", f"/people/{noor}/departure", {"reason": "Weg."})
    problem(answer, 401)
    assert 'error="insufficient_user_authentication"' in answer.headers["WWW-Authenticate"]
    assert done(people.anna, "GET", f"/people/{noor}")["state"] == "active"


def test_what_was_lost_is_replaced_by_two(people: People) -> None:
    asked = {"lost": "factor", "reason": "Telefoon kwijt."}
    answer = call(people.anna, "POST", f"/people/{people.noor.actor.id}/recoveries", asked)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    path = f"/recoveries/{answer.json()['id']}"
    problem(call(people.anna, "POST", f"{path}/approval"), 409)
    done(people.sam, "POST", f"{path}/approval")
    (line,) = done(people.sam, "GET", "/recoveries")
    assert (line["approved"], line["lost"]) == (True, "factor")
    done(people.sam, "DELETE", path)
    problem(call(people.sam, "DELETE", path), 404)


def test_people_are_searched_by_post_and_seen_by_who_may(people: People) -> None:
    found = done(people.aart, "POST", "/people/searches", {"query": "bakkum"})
    assert [each["name"] for each in found["items"]] == ["Noor Bakkum"]
    problem(call(people.noor, "POST", "/people/searches", {"query": "bakkum"}), 403)
    problem(call(people.aart, "GET", f"/people/{new_id()}"), 404)
    assert "administrator" in done(people.aart, "GET", "/roles")["permissions"]


def test_a_role_is_asked_only_for_what_is_in_the_register(people: People, time: Clock) -> None:
    ward = register_unit(NewUnit(name="Linde", kind=UnitKind.WARD), by=people.anna.actor, now=time())
    carer = {"name": "Bo Smit", "role": "care_professional"}
    done(people.anna, "POST", "/registrations", carer | {"within": f"ward:{ward}", "ends_on": "2026-12-31"})
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"within": f"ward:{new_id()}"}, "within"),
        ({"within": "ward:x"}, "within"),
        ({"within": f"scope:{SCOPE}"}, "within"),
        ({"role": "king"}, "role"),
        ({"ends_on": "2026-01-01"}, "ends_on"),
        ({"name": "x" * 151}, "name"),
        ({"approved": True}, "approved"),
    ]
    for more, field in wrong:
        said = problem(call(people.anna, "POST", "/registrations", carer | more), 422)
        assert said["errors"][0]["field"] == field


def test_ones_own_sessions_are_seen_and_ended(people: People) -> None:
    (session,) = done(people.noor, "GET", "/sessions")
    assert session["current"]
    problem(call(people.anna, "DELETE", f"/sessions/{session['id']}"), 404)
    done(people.noor, "DELETE", "/sessions")
    done(people.noor, "DELETE", f"/sessions/{session['id']}")
    problem(call(people.noor, "GET", "/sessions"), 401)


def test_a_statement_is_made_by_one_and_confirmed_by_another(people: People, filled: Registered) -> None:
    path = f"/applications/{filled.id}"
    statement = done(people.noor, "POST", f"{path}/statements", {"control": "C6", "proof": "backups", "text": TEXT})[
        "id"
    ]
    (waiting,) = done(people.sam, "GET", f"{path}/statements")
    assert (waiting["id"], "text" in waiting) == (statement, False)
    problem(call(people.noor, "POST", f"/statements/{statement}/confirmation", {"confirmed": True}), 409)
    problem(call(people.sam, "POST", f"/statements/{statement}/confirmation", {"confirmed": False}), 422)
    done(people.sam, "POST", f"/statements/{statement}/confirmation", {"confirmed": True})
    problem(call(people.sam, "POST", f"/statements/{statement}/confirmation", {"confirmed": True}), 409)
    done(people.noor, "PUT", f"{path}/applicability/C6", {"applies": True})
    problem(call(people.noor, "PUT", f"{path}/applicability/C6", {"applies": False, "reason": "kort"}), 422)
    problem(call(people.noor, "PUT", f"{path}/applicability/X9", {"applies": True}), 404)
    target = done(people.sam, "POST", "/targets", {"host": "zorg.example.org"})["id"]
    assert target in {each["id"] for each in done(people.aart, "GET", "/targets")["items"]}
    problem(call(people.sam, "POST", "/targets", {"host": "https://zorg.example.org/x"}), 422)
    problem(call(people.sam, "POST", "/targets", {"host": "zorg.example.org", "port": 70000}), 422)
    done(people.sam, "DELETE", f"/targets/{target}")
    problem(call(people.sam, "DELETE", f"/targets/{target}"), 404)
    told = events("")
    for event in (
        "statement.made",
        "statement.confirmed",
        "applicability.decided",
        "target.allowed",
        "target.withdrawn",
    ):
        assert event in told
