"""Projects, environments, customers and the organisation itself."""

from datetime import date
from uuid import UUID

import pytest
from django.db import IntegrityError
from tests.cast import AART, ANNA, CHARLIE, NOON, NOOR, SCOPE

from waarborg.audit.queries.reading import page_of_entries
from waarborg.kernel.actor import Actor, ActorKind, Grant, NotAllowed
from waarborg.kernel.references import INSTALLATION, new_id
from waarborg.registers import models, queries, testing
from waarborg.registers.operations.environments import EnvironmentAlreadyRegistered, change_environment
from waarborg.registers.operations.information import KindKeyTaken
from waarborg.registers.operations.organisations import CustomerKeyTaken, change_customer, found_organisation
from waarborg.registers.operations.projects import ProjectApplicationUnknown, ProjectKeyTaken, change_project
from waarborg.registers.values.classification import OrganisationKind
from waarborg.registers.values.faults import (
    ChangedMeanwhile,
    CustomerUnknown,
    EnvironmentUnknown,
    NoKeyInName,
    ProjectUnknown,
)
from waarborg.registers.values.inputs import CustomerDetails, EnvironmentDetails, NewOrganisation, ProjectDetails

pytestmark = pytest.mark.usefixtures("database")
CONSOLE = Actor(ActorKind.SERVICE, new_id(), INSTALLATION, frozenset({Grant("console", INSTALLATION)}))
AGENCY = NewOrganisation(name="Softwarebureau Kade 12", kind=OrganisationKind.AGENCY)


@pytest.fixture
def meldkamer() -> UUID:
    testing.a_customer(by=NOOR, now=NOON)
    return testing.an_application(by=NOOR, now=NOON)


@pytest.fixture
def production(meldkamer: UUID) -> UUID:
    return testing.an_environment(meldkamer, by=NOOR, now=NOON)


@pytest.fixture
def project(meldkamer: UUID) -> UUID:
    return testing.a_project(by=NOOR, now=NOON, applications=("meldkamer-thuis",))


def project_details(**changed: object) -> ProjectDetails:
    whole = {name: value for name, value in testing.PROJECT.items() if name != "key"}
    return ProjectDetails.model_validate(whole | changed)


def test_an_organisation_is_founded_with_a_scope_of_its_own() -> None:
    scope = found_organisation(AGENCY, by=CONSOLE, now=NOON)
    assert (queries.organisation(scope).name, scope) != ("", INSTALLATION)
    ((_, entry),) = page_of_entries(INSTALLATION)
    assert (entry.event, entry.objects) == ("organisation.founded", (f"organisation:{scope}",))


def test_nobody_inside_an_organisation_founds_another() -> None:
    with pytest.raises(NotAllowed):
        found_organisation(AGENCY, by=ANNA, now=NOON)


def test_a_scope_without_an_organisation_has_none() -> None:
    with pytest.raises(queries.NotInRegister):
        queries.organisation(SCOPE)


def test_a_customer_gets_its_key_from_its_name() -> None:
    testing.a_customer(by=NOOR, now=NOON, key=None, name="Coöperatie De Hoeve")
    assert [each.key for each in queries.customers(SCOPE)] == ["cooperatie-de-hoeve"]


def test_a_customer_keeps_its_key_under_another_name() -> None:
    customer = testing.a_customer(by=NOOR, now=NOON)
    change_customer(customer, CustomerDetails(name="Het Veer Thuiszorg"), by=NOOR, now=NOON)
    assert [(each.key, each.name) for each in queries.customers(SCOPE)] == [
        ("thuiszorg-het-veer", "Het Veer Thuiszorg")
    ]


def test_two_customers_that_read_alike_are_refused() -> None:
    testing.a_customer(by=NOOR, now=NOON, key=None)
    with pytest.raises(CustomerKeyTaken) as refused:
        testing.a_customer(by=NOOR, now=NOON, key=None, name="thuiszorg HET veer!")
    assert refused.value.field == "name"


def test_a_customer_without_a_name_to_read_is_refused() -> None:
    with pytest.raises(NoKeyInName):
        testing.a_customer(by=NOOR, now=NOON, key=None, name="…")


def test_another_organisations_customer_is_not_there() -> None:
    customer = testing.a_customer(by=NOOR, now=NOON)
    with pytest.raises(CustomerUnknown):
        change_customer(customer, CustomerDetails(name="Gekaapt"), by=CHARLIE, now=NOON)


def test_a_kind_of_information_is_there_once() -> None:
    testing.a_kind(by=NOOR, now=NOON)
    with pytest.raises(KindKeyTaken):
        testing.a_kind(by=NOOR, now=NOON)


def test_an_environment_is_kept_whole(meldkamer: UUID) -> None:
    recipe = {"steps": [{"open": "/inloggen"}, {"wait": 3}]}
    environment = testing.an_environment(meldkamer, by=NOOR, now=NOON, recipe=recipe, folder="/srv/meldkamer")
    found = queries.environment(SCOPE, environment, only=None)
    assert (found.application, found.url, found.recipe) == (meldkamer, "https://meldkamer.example/", recipe)
    assert (found.folder, found.holds_real_data, found.version) == ("/srv/meldkamer", True, 1)


def test_an_application_has_one_environment_of_each_kind(meldkamer: UUID, production: UUID) -> None:
    with pytest.raises(EnvironmentAlreadyRegistered) as refused:
        testing.an_environment(meldkamer, by=NOOR, now=NOON)
    assert refused.value.facts == {"kind": "production"}


def test_an_environment_is_changed_on_the_version_that_was_seen(production: UUID) -> None:
    moved = EnvironmentDetails.model_validate({"url": "https://nieuw.example", "holds_real_data": True})
    change_environment(production, moved, by=NOOR, now=NOON, seen=1)
    assert queries.environment(SCOPE, production, only=None).url == "https://nieuw.example/"
    assert page_of_entries(SCOPE)[0][1].detail == {"fields": "url"}
    with pytest.raises(ChangedMeanwhile):
        change_environment(production, EnvironmentDetails(), by=NOOR, now=NOON, seen=1)


def test_another_organisations_environment_is_not_there(production: UUID) -> None:
    with pytest.raises(EnvironmentUnknown):
        change_environment(production, EnvironmentDetails(), by=CHARLIE, now=NOON)
    with pytest.raises(queries.NotInRegister):
        queries.environment(CHARLIE.scope, production, only=None)


@pytest.mark.parametrize("bent", [{"kind": "holiday"}, {"url": "http://meldkamer.example/"}, {"plain_port": 65536}])
def test_the_table_itself_refuses_an_environment_that_cannot_be(production: UUID, bent: dict[str, object]) -> None:
    with pytest.raises(IntegrityError):
        models.Environment.objects.update(**bent)


def test_a_project_names_its_applications(project: UUID) -> None:
    found = queries.project(SCOPE, project, only=None)
    assert (found.id, found.customer, found.applications) == (project, "Thuiszorg Het Veer", ("meldkamer-thuis",))


def test_a_project_is_delivered(project: UUID) -> None:
    change_project(project, project_details(delivered_on="2026-11-20"), by=NOOR, now=NOON, seen=1)
    found = queries.project(SCOPE, project, only=None)
    assert (found.delivered_on, found.applications, found.version) == (date(2026, 11, 20), (), 2)
    assert page_of_entries(SCOPE)[0][1].detail == {"fields": "applications,delivered_on"}


def test_a_project_is_changed_on_the_version_that_was_seen(project: UUID) -> None:
    change_project(project, project_details(name="Eerst"), by=NOOR, now=NOON, seen=1)
    with pytest.raises(ChangedMeanwhile):
        change_project(project, project_details(name="Later"), by=NOOR, now=NOON, seen=1)


def test_a_project_cannot_name_an_application_that_is_not_there(project: UUID) -> None:
    with pytest.raises(ProjectApplicationUnknown) as refused:
        change_project(project, project_details(applications=("onbekend",)), by=NOOR, now=NOON)
    assert (refused.value.field, refused.value.facts) == ("applications", {"key": "onbekend"})
    assert queries.project(SCOPE, project, only=None).applications == ("meldkamer-thuis",)


def test_a_project_is_there_once_and_only_here(project: UUID) -> None:
    with pytest.raises(ProjectKeyTaken):
        testing.a_project(by=NOOR, now=NOON)
    with pytest.raises(ProjectUnknown):
        change_project(project, project_details(), by=CHARLIE, now=NOON)
    with pytest.raises(queries.NotInRegister):
        queries.project(CHARLIE.scope, project, only=None)


def test_an_auditor_changes_nothing(project: UUID, production: UUID) -> None:
    with pytest.raises(NotAllowed):
        change_project(project, project_details(), by=AART, now=NOON)
    with pytest.raises(NotAllowed):
        change_environment(production, EnvironmentDetails(), by=AART, now=NOON)


def test_the_table_itself_refuses_a_delivery_before_the_start(project: UUID) -> None:
    with pytest.raises(IntegrityError):
        models.Project.objects.update(delivered_on=date(2026, 8, 31))
