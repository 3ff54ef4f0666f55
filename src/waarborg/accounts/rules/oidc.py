"""What is asked of an OpenID provider, and whether its answer proves who someone is. Pure.

Sources: OpenID Connect Core 1.0 (3.1.2.1, 3.1.3.7), RFC 7636 (PKCE), RFC 9207 (`iss` in the answer), RFC 8725 (JWT), RFC 9700.
"""

import base64
import hashlib
import hmac
import json
import math
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from joserfc import jws
from joserfc.errors import JoseError

from waarborg.accounts.rules.provider_keys import ALGORITHMS, Key, fitting

SKEW = timedelta(seconds=60)
"""How far the provider's clock may be off."""
ANSWERED_WITHIN = timedelta(minutes=10)
LONGEST_SUBJECT = 255
LONGEST_TOKEN = 32_768
RANDOM_BYTES = 48


class Why(StrEnum):
    """Why an answer proves nothing. For the log; whoever signs on isn't told."""

    REFUSED_THERE = "refused_there"
    ISSUER = "issuer"
    CODE = "code"
    FORM = "form"
    ALGORITHM = "algorithm"
    KEY = "key"
    SIGNATURE = "signature"
    AUDIENCE = "audience"
    TIME = "time"
    NONCE = "nonce"
    ACCESS_TOKEN = "access_token"  # noqa: S105 - the name of a reason, not a token
    SUBJECT = "subject"
    UNKNOWN = "unknown"
    NOT_IN = "not_in"
    ASSURANCE = "assurance"
    SESSION = "session"
    TAKEN = "taken"
    AGAIN = "again"
    UNREACHABLE = "unreachable"


class AnswerRefused(Exception):
    """The answer of the provider proves nothing."""

    def __init__(self, why: Why) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True)
class Asked:
    """What one question to a provider consists of; kept sealed until the answer."""

    provider: str
    purpose: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    asked_at: datetime
    about: str = ""
    """The registration or the session it is for."""
    onward: str = field(default="", repr=False)

    def as_text(self) -> str:
        return json.dumps(self.__dict__ | {"asked_at": self.asked_at.isoformat()})

    @classmethod
    def from_text(cls, text: str) -> "Asked":
        kept = json.loads(text)
        return cls(**kept | {"asked_at": datetime.fromisoformat(kept["asked_at"])})


@dataclass(frozen=True)
class Expected:
    """What an ID token has to say."""

    issuer: str
    client_id: str
    nonce: str = field(repr=False)
    asked_at: datetime
    max_age: timedelta | None
    access_token: str | None = field(repr=False)
    """What came with it."""


@dataclass(frozen=True)
class Proven:
    """Who someone is at the provider, and how that was proven there."""

    subject: str = field(repr=False)
    acr: str
    amr: frozenset[str]
    authenticated_at: datetime | None


def new_secret() -> str:
    """Return 384 random bits in 64 letters: a state, a nonce, or a verifier (RFC 7636, 4.1)."""
    return secrets.token_urlsafe(RANDOM_BYTES)


def question(endpoint: str, parameters: Mapping[str, str], asked: Asked, state: str) -> str:
    """Return the address to send a browser to. `parameters` say who asks, and for what level."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(asked.verifier.encode()).digest()).rstrip(b"=").decode()
    fixed = {
        "response_type": "code",
        "state": state,
        "nonce": asked.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode({**parameters, **fixed})}"


def code_of(parameters: Mapping[str, str], issuer: str, *, always_named: bool) -> str:
    """Return the code of an answer. With several providers `iss` says which one answers (RFC 9207, 2.4). Raises AnswerRefused."""
    named = parameters.get("iss")
    if named != issuer and (named is not None or always_named):
        raise AnswerRefused(Why.ISSUER)
    if "error" in parameters:
        raise AnswerRefused(Why.REFUSED_THERE)
    if not parameters.get("code"):
        raise AnswerRefused(Why.CODE)
    return parameters["code"]


def proven(token: str, keys: Sequence[Key], expected: Expected, *, now: datetime) -> Proven:
    """Return whom an ID token proves. Raises AnswerRefused."""
    algorithm, claims = _opened(token, keys)
    _check_addressed(claims, expected)
    _check_times(claims, expected, now)
    if not hmac.compare_digest(_text(claims, "nonce").encode(), expected.nonce.encode()):
        raise AnswerRefused(Why.NONCE)
    _check_access_token(claims, algorithm, expected.access_token)
    subject, methods = claims.get("sub"), claims.get("amr")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise AnswerRefused(Why.SUBJECT)
    named = frozenset(each for each in methods if isinstance(each, str)) if isinstance(methods, list) else frozenset()
    return Proven(subject, _text(claims, "acr"), named, _moment(claims, "auth_time"))


def has_second_factor(said: Proven, acr: Sequence[str], amr: Sequence[str]) -> bool:
    """Tell whether the provider says that a second factor was proven. Where nothing is listed nothing counts."""
    level_holds = not acr or said.acr in acr
    way_holds = not amr or bool(said.amr & set(amr))
    return bool(acr or amr) and level_holds and way_holds


def _opened(token: str, keys: Sequence[Key]) -> tuple[str, Mapping[str, Any]]:
    """Verify the signature by the one key its header names, whose kind decides the algorithms (RFC 8725, 3.1)."""
    if len(token) > LONGEST_TOKEN or not token.isascii() or token.count(".") != 2:  # noqa: PLR2004 - of a compact JWS
        raise AnswerRefused(Why.FORM)
    header = _json_of(token.partition(".")[0])
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS or "crit" in header:
        raise AnswerRefused(Why.ALGORITHM)
    candidates = fitting(keys, algorithm, header.get("kid"))
    if not candidates:
        raise AnswerRefused(Why.KEY)
    if not any(_is_signed(token, key) for key in candidates):
        raise AnswerRefused(Why.SIGNATURE)
    return algorithm, _json_of(token.split(".")[1])


class _Registry(jws.JWSRegistry):
    """Our list of algorithms, without the library's warning that EdDSA goes by another name since RFC 9864."""

    max_header_length = 4096

    def get_alg(self, name: str) -> Any:
        if name not in ALGORITHMS:
            raise AnswerRefused(Why.ALGORITHM)
        return self.algorithms[name]


def _is_signed(token: str, key: Key) -> bool:
    try:
        jws.deserialize_compact(token, key.public, registry=_Registry(strict_check_header=False))
    except (JoseError, ValueError):
        return False
    return True


def _json_of(part: str) -> Mapping[str, Any]:
    try:
        said = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError) as error:
        raise AnswerRefused(Why.FORM) from error
    if not isinstance(said, dict):
        raise AnswerRefused(Why.FORM)
    return said


def _check_addressed(claims: Mapping[str, Any], expected: Expected) -> None:
    """Core 3.1.3.7, 2 to 5. An audience beside us is nobody we know, so its `azp` has to be ours."""
    if claims.get("iss") != expected.issuer:
        raise AnswerRefused(Why.ISSUER)
    audience, party = claims.get("aud"), claims.get("azp")
    several = audience if isinstance(audience, list) else [audience]
    if expected.client_id not in several or (party is None and len(several) > 1):
        raise AnswerRefused(Why.AUDIENCE)
    if party is not None and party != expected.client_id:
        raise AnswerRefused(Why.AUDIENCE)


def _check_times(claims: Mapping[str, Any], expected: Expected, now: datetime) -> None:
    """A token of before the question answers another one, whatever its nonce."""
    ends, made, starts = (_moment(claims, name) for name in ("exp", "iat", "nbf"))
    if ends is None or made is None or ends <= now - SKEW:
        raise AnswerRefused(Why.TIME)
    if not expected.asked_at - SKEW <= made <= now + SKEW or (starts is not None and starts > now + SKEW):
        raise AnswerRefused(Why.TIME)
    proven_at = _moment(claims, "auth_time")
    if proven_at is not None and proven_at > now + SKEW:
        raise AnswerRefused(Why.TIME)
    if expected.max_age is not None and (proven_at is None or proven_at + expected.max_age + SKEW < now):
        raise AnswerRefused(Why.TIME)


def _check_access_token(claims: Mapping[str, Any], algorithm: str, access_token: str | None) -> None:
    """Where the token says which access token it came with, it is that one (Core 3.1.3.8)."""
    said = claims.get("at_hash")
    if said is None:
        return
    digest = hashlib.new(ALGORITHMS[algorithm].digest, (access_token or "").encode()).digest()
    half = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=")
    if not access_token or not isinstance(said, str) or not hmac.compare_digest(said.encode(), half):
        raise AnswerRefused(Why.ACCESS_TOKEN)


def _moment(claims: Mapping[str, Any], name: str) -> datetime | None:
    """Return a NumericDate as a moment, or None where there is none. Raises AnswerRefused for what is no moment."""
    said = claims.get(name)
    if said is None:
        return None
    if isinstance(said, bool) or not isinstance(said, int | float) or not math.isfinite(said):
        raise AnswerRefused(Why.TIME)
    try:
        return datetime.fromtimestamp(said, UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise AnswerRefused(Why.TIME) from error


def _text(claims: Mapping[str, Any], name: str) -> str:
    said = claims.get(name)
    return said if isinstance(said, str) else ""
