"""Where applications run, and how they can be measured there."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError

from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor
from waarborg.kernel.references import Reference, new_id
from waarborg.registers.models import Application, Environment
from waarborg.registers.operations.reached import act_on
from waarborg.registers.permissions import REGISTER_ENVIRONMENT
from waarborg.registers.values.faults import EnvironmentUnknown, RegisterFault
from waarborg.registers.values.inputs import EnvironmentDetails, NewEnvironment


class EnvironmentAlreadyRegistered(RegisterFault):
    """The application has an environment of this kind."""

    code = "environment_already_registered"
    field = "kind"


def register_environment(application: UUID, new: NewEnvironment, *, by: Actor, now: datetime) -> UUID:
    """Add an environment. Raises EnvironmentAlreadyRegistered, ApplicationUnknown, ApplicationRetired."""
    row = Environment(pk=new_id(), scope=by.scope, application_id=application, **new.model_dump())
    of, made = Reference("application", application), (Reference("environment", row.pk),)
    with act_on(
        of, "environment.registered", REGISTER_ENVIRONMENT, by=by, now=now, action=Action.CREATE, objects=made
    ) as done:
        Application.active(application, by.scope)
        done.detail["kind"] = new.kind
        try:
            row.save(force_insert=True)
        except IntegrityError as error:
            raise EnvironmentAlreadyRegistered(kind=new.kind) from error
    return row.pk


def change_environment(
    environment: UUID, changed: EnvironmentDetails, *, by: Actor, now: datetime, seen: int | None = None
) -> None:
    """Replace what is known of an environment; its kind stays. `seen` is the version that the change was made on.

    Raises EnvironmentUnknown, ApplicationRetired, ChangedMeanwhile.
    """
    of, changing = _application_of(environment, by.scope), (Reference("environment", environment),)
    with act_on(
        of, "environment.changed", REGISTER_ENVIRONMENT, by=by, now=now, action=Action.UPDATE, objects=changing,
        missing=lambda: EnvironmentUnknown(key=str(environment)),
    ) as done:  # fmt: skip
        old = Environment.known(environment, by.scope)
        Application.active(old.application_id, by.scope)
        columns = changed.model_dump()
        done.detail["fields"] = old.differing(columns)
        old.write(seen, **columns)


def _application_of(environment: UUID, scope: UUID) -> Reference | None:
    found = Environment.objects.filter(pk=environment, scope=scope).values_list("application", flat=True).first()
    return Reference("application", found) if found else None
