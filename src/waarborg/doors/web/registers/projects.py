"""Projects: which application they work on, for whom, and from when."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from waarborg.accounts.queries import names_of
from waarborg.doors.web.paging import shown
from waarborg.doors.web.registers import finding
from waarborg.doors.web.registers.forms import ProjectForm, answers
from waarborg.doors.web.requests import Request
from waarborg.doors.web.rights import opens, reached
from waarborg.kernel import clock
from waarborg.kernel.actor import Actor
from waarborg.registers import queries
from waarborg.registers.operations.projects import change_project, register_project
from waarborg.registers.permissions import READ_REGISTER, REGISTER_PROJECT
from waarborg.registers.values.inputs import NewProject, ProjectDetails
from waarborg.registers.values.registered import Application, Page, Project

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
PLAIN = ("name", "started_on", "delivered_on", "devops_lead", "version")


@require_safe
def projects(request: Request) -> HttpResponse:
    by, only = request.actor, reached(request.actor, READ_REGISTER)
    found = queries.projects(by.scope, only=only)
    leads = names_of(each.devops_lead for each in found if each.devops_lead)
    by_key = {each.key: each for each in queries.applications(by.scope, only=only)}
    editable = _editable(by)
    rows = [_row(each, leads, by_key, editable) for each in found]
    page = Page(found, 1, max(1, len(found)), len(found))
    return render(request, "waarborg/registers/projects.html", {"page": shown(page, rows)})


@GET_POST
def new(request: Request) -> HttpResponse:
    """Ask for a new project. Without any customer, that is asked first."""
    if not queries.customers(request.actor.scope):
        return HttpResponseRedirect(reverse("web:customer-new"))
    form = _form(request, None)
    if request.method == "POST" and form.saved(
        NewProject, lambda new: register_project(new, by=request.actor, now=clock.now())
    ):
        return HttpResponseRedirect(reverse("web:projects"))
    return _form_page(request, form, None)


@GET_POST
def edit(request: Request, project_id: UUID) -> HttpResponse:
    """Ask what is to change. What was changed meanwhile is told, and not overwritten without saying so."""
    project = finding.found(queries.project, request, project_id, REGISTER_PROJECT)
    form = _form(request, project)
    if request.method == "POST":
        if form.saved(
            ProjectDetails,
            lambda new: change_project(
                project.id, new, by=request.actor, now=clock.now(), seen=form.cleaned_data["version"]
            ),
        ):
            return HttpResponseRedirect(reverse("web:projects"))
        form.look_again(project.version)
    return _form_page(request, form, project)


def _editable(by: Actor) -> Callable[[Iterable[UUID]], bool]:
    """Return whether a project may be changed, by its applications."""
    if not opens(by, "web:project-edit"):
        return lambda _applications: False
    only = reached(by, REGISTER_PROJECT)
    return lambda applications: only is None or not only.isdisjoint(applications)


def _row(
    project: Project,
    leads: Mapping[UUID, str],
    by_key: Mapping[str, Application],
    editable: Callable[[Iterable[UUID]], bool],
) -> dict[str, Any]:
    held = [by_key[key] for key in project.applications if key in by_key]
    return {
        "may_edit": editable(each.id for each in held),
        "id": project.id,
        "name": project.name,
        "customer": project.customer,
        "lead": leads.get(project.devops_lead, "") if project.devops_lead else "",
        "health": any(each.handles_health_information for each in held),
        "applications": [{"id": each.id, "name": each.name} for each in held],
        "harms": _harms(held),
        "began": project.started_on,
    }


def _harms(held: Iterable[Application]) -> str:
    """Return what the patient suffers by any of the applications, the gravest first."""
    gravest = sorted(held, key=lambda each: each.risk, reverse=True)
    return " ".join(dict.fromkeys(each.harm_explained for each in gravest if each.harm_explained))


def _form(request: Request, project: Project | None) -> ProjectForm:
    now: dict[str, Any] = {}
    if project:
        now = {name: getattr(project, name) for name in PLAIN}
        now |= {"customer": project.customer_key, "applications": list(project.applications)}
    return ProjectForm(
        **answers(request, **now),
        customers=finding.customers(request),
        applications=finding.applications(request, project.applications if project else ()),
        people=finding.people(request, project.devops_lead if project else None),
    )


def _form_page(request: Request, form: ProjectForm, project: Project | None) -> HttpResponse:
    context = {"form": form, "back": reverse("web:projects"), "project": project}
    return render(request, "waarborg/registers/project_form.html", context, status=form.status)
