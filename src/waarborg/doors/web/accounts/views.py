"""The way in: name and password, and the notice at its end; out again; and the language all of it speaks."""

from typing import Final

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from waarborg.accounts.operations import (
    LogInRefused,
    acknowledge_notice,
    log_in,
    log_out,
    open_account,
    set_language,
)
from waarborg.accounts.queries import actor_for
from waarborg.accounts.values import Entered, Stage
from waarborg.doors.web.accounts.forms import LogInForm
from waarborg.doors.web.cookies import device_of, let_in, let_out, remember_language
from waarborg.doors.web.onward import onward, safe_next, with_next
from waarborg.doors.web.requests import Request, agent_of, nobody, signed_in, typed
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
            return further(request, _logged_in(request, name, password))
        except LogInRefused:
            form.add_error(None, _("Name and password don't belong together. Check both and try again."))
    context = {"form": form, "next": safe_next(request)}
    return render(request, "waarborg/accounts/log_in.html", context, status=status_of(form.is_bound))


@require_http_methods(["GET", "POST"])
def notice_page(request: Request) -> HttpResponse:
    if request.method == "POST":
        here = signed_in(request)
        told = acknowledge_notice(NOTICE_VERSION, session=here.session, by=request.actor, now=clock.now())
        return let_in(request, HttpResponseRedirect(_first(request, told)), told)
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


def _logged_in(request: Request, name: str, password: str) -> Entered:
    device, agent = device_of(request), agent_of(request)
    return log_in(name, password, by=nobody(request), now=clock.now(), device=device, agent=agent)


def _first(request: Request, told: Entered) -> str:
    """Return where someone goes who just came in: by the page that gives recovery codes, for who has none."""
    found, to = actor_for(told.token, clock.now(), request.actor.network_address), onward(request, told.stage)
    if found is None or found.stage is not Stage.FULL:
        return to
    own = open_account(session=found.session, by=found.actor, now=clock.now())
    return to if own.recovery_codes_left else with_next(reverse("web:recovery-codes"), safe_next(request))


def further(request: Request, entered: Entered) -> HttpResponse:
    """Go on to the page of the stage that was reached, with its new token."""
    return let_in(request, HttpResponseRedirect(onward(request, entered.stage)), entered)


def status_of(was_refused: bool) -> int:  # noqa: FBT001 - the answer to "was something typed that won't do?"
    return REFUSED if was_refused else 200
