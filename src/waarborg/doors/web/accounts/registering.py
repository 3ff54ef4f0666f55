"""Registering with a ticket, and enrolling the second factor that goes with it."""

from typing import Any

import segno
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from waarborg.accounts.operations import (
    CodeRefused,
    CodeUnknown,
    ElsewhereTaken,
    LoginTaken,
    PasskeyRefused,
    PasswordRefused,
    confirm_factor,
    confirm_first_passkey,
    open_factor_to_enrol,
    register,
)
from waarborg.accounts.queries import providers
from waarborg.accounts.values import Entered, FactorToEnrol, NewPerson
from waarborg.doors.web.accounts.forms import WEAKNESSES, CodeForm, RegisterForm
from waarborg.doors.web.accounts.views import further, status_of
from waarborg.doors.web.onward import safe_next, with_next
from waarborg.doors.web.requests import Request, nobody, signed_in, typed
from waarborg.kernel import clock

GROUP = 4


@require_http_methods(["GET", "POST"])
def register_page(request: Request) -> HttpResponse:
    form = RegisterForm(typed(request))
    entered = _registered(request, form) if form.is_valid() else None
    if entered:
        return further(request, entered)
    context = {"form": form, "providers": providers()}
    return render(request, "waarborg/accounts/register.html", context, status=status_of(form.is_bound))


@require_http_methods(["GET", "POST"])
def enrol_page(request: Request) -> HttpResponse:
    form, here = CodeForm(typed(request)), signed_in(request)
    if form.is_valid():
        code = form.cleaned_data["code"]
        try:
            return further(request, confirm_factor(code, session=here.session, by=request.actor, now=clock.now()))
        except CodeRefused:
            form.add_error("code", _("This code doesn't work. Wait for the next one and try again."))
    shown = open_factor_to_enrol(session=here.session, by=request.actor, now=clock.now())
    context = {**enrolment(shown, form), "next": safe_next(request)}
    return render(request, "waarborg/accounts/enrol.html", context, status=status_of(form.is_bound))


@require_POST
def enrol_passkey(request: Request) -> HttpResponse:
    """Take a passkey as the first factor, instead of an app."""
    here, answer = signed_in(request), request.POST.get("passkey_answer", "")
    try:
        return further(request, confirm_first_passkey(answer, session=here.session, by=request.actor, now=clock.now()))
    except PasskeyRefused:
        messages.error(request, _("This passkey wasn't accepted. Try again, or use an app for codes."))
    return HttpResponseRedirect(with_next(reverse("web:enrol"), safe_next(request)))


def _registered(request: Request, form: RegisterForm) -> Entered | None:
    said = form.cleaned_data
    new = NewPerson(said["name"], said["login"], said["email"], said["password"])
    try:
        return register(said["ticket"], new, by=nobody(request), now=clock.now())
    except CodeUnknown:
        form.add_error("ticket", _("No code with these letters can be used now. Check them, or ask for a new one."))
    except ElsewhereTaken:
        form.add_error("ticket", _("The account that was named with this code is somebody else's. Ask for a new code."))
    except LoginTaken:
        form.add_error("login", _("Somebody else has this log-in name. Choose another one."))
    except PasswordRefused as refused:
        for weakness in refused.weaknesses:
            form.add_error("password", str(WEAKNESSES[weakness]))
    return None


def enrolment(shown: FactorToEnrol, form: CodeForm) -> dict[str, Any]:
    """Return what a page shows of an app that is to be enrolled: to scan, to open on this phone, and to type over."""
    grouped = " ".join(shown.secret[start : start + GROUP] for start in range(0, len(shown.secret), GROUP))
    return {"form": form, "secret": grouped, "uri": shown.uri, "qr_svg": drawn(shown.uri)}


def drawn(uri: str) -> SafeString:
    """Draw a QR code, dark on white in any theme: phones read no other. Its size is the layout's."""
    svg = segno.make(uri, error="m").svg_inline(omitsize=True, border=4, dark="#000", light="#fff")
    return mark_safe(svg)  # noqa: S308 - drawn by us: the link is in its squares, not in its text
