"""The second factor on the way in: a code, a passkey, a recovery code of one's own, or what two colleagues gave after a loss."""

import secrets
from collections.abc import Callable, Mapping
from typing import Final

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from waarborg.accounts.operations import (
    CodeRefused,
    NotAtThisStage,
    PasskeyRefused,
    ask_any_passkey,
    ask_passkey,
    begin_first_passkey,
    begin_passkey,
    enter_with_passkey,
    prove_factor,
    prove_passkey,
    recover_factor,
    use_recovery_code,
)
from waarborg.accounts.values import Entered
from waarborg.doors.web.accounts.forms import CodeForm, ColleaguesCodeForm, RecoveryCodeForm
from waarborg.doors.web.accounts.views import further, status_of
from waarborg.doors.web.cookies import asked, device_of, forget_asked, remember_asked
from waarborg.doors.web.onward import safe_next, with_next
from waarborg.doors.web.requests import Request, agent_of, nobody, signed_in, typed
from waarborg.kernel import clock
from waarborg.kernel.actor import NotAllowed, ProofTooOld

ANSWER: Final = "passkey_answer"
HOLDER_BYTES: Final = 32
QUESTIONS: Final[Mapping[str, Callable[..., str]]] = {
    "prove": ask_passkey,
    "first": begin_first_passkey,
    "add": begin_passkey,
}
"""What a browser can be asked for someone who is in, or on the way: to use a passkey, or to make one."""


@require_http_methods(["GET", "POST"])
def factor_page(request: Request) -> HttpResponse:
    form, here = CodeForm(typed(request)), signed_in(request)
    if form.is_valid():
        code = form.cleaned_data["code"]
        try:
            return further(request, prove_factor(code, session=here.session, by=request.actor, now=clock.now()))
        except CodeRefused:
            form.add_error("code", _("This code doesn't work. Wait for the next one and try again."))
    context = {"form": form, "next": safe_next(request)}
    return render(request, "waarborg/accounts/factor.html", context, status=status_of(form.is_bound))


@require_POST
def factor_passkey(request: Request) -> HttpResponse:
    here, answer = signed_in(request), request.POST.get(ANSWER, "")
    try:
        return further(request, prove_passkey(answer, session=here.session, by=request.actor, now=clock.now()))
    except PasskeyRefused:
        messages.error(request, _("This passkey wasn't accepted. Try again, or give a code."))
    return HttpResponseRedirect(with_next(reverse("web:factor"), safe_next(request)))


@require_http_methods(["GET", "POST"])
def factor_code(request: Request) -> HttpResponse:
    """Take one of the recovery codes that someone kept."""
    return _by_code(request, RecoveryCodeForm, "waarborg/accounts/recovery_code.html", use_recovery_code)


@require_http_methods(["GET", "POST"])
def factor_lost(request: Request) -> HttpResponse:
    """Take the code of two colleagues; what comes next is enrolling a new factor."""
    return _by_code(request, ColleaguesCodeForm, "waarborg/accounts/factor_lost.html", recover_factor)


@require_safe
def lost_page(request: Request) -> HttpResponse:
    """Tell what to do now, to whoever lost something: the same for everyone."""
    return render(request, "waarborg/accounts/lost.html")


@require_POST
def passkey_question(request: Request) -> HttpResponse:
    """Ask the browser of nobody in particular for whichever passkey its user chooses."""
    holder = secrets.token_urlsafe(HOLDER_BYTES)
    question = ask_any_passkey(holder, by=nobody(request), now=clock.now())
    return remember_asked(HttpResponse(question, content_type="application/json"), holder)


@require_POST
def passkey_enter(request: Request) -> HttpResponse:
    """Come in by a passkey alone."""
    answer, device, agent = request.POST.get(ANSWER, ""), device_of(request), agent_of(request)
    try:
        entered = enter_with_passkey(
            answer, asked(request), by=nobody(request), now=clock.now(), device=device, agent=agent
        )
    except PasskeyRefused:
        messages.error(request, _("With this passkey you can't log in here. Log in with name and password."))
        return forget_asked(HttpResponseRedirect(with_next(reverse("web:log-in"), safe_next(request))))
    return forget_asked(further(request, entered))


@require_POST
def own_passkey_question(request: Request) -> HttpResponse:
    """Ask the browser of someone who is in, or on the way, to use or to make a passkey. Errors are for the page's script."""
    purpose = request.POST.get("purpose", "")
    if purpose not in QUESTIONS:
        return JsonResponse({"detail": _("This page is too old. Load it again.")}, status=400)
    try:
        question = QUESTIONS[purpose](session=signed_in(request).session, by=request.actor, now=clock.now())
    except ProofTooOld:
        return JsonResponse({"detail": _("Your last proof is too long ago. Load this page again.")}, status=403)
    except (NotAtThisStage, NotAllowed):
        return JsonResponse({"detail": _("This page is too old. Load it again.")}, status=409)
    return HttpResponse(question, content_type="application/json")


def _by_code(request: Request, kind: type[Form], page: str, use: Callable[..., Entered]) -> HttpResponse:
    form, here = kind(typed(request)), signed_in(request)
    if form.is_valid():
        code = form.cleaned_data["recovery_code"]
        try:
            return further(request, use(code, session=here.session, by=request.actor, now=clock.now()))
        except CodeRefused:
            form.add_error(
                "recovery_code",
                _("This code doesn't work: it isn't right, was used before, isn't approved yet or is too old."),
            )
    context = {"form": form, "next": safe_next(request)}
    return render(request, page, context, status=status_of(form.is_bound))
