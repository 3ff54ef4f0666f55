"""Where an application runs: the forms by which an environment comes and changes."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from waarborg.doors.web.registers import finding
from waarborg.doors.web.registers.forms import EnvironmentForm, answers
from waarborg.doors.web.requests import Request
from waarborg.kernel import clock
from waarborg.registers import queries
from waarborg.registers.operations.environments import change_environment, register_environment
from waarborg.registers.permissions import REGISTER_ENVIRONMENT
from waarborg.registers.values.inputs import EnvironmentDetails, NewEnvironment
from waarborg.registers.values.registered import Application, Environment

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@GET_POST
def new(request: Request, application_id: UUID) -> HttpResponse:
    subject = finding.found(queries.application_by_id, request, application_id, REGISTER_ENVIRONMENT)
    form = EnvironmentForm(**answers(request))
    if request.method == "POST" and form.saved(
        NewEnvironment, lambda new: register_environment(subject.id, new, by=request.actor, now=clock.now())
    ):
        return HttpResponseRedirect(reverse("web:application", args=[subject.id]))
    return _form_page(request, form, subject, None)


@GET_POST
def edit(request: Request, environment_id: UUID) -> HttpResponse:
    """Ask what is to change. What was changed meanwhile is told, and not overwritten without saying so."""
    environment = finding.found(queries.environment, request, environment_id, REGISTER_ENVIRONMENT)
    subject = finding.found(queries.application_by_id, request, environment.application, REGISTER_ENVIRONMENT)
    form = EnvironmentForm(**answers(request, **_now(environment)))
    del form.fields["kind"]
    if request.method == "POST":
        if form.saved(
            EnvironmentDetails,
            lambda new: change_environment(
                environment.id, new, by=request.actor, now=clock.now(), seen=form.cleaned_data["version"]
            ),
        ):
            return HttpResponseRedirect(reverse("web:application", args=[subject.id]))
        form.look_again(environment.version)
    return _form_page(request, form, subject, environment)


def _now(environment: Environment) -> dict[str, Any]:
    plain = {name: getattr(environment, name) for name in (*EnvironmentDetails.model_fields, "version")}
    recipe = environment.recipe
    return plain | {"recipe": json.dumps(recipe, indent=2, ensure_ascii=False) if recipe is not None else ""}


def _form_page(
    request: Request, form: EnvironmentForm, subject: Application, environment: Environment | None
) -> HttpResponse:
    context = {
        "form": form,
        "back": reverse("web:application", args=[subject.id]),
        "application": subject,
        "environment": {"id": environment.id, "kind": environment.kind.value} if environment else None,
    }
    return render(request, "waarborg/registers/environment_form.html", context, status=form.status)
