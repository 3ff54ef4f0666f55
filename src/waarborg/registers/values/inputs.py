"""What a door may ask to register. The same values serve pages, API and assets.yaml."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from waarborg.registers.values.classification import (
    HIGHEST_LEVEL,
    ApplicationKind,
    EnvironmentKind,
    Harm,
    OrganisationKind,
    UnitKind,
)
from waarborg.registers.values.text import (
    Address,
    Certificates,
    Day,
    Key,
    Line,
    Name,
    Paragraph,
    Recipe,
    UrlPath,
)


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _each_once(keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(keys)))


def _port(number: int) -> int:
    if not 0 < number < 65536:  # noqa: PLR2004 - RFC 9293, 3.1: sixteen bits, and 0 is none
        raise PydanticCustomError("not_a_port", "{code}", {"code": "not_a_port"})
    return number


Level = Annotated[int, Strict(), Field(ge=1, le=3)]
Flag = Annotated[bool, Strict()]
Port = Annotated[
    int, Strict(), AfterValidator(_port), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 65535})
]
Keys = Annotated[tuple[Key, ...], AfterValidator(_each_once), Field(max_length=200)]
"""Keys as a set: each once, in order of the alphabet."""


class NewOrganisation(Input):
    name: Name
    kind: OrganisationKind


class CustomerDetails(Input):
    name: Name


class NewCustomer(CustomerDetails):
    key: Key | None = None
    """Made from the name when it isn't given."""


class KindDetails(Input):
    """A kind of information, with what it asks of whatever handles it."""

    name: Name
    availability: Level
    integrity: Level
    confidentiality: Level
    personal_health: Flag = False

    @model_validator(mode="after")
    def _health_is_confidential(self) -> "KindDetails":
        if self.personal_health and self.confidentiality < HIGHEST_LEVEL:
            raise PydanticCustomError("health_is_confidential", "health_is_confidential")
        return self


class NewKind(KindDetails):
    key: Key | None = None


class ApplicationDetails(Input):
    name: Name
    customer: Key
    kind: ApplicationKind
    purpose: Paragraph = ""
    harm: Harm
    harm_explained: Paragraph = ""
    information: Keys = ()
    owner: UUID | None = None
    """The person who answers for it, as an id; a name would stay in git for ever."""
    login_path: UrlPath = ""

    @model_validator(mode="after")
    def _harm_is_explained(self) -> "ApplicationDetails":
        if self.harm is not Harm.NONE and not self.harm_explained:
            raise PydanticCustomError("harm_not_explained", "harm_not_explained")
        return self


class NewApplication(ApplicationDetails):
    key: Key | None = None
    """Its id in assets.yaml; made from the name when it isn't given."""


class EnvironmentDetails(Input):
    url: Address = ""
    holds_real_data: Flag = False
    """As declared by the owner; whether it is true is measured."""
    ca_certificates: Certificates = ""
    """PEM: the authority that its certificate must chain to; empty means the system's own list."""
    folder: Line = ""
    """Where its files (repository, export, dump) can be read."""
    plain_port: Port = 80
    """Where the host is asked without encryption: it must redirect, or not answer."""
    recipe: Recipe | None = None
    """How to log in with a second factor, without secrets."""


class NewEnvironment(EnvironmentDetails):
    kind: EnvironmentKind


class ProjectDetails(Input):
    name: Name
    customer: Key
    applications: Keys = ()
    started_on: Day
    delivered_on: Day | None = None
    devops_lead: UUID | None = None

    @model_validator(mode="after")
    def _delivered_after_the_start(self) -> "ProjectDetails":
        if self.delivered_on and self.delivered_on < self.started_on:
            raise PydanticCustomError("delivered_before_start", "delivered_before_start")
        return self


class UnitDetails(Input):
    name: Name
    """As people call it on the floor; a person's name doesn't belong in it."""


class NewUnit(UnitDetails):
    kind: UnitKind
    key: Key | None = None


class NewProject(ProjectDetails):
    key: Key | None = None
