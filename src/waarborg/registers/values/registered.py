"""What the registers tell about what is in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from waarborg.kernel.references import Reference
from waarborg.registers.values.classification import (
    ApplicationKind,
    ApplicationState,
    Biv,
    EnvironmentKind,
    Harm,
    OrganisationKind,
    RiskClass,
    UnitKind,
)

Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """One page of a list that the database cut; `number` counts from 1."""

    items: tuple[Item, ...]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """The place in the whole list of the first item here; 0 when there is none."""
        return (self.number - 1) * self.size + 1 if self.items else 0

    @property
    def last(self) -> int:
        return (self.number - 1) * self.size + len(self.items)


@dataclass(frozen=True)
class Organisation:
    scope: UUID
    name: str
    kind: OrganisationKind


@dataclass(frozen=True)
class Customer:
    id: UUID
    key: str
    name: str


@dataclass(frozen=True)
class Kind:
    """A kind of information."""

    id: UUID
    key: str
    name: str
    biv: Biv
    personal_health: bool


@dataclass(frozen=True)
class ListedApplication:
    """An application as a line in a list."""

    id: UUID
    key: str
    name: str
    customer: str
    kind: ApplicationKind
    state: ApplicationState
    risk: RiskClass
    biv: Biv | None
    """None while no kind of information is named."""
    owner: UUID | None
    last_security_review: date | None
    review_due: date | None
    """When the next security review is due by its risk class; None when there has been none: it is due now."""


@dataclass(frozen=True)
class Application(ListedApplication):
    """An application as its own page shows it, and as a check, gate or risk sees it."""

    customer_key: str
    purpose: str
    harm: Harm
    harm_explained: str
    information: tuple[Kind, ...]
    login_path: str
    version: int
    """Counts its changes; who changes it says which one was seen."""

    @property
    def handles_health_information(self) -> bool:
        return any(kind.personal_health for kind in self.information)


@dataclass(frozen=True)
class Environment:
    """Where an application runs, and how it can be measured there."""

    id: UUID
    application: UUID
    kind: EnvironmentKind
    url: str
    holds_real_data: bool
    ca_certificates: str
    folder: str
    plain_port: int
    recipe: Mapping[str, Any] | None
    version: int


@dataclass(frozen=True)
class Project:
    id: UUID
    key: str
    name: str
    customer: str
    customer_key: str
    applications: tuple[str, ...]
    """Keys."""
    started_on: date
    delivered_on: date | None
    devops_lead: UUID | None
    version: int


@dataclass(frozen=True)
class UnitLine:
    """A ward or a group of devices. `reference` is what a role is held for."""

    id: UUID
    kind: UnitKind
    name: str
    reference: Reference
    key: str = ""
    retired: bool = False


@dataclass(frozen=True)
class Counts:
    """How much there is; applications that are in use only."""

    applications: int
    by_risk: Mapping[RiskClass, int]
    retired: int
    never_reviewed: int
    customers: int
    projects: int
