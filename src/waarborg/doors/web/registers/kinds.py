"""Kinds of information and their BIV classification."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from waarborg.doors.web.paging import shown
from waarborg.doors.web.registers import finding
from waarborg.doors.web.registers.forms import KindForm, answers
from waarborg.doors.web.requests import Request
from waarborg.doors.web.rights import reached
from waarborg.kernel import clock
from waarborg.registers import queries
from waarborg.registers.operations.information import change_information_kind, register_information_kind
from waarborg.registers.permissions import READ_REGISTER
from waarborg.registers.values.inputs import KindDetails, NewKind
from waarborg.registers.values.registered import Kind, Page

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def kinds(request: Request) -> HttpResponse:
    """Show all kinds: there are as many as people can keep apart."""
    by = request.actor
    found, used = queries.information_kinds(by.scope), queries.kinds_in_use(by.scope, only=reached(by, READ_REGISTER))
    rows = [
        {
            "id": kind.id,
            "name": kind.name,
            "health": kind.personal_health,
            "availability": kind.biv.availability,
            "integrity": kind.biv.integrity,
            "confidentiality": kind.biv.confidentiality,
            "used_by": used.get(kind.id, 0),
        }
        for kind in found
    ]
    page = Page(found, 1, max(1, len(found)), len(found))
    return render(request, "waarborg/registers/kinds.html", {"page": shown(page, rows)})


@GET_POST
def new(request: Request) -> HttpResponse:
    form = KindForm(**answers(request))
    if request.method == "POST" and form.saved(
        NewKind, lambda new: register_information_kind(new, by=request.actor, now=clock.now())
    ):
        return HttpResponseRedirect(reverse("web:kinds"))
    return _form_page(request, form, None)


@GET_POST
def edit(request: Request, kind_id: UUID) -> HttpResponse:
    """Classify a kind anew: the applications that handle it follow."""
    kind = finding.there(lambda: queries.information_kind(request.actor.scope, kind_id))
    levels = {name: getattr(kind.biv, name) for name in ("availability", "integrity", "confidentiality")}
    form = KindForm(**answers(request, name=kind.name, personal_health=kind.personal_health, **levels))
    if request.method == "POST" and form.saved(
        KindDetails, lambda new: change_information_kind(kind.id, new, by=request.actor, now=clock.now())
    ):
        return HttpResponseRedirect(reverse("web:kinds"))
    return _form_page(request, form, kind)


def _form_page(request: Request, form: KindForm, kind: Kind | None) -> HttpResponse:
    context = {"form": form, "back": reverse("web:kinds"), "kind": kind}
    return render(request, "waarborg/registers/kind_form.html", context, status=form.status)
