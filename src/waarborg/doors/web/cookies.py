"""The one cookie that lets someone in, and the one that remembers a language."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token

from waarborg.accounts.values import Entered

SECURE: Final = not settings.WAARBORG.demo
"""The demo runs on http://localhost only, where a browser keeps no secure cookie."""
SESSION: Final = "__Host-waarborg" if SECURE else "waarborg"
LANGUAGE: Final = "waarborg-language"
A_YEAR: Final = 365 * 24 * 3600


def let_in(request: HttpRequest, response: HttpResponse, entered: Entered) -> HttpResponse:
    """Hand over the token of a new stage. It goes when the browser closes; the CSRF token is renewed with it."""
    rotate_token(request)
    response.set_cookie(SESSION, entered.token, secure=SECURE, httponly=True, samesite="Lax", path="/")
    return response


def let_out(response: HttpResponse) -> HttpResponse:
    """Take the token back, and whatever the browser kept of the pages."""
    response.delete_cookie(SESSION, path="/", samesite="Lax")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def remember_language(response: HttpResponse, language: str) -> HttpResponse:
    response.set_cookie(LANGUAGE, language, max_age=A_YEAR, secure=SECURE, httponly=True, samesite="Lax", path="/")
    return response
