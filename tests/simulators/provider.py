"""An OpenID provider on the loopback that does what it should, or any wrong thing on request.

It checks its client as a real one does: the code once, for the address it was asked for, with the verifier of its challenge and the
client's secret. What a test changes is what it says: `claims`, `header`, the key it signs with, or a whole answer.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey
from tests.simulators.certificates import make_authority
from tests.simulators.servers import Answer, Pages, Request, tls_context, web_server

CLIENT, SECRET = "waarborg", "appel+peer/ noot"
AnyKey = RSAKey | ECKey | OKPKey
ALGORITHMS = ["RS256", "PS256", "ES256", "Ed25519"]


@dataclass
class Granted:
    """What a code stands for."""

    challenge: str
    redirect_uri: str
    claims: dict[str, Any]


@dataclass
class OpenIdProvider:
    now: datetime
    authority: Path
    issuer: str = ""
    key: AnyKey = field(default_factory=lambda: RSAKey.generate_key(2048))
    key_id: str = "first"
    algorithm: str = "RS256"
    client: str = CLIENT
    secret: str = SECRET
    codes: dict[str, Granted] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """The paths that were asked for, in order."""
    change: Callable[[dict[str, Any]], None] = lambda _: None
    """Changes the claims of the next tokens."""
    sign: Callable[[dict[str, Any]], str] | None = None
    """Makes the token instead of the provider."""
    instead: dict[str, Pages] = field(default_factory=dict)
    """Answers a path instead of the provider."""
    description: dict[str, Any] = field(default_factory=dict)
    """Said of itself beside, or instead of, the truth."""

    def rotate(self, key: AnyKey, key_id: str, algorithm: str) -> None:
        self.key, self.key_id, self.algorithm = key, key_id, algorithm

    def authorize(self, url: str, sub: str, **claims: Any) -> dict[str, str]:
        """Let someone sign on at the address that their browser was sent to; return what it brings back."""
        asked = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True, strict_parsing=True))
        assert asked["response_type"] == "code"
        assert asked["client_id"] == self.client
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        said = {"sub": sub, "nonce": asked["nonce"], **claims}
        self.codes[code] = Granted(asked["code_challenge"], asked["redirect_uri"], said)
        return {"code": code, "state": asked["state"]}

    def signed(self, claims: Mapping[str, Any], **header: Any) -> str:
        said = {"alg": self.algorithm, "kid": self.key_id, **header}
        return jws.serialize_compact(said, json.dumps(claims).encode(), self.key, algorithms=ALGORITHMS)

    def pages(self, request: Request) -> Answer:
        path = urlsplit(request.path).path
        self.asked.append(path)
        if path in self.instead:
            return self.instead[path](request)
        match path:
            case "/.well-known/openid-configuration":
                return document(self._describes())
            case "/keys":
                return document({"keys": [self.key.as_dict(private=False, kid=self.key_id, use="sig")]})
            case "/token":
                return self._token(request)
        return Answer(404)

    def _describes(self) -> dict[str, Any]:
        endpoints = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        said = {name: f"{self.issuer}{path}" for name, path in endpoints.items()}
        return {"issuer": self.issuer, **said, **self.description}

    def _token(self, request: Request) -> Answer:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        granted = self.codes.pop(form.get("code", ""), None)
        if granted is None or not self._is_client(request) or not _fits(form, granted):
            return document({"error": "invalid_grant"}, 400)
        start = int(self.now.timestamp())
        claims = {"iss": self.issuer, "aud": self.client, "iat": start, "exp": start + 300, **granted.claims}
        self.change(claims)
        token = self.sign(claims) if self.sign else self.signed(claims)
        return document({"id_token": token, "access_token": "toegang", "token_type": "Bearer"})

    def _is_client(self, request: Request) -> bool:
        both = base64.b64decode(request.headers.get("authorization", "").removeprefix("Basic ")).decode()
        name, _, secret = both.partition(":")
        decoded = dict(parse_qsl(f"name={name}&secret={secret}"))
        return decoded == {"name": self.client, "secret": self.secret}


def document(said: Mapping[str, Any], status: int = 200) -> Answer:
    return Answer(status, (("Content-Type", "application/json"),), json.dumps(said).encode())


def unsigned(claims: Mapping[str, Any]) -> str:
    """A token of which nobody is the author (alg none)."""
    return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."


def signed_with_public_key(claims: Mapping[str, Any], key: AnyKey, key_id: str) -> str:
    """A token signed as if the provider's public key were a secret that both know (HS256)."""
    said = f"{_part({'alg': 'HS256', 'kid': key_id})}.{_part(claims)}"
    assert isinstance(key, RSAKey)
    made = hmac.new(key.as_pem(private=False), said.encode(), hashlib.sha256).digest()
    return f"{said}.{_encoded(made)}"


@contextmanager
def openid_provider(folder: Path, *, now: datetime) -> Iterator[OpenIdProvider]:
    """Serve one over TLS, with a certificate of an authority of its own."""
    authority = make_authority(folder)
    made = OpenIdProvider(now, authority.file)
    with web_server(made.pages, tls=tls_context(authority.issue())) as port:
        made.issuer = f"https://localhost:{port}"
        yield made


def half_digest(access_token: str, digest: str = "sha256") -> str:
    """The `at_hash` of an access token."""
    whole = hashlib.new(digest, access_token.encode()).digest()
    return _encoded(whole[: len(whole) // 2])


def later(provider: OpenIdProvider, **duration: float) -> int:
    """A moment as seen from the provider, in seconds."""
    return int((provider.now + timedelta(**duration)).timestamp())


def _fits(form: Mapping[str, str], granted: Granted) -> bool:
    challenge = _encoded(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
    return challenge == granted.challenge and form.get("redirect_uri") == granted.redirect_uri


def _part(said: Mapping[str, Any]) -> str:
    return _encoded(json.dumps(said).encode())


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
