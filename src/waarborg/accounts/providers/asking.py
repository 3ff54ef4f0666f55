"""The two questions of signing on: by which keys a provider signs, and whom a code stands for."""

import base64
import threading
import time
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote_plus

from waarborg.accounts.providers.described import Described, ask
from waarborg.accounts.providers.listed import Provider
from waarborg.accounts.providers.wire import ProviderUnreachable
from waarborg.accounts.rules.oidc import LONGEST_TOKEN, AnswerRefused, Why
from waarborg.accounts.rules.provider_keys import Key, usable

KEPT_SECONDS = 3600.0
ANEW_AFTER_SECONDS = 30.0
"""How long after keys were asked for anew they aren't again, whatever key is named: nobody can make us ask and ask."""


@dataclass(frozen=True)
class _Kept:
    keys: tuple[Key, ...]
    asked_at: float
    anew_at: float | None

    def will_do(self, now: float, *, anew: bool) -> bool:
        if anew:
            return self.anew_at is not None and now - self.anew_at < ANEW_AFTER_SECONDS
        return now - self.asked_at < KEPT_SECONDS


_kept: dict[tuple[Provider, str], _Kept] = {}
_lock = threading.Lock()


def signing_keys(provider: Provider, described: Described, *, anew: bool = False) -> tuple[Key, ...]:
    """Return the keys it signs with; `anew` where one was named that isn't among them. Raises ProviderUnreachable."""
    place, now = (provider, described.keys), time.monotonic()
    with _lock:
        kept = _kept.get(place)
    if kept is not None and kept.will_do(now, anew=anew):
        return kept.keys
    status, said = ask(provider, described.keys)
    if status != HTTPStatus.OK:
        raise ProviderUnreachable("no keys")
    found = usable(said)
    with _lock:
        _kept[place] = _Kept(found, now, now if anew else None)
    return found


def redeem(provider: Provider, described: Described, code: str, verifier: str) -> tuple[str, str | None]:
    """Trade a code for an ID token, and an access token that is used for nothing. Raises AnswerRefused or ProviderUnreachable."""
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
    form["redirect_uri"] = provider.returns_to
    headers = {}
    if not provider.secret or described.takes_secret_in_body:
        form["client_id"] = provider.client_id
    if provider.secret and described.takes_secret_in_body:
        form["client_secret"] = provider.secret
    elif provider.secret:
        headers["Authorization"] = f"Basic {_basic(provider)}"
    return _tokens(*ask(provider, described.token, form=form, headers=headers))


def _tokens(status: int, said: dict[str, object]) -> tuple[str, str | None]:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise ProviderUnreachable("it fails")
    token, access = said.get("id_token"), said.get("access_token")
    if status != HTTPStatus.OK:
        raise AnswerRefused(Why.CODE)
    if not isinstance(token, str) or len(token) > LONGEST_TOKEN:
        raise AnswerRefused(Why.FORM)
    return token, access if isinstance(access, str) else None


def _basic(provider: Provider) -> str:
    """RFC 6749, 2.3.1: both form-encoded first."""
    both = f"{quote_plus(provider.client_id)}:{quote_plus(provider.secret)}"
    return base64.b64encode(both.encode()).decode()
