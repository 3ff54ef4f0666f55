"""Where applications run, and how they can be measured there."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError

from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor
from waarborg.kernel.references import Reference, new_id
from waarborg.registers.models import Application, Environment
from waarborg.registers.permissions import REGISTER_ENVIRONMENT
from waarborg.registers.values.faults import RegisterFault
from waarborg.registers.values.inputs import EnvironmentDetails, NewEnvironment


class EnvironmentAlreadyRegistered(RegisterFault):
    """The application has an environment of this kind."""

    code = "environment_already_registered"
    field = "kind"


def register_environment(application: UUID, new: NewEnvironment, *, by: Actor, now: datetime) -> UUID:
    """Add an environment. Raises EnvironmentAlreadyRegistered, ApplicationUnknown, ApplicationRetired."""
    row = Environment(pk=new_id(), scope=by.scope, application_id=application, **new.model_dump())
    objects = (Reference("environment", row.pk), Reference("application", application))
    with act(
        "environment.registered", REGISTER_ENVIRONMENT, by=by, now=now, action=Action.CREATE, objects=objects
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
    reference = Reference("environment", environment)
    with act(
        "environment.changed", REGISTER_ENVIRONMENT, by=by, now=now, action=Action.UPDATE, objects=(reference,)
    ) as done:
        old = Environment.known(environment, by.scope)
        done.objects = (reference, Reference("application", old.application_id))
        Application.active(old.application_id, by.scope)
        columns = changed.model_dump()
        done.detail["fields"] = old.differing(columns)
        old.write(seen, **columns)
