"""One's own sessions: ended from here, said to be one's own or not, and taken to another institution."""

from contextlib import suppress
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from waarborg.accounts.operations import (
    NoRoleThere,
    SessionUnknown,
    acknowledge_sign_in,
    disown_sign_in,
    end_other_sessions,
    end_session,
    switch_scope,
)
from waarborg.doors.web.accounts.views import further
from waarborg.doors.web.context import organisation_name
from waarborg.doors.web.onward import safe_next
from waarborg.doors.web.requests import Request, signed_in
from waarborg.kernel import clock


@require_POST
def session_end(request: Request, session_id: UUID) -> HttpResponse:
    try:
        end_session(session_id, session=signed_in(request).session, by=request.actor, now=clock.now())
    except SessionUnknown:
        messages.info(request, _("This session had ended already."))
    else:
        messages.success(request, _("The session is ended."))
    return _to_account()


@require_POST
def sessions_end(request: Request) -> HttpResponse:
    ended = end_other_sessions(session=signed_in(request).session, by=request.actor, now=clock.now())
    said = ngettext("{n} other session is ended.", "{n} other sessions are ended.", ended)
    messages.success(request, said.format(n=ended))
    return _to_account()


@require_POST
def sign_in_mine(request: Request, session_id: UUID) -> HttpResponse:
    """That was me: say so, and go on where one was."""
    try:
        acknowledge_sign_in(session_id, by=request.actor, now=clock.now())
    except SessionUnknown:
        pass
    else:
        messages.success(request, _("Thank you. Waarborg knows this place now."))
    return HttpResponseRedirect(safe_next(request) or reverse("web:home"))


@require_POST
def sign_in_not_mine(request: Request, session_id: UUID) -> HttpResponse:
    """That wasn't me: the session ends at once, and the next page says what to do."""
    with suppress(SessionUnknown):
        disown_sign_in(session_id, by=request.actor, now=clock.now())
    return HttpResponseRedirect(reverse("web:not-me"))


@require_safe
def not_me_page(request: Request) -> HttpResponse:
    return render(request, "waarborg/accounts/not_me.html")


@require_POST
def scope_page(request: Request) -> HttpResponse:
    """Go on in another institution, under another token."""
    try:
        scope = UUID(request.POST.get("scope", ""))
        there = switch_scope(scope, session=signed_in(request).session, by=request.actor, now=clock.now())
    except (ValueError, NoRoleThere):
        messages.error(request, _("You have no role there."))
        return HttpResponseRedirect(reverse("web:home"))
    messages.success(request, _("You work in {name} now.").format(name=organisation_name(scope)))
    return further(request, there)


def _to_account() -> HttpResponse:
    return HttpResponseRedirect(reverse("web:account"))
