"""Systems and wall screens at the door: a bound token in the Authorization header, or a client certificate.

1. A token in an address is refused, whatever it is worth: addresses end up in logs, histories and other people's screens.
2. A request that carries a session and a token is refused: whose rights would count depends on who reads it.
3. A browser sends its certificate along without being asked. So a certificate alone changes nothing for a page elsewhere.
4. A wall screen is known by its certificate on its board; on the board nothing else is asked for.
"""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from waarborg.accounts.operations.letting_in import let_in
from waarborg.accounts.queries import anonymous
from waarborg.accounts.values.machines import Machine, MachineKind
from waarborg.doors.api.problems import PATH, problem
from waarborg.doors.web import cookies
from waarborg.doors.web.requests import Request
from waarborg.kernel import clock

BOARD: Final = "/bord/"
NAMES_OF_TOKENS: Final = frozenset({"access_token", "token", "api_key", "apikey"})
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
CHALLENGE: Final = 'Bearer realm="Waarborg"'
INVALID: Final = 'Bearer realm="Waarborg", error="invalid_token"'


class Machines:
    """Find out which machine asks, where no person does. Stands after SignedIn and before Rights."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        request.machine = None
        if request.path.startswith(PATH):
            refused = _refusal(request) or _at_the_api(request)
            if refused is not None:
                return refused
        elif request.path == BOARD and request.signed_in is None:
            _take(request, _station(request))
        return self.get_response(request)


def _refusal(request: Request) -> HttpResponse | None:
    """Answer what is never taken, before anything is looked up."""
    values = (value for _name, values in request.GET.lists() for value in values)
    if NAMES_OF_TOKENS & {name.lower() for name in request.GET} or any(value.startswith("wbg_") for value in values):
        return problem(
            400, "A token doesn't belong in an address. Revoke it, and send a new one in the Authorization header."
        )
    if "Authorization" in request.headers and cookies.SESSION in request.COOKIES:
        return problem(400, "Come with a session or with a token, not with both.")
    return None


def _at_the_api(request: Request) -> HttpResponse | None:
    said = request.headers.get("Authorization")
    if said is not None:
        return _by_token(request, said)
    if request.signed_in is None and request.client_certificate is not None:
        machine = _let_in(request, None)
        if machine is not None and request.method not in SAFE and "Origin" in request.headers:
            return problem(403, "A certificate that a browser sends along changes nothing. Use a token.")
        _take(request, machine)
    return None


def _by_token(request: Request, said: str) -> HttpResponse | None:
    scheme, _space, token = said.partition(" ")
    machine = _let_in(request, token.strip()) if scheme.lower() == "bearer" else None
    if machine is None:
        refused = problem(401, "This token opens nothing here, from where you are and with what you show.")
        refused.headers["WWW-Authenticate"] = INVALID
        return refused
    _take(request, machine)
    return None


def _station(request: Request) -> Machine | None:
    machine = _let_in(request, None) if request.client_certificate is not None else None
    return machine if machine and machine.kind is MachineKind.STATION else None


def _let_in(request: Request, token: str | None) -> Machine | None:
    nobody = anonymous(request.META.get("REMOTE_ADDR", ""))
    return let_in(token, request.client_certificate, by=nobody, now=clock.now())


def _take(request: Request, machine: Machine | None) -> None:
    if machine is not None:
        request.machine, request.actor = machine, machine.actor
