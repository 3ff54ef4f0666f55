"""Who an endpoint works for: a person by their session, or a system by what the middleware found it to be."""

from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer
from ninja.security.base import AuthBase

from waarborg.accounts.values import Stage
from waarborg.doors.web.cookies import SESSION
from waarborg.kernel.actor import Actor


class SignedIn(APIKeyCookie):
    """The session of someone who came in with both factors and acknowledged the notice."""

    param_name = SESSION

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:  # noqa: ARG002 - ninja's signature
        signed_in = getattr(request, "signed_in", None)
        if signed_in is None or signed_in.stage is not Stage.FULL:
            return None
        actor: Actor = signed_in.actor
        return actor


class Token(HttpBearer):
    """The token of a system, bound to the networks or the certificate it was made for. Needs no CSRF token."""

    def __call__(self, request: HttpRequest) -> Actor | None:
        return _machine(request)

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:  # noqa: ARG002 - ninja's signature
        return _machine(request)


class Certificate(AuthBase):
    """The client certificate of a system."""

    openapi_type = "mutualTLS"

    def __call__(self, request: HttpRequest) -> Actor | None:
        return _machine(request)


AUTH = (Token(), Certificate(), SignedIn(csrf=True))
"""In this order: who comes with a session comes with a CSRF token too, which a machine doesn't have."""


def _machine(request: HttpRequest) -> Actor | None:
    """Return who `machines.Machines` found: it saw token, certificate and address together."""
    machine = getattr(request, "machine", None)
    return machine.actor if machine else None
