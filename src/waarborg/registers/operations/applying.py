"""What a merged file changes, done by the same acts as anyone's."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from waarborg.kernel.actor import Actor
from waarborg.registers.models import Application
from waarborg.registers.operations.applications import (
    change_application,
    record_security_review,
    register_application,
    reinstate_application,
    retire_application,
)
from waarborg.registers.operations.environments import change_environment, register_environment
from waarborg.registers.operations.information import change_information_kind, register_information_kind
from waarborg.registers.operations.organisations import change_customer, register_customer
from waarborg.registers.operations.projects import change_project, register_project
from waarborg.registers.values.assets import Change, EntryChange, Place
from waarborg.registers.values.classification import ApplicationState
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
    ProjectDetails,
)

REASON = "registers/assets.yaml"


class Held(NamedTuple):
    """An entry as it was when the merge was made; what changed since is not overwritten."""

    id: UUID
    version: int | None = None


def apply_change(
    change: EntryChange, values: Mapping[str, Any], held: Mapping[Place, Held], *, by: Actor, now: datetime
) -> None:
    """Bring one entry of the register to the values of the merge. `held` are the entries that were there before."""
    taken = {field.name: field.after for field in change.fields if field.change in {Change.NEW, Change.CHANGED}}
    if not taken and change.change is not Change.NEW:
        return
    section, key, *deeper = change.place
    if deeper:
        _environment(change.place, values, held, by=by, now=now)
    elif section == "applications":
        _application(key, taken, values, held.get(change.place), by=by, now=now)
    else:
        _PLAIN[section](key, values, held.get(change.place), by, now)


def retire_last(changes: Iterable[EntryChange], *, by: Actor, now: datetime) -> None:
    """Retire what the file retires, after its other changes were made."""
    for change in changes:
        states = [
            field.after
            for field in change.fields
            if field.name == "state" and field.change in {Change.NEW, Change.CHANGED}
        ]
        if ApplicationState.RETIRED in states:
            retire_application(_id_of(change.place[1], by), reason=REASON, by=by, now=now)


def _application(
    key: str, taken: Mapping[str, Any], values: Mapping[str, Any], known: Held | None, *, by: Actor, now: datetime
) -> None:
    own = {name: value for name, value in values.items() if name in ApplicationDetails.model_fields}
    if known is None:
        application = register_application(NewApplication.model_validate({**own, "key": key}), by=by, now=now)
    else:
        application, seen = known.id, known.version or 0
        if taken.get("state") is ApplicationState.ACTIVE:
            reinstate_application(application, reason=REASON, by=by, now=now)
            seen += 1
        if taken.keys() & own.keys():
            change_application(application, ApplicationDetails.model_validate(own), by=by, now=now, seen=seen)
    if taken.get("last_security_review"):
        record_security_review(application, taken["last_security_review"], by=by, now=now)


def _environment(
    place: Place, values: Mapping[str, Any], held: Mapping[Place, Held], *, by: Actor, now: datetime
) -> None:
    known = held.get(place)
    if known is None:
        new = NewEnvironment.model_validate({**values, "kind": place[-1]})
        register_environment(_id_of(place[1], by), new, by=by, now=now)
    else:
        change_environment(known.id, EnvironmentDetails.model_validate(values), by=by, now=now, seen=known.version)


def _id_of(key: str, by: Actor) -> UUID:
    return Application.called([key], by.scope)[0].pk


def _customer(key: str, values: Mapping[str, Any], known: Held | None, by: Actor, now: datetime) -> None:
    if known:
        change_customer(known.id, CustomerDetails.model_validate(values), by=by, now=now)
    else:
        register_customer(NewCustomer.model_validate({**values, "key": key}), by=by, now=now)


def _kind(key: str, values: Mapping[str, Any], known: Held | None, by: Actor, now: datetime) -> None:
    if known:
        change_information_kind(known.id, KindDetails.model_validate(values), by=by, now=now)
    else:
        register_information_kind(NewKind.model_validate({**values, "key": key}), by=by, now=now)


def _project(key: str, values: Mapping[str, Any], known: Held | None, by: Actor, now: datetime) -> None:
    if known:
        change_project(known.id, ProjectDetails.model_validate(values), by=by, now=now, seen=known.version)
    else:
        register_project(NewProject.model_validate({**values, "key": key}), by=by, now=now)


_PLAIN = {"customers": _customer, "information": _kind, "projects": _project}
