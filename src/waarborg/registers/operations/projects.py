"""Projects: work on applications for one customer."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor
from waarborg.kernel.references import Reference, new_id
from waarborg.registers.models import Application, Customer, Project, ProjectApplication
from waarborg.registers.permissions import REGISTER_PROJECT
from waarborg.registers.rules.classification import key_from
from waarborg.registers.values.faults import ApplicationUnknown, RegisterFault
from waarborg.registers.values.inputs import NewProject, ProjectDetails


class ProjectKeyTaken(RegisterFault):
    code = "project_key_taken"
    field = "name"


class ProjectApplicationUnknown(RegisterFault):
    """The project names an application that isn't in the register."""

    code = "project_application_unknown"
    field = "applications"


def register_project(new: NewProject, *, by: Actor, now: datetime) -> UUID:
    """Add a project. Raises ProjectKeyTaken, NoKeyInName, CustomerUnknown, ProjectApplicationUnknown."""
    row = Project(pk=new_id(), scope=by.scope, key=new.key or key_from(new.name))
    registered = Reference("project", row.pk)
    with act("project.registered", REGISTER_PROJECT, by=by, now=now, action=Action.CREATE, objects=(registered,)):
        for column, value in _columns(new, by.scope).items():
            setattr(row, column, value)
        named = _applications(new.applications, by.scope)
        try:
            row.save(force_insert=True)
        except IntegrityError as error:
            raise ProjectKeyTaken(key=row.key) from error
        _link(row.pk, named, by.scope)
    return row.pk


def change_project(
    project: UUID, changed: ProjectDetails, *, by: Actor, now: datetime, seen: int | None = None
) -> None:
    """Replace what is known of a project; its key stays. `seen` is the version that the change was made on.

    Raises ProjectUnknown, ChangedMeanwhile, CustomerUnknown, ProjectApplicationUnknown.
    """
    reference = Reference("project", project)
    with act("project.changed", REGISTER_PROJECT, by=by, now=now, action=Action.UPDATE, objects=(reference,)) as done:
        old = Project.known(project, by.scope)
        columns = _columns(changed, by.scope)
        named = _applications(changed.applications, by.scope)
        held = ProjectApplication.objects.filter(project=project)
        same = {link.application_id for link in held} == set(named)
        done.detail["fields"] = old.differing(columns, *(() if same else ("applications",)))
        old.write(seen, **columns)
        held.delete()
        _link(project, named, by.scope)


def _columns(details: ProjectDetails, scope: UUID) -> dict[str, Any]:
    own = details.model_dump(exclude={"key", "customer", "applications"})
    return {**own, "customer": Customer.called([details.customer], scope)[0]}


def _applications(keys: Iterable[str], scope: UUID) -> list[UUID]:
    try:
        return [row.pk for row in Application.called(keys, scope)]
    except ApplicationUnknown as error:
        raise ProjectApplicationUnknown(**error.facts) from error


def _link(project: UUID, applications: Iterable[UUID], scope: UUID) -> None:
    ProjectApplication.objects.bulk_create(
        ProjectApplication(pk=new_id(), scope=scope, project_id=project, application_id=each) for each in applications
    )
