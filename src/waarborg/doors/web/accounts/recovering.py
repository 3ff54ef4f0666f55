"""Back in after a loss: colleagues who help, one who asks and another who approves, and whoever lost their password."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from waarborg.accounts.operations import (
    CodeRefused,
    NeedsAnother,
    PasswordRefused,
    PersonUnknown,
    RecoveryRefused,
    RecoveryUnknown,
    approve_recovery,
    ask_recovery,
    find_people,
    open_person,
    open_recoveries,
    recover_password,
    withdraw_recovery,
)
from waarborg.accounts.values import IssuedRecovery, Lost, PersonLine, PersonState
from waarborg.doors.web.accounts.forms import LOST, WEAKNESSES, AskRecoveryForm, PasswordLostForm
from waarborg.doors.web.accounts.views import status_of
from waarborg.doors.web.context import classify
from waarborg.doors.web.requests import Request, nobody, typed
from waarborg.kernel import clock
from waarborg.labels.values import Classification

CONFLICT: Final = 409
LONGEST_SEARCH: Final = 100


@require_http_methods(["GET", "HEAD", "POST"])
def recoveries_page(request: Request) -> HttpResponse:
    """Show what waits, and find who is to be helped. Who is searched comes by POST: names of people belong in no address."""
    return _shown(request)


@require_http_methods(["GET", "POST"])
def recovery_ask(request: Request, person_id: UUID) -> HttpResponse:
    """Ask for help for one person. The code is in this answer, and kept nowhere."""
    classify(request, Classification.STAFF)
    line, form = _person(request, person_id), AskRecoveryForm(typed(request), initial={"lost": Lost.FACTOR})
    context: dict[str, Any] = {"person": line, "form": form, "back": reverse("web:recoveries")}
    if form.is_valid():
        issued = _asked(request, person_id, form)
        if issued:
            context |= {"issued": issued, "lost": Lost(form.cleaned_data["lost"])}
            return render(request, "waarborg/accounts/recovery_issued.html", context)
    return render(request, "waarborg/accounts/recovery_ask.html", context, status=status_of(form.is_bound))


@require_POST
def recovery_approve(request: Request, recovery_id: UUID) -> HttpResponse:
    return _done(
        request,
        lambda: approve_recovery(recovery_id, by=request.actor, now=clock.now()),
        _("Approved. Your colleague can use the code now."),
    )


@require_POST
def recovery_withdraw(request: Request, recovery_id: UUID) -> HttpResponse:
    return _done(
        request,
        lambda: withdraw_recovery(recovery_id, by=request.actor, now=clock.now()),
        _("Withdrawn. The code opens nothing any more."),
    )


@require_http_methods(["GET", "POST"])
def password_lost(request: Request) -> HttpResponse:
    """Choose a new password with the code of two colleagues and a second factor that is still there."""
    form = PasswordLostForm(typed(request))
    if form.is_valid() and _recovered(request, form):
        messages.success(request, _("Your password is changed. Log in with the new one."))
        return HttpResponseRedirect(reverse("web:log-in"))
    return render(request, "waarborg/accounts/password_lost.html", {"form": form}, status=status_of(form.is_bound))


def _recovered(request: Request, form: PasswordLostForm) -> bool:
    said = form.cleaned_data
    codes = (said["recovery_code"], said["password"], said["factor_code"])
    try:
        recover_password(said["name"], *codes, by=nobody(request), now=clock.now())
    except CodeRefused:
        form.add_error(
            None,
            _("Name and codes don't fit together, or a colleague hasn't approved it yet. Check them and try again."),
        )
    except PasswordRefused as refused:
        for weakness in refused.weaknesses:
            form.add_error("password", str(WEAKNESSES[weakness]))
    return not form.errors


def _person(request: Request, person_id: UUID) -> PersonLine:
    try:
        return open_person(person_id, by=request.actor, now=clock.now()).line
    except PersonUnknown as error:
        raise Http404 from error


def _asked(request: Request, person_id: UUID, form: AskRecoveryForm) -> IssuedRecovery | None:
    lost, reason = Lost(form.cleaned_data["lost"]), form.cleaned_data["reason"]
    try:
        return ask_recovery(person_id, lost, reason, by=request.actor, now=clock.now())
    except PersonUnknown:
        form.add_error(None, _("This person has no access, or has yet to set up their second factor."))
    except NeedsAnother:
        form.add_error(None, _("You can't ask this for yourself. A colleague does."))
    return None


def _done(request: Request, decide: Callable[[], None], told: str) -> HttpResponse:
    try:
        decide()
    except NeedsAnother:
        problem = _("You asked for this, or it is about you. Somebody else approves it.")
    except (RecoveryUnknown, RecoveryRefused):
        problem = _("This was done, withdrawn or has expired in the meantime.")
    else:
        messages.success(request, told)
        return HttpResponseRedirect(reverse("web:recoveries"))
    return _shown(request, problem=problem, status=CONFLICT)


def _shown(request: Request, *, problem: str = "", status: int = 200) -> HttpResponse:
    classify(request, Classification.STAFF)
    lines = open_recoveries(by=request.actor, now=clock.now())
    query = request.POST.get("q", "").strip()[:LONGEST_SEARCH]
    found = find_people(query, by=request.actor, now=clock.now()) if query else ()
    context = {
        "rows": [{"line": each, "lost": LOST[each.lost]} for each in lines],
        "q": query,
        "found": [each for each in found if each.state is PersonState.ACTIVE and each.id != request.actor.id],
        "problem": problem,
    }
    return render(request, "waarborg/accounts/recoveries.html", context, status=status)
