"""The way in: log in, second factor, notice; out again; and the language all of it speaks."""

from typing import Final

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from waarborg.accounts.operations import (
    CodeRefused,
    LogInRefused,
    acknowledge_notice,
    log_in,
    log_out,
    prove_factor,
    set_language,
)
from waarborg.accounts.values import Entered, Stage
from waarborg.doors.web.accounts.forms import CodeForm, LogInForm
from waarborg.doors.web.cookies import let_in, let_out, remember_language
from waarborg.doors.web.onward import onward, safe_next
from waarborg.doors.web.requests import Request, nobody, signed_in, typed
from waarborg.kernel import clock

NOTICE_VERSION: Final = "1"
"""Raised when the text of the notice changes; the log says which one was acknowledged."""
REFUSED: Final = 422
"""What was typed won't do; the page says why."""


@require_http_methods(["GET", "POST"])
def log_in_page(request: Request) -> HttpResponse:
    if request.signed_in and request.signed_in.stage is Stage.FULL:
        return HttpResponseRedirect(onward(request, Stage.FULL))
    form = LogInForm(typed(request))
    if form.is_valid():
        name, password = form.cleaned_data["name"], form.cleaned_data["password"]
        try:
            return further(request, log_in(name, password, by=nobody(request), now=clock.now()))
        except LogInRefused:
            form.add_error(None, _("Name and password don't belong together. Check both and try again."))
    return render(request, "waarborg/accounts/log_in.html", {"form": form}, status=status_of(form.is_bound))


@require_http_methods(["GET", "POST"])
def factor_page(request: Request) -> HttpResponse:
    form, here = CodeForm(typed(request)), signed_in(request)
    if form.is_valid():
        code = form.cleaned_data["code"]
        try:
            return further(request, prove_factor(code, session=here.session, by=request.actor, now=clock.now()))
        except CodeRefused:
            form.add_error("code", _("This code doesn't work. Wait for the next one and try again."))
    return render(request, "waarborg/accounts/factor.html", {"form": form}, status=status_of(form.is_bound))


@require_http_methods(["GET", "POST"])
def notice_page(request: Request) -> HttpResponse:
    if request.method == "POST":
        here = signed_in(request)
        told = acknowledge_notice(NOTICE_VERSION, session=here.session, by=request.actor, now=clock.now())
        return further(request, told)
    context = {"notice_version": NOTICE_VERSION, "next": safe_next(request)}
    return render(request, "waarborg/accounts/notice.html", context)


@require_safe
def waiting_page(request: Request) -> HttpResponse:
    return render(request, "waarborg/accounts/waiting.html")


@require_safe
def lapsed_page(request: Request) -> HttpResponse:
    return render(request, "waarborg/accounts/lapsed.html")


@require_POST
def log_out_page(request: Request) -> HttpResponse:
    log_out(session=signed_in(request).session, by=request.actor, now=clock.now())
    return let_out(HttpResponseRedirect(reverse("web:log-in")))


@require_POST
def language_page(request: Request) -> HttpResponse:
    """Take the language of a button. Whoever is in keeps it for the next time; a browser keeps it for a year."""
    response = HttpResponseRedirect(safe_next(request) or reverse("web:log-in"))
    language = request.POST.get("language", "")
    if language not in {code for code, _name in settings.LANGUAGES}:
        return response
    if request.signed_in:
        set_language(language, by=request.actor, now=clock.now())
    return remember_language(response, language)


def further(request: Request, entered: Entered) -> HttpResponse:
    """Go on to the page of the stage that was reached, with its new token."""
    return let_in(request, HttpResponseRedirect(onward(request, entered.stage)), entered)


def status_of(was_refused: bool) -> int:  # noqa: FBT001 - the answer to "was something typed that won't do?"
    return REFUSED if was_refused else 200
