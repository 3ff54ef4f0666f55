"""Signing on at an identity provider: there, back, and what came of it.

It begins with a link, or with a page that holds one: a form that leads to another site is stopped by our own `form-action 'self'`.
What the provider says went wrong is shown to nobody: its words are those of whoever made up the address.
"""

import secrets
from typing import Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from waarborg.accounts.operations import (
    CodeUnknown,
    ElsewhereTaken,
    ElsewhereUnknown,
    ProviderUnreachable,
    SignOnRefused,
    begin_sign_on,
    end_external_identity,
    finish_sign_on,
    providers,
)
from waarborg.accounts.values import Stage
from waarborg.accounts.values.sign_on import ProviderLine, Purpose, SignedOn
from waarborg.doors.web.cookies import SECURE, device_of, let_in
from waarborg.doors.web.onward import onward, safe_next, with_next
from waarborg.doors.web.requests import Request, nobody, signed_in, typed
from waarborg.kernel import clock
from waarborg.kernel.actor import ProofTooOld

HOLDER: Final = "__Host-waarborg-sign-on" if SECURE else "waarborg-sign-on"
TEN_MINUTES: Final = 600
REFUSED: Final = 422
UNREACHABLE: Final = 503


class RegistrationCodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code of your registration"),
        max_length=60,
        help_text=gettext_lazy("The letters and digits you were given. Dashes and capitals don't matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


@require_safe
def sign_on_page(request: Request, provider: str) -> HttpResponse:
    """Go there, to come in."""
    if request.signed_in and request.signed_in.stage is Stage.FULL:
        return HttpResponseRedirect(onward(request, Stage.FULL))
    line = _line(provider)
    holder = _holder(request)
    try:
        there = begin_sign_on(
            provider, Purpose.ENTER, holder, by=nobody(request), now=clock.now(), onward=safe_next(request)
        )
    except ProviderUnreachable:
        return _failed(request, line, "unreachable")
    return _bound(HttpResponseRedirect(there), holder)


@require_POST
def sign_on_link(request: Request, provider: str) -> HttpResponse:
    """Go there, to say that an account there is one's own."""
    line, holder, here = _line(provider), _holder(request), signed_in(request)
    try:
        there = begin_sign_on(
            provider,
            Purpose.LINK,
            holder,
            by=request.actor,
            now=clock.now(),
            session=here.session,
            onward=safe_next(request),
        )
    except ProviderUnreachable:
        return _failed(request, line, "unreachable")
    return _bound(_go(request, line, there), holder)


@require_POST
def sign_on_unlink(request: Request, link_id: UUID) -> HttpResponse:
    try:
        end_external_identity(link_id, by=request.actor, now=clock.now())
    except ElsewhereUnknown as error:
        raise Http404 from error
    messages.success(request, _("You can't sign on with that account any more."))
    return HttpResponseRedirect(safe_next(request) or reverse("web:home"))


@require_http_methods(["GET", "POST"])
def sign_on_identify(request: Request, provider: str) -> HttpResponse:
    """Go there as a newcomer, to let the provider say who one is."""
    form, line, holder = RegistrationCodeForm(typed(request)), _line(provider), _holder(request)
    if form.is_valid():
        code, purpose = form.cleaned_data["code"], Purpose.IDENTIFY
        try:
            there = begin_sign_on(provider, purpose, holder, by=nobody(request), now=clock.now(), code=code)
            return _bound(_go(request, line, there), holder)
        except CodeUnknown:
            form.add_error(
                "code", _("With this code nobody is expected who is known at {name}.").format(name=line.name)
            )
        except ProviderUnreachable:
            return _failed(request, line, "unreachable")
    status = REFUSED if form.is_bound else 200
    return render(request, "waarborg/accounts/sign_on_identify.html", {"form": form, "provider": line}, status=status)


@require_safe
def sign_on_back(request: Request, provider: str) -> HttpResponse:
    """Come back from there, with an answer that counts once."""
    line = _line(provider)
    here = request.signed_in if request.signed_in and request.signed_in.stage is Stage.FULL else None
    try:
        done = finish_sign_on(
            provider,
            request.GET.dict(),
            request.COOKIES.get(HOLDER, ""),
            by=request.actor,
            now=clock.now(),
            session=here.session if here else None,
            device=device_of(request),
            agent=request.headers.get("User-Agent", ""),
        )
    except ProviderUnreachable:
        return _failed(request, line, "unreachable")
    except ElsewhereTaken:
        return _failed(request, line, "taken")
    except ProofTooOld:
        return _failed(request, line, "late")
    except SignOnRefused:
        return _failed(request, line, "refused")
    return _arrived(request, line, done)


def _arrived(request: Request, line: ProviderLine, done: SignedOn) -> HttpResponse:
    match done.purpose:
        case Purpose.ENTER if done.entered:
            # Not `onward(request, ...)`: where they were going came along sealed, and an answer's `next` is anybody's.
            address = with_next(reverse(_page_of(done.entered.stage)), done.onward)
            return let_in(request, HttpResponseRedirect(address), done.entered)
        case Purpose.IDENTIFY:
            return render(request, "waarborg/accounts/sign_on_identified.html", {"provider": line})
    messages.success(request, _("You can now sign on with your account at {name}.").format(name=line.name))
    return HttpResponseRedirect(done.onward or reverse("web:home"))


def _page_of(stage: Stage) -> str:
    return {Stage.FACTOR: "web:factor", Stage.NOTICE: "web:notice"}[stage]


def _go(request: Request, line: ProviderLine, there: str) -> HttpResponse:
    return render(request, "waarborg/accounts/sign_on_go.html", {"provider": line, "there": there})


def _failed(request: Request, line: ProviderLine, why: str) -> HttpResponse:
    status = UNREACHABLE if why == "unreachable" else REFUSED
    return render(request, "waarborg/accounts/sign_on_failed.html", {"provider": line, "why": why}, status=status)


def _line(key: str) -> ProviderLine:
    for line in providers():
        if line.key == key:
            return line
    raise Http404


def _holder(request: Request) -> str:
    return request.COOKIES.get(HOLDER, "") or secrets.token_urlsafe(32)


def _bound(response: HttpResponse, holder: str) -> HttpResponse:
    """Let the browser keep what the answer has to come back with."""
    response.set_cookie(HOLDER, holder, max_age=TEN_MINUTES, secure=SECURE, httponly=True, samesite="Lax", path="/")
    return response
