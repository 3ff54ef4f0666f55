"""Projects: work on applications for one customer."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Model, QuerySet

from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor, NotAllowed, reach
from waarborg.kernel.references import Reference, new_id
from waarborg.registers.models import Application, Customer, Project, ProjectApplication
from waarborg.registers.operations.reached import act_on
from waarborg.registers.permissions import REGISTER_PROJECT
from waarborg.registers.rules.classification import key_from
from waarborg.registers.values.faults import ProjectUnknown, RegisterFault
from waarborg.registers.values.inputs import NewProject, ProjectDetails

Only = frozenset[UUID] | None
Row = TypeVar("Row", bound=Model)


class ProjectKeyTaken(RegisterFault):
    code = "project_key_taken"
    field = "name"


class ProjectApplicationUnknown(RegisterFault):
    """The project names an application that isn't in the register."""

    code = "project_application_unknown"
    field = "applications"


def register_project(new: NewProject, *, by: Actor, now: datetime) -> UUID:
    """Add a project; a role for one application doesn't do, for the keys of others' projects could be guessed by it.

    Raises ProjectKeyTaken, NoKeyInName, CustomerUnknown, ProjectApplicationUnknown.
    """
    row = Project(pk=new_id(), scope=by.scope, key=new.key or key_from(new.name))
    registered = Reference("project", row.pk)
    with act("project.registered", REGISTER_PROJECT, by=by, now=now, action=Action.CREATE, objects=(registered,)):
        for column, value in _columns(new, by.scope).items():
            setattr(row, column, value)
        named = _applications(new.applications, by.scope, None)
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

    Applications that the actor doesn't reach stay with it. Raises ProjectUnknown, ChangedMeanwhile, CustomerUnknown,
    ProjectApplicationUnknown.
    """
    only = _only(by)
    with act_on(
        _one_of(project, by.scope, only), "project.changed", REGISTER_PROJECT, by=by, now=now, action=Action.UPDATE,
        objects=(Reference("project", project),), missing=lambda: ProjectUnknown(key=str(project)),
    ) as done:  # fmt: skip
        old = Project.known(project, by.scope)
        columns = _columns(changed, by.scope)
        named = _applications(changed.applications, by.scope, only)
        held = _within(ProjectApplication.objects.filter(project=project), only, "application")
        if only is not None and not held:
            raise ProjectUnknown(key=str(project))
        same = {link.application_id for link in held} == set(named)
        done.detail["fields"] = old.differing(columns, *(() if same else ("applications",)))
        old.write(seen, **columns)
        held.delete()
        _link(project, named, by.scope)


def _only(by: Actor) -> Only:
    """Return the applications for which alone the actor keeps projects; None when that is all or, as the act finds, none."""
    try:
        return reach(by, REGISTER_PROJECT).ids("application")
    except NotAllowed:
        return None


def _one_of(project: UUID, scope: UUID, only: Only) -> Reference | None:
    """Return an application of the project that a role is held for alone; None for who needs none, or has none."""
    if only is None:
        return None
    links = ProjectApplication.objects.filter(scope=scope, project=project, application__in=only)
    found = links.order_by("application").values_list("application", flat=True).first()
    return Reference("application", found) if found else None


def _within(rows: QuerySet[Row], only: Only, application: str = "pk") -> QuerySet[Row]:
    return rows if only is None else rows.filter(**{f"{application}__in": only})


def _columns(details: ProjectDetails, scope: UUID) -> dict[str, Any]:
    own = details.model_dump(exclude={"key", "customer", "applications"})
    return {**own, "customer": Customer.called([details.customer], scope)[0]}


def _applications(keys: Iterable[str], scope: UUID, only: Only) -> list[UUID]:
    named = Application.objects.filter(scope=scope, key__in=set(keys))
    found = dict(_within(named, only).values_list("key", "pk"))
    for key in sorted(set(keys) - found.keys()):
        raise ProjectApplicationUnknown(key=key)
    return list(found.values())


def _link(project: UUID, applications: Iterable[UUID], scope: UUID) -> None:
    ProjectApplication.objects.bulk_create(
        ProjectApplication(pk=new_id(), scope=scope, project_id=project, application_id=each) for each in applications
    )
