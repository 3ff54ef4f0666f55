"""What a provider says of itself (OpenID Connect Discovery 1.0), kept for an hour; and that it didn't answer, for ten seconds."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from waarborg.accounts.providers.listed import Provider
from waarborg.accounts.providers.wire import ProviderUnreachable, Wire

KEPT_SECONDS = 3600.0
DOWN_SECONDS = 10.0
"""How long everyone is told at once that it doesn't answer, instead of each waiting for it."""


@dataclass(frozen=True)
class Described:
    """Where to send people and questions."""

    authorization: str
    token: str
    keys: str
    names_itself: bool
    """It always says `iss` in its answers (RFC 9207, 3)."""
    takes_secret_in_body: bool


_kept: dict[Provider, tuple[float, Described]] = {}
_down: dict[Provider, float] = {}
_lock = threading.Lock()


def describe(provider: Provider) -> Described:
    """Return what the provider says of itself. Raises ProviderUnreachable."""
    now = time.monotonic()
    with _lock:
        if now < _down.get(provider, 0.0):
            raise ProviderUnreachable("it didn't answer just now")
        kept_at, kept = _kept.get(provider, (0.0, None))
        if kept is not None and now - kept_at < KEPT_SECONDS:
            return kept
    address = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
    found = _read(provider, *ask(provider, address))
    with _lock:
        _kept[provider] = (now, found)
    return found


def wire_to(provider: Provider) -> Wire:
    return Wire(clear=provider.issuer.startswith("http://"), authority=provider.authority)


def ask(
    provider: Provider, url: str, *, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    """Ask the provider something, and remember when it doesn't answer. Raises ProviderUnreachable."""
    try:
        return wire_to(provider).ask(url, form=form, headers=headers)
    except ProviderUnreachable as error:
        if error.down:
            with _lock:
                _down[provider] = time.monotonic() + DOWN_SECONDS
        raise


def _read(provider: Provider, status: int, said: dict[str, Any]) -> Described:
    """Take its word for nothing but where it is: the issuer has to be the one we know (Discovery 4.3)."""
    if status != HTTPStatus.OK or said.get("issuer") != provider.issuer:
        raise ProviderUnreachable("no description of this issuer")
    addresses = [said.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    authorization, token, keys = (_usable(provider, each) for each in addresses)
    methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    in_body = isinstance(methods, list) and "client_secret_basic" not in methods and "client_secret_post" in methods
    names_itself = said.get("authorization_response_iss_parameter_supported") is True
    return Described(authorization, token, keys, names_itself, in_body)


def _usable(provider: Provider, address: object) -> str:
    if not isinstance(address, str):
        raise ProviderUnreachable("no address")
    wire_to(provider).address(address)
    return address
