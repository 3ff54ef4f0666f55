"""A role held for one application: another one answers, wherever it is asked for, as what doesn't exist."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.urls import reverse
from tests.cast import ELSEWHERE, NOON, SCOPE, person
from tests.doors.web.conftest import Browser, Clock, Fields, Pair

from waarborg.accounts.testing import Someone, admitted, entered, signed_in
from waarborg.accounts.values import Role
from waarborg.assurance import models as assurance
from waarborg.assurance.operations import confirm_statement, decide_applicability, start_measuring, state
from waarborg.assurance.operations.stating import open_statement_file, read_statement
from waarborg.assurance.queries import evidence as evidence_queries
from waarborg.assurance.queries import standing, targets
from waarborg.audit.queries.reading import page_of_entries
from waarborg.kernel.actor import Actor, ActorKind, Grant, NotAllowed
from waarborg.kernel.references import Reference, new_id
from waarborg.registers import models, queries, testing
from waarborg.registers.operations.applications import (
    change_application,
    record_security_review,
    register_application,
    reinstate_application,
    retire_application,
)
from waarborg.registers.operations.assets import export_assets, preview_assets
from waarborg.registers.operations.environments import change_environment, register_environment
from waarborg.registers.operations.information import change_information_kind, register_information_kind
from waarborg.registers.operations.organisations import change_customer, register_customer
from waarborg.registers.operations.projects import change_project, register_project
from waarborg.registers.operations.units import register_unit, rename_unit, retire_unit
from waarborg.registers.values.classification import EnvironmentKind, UnitKind
from waarborg.registers.values.inputs import (
    ApplicationDetails,
    CustomerDetails,
    EnvironmentDetails,
    KindDetails,
    NewApplication,
    NewCustomer,
    NewEnvironment,
    NewKind,
    NewProject,
    NewUnit,
    ProjectDetails,
    UnitDetails,
)

NOOR = person(3, "devops_lead")
SAID = "De back-up van 3 november is op 5 november teruggezet in 40 minuten."
DETAILS = ApplicationDetails(name="Andere naam", customer="thuiszorg-het-veer", kind="web", harm="none")
WORK = {"name": "Werk", "customer": "thuiszorg-het-veer", "started_on": date(2026, 11, 1)}


@dataclass(frozen=True)
class Application:
    """One application with something of everything that hangs on it."""

    id: UUID
    key: str
    environment: UUID
    run: UUID
    evidence: UUID
    statement: UUID
    project: UUID


def whole(name: str) -> Application:
    """Register an application on which everything there is was done, by the lead of the whole house."""
    key = name.lower()
    found = testing.an_application(by=NOOR, now=NOON, name=name, key=key, information=("alarmmeldingen",))
    environment = register_environment(
        found, NewEnvironment(kind=EnvironmentKind.PRODUCTION, url=f"https://{key}.example/"), by=NOOR, now=NOON
    )
    reference = Reference("application", found)
    run = start_measuring(reference, by=NOOR, now=NOON)
    decide_applicability(reference, "C6", applies=True, reason="", by=NOOR, now=NOON)
    statement = state(reference, "C6", "backups", text=SAID, file=("verslag.pdf", b"verslag"), by=NOOR, now=NOON)
    project = register_project(NewProject(**WORK, key=f"werk-{key}", applications=(key,)), by=NOOR, now=NOON)
    return Application(found, key, environment, run, _evidence(found, environment, key), statement.id, project)


def _evidence(application: UUID, environment: UUID, key: str) -> UUID:
    row = assurance.Evidence.objects.create(
        pk=new_id(), scope=SCOPE, application=application, environment=environment, environment_kind="production",
        target=f"https://{key}.example/", check_id="tls", check_version=1, criteria_digest="", observation={},
        outcome="not_met", findings=[{"code": "nothing_to_look_at", "facts": {}}], observed_at=NOON, judged_at=NOON, holds_until=None,
        reported_by="waarborg", digest="",
    )  # fmt: skip
    return UUID(str(row.pk))


@pytest.fixture
def house(pair: Pair) -> tuple[Application, Application]:
    """Two applications, and one project on both."""
    testing.a_customer(by=NOOR, now=NOON)
    testing.a_kind(by=NOOR, now=NOON)
    ours, theirs = whole("Meldkamer"), whole("Zorgpas")
    register_project(NewProject(**WORK, key="samen", applications=(ours.key, theirs.key)), by=NOOR, now=NOON)
    return ours, theirs


def narrow(role: str, application: UUID, *more: Grant) -> Actor:
    held = Grant(role, SCOPE, Reference("application", application))
    return Actor(ActorKind.PERSON, person(9, role).id, SCOPE, frozenset({held, *more}), "127.0.0.1", fresh=True)


def changed_environment(thing: UUID, by: Actor) -> None:
    change_environment(thing, EnvironmentDetails(url="https://nieuw.example/"), by=by, now=NOON)


def on(thing: UUID) -> Reference:
    return Reference("application", thing)


def about(thing: UUID) -> Reference:
    return Reference("statement", thing)


ACTS: dict[str, tuple[str, Callable[[UUID, Actor], object]]] = {
    "change": ("id", lambda it, by: change_application(it, DETAILS, by=by, now=NOON)),
    "review": ("id", lambda it, by: record_security_review(it, date(2026, 9, 4), by=by, now=NOON)),
    "retire": ("id", lambda it, by: retire_application(it, reason="weg", by=by, now=NOON)),
    "reinstate": ("id", lambda it, by: reinstate_application(it, reason="terug", by=by, now=NOON)),
    "register environment": (
        "id", lambda it, by: register_environment(it, NewEnvironment(kind=EnvironmentKind.TEST), by=by, now=NOON),
    ),
    "change environment": ("environment", changed_environment),
    "change project": ("project", lambda it, by: change_project(it, ProjectDetails(**WORK), by=by, now=NOON)),
    "measure": ("id", lambda it, by: start_measuring(on(it), by=by, now=NOON)),
    "decide": ("id", lambda it, by: decide_applicability(on(it), "C6", applies=True, reason="", by=by, now=NOON)),
    "state": ("id", lambda it, by: state(on(it), "C6", "backups", text=SAID, file=None, by=by, now=NOON)),
    "confirm": ("statement", lambda it, by: confirm_statement(about(it), confirmed=True, reason="", by=by, now=NOON)),
    "refuse": ("statement", lambda it, by: confirm_statement(about(it), confirmed=False, reason="nee", by=by, now=NOON)),
    "read statement": ("statement", lambda it, by: read_statement(about(it), by=by, now=NOON)),
    "read file": ("statement", lambda it, by: open_statement_file(about(it), by=by, now=NOON)),
}  # fmt: skip
"""Every act on an application, and of what the id is."""
OF_DEVELOPERS = {"measure", "state", "read statement", "read file"}
WHOLE_ONLY: dict[str, Callable[[Actor], object]] = {
    "application": lambda by: register_application(NewApplication(**DETAILS.model_dump()), by=by, now=NOON),
    "project": lambda by: register_project(NewProject(**WORK), by=by, now=NOON),
    "customer": lambda by: register_customer(NewCustomer(name="De Haven"), by=by, now=NOON),
    "customer changed": lambda by: change_customer(new_id(), CustomerDetails(name="De Haven"), by=by, now=NOON),
    "kind": lambda by: register_information_kind(
        NewKind(name="Adressen", availability=1, integrity=1, confidentiality=1), by=by, now=NOON
    ),
    "kind changed": lambda by: change_information_kind(
        new_id(), KindDetails(name="Adressen", availability=1, integrity=1, confidentiality=1), by=by, now=NOON
    ),
    "export": lambda by: export_assets(by=by, now=NOON),
    "import": lambda by: preview_assets(b"waarborg: assets/1\n", by=by, now=NOON),
    "unit": lambda by: register_unit(NewUnit(name="Oost", kind=UnitKind.WARD), by=by, now=NOON),
    "unit renamed": lambda by: rename_unit(new_id(), UnitDetails(name="West"), by=by, now=NOON),
    "unit retired": lambda by: retire_unit(new_id(), by=by, now=NOON),
}


def outcome(act: Callable[[UUID, Actor], object], thing: UUID, by: Actor) -> tuple[type[BaseException], str]:
    """Return how an act was refused, without the id that was asked for."""
    with pytest.raises(Exception) as refused:  # noqa: PT011 - which one is what is compared
        act(thing, by)
    return type(refused.value), str(refused.value).replace(str(thing), "")


@pytest.mark.parametrize("act", ACTS)
def test_an_act_on_another_application_is_refused_as_one_on_nothing(
    house: tuple[Application, Application], act: str
) -> None:
    ours, theirs = house
    of, do = ACTS[act]
    lead = narrow("devops_lead", ours.id)
    assert outcome(do, getattr(theirs, of), lead) == outcome(do, new_id(), lead)
    assert outcome(do, getattr(theirs, of), lead)[0] is not NotAllowed
    developer = narrow("developer", ours.id)
    both = {outcome(do, getattr(each, of), developer)[0] for each in ([theirs] if act in OF_DEVELOPERS else house)}
    assert (both == {NotAllowed}) is (act not in OF_DEVELOPERS)


@pytest.mark.parametrize("act", sorted(ACTS.keys() - {"reinstate"}))
def test_an_act_on_ones_own_application_is_done(house: tuple[Application, Application], act: str) -> None:
    of, do = ACTS[act]
    do(getattr(house[0], of), narrow("devops_lead", house[0].id))


@pytest.mark.parametrize("act", WHOLE_ONLY)
def test_what_is_of_the_whole_house_is_refused_to_who_has_a_part(
    house: tuple[Application, Application], act: str
) -> None:
    with pytest.raises(NotAllowed):
        WHOLE_ONLY[act](narrow("devops_lead", house[0].id, Grant("administrator", SCOPE, Reference("ward", new_id()))))


def test_a_project_keeps_the_applications_that_who_changes_it_does_not_reach(
    house: tuple[Application, Application],
) -> None:
    ours, theirs = house
    shared = next(each for each in queries.projects(SCOPE, only=None) if each.key == "samen")
    lead = narrow("devops_lead", ours.id)
    change_project(shared.id, ProjectDetails(**WORK | {"name": "Anders"}, applications=(ours.key,)), by=lead, now=NOON)
    assert queries.project(SCOPE, shared.id, only=None).applications == (ours.key, theirs.key)
    assert queries.project(SCOPE, shared.id, only=None).name == "Anders"
    for key in (theirs.key, "bestaat-niet"):
        with pytest.raises(Exception, match="project_application_unknown"):
            change_project(shared.id, ProjectDetails(**WORK, applications=(key,)), by=lead, now=NOON)


def test_no_question_tells_of_what_is_not_reached(house: tuple[Application, Application]) -> None:
    ours, theirs = house
    only = frozenset({ours.id})
    assert [each.id for each in queries.applications_page(SCOPE, only=only).items] == [ours.id]
    assert queries.applications_page(SCOPE, only=only, text="zorgpas").total == 0
    assert [each.id for each in queries.applications(SCOPE, [ours.id, theirs.id], only=only)] == [ours.id]
    assert [each.applications for each in queries.projects(SCOPE, only=only)] == [(ours.key,), (ours.key,)]
    assert (queries.counts(SCOPE, only=only).applications, queries.counts(SCOPE, only=only).projects) == (1, 2)
    assert queries.environments(SCOPE, [theirs.id], only=only) == {theirs.id: ()}
    assert queries.addresses(SCOPE, only=only) == {"https://meldkamer.example/"}
    assert targets.waiting_addresses(SCOPE, only=only) == (("meldkamer.example", 443),)
    assert set(queries.kinds_in_use(SCOPE, only=only).values()) == {1}
    for ask, thing in (
        (queries.application_by_id, theirs.id),
        (queries.environment, theirs.environment),
        (queries.project, theirs.project),
        (evidence_queries.evidence, theirs.evidence),
        (evidence_queries.run_state, theirs.run),
        (standing.statement, theirs.statement),
    ):
        with pytest.raises(LookupError):
            ask(SCOPE, thing, only=only)
    with pytest.raises(queries.NotInRegister):
        queries.application(SCOPE, theirs.key, only=only)
    assert [each.application for each in evidence_queries.evidence_page(SCOPE, only=only).items] == [ours.id]
    assert evidence_queries.evidence_page(SCOPE, only=only, application=theirs.id).total == 0
    assert evidence_queries.latest_by_id(SCOPE, [theirs.evidence], only=only) == {}
    assert evidence_queries.unfinished_run(SCOPE, theirs.id, NOON, only=only) is None
    assert standing.waiting_statements(SCOPE, theirs.id, only=only) == ()
    assert standing.decision_history(SCOPE, theirs.id, "C6", only=only) == ()
    assert [each.application.id for each in standing.whole_standing(SCOPE, NOON, only=only)] == [ours.id]
    assert queries.applications_page(SCOPE, only=frozenset()).total == 0


class Desk:
    """Someone at a browser."""

    def __init__(self, someone: Someone, time: Clock) -> None:
        self.browser = Browser(headers={"Accept-Language": "en"})
        self.browser.cookies["__Host-waarborg"] = entered(someone, now=time())

    def ask(self, method: str, address: str, **typed: str) -> tuple[int, str]:
        token = {"csrfmiddlewaretoken": self._token(), "word": "confirm"} if method == "post" else {}
        answer = getattr(self.browser, method)(address, token | typed, headers={"Referer": "https://testserver/"})
        return answer.status_code, answer.content.decode()

    def _token(self) -> str:
        return Fields.of(self.browser.get(reverse("web:home")).content.decode())["csrfmiddlewaretoken"]


@pytest.fixture
def admit(pair: Pair, time: Clock) -> Callable[[Role, UUID], Desk]:
    """Return how someone comes in with a role for one application."""

    def come(role: Role, application: UUID) -> Desk:
        acts = []
        for each in (pair.anna, pair.sam):
            token = entered(each, now=time())
            acts.append(signed_in(token, now=time() + timedelta(minutes=1)).actor)
        asked, approved = acts
        new = admitted(
            role, "Noor Bakkum", "noor.bakkum", asked_by=asked, approved_by=approved, now=time(), within=on(application)
        )
        time.passes(minutes=2)
        return Desk(new, time)

    return come


ADDRESSES: tuple[tuple[str, str, tuple[object, ...], str], ...] = (
    ("get", "web:application", (), "id"),
    ("post", "web:measure", (), "id"),
    ("get", "web:statement", ("C6",), "id"),
    ("post", "web:statement", ("C6",), "id"),
    ("get", "web:applicability", ("C6",), "id"),
    ("post", "web:applicability", ("C6",), "id"),
    ("get", "web:measuring", (), "run"),
    ("get", "web:evidence", (), "evidence"),
    ("get", "web:evidence", (), "statement"),
    ("get", "web:evidence-file", (), "evidence"),
    ("get", "web:statement-file", (), "statement"),
    ("post", "web:statement-confirm", (), "statement"),
    ("get", "web:application-edit", (), "id"),
    ("post", "web:application-edit", (), "id"),
    ("get", "web:application-review", (), "id"),
    ("post", "web:application-review", (), "id"),
    ("get", "web:application-retire", (), "id"),
    ("post", "web:application-retire", (), "id"),
    ("get", "web:environment-new", (), "id"),
    ("post", "web:environment-new", (), "id"),
    ("get", "web:environment-edit", (), "environment"),
    ("post", "web:environment-edit", (), "environment"),
    ("get", "web:project-edit", (), "project"),
    ("post", "web:project-edit", (), "project"),
    ("get", "api:get_application", (), "id"),
    ("get", "api:get_measurement", (), "run"),
    ("get", "api:get_evidence", (), "evidence"),
    ("post", "api:measure", (), "id"),
)


def bare(page: str, thing: UUID) -> str:
    """Return a page without the id that was asked for, and without what differs from one page to the next."""
    return re.sub(r'value="\w{64}"|\d\d:\d\d', "", page.replace(str(thing), ""))


@pytest.mark.parametrize("role", [Role.DEVOPS_LEAD, Role.DEVELOPER])
def test_every_address_of_another_application_answers_as_one_of_nothing(
    house: tuple[Application, Application], admit: Callable[[Role, UUID], Desk], role: Role
) -> None:
    ours, theirs = house
    desk = admit(role, ours.id)
    for method, name, more, of in ADDRESSES:
        thing, nothing = getattr(theirs, of), new_id()
        status, page = desk.ask(method, reverse(name, args=(thing, *more)))
        assert status in ({404} if role is Role.DEVOPS_LEAD else {403, 404}), (method, name, status)
        assert (status, bare(page, thing)) == _as(desk.ask(method, reverse(name, args=(nothing, *more))), nothing), name
        if method == "get" and role is Role.DEVOPS_LEAD and name != "web:evidence-file":
            assert desk.ask(method, reverse(name, args=(getattr(ours, of), *more)))[0] == 200, name


def _as(answer: tuple[int, str], thing: UUID) -> tuple[int, str]:
    return answer[0], bare(answer[1], thing)


LISTS = ("home", "applications", "projects", "kinds", "targets", "catalogue", "evidence-list")


@pytest.mark.parametrize("role", [Role.DEVOPS_LEAD, Role.DEVELOPER])
def test_no_list_names_another_application(
    house: tuple[Application, Application], admit: Callable[[Role, UUID], Desk], role: Role
) -> None:
    ours, theirs = house
    desk = admit(role, ours.id)
    pages = {name: desk.ask("get", reverse(f"web:{name}")) for name in LISTS}
    pages |= {"control": desk.ask("get", reverse("web:control", args=["C3"]))}
    pages |= {"api": desk.ask("get", reverse("api:list_applications"))}
    pages |= {"api evidence": desk.ask("get", reverse("api:list_evidence"))}
    assert {status for status, _ in pages.values()} == {200}
    assert [name for name, (_, page) in pages.items() if "Zorgpas" in page or "zorgpas" in page] == []
    assert [name for name, (_, page) in pages.items() if str(theirs.id) in page] == []
    for name in ("home", "applications", "projects", "control", "api"):
        assert str(ours.id) in pages[name][1], name


def test_a_page_of_the_whole_house_is_refused_and_that_is_logged(
    house: tuple[Application, Application], admit: Callable[[Role, UUID], Desk]
) -> None:
    desk = admit(Role.DEVOPS_LEAD, house[0].id)
    for name in ("application-new", "project-new", "customer-new", "kind-new", "assets", "assets-download", "units"):
        assert desk.ask("get", reverse(f"web:{name}"))[0] == 403, name
    logged = [entry for _, entry in page_of_entries(SCOPE, size=2000) if entry.event == "page.refused"]
    assert len(logged) == 7


def test_who_has_the_whole_of_one_house_and_a_part_of_another_sees_each_apart(
    house: tuple[Application, Application],
) -> None:
    ours, _ = house
    here = narrow("devops_lead", ours.id, Grant("devops_lead", ELSEWHERE))
    there = Actor(here.kind, here.id, ELSEWHERE, here.grants, fresh=True)
    testing.a_customer(by=there, now=NOON)
    testing.a_kind(by=there, now=NOON)
    mine = testing.an_application(by=there, now=NOON)
    with pytest.raises(NotAllowed):
        testing.a_customer(by=here, now=NOON, name="De Haven")
    for by, thing in ((here, mine), (there, ours.id)):
        assert outcome(ACTS["measure"][1], thing, by) == outcome(ACTS["measure"][1], new_id(), by)
    assert {row.scope for row in models.Application.objects.filter(pk__in=[mine, ours.id])} == {SCOPE, ELSEWHERE}
