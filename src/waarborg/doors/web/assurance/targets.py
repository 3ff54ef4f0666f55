"""The list of addresses that may be measured: without a place on it, a check reaches nothing."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from waarborg.accounts.queries import names_of
from waarborg.assurance.operations import allow_target, withdraw_target
from waarborg.assurance.operations.deciding import NoSuchTarget, NotAnAddress
from waarborg.assurance.permissions import ALLOW_TARGET, READ_STANDING
from waarborg.assurance.queries.targets import Target, targets, waiting_addresses
from waarborg.doors.web.requests import Request, typed
from waarborg.doors.web.rights import reached
from waarborg.kernel import clock
from waarborg.kernel.actor import may
from waarborg.kernel.references import Reference

NOT_UNDERSTOOD = 422


class TargetForm(forms.Form):
    host = forms.CharField(
        label=gettext_lazy("Host"),
        max_length=253,
        help_text=gettext_lazy("A name or address without https:// and without a path, for example zorg.example.nl."),
    )
    port = forms.IntegerField(label=gettext_lazy("Port"), min_value=1, max_value=65535, initial=443)
    private = forms.BooleanField(
        label=gettext_lazy("It stands on our own network or on this server"),
        required=False,
        help_text=gettext_lazy("Only then may a check reach an internal address under this name."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def target_list(request: Request) -> HttpResponse:
    """Show the list; who may change it can add an address."""
    form = TargetForm(typed(request), initial={"host": request.GET.get("host", ""), "port": _port(request)})
    if form.is_valid() and _allowed(request, form):
        return HttpResponseRedirect(reverse("web:targets"))
    scope, only = request.actor.scope, reached(request.actor, READ_STANDING)
    listed = targets(scope, only=only)
    names = names_of([each.allowed_by for each in listed])
    context = {
        "targets": [_row(each, names) for each in listed],
        "waiting": waiting_addresses(scope, only=only),
        "form": form,
        "may_allow": may(request.actor, ALLOW_TARGET),
    }
    status = NOT_UNDERSTOOD if form.is_bound else 200
    return render(request, "waarborg/assurance/targets.html", context, status=status)


@require_POST
def target_withdraw(request: Request, target_id: UUID) -> HttpResponse:
    """Take an address off the list."""
    try:
        withdraw_target(Reference("target", target_id), by=request.actor, now=clock.now())
    except NoSuchTarget as error:
        raise Http404 from error
    return HttpResponseRedirect(reverse("web:targets"))


def _allowed(request: Request, form: TargetForm) -> bool:
    said = form.cleaned_data
    try:
        allow_target(said["host"], said["port"], private=said["private"], by=request.actor, now=clock.now())
    except NotAnAddress:
        form.add_error("host", _("Give a host name or an address only, without https:// and without a path."))
    return form.is_valid()


def _port(request: Request) -> int:
    text = request.GET.get("port", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else 443  # noqa: PLR2004 - the longest port has five digits


def _row(target: Target, names: Any) -> dict[str, Any]:
    return {
        "id": target.id,
        "host": target.host,
        "port": target.port,
        "private": target.private,
        "by": names.get(target.allowed_by, _("someone")),
        "at": target.allowed_at,
    }
