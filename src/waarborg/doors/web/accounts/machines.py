"""Systems and wall screens: what there is, what waits, and what each may show to be let in."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from waarborg.accounts.operations import NeedsAnother
from waarborg.accounts.operations.credentials import (
    BoundToNothing,
    CertificateTaken,
    CredentialUnknown,
    add_certificate,
    issue_token,
    revoke_credential,
)
from waarborg.accounts.operations.machines import (
    CertificateRefused,
    EndTooFar,
    MachineRefused,
    MachineUnknown,
    NameTaken,
    NetworkRefused,
    OwnerUnknown,
    PlaceUnfit,
    approve_service,
    ask_service,
    change_owner,
    end_service,
    open_service,
    open_services,
)
from waarborg.accounts.permissions import APPROVE_SERVICE, KEEP_SERVICES
from waarborg.accounts.values.machines import IssuedToken, MachineLine, MachinesPage
from waarborg.doors.web.accounts.machine_forms import (
    CERTIFICATE_FAULTS,
    CertificateForm,
    EndForm,
    MachineForm,
    OwnerForm,
    TokenForm,
    end_of,
)
from waarborg.doors.web.accounts.machine_rows import machine_row
from waarborg.doors.web.accounts.places import places_of
from waarborg.doors.web.context import classify
from waarborg.doors.web.moments import here
from waarborg.doors.web.paging import number_asked
from waarborg.doors.web.requests import Request, typed
from waarborg.kernel import clock
from waarborg.kernel.actor import may
from waarborg.labels.values import Classification

CONFLICT: Final = 409
NOT_UNDERSTOOD: Final = 422


@require_safe
def machines_page(request: Request) -> HttpResponse:
    """Show every system and wall screen of the institution."""
    return _shown(request)


@require_http_methods(["GET", "HEAD", "POST"])
def machine_new(request: Request) -> HttpResponse:
    """Ask an account, which somebody else approves."""
    places, today = places_of(request.actor.scope), here(clock.now()).date()
    form = MachineForm(typed(request), places=places, today=today)
    if form.is_valid():
        try:
            ask_service(form.asked(), by=request.actor, now=clock.now())
        except (NameTaken, OwnerUnknown, EndTooFar, PlaceUnfit) as error:
            form.say(error)
        else:
            messages.success(request, _("Asked. It opens nothing until somebody else approves it."))
            return HttpResponseRedirect(reverse("web:machines"))
    return _form(request, form, "machine_new.html")


@require_POST
def machine_approve(request: Request, machine_id: UUID) -> HttpResponse:
    return _done(request, lambda: approve_service(machine_id, by=request.actor, now=clock.now()), _("Approved."))


@require_POST
def machine_end(request: Request, machine_id: UUID) -> HttpResponse:
    form = EndForm(request.POST)
    if not form.is_valid():
        return _shown(request, problem=_("Say why."), status=NOT_UNDERSTOOD)
    reason = form.cleaned_data["reason"]
    return _done(request, lambda: end_service(machine_id, reason, by=request.actor, now=clock.now()), _("Ended."))


@require_POST
def machine_owner(request: Request, machine_id: UUID) -> HttpResponse:
    form = OwnerForm(request.POST)
    owner = form.cleaned_data["owner"] if form.is_valid() else ""
    return _done(request, lambda: change_owner(machine_id, owner, by=request.actor, now=clock.now()), _("Changed."))


@require_http_methods(["GET", "HEAD", "POST"])
def machine_token(request: Request, machine_id: UUID) -> HttpResponse:
    """Make a token. It is shown in the answer to this one request, and never again."""
    machine = _machine(request, machine_id)
    form = TokenForm(typed(request), initial={"ends_on": here(machine.ends_at).date()})
    issued = _issued(request, form, machine) if form.is_valid() else None
    if issued is not None:
        classify(request, Classification.STAFF)
        return render(request, "waarborg/accounts/machine_issued.html", {"issued": issued, "machine": machine})
    return _form(request, form, "machine_token.html", machine=machine, screen=machine.kind == "station")


@require_http_methods(["GET", "HEAD", "POST"])
def machine_certificate(request: Request, machine_id: UUID) -> HttpResponse:
    """Take in the certificate of a machine."""
    machine, form = _machine(request, machine_id), CertificateForm(typed(request))
    if form.is_valid():
        try:
            add_certificate(machine_id, form.cleaned_data["certificate"], by=request.actor, now=clock.now())
        except (CertificateRefused, CertificateTaken, MachineRefused, EndTooFar) as error:
            form.add_error("certificate", _why(error))
        else:
            messages.success(request, _("The certificate works from now on."))
            return HttpResponseRedirect(reverse("web:machines"))
    return _form(request, form, "machine_certificate.html", machine=machine)


@require_POST
def credential_revoke(request: Request, credential_id: UUID) -> HttpResponse:
    return _done(
        request,
        lambda: revoke_credential(credential_id, by=request.actor, now=clock.now()),
        _("Revoked. It opens nothing any more."),
    )


def _issued(request: Request, form: TokenForm, machine: MachineLine) -> IssuedToken | None:
    said, ends_at = form.cleaned_data, end_of(form.cleaned_data["ends_on"])
    if here(machine.ends_at).date() == said["ends_on"]:
        ends_at = machine.ends_at
    try:
        return issue_token(
            machine.id,
            addresses=form.networks_typed(),
            certificate=said["certificate"],
            expires_at=ends_at,
            by=request.actor,
            now=clock.now(),
        )
    except EndTooFar:
        form.add_error("ends_on", _("Choose a day from tomorrow on, not later than the account ends."))
    except (NetworkRefused, BoundToNothing) as error:
        form.add_error("networks", _why(error))
    except (CertificateRefused, CertificateTaken, MachineRefused) as error:
        form.add_error("certificate", _why(error))
    return None


def _why(error: Exception) -> str:
    match error:
        case CertificateRefused():
            return str(CERTIFICATE_FAULTS[error.fault])
        case CertificateTaken():
            return _("This certificate was taken in before. Each machine has a certificate of its own.")
        case NetworkRefused():
            return _("'{network}' is no address or network, or one so wide that it binds to no place.").format(
                network=error.network
            )
        case BoundToNothing():
            return _("Give addresses or a certificate; a wall screen always has a certificate.")
        case EndTooFar():
            return _("This account has ended.")
    return _("This account isn't approved, has ended, or nobody answers for it.")


def _machine(request: Request, machine_id: UUID) -> MachineLine:
    """Return one account. Raises Http404."""
    try:
        return open_service(machine_id, by=request.actor, now=clock.now())
    except MachineUnknown as error:
        raise Http404 from error


def _done(request: Request, act: Callable[[], None], told: str) -> HttpResponse:
    try:
        act()
    except NeedsAnother:
        problem = _("You asked for this. Somebody else approves it.")
    except MachineRefused:
        problem = _("This was done in the meantime, or it has ended.")
    except OwnerUnknown:
        problem = _("Nobody with access here has this log-in name.")
    except (MachineUnknown, CredentialUnknown) as error:
        raise Http404 from error
    else:
        messages.success(request, told)
        return HttpResponseRedirect(reverse("web:machines"))
    return _shown(request, problem=problem, status=CONFLICT)


def _shown(request: Request, *, problem: str = "", status: int = 200) -> HttpResponse:
    classify(request, Classification.STAFF)
    by, now, places = request.actor, clock.now(), places_of(request.actor.scope)
    opened = open_services(number_asked(request.GET.get("page")), by=by, now=now)
    context = {
        "page": _page(opened, lambda line: machine_row(line, places, by)),
        "may_keep": may(by, KEEP_SERVICES),
        "may_approve": may(by, APPROVE_SERVICE),
        "problem": problem,
    }
    return render(request, "waarborg/accounts/machines.html", context, status=status)


def _page(opened: MachinesPage, row: Callable[[MachineLine], dict[str, Any]]) -> Page[Any]:
    page: Page[Any] = Paginator(range(opened.total), opened.per_page).get_page(opened.page)
    page.object_list = [row(each) for each in opened.machines]
    return page


def _form(request: Request, form: forms.Form, template: str, **more: Any) -> HttpResponse:
    context = {"form": form, "back": reverse("web:machines"), **more}
    return render(request, f"waarborg/accounts/{template}", context, status=NOT_UNDERSTOOD if form.is_bound else 200)
