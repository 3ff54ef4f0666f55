"""Asking for a measurement, and following it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from waarborg.assurance.checks.loading import find_check
from waarborg.assurance.operations import start_measuring
from waarborg.assurance.operations.measuring import NothingToMeasure
from waarborg.assurance.permissions import MEASURE, READ_STANDING
from waarborg.assurance.queries.evidence import NoSuchEvidence, StepState, run_state
from waarborg.assurance.values import Outcome
from waarborg.doors.web.assurance.applications import found
from waarborg.doors.web.assurance.saying import STATE_OF
from waarborg.doors.web.context import classify, language
from waarborg.doors.web.requests import Request
from waarborg.doors.web.rights import reached
from waarborg.kernel import clock
from waarborg.kernel.references import Reference
from waarborg.labels.values import Classification

STOP_ASKING = 286
"""The status at which htmx stops polling."""


@require_POST
def measure(request: Request, application_id: UUID) -> HttpResponse:
    """Start measuring an application, and go to where it can be followed."""
    subject = found(request, application_id, MEASURE)
    try:
        run = start_measuring(Reference("application", subject.id), by=request.actor, now=clock.now())
    except NothingToMeasure:
        messages.warning(request, _("Nothing can be measured yet: add an environment with its address."))
        return HttpResponseRedirect(reverse("web:application", args=[subject.id]))
    return HttpResponseRedirect(reverse("web:measuring", args=[run]))


@require_safe
def measuring(request: Request, run_id: UUID) -> HttpResponse:
    """Show how far a run is; asked in the background, only the part that changes."""
    try:
        state = run_state(request.actor.scope, run_id, only=reached(request.actor, READ_STANDING))
    except NoSuchEvidence as error:
        raise Http404 from error
    subject, given_up = found(request, state.application), state.given_up(clock.now())
    ended = state.finished or given_up
    run = {
        "id": state.id,
        "application": {"id": subject.id, "name": subject.name},
        "started_at": state.started_at,
        "done": state.done,
        "all": len(state.steps),
        "finished": ended,
    }
    if any(step.outcome is Outcome.NOT_MET for step in state.steps):
        classify(request, Classification.WEAKNESS)
    asked_by_htmx = bool(request.headers.get("HX-Request"))
    template = "measuring_progress" if asked_by_htmx else "measuring"
    status = STOP_ASKING if asked_by_htmx and ended else 200
    context = {"run": run, "steps": [_step(step, given_up=given_up) for step in state.steps]}
    return render(request, f"waarborg/assurance/{template}.html", context, status=status)


def _step(step: StepState, *, given_up: bool) -> dict[str, Any]:
    check = find_check(step.check)
    told = {"title": check.title[language()], "environment": step.environment_kind, "evidence_id": step.evidence}
    if step.outcome is not None:
        says = check.sentence(step.findings[0], "saw", language()) if step.findings else ""
        return told | {"stage": "done", "state": STATE_OF[step.outcome], "says": says}
    if given_up:
        return told | {"stage": "done", "state": STATE_OF[Outcome.UNKNOWN], "says": _("Not measured: it was given up.")}
    return told | {"stage": "busy" if step.begun else "waiting", "state": "", "says": ""}
