"""Prove once more that it is you, before a grave act: the page asks for it, and then does what was asked for.

1. Only a POST is repeated, at its own address. What was typed travels in hidden fields, never in an address.
2. What may be a password or a code is never given back to a browser: a page that takes one wants the proof when it is opened.
3. The CSRF check came before this: `ProvenAgain` stands after it.
"""

import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Final

from django import forms
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from waarborg.accounts.operations import (
    Busy,
    CodeRefused,
    NotAtThisStage,
    PasskeyRefused,
    TooManyAttempts,
    prove_again,
    prove_again_with_passkey,
)
from waarborg.accounts.queries import actor_for
from waarborg.accounts.values import Entered, SignedIn, Stage
from waarborg.doors.web.accounts.forms import code_field
from waarborg.doors.web.cookies import hand_over, has_token
from waarborg.doors.web.middleware import answer_to, is_api
from waarborg.doors.web.requests import Request
from waarborg.kernel import clock
from waarborg.kernel.actor import ProofTooOld

CODE, PASSKEY, OPENING = "proof_code", "proof_passkey", "proof_opening"
OURS: Final = frozenset({CODE, PASSKEY, OPENING, "csrfmiddlewaretoken"})
SECRET: Final = re.compile(r"passw|passkey|secret|token|(^|_)code$")
"""In the name of a field that isn't given back; the tests hold every form of ours against it."""
NEEDED: Final = 403
REFUSED: Final = 422
TOO_MANY: Final = 429
View = Callable[..., HttpResponse]


class ProofForm(forms.Form):
    """A code of the app, or the answer of a passkey, under names that no other form has."""

    proof_code = code_field()
    proof_passkey = forms.CharField(required=False, widget=forms.HiddenInput)


class ProvenAgain:
    """Take the proof out of a POST, and let the rest of it go on to where it was going."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        entered: Entered | None = getattr(request, "proven_again", None)
        return hand_over(response, entered) if entered and not has_token(response) else response

    def process_view(self, request: Request, *_view: Any) -> HttpResponseBase | None:
        here = request.signed_in
        if request.method != "POST" or CODE not in request.POST or here is None or here.stage is not Stage.FULL:
            return None
        try:
            return _prove(request, here)
        except (NotAtThisStage, Busy, OperationalError) as error:
            return answer_to(request, error)

    def process_exception(self, request: Request, error: Exception) -> HttpResponse | None:
        if not isinstance(error, ProofTooOld):
            return None
        return _told_to_prove() if is_api(request) else ask_proof(request)


def freshly(view: View) -> View:
    """Let a page open only after a proof of just now: for pages that take what can't be carried through a proof."""

    @wraps(view)
    def fresh(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs) if request.actor.fresh else ask_proof(request)

    return fresh


def ask_proof(request: Request, *, wrong: str = "", status: int = NEEDED) -> HttpResponse:
    """Answer with the page that asks for the proof, and carries what was typed to the same address."""
    form = ProofForm({CODE: ""}) if wrong else ProofForm()
    if wrong:
        form.errors.clear()
        form.add_error(CODE, wrong)
    opening = _opens(request)
    context = {
        "form": form,
        "opening": opening,
        "typed_again": opening and request.method == "POST" and OPENING not in request.POST,
        "kept": [] if opening else list(_kept(request)),
        "files": [] if opening else [(name, each.name) for name, many in request.FILES.lists() for each in many],
    }
    return render(request, "waarborg/accounts/confirm.html", context, status=status)


def _opens(request: Request) -> bool:
    """Tell whether the page itself is asked for after the proof: for what can't be repeated, or mustn't be carried."""
    return request.method != "POST" or OPENING in request.POST or any(SECRET.search(name) for name in _names(request))


def _names(request: Request) -> list[str]:
    return [name for name in request.POST if name not in OURS]


def _kept(request: Request) -> Iterator[tuple[str, str]]:
    for name in _names(request):
        yield from ((name, value) for value in request.POST.getlist(name))


def _prove(request: Request, here: SignedIn) -> HttpResponse | None:
    """Let the request go on as whoever just proved that it is them; or ask again. The session has another token from here on."""
    try:
        entered = _proven(request, here)
    except (CodeRefused, PasskeyRefused) as refused:
        return ask_proof(request, wrong=_refusal(refused), status=REFUSED)
    except TooManyAttempts as many:
        return _later(request, many)
    rotate_token(request)
    request.proven_again = entered
    request.signed_in = actor_for(entered.token, clock.now(), here.actor.network_address)
    request.actor = request.signed_in.actor if request.signed_in else request.actor
    opening = OPENING in request.POST
    typed = request.POST.copy()
    for name in (CODE, PASSKEY, OPENING):
        typed.pop(name, None)
    request.POST = typed  # type: ignore[assignment] # Django's stubs want an immutable one
    return HttpResponseRedirect(request.get_full_path()) if opening else None


def _proven(request: Request, here: SignedIn) -> Entered:
    code, answer = request.POST[CODE], request.POST.get(PASSKEY, "")
    if answer:
        return prove_again_with_passkey(answer, session=here.session, by=here.actor, now=clock.now())
    if not code.strip():
        raise CodeRefused
    return prove_again(code, session=here.session, by=here.actor, now=clock.now())


def _refusal(refused: Exception) -> str:
    if isinstance(refused, PasskeyRefused):
        return _("This passkey wasn't accepted. Try again, or give a code.")
    return _("This code doesn't work. Wait for the next one and try again.")


def _later(request: Request, many: TooManyAttempts) -> HttpResponse:
    """Say how long to wait, with everything that was typed still there."""
    minutes = int(many.retry_after.total_seconds()) // 60 + 1
    said = ngettext(
        "Too many attempts. Try again in {n} minute; what you typed stays here.",
        "Too many attempts. Try again in {n} minutes; what you typed stays here.",
        minutes,
    )
    answer = ask_proof(request, wrong=said.format(n=minutes), status=TOO_MANY)
    answer["Retry-After"] = str(minutes * 60)
    return answer


def _told_to_prove() -> JsonResponse:
    """Tell a program what RFC 9470 calls it: the one who is in has to prove their second factor once more."""
    detail = "Prove your second factor once more, in the browser, and try again."
    said = {"type": "about:blank", "title": "Unauthorized", "status": 401, "detail": detail}
    headers = {"WWW-Authenticate": 'Session realm="Waarborg", error="insufficient_user_authentication"'}
    return JsonResponse(said, status=401, content_type="application/problem+json", headers=headers)
