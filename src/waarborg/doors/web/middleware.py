"""Around every request: what a browser may do, where it came from, who it is, and in which language.

1. Everything is private unless its name stands in OPEN, which is reviewed: a new page is closed until someone opens it.
2. A session that hasn't come in fully sees the one page of its stage, and may leave.
3. An address forwarded by a proxy is believed only from a proxy that the installation lists.
"""

import ipaddress
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from waarborg.accounts import values
from waarborg.accounts.operations import Busy, NotAtThisStage, TooManyAttempts, note_seen
from waarborg.accounts.queries import actor_for, anonymous
from waarborg.doors.web import cookies
from waarborg.doors.web.errors import error_page
from waarborg.doors.web.onward import onward, pages_at, with_next
from waarborg.doors.web.requests import Request
from waarborg.kernel import clock
from waarborg.kernel.actor import NotAllowed

OPEN: Final = frozenset(
    {
        "web:log-in",
        "web:passkey-question",
        "web:passkey-enter",
        "web:lost",
        "web:password-lost",
        "web:register",
        "web:sign-on",
        "web:sign-on-identify",
        "web:sign-on-back",
        "web:sign-on-answer",
        "web:sign-on-metadata",
        "web:language",
        "web:security-txt",
    }
)
"""What anyone may open. Files of the layout are served before this is asked."""
AT_EVERY_STAGE: Final = frozenset({"web:log-out", "web:own-passkey-question"})

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), "
        "publickey-credentials-create=(self), publickey-credentials-get=(self)"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
TWO_YEARS: Final = "max-age=63072000; includeSubDomains"
TRY_AGAIN_SECONDS: Final = 5
LARGEST_REQUEST: Final = 16 * 1024 * 1024
"""Above what any form takes, so that a form can say itself that a file is too large."""

Next = Callable[[HttpRequest], HttpResponseBase]


class SecurityHeaders:
    """Say what a browser may do with an answer. What says nothing of caching isn't kept anywhere."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.is_secure():
            response.headers.setdefault("Strict-Transport-Security", TWO_YEARS)
        return response


class TrustedProxy:
    """Take address and scheme from a listed proxy's headers; from anyone else these are just text."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        listed = settings.WAARBORG.web.trusted_proxies
        self.trusted = tuple(ipaddress.ip_network(proxy, strict=False) for proxy in listed)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if self._is_trusted(request.META.get("REMOTE_ADDR", "")):
            request.META["REMOTE_ADDR"] = self._client(request)
            if request.headers.get("X-Forwarded-Proto", "").lower() == "https":
                request.META["wsgi.url_scheme"] = "https"
        return self.get_response(request)

    def _client(self, request: HttpRequest) -> str:
        """Return the nearest address that isn't a proxy of ours: whatever stands before it can be made up."""
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
        strangers = [hop for hop in reversed(hops) if _is_address(hop) and not self._is_trusted(hop)]
        return strangers[0] if strangers else str(request.META["REMOTE_ADDR"])

    def _is_trusted(self, address: str) -> bool:
        return _is_address(address) and any(ipaddress.ip_address(address) in network for network in self.trusted)


class SignedIn:
    """Find out who asks, and let nobody past whom the page isn't for."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        now, address = clock.now(), request.META.get("REMOTE_ADDR", "")
        token = request.COOKIES.get(cookies.SESSION)
        found = request.signed_in = actor_for(token, now, address) if token else None
        request.actor = found.actor if found else anonymous(address)
        if found and found.stale:
            note_seen(session=found.session, by=found.actor, now=now)
        return self.get_response(request)

    def process_view(self, request: Request, *_view: Any) -> HttpResponseBase | None:
        """Turn away whoever isn't far enough in. Asked after the address was resolved, so that a name decides."""
        match = request.resolver_match
        name = match.view_name if match else ""
        if name in OPEN or getattr(request, "machine", None) is not None:
            return None
        if request.signed_in is None:
            return _to_log_in(request)
        stage = request.signed_in.stage
        if stage is values.Stage.FULL or name in AT_EVERY_STAGE or name in pages_at(stage):
            return None
        return _to_stage(request, stage)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return answer_to(request, error)


class Language:
    """Speak the language that someone chose, here or on an earlier day; else that of the installation."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        language = _language_of(request)
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class Bounded:
    """Refuse a request that is larger than any page takes, before it is read: a file that is sent goes to disk, by whomever."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > LARGEST_REQUEST:
            return error_page(request, 413)
        return self.get_response(request)


def answer_to(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """Answer what any page of ours can run into; a page answers its own errors itself."""
    match error:
        case NotAllowed():
            return error_page(request, 403)
        case NotAtThisStage():
            return HttpResponseRedirect(reverse("web:log-in"))
        case TooManyAttempts():
            return _later(request, 429, int(error.retry_after.total_seconds()) + 1)
        case Busy() | OperationalError():
            # Also when the log can't be written: then nothing is shown and nothing is done.
            return _later(request, 503, TRY_AGAIN_SECONDS)
    return None


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_api(request: HttpRequest) -> bool:
    """Tell whether a program asks, which wants no page."""
    return request.path.startswith("/api/")


def _to_log_in(request: Request) -> HttpResponse:
    if is_api(request):
        return _problem("Log in first.")
    wanted = request.get_full_path() if request.method == "GET" else ""
    return _elsewhere(request, with_next(reverse("web:log-in"), wanted))


def _to_stage(request: Request, stage: values.Stage) -> HttpResponse:
    if is_api(request):
        return _problem("Logging in isn't complete.")
    return _elsewhere(request, onward(request, stage))


def _elsewhere(request: HttpRequest, address: str) -> HttpResponse:
    """Send a browser on; a fragment that was asked for in the background takes the whole page along."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _problem(detail: str) -> JsonResponse:
    said = {"type": "about:blank", "title": "Unauthorized", "status": 401, "detail": detail}
    headers = {"WWW-Authenticate": 'Bearer realm="Waarborg"'}
    return JsonResponse(said, status=401, content_type="application/problem+json", headers=headers)


def _later(request: HttpRequest, status: int, seconds: int) -> HttpResponse:
    page = render(request, f"waarborg/errors/{status}.html", {"retry_after": seconds}, status=status)
    page["Retry-After"] = str(seconds)
    return page


def _language_of(request: Request) -> str:
    known = {code for code, _ in settings.LANGUAGES}
    chosen = request.signed_in.language if request.signed_in else request.COOKIES.get(cookies.LANGUAGE, "")
    return chosen if chosen in known else str(settings.WAARBORG.web.language)
