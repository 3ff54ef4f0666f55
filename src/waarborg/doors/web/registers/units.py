"""Wards and groups of devices: what a role can be held for alone."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from waarborg.doors.web.registers import finding
from waarborg.doors.web.registers.forms import UNITS, UnitForm, answers
from waarborg.doors.web.requests import Request
from waarborg.kernel import clock
from waarborg.registers import queries
from waarborg.registers.operations.units import register_unit, rename_unit, retire_unit
from waarborg.registers.values.faults import UnitUnknown
from waarborg.registers.values.inputs import NewUnit, UnitDetails
from waarborg.registers.values.registered import UnitLine

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def units(request: Request) -> HttpResponse:
    """Show what is in use, wards first: as many as one institution has."""
    rows = [{"id": each.id, "name": each.name, "kind": UNITS[each.kind]} for each in queries.units(request.actor.scope)]
    return render(request, "waarborg/registers/units.html", {"units": rows})


@GET_POST
def new(request: Request) -> HttpResponse:
    form = UnitForm(**answers(request))
    if request.method == "POST" and form.saved(
        NewUnit, lambda new: register_unit(new, by=request.actor, now=clock.now())
    ):
        return HttpResponseRedirect(reverse("web:units"))
    return _form_page(request, form, None)


@GET_POST
def rename(request: Request, unit_id: UUID) -> HttpResponse:
    """Ask for another name; roles that are held for it stay with it."""
    unit = finding.there(lambda: queries.unit(request.actor.scope, unit_id))
    if unit.retired:
        raise Http404
    form = UnitForm(**answers(request, name=unit.name))
    del form.fields["kind"]
    if request.method == "POST" and form.saved(
        UnitDetails, lambda changed: rename_unit(unit.id, changed, by=request.actor, now=clock.now())
    ):
        return HttpResponseRedirect(reverse("web:units"))
    return _form_page(request, form, unit)


@require_POST
def retire(request: Request, unit_id: UUID) -> HttpResponse:
    """Take a unit out of use."""
    try:
        retire_unit(unit_id, by=request.actor, now=clock.now())
    except UnitUnknown as error:
        raise Http404 from error
    messages.success(request, _("Taken out of use. Roles that are held for it stay until they end."))
    return HttpResponseRedirect(reverse("web:units"))


def _form_page(request: Request, form: UnitForm, unit: UnitLine | None) -> HttpResponse:
    context = {"form": form, "back": reverse("web:units"), "unit": unit}
    return render(request, "waarborg/registers/unit_form.html", context, status=form.status)
