"""What the API gives of the registers, and what it takes to change one of them: the details with the version that was read."""

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from ninja import Schema

from waarborg.doors.api.asking import PageOf
from waarborg.doors.api.bodies import Version
from waarborg.registers.values.inputs import ApplicationDetails, EnvironmentDetails, ProjectDetails
from waarborg.registers.values.registered import Customer, Environment, Kind, Project, UnitLine


class ChangedApplication(ApplicationDetails):
    version: Version

    def details(self) -> ApplicationDetails:
        return ApplicationDetails.model_validate(_own(self, ApplicationDetails))


class ChangedEnvironment(EnvironmentDetails):
    version: Version

    def details(self) -> EnvironmentDetails:
        return EnvironmentDetails.model_validate(_own(self, EnvironmentDetails))


class ChangedProject(ProjectDetails):
    version: Version

    def details(self) -> ProjectDetails:
        return ProjectDetails.model_validate(_own(self, ProjectDetails))


class CustomerShape(Schema):
    id: UUID
    key: str
    name: str


class Customers(PageOf):
    items: list[CustomerShape]


class KindShape(Schema):
    id: UUID
    key: str
    name: str
    availability: int
    integrity: int
    confidentiality: int
    personal_health: bool


class Kinds(PageOf):
    items: list[KindShape]


class ProjectShape(Schema):
    id: UUID
    key: str
    name: str
    customer: str
    """Key, as the one that changes it gives it."""
    applications: list[str]
    started_on: date
    delivered_on: date | None
    devops_lead: UUID | None
    version: int


class Projects(PageOf):
    items: list[ProjectShape]


class UnitShape(Schema):
    id: UUID
    kind: str
    key: str
    name: str


class Units(PageOf):
    items: list[UnitShape]


class WholeEnvironment(Schema):
    id: UUID
    application: UUID
    kind: str
    url: str
    holds_real_data: bool
    ca_certificates: str
    folder: str
    plain_port: int
    recipe: dict[str, Any] | None
    version: int


def customer(known: Customer) -> CustomerShape:
    return CustomerShape(id=known.id, key=known.key, name=known.name)


def kind(known: Kind) -> KindShape:
    return KindShape(
        id=known.id, key=known.key, name=known.name, personal_health=known.personal_health, **asdict(known.biv)
    )


def project(known: Project) -> ProjectShape:
    return ProjectShape(**(asdict(known) | {"customer": known.customer_key, "applications": list(known.applications)}))


def unit(known: UnitLine) -> UnitShape:
    return UnitShape(id=known.id, kind=known.kind.value, key=known.key, name=known.name)


def environment(known: Environment) -> WholeEnvironment:
    return WholeEnvironment(**(asdict(known) | {"kind": known.kind.value}))


def _own(changed: ApplicationDetails | EnvironmentDetails | ProjectDetails, details: type[Any]) -> dict[str, Any]:
    return {name: getattr(changed, name) for name in details.model_fields}
