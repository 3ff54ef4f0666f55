"""The one cookie that lets someone in, and those that remember a language, a browser, and a question to a passkey."""

from typing import Final, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import rotate_token

from waarborg.accounts.queries import is_ours, new_device
from waarborg.accounts.values import Entered

SECURE: Final = not settings.WAARBORG.demo
"""The demo runs on http://localhost only, where a browser keeps no secure cookie."""
SESSION: Final = "__Host-waarborg" if SECURE else "waarborg"
DEVICE: Final = "__Host-waarborg-device" if SECURE else "waarborg-device"
ASKED: Final = "__Host-waarborg-asked" if SECURE else "waarborg-asked"
LANGUAGE: Final = "waarborg-language"
A_YEAR: Final = 365 * 24 * 3600
NINETY_DAYS: Final = 90 * 24 * 3600
FIVE_MINUTES: Final = 5 * 60
Answer = TypeVar("Answer", bound=HttpResponseBase)


def let_in(request: HttpRequest, response: HttpResponse, entered: Entered) -> HttpResponse:
    """Hand over the token of a new stage. It goes when the browser closes; the CSRF token is renewed with it.

    The browser is given a value to be known again by, which says nothing until someone came in fully with it.
    """
    rotate_token(request)
    hand_over(response, entered)
    _keep(response, DEVICE, device_of(request), NINETY_DAYS)
    return response


def hand_over(response: Answer, entered: Entered) -> Answer:
    """Put the token of a session into an answer whose CSRF token was renewed already."""
    response.set_cookie(SESSION, entered.token, secure=SECURE, httponly=True, samesite="Lax", path="/")
    return response


def has_token(response: HttpResponseBase) -> bool:
    """Tell whether an answer gives or takes back a token already."""
    return SESSION in response.cookies


def device_of(request: HttpRequest) -> str:
    """Return the value by which this browser is known again, the same throughout a request; a new one where it has none."""
    kept = request.COOKIES.get(DEVICE, "")
    known: str = getattr(request, "device", "") or (kept if is_ours(kept) else new_device())
    request.device = known  # type: ignore[attr-defined] # kept for the rest of this request
    return known


def asked(request: HttpRequest) -> str:
    """Return what binds a question to a passkey to this browser, or nothing where none was asked."""
    return request.COOKIES.get(ASKED, "")


def remember_asked(response: HttpResponse, holder: str) -> HttpResponse:
    _keep(response, ASKED, holder, FIVE_MINUTES)
    return response


def forget_asked(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(ASKED, path="/", samesite="Lax")
    return response


def let_out(response: HttpResponse) -> HttpResponse:
    """Take the token back, and whatever the browser kept of the pages."""
    response.delete_cookie(SESSION, path="/", samesite="Lax")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def remember_language(response: HttpResponse, language: str) -> HttpResponse:
    _keep(response, LANGUAGE, language, A_YEAR)
    return response


def _keep(response: HttpResponse, name: str, value: str, seconds: int) -> None:
    response.set_cookie(name, value, max_age=seconds, secure=SECURE, httponly=True, samesite="Lax", path="/")
