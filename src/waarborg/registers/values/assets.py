"""The registers as one document: `registers/assets.yaml`. The published JSON Schema is made from these values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from pydantic import ConfigDict, model_validator

from waarborg.registers.values.classification import ApplicationState, EnvironmentKind
from waarborg.registers.values.faults import FieldFault
from waarborg.registers.values.inputs import (
    ApplicationDetails,
    CustomerDetails,
    EnvironmentDetails,
    Input,
    KindDetails,
    ProjectDetails,
)
from waarborg.registers.values.text import Day, Key

OWN_NAMES = "x-"
"""Names that start so are the writer's own: kept where they stand, never read."""


class Extensible(Input):
    """A part of the document in which the writer may keep names of their own."""

    model_config = ConfigDict(json_schema_extra={"patternProperties": {f"^{OWN_NAMES}": {}}})

    @model_validator(mode="before")
    @classmethod
    def _leave_own_names(cls, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: item for key, item in value.items() if not str(key).startswith(OWN_NAMES)}
        return value


class CustomerEntry(Extensible, CustomerDetails):
    """A care institution that is served."""


class KindEntry(Extensible, KindDetails):
    """A kind of information with its BIV classification."""


class EnvironmentEntry(Extensible, EnvironmentDetails):
    """Where the application runs."""


class ApplicationEntry(Extensible, ApplicationDetails):
    """A care application; the name of this entry is its id."""

    state: ApplicationState = ApplicationState.ACTIVE
    last_security_review: Day | None = None
    environments: dict[EnvironmentKind, EnvironmentEntry] = {}


class ProjectEntry(Extensible, ProjectDetails):
    """Work on applications for one customer."""


class Assets(Extensible):
    """The registers of one organisation. What isn't mentioned stays as it is."""

    model_config = ConfigDict(title="registers/assets.yaml")

    waarborg: Literal["assets/1"]
    customers: dict[Key, CustomerEntry] = {}
    information: dict[Key, KindEntry] = {}
    applications: dict[Key, ApplicationEntry] = {}
    projects: dict[Key, ProjectEntry] = {}


SECTIONS: Mapping[str, type[Extensible]] = {
    "customers": CustomerEntry,
    "information": KindEntry,
    "applications": ApplicationEntry,
    "projects": ProjectEntry,
}

Place = tuple[str, ...]
"""Where an entry stands: section and key, and for an environment those of its application, `environments` and its kind."""

Entries = Mapping[Place, Mapping[str, Any]]
"""Each entry with the values that are mentioned in it."""


class Change(StrEnum):
    """What a file does to a field or an entry of the register."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    """The register was changed since, the file wasn't: the register stays."""
    REMOVED = "removed"
    """No longer in the file: the register keeps it, for nothing is removed by leaving it out."""
    CONFLICT = "conflict"
    """Both were changed, or nobody knows which is newer: a person decides."""


@dataclass(frozen=True)
class FieldChange:
    name: str
    change: Change
    before: Any
    """In the register."""
    after: Any
    """In the file."""


@dataclass(frozen=True)
class EntryChange:
    place: Place
    change: Change
    fields: tuple[FieldChange, ...] = ()
    """The fields in which something happens; unchanged ones are left out."""


@dataclass(frozen=True)
class Header:
    """The lines at the top that Waarborg maintains: which document this is or came from, made by whom, when."""

    document: UUID
    by: str
    at: datetime


@dataclass(frozen=True)
class Preview:
    """What an import would do, or why it can't be done. `token` names exactly this file against exactly this register."""

    digest: str
    token: str
    changes: tuple[EntryChange, ...]
    faults: tuple[FieldFault, ...] = ()
    counts: Mapping[Change, int] = field(default_factory=dict)
    """Entries by what happens to them."""

    @property
    def acceptable(self) -> bool:
        return not self.faults


@dataclass(frozen=True)
class Exported:
    """The registers as text, as they are now."""

    text: str
    document: UUID
    digest: str
