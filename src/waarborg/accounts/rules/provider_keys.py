"""The keys by which a provider signs: which of those it publishes are used, and for what. Pure.

Only what is known to hold is taken: no symmetric key, no RSA under 2048 bits, no curve but P-256 and Ed25519 (RFC 8725, 3.2).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

MOST_KEYS = 50
SHORTEST_MODULUS, LONGEST_MODULUS = 342, 1366
"""Of 2048 and 8192 bits, in letters of base64."""


@dataclass(frozen=True)
class Algorithm:
    """Which kind of key it wants, and the digest of `at_hash` beside it."""

    kind: str
    digest: str


ALGORITHMS: Mapping[str, Algorithm] = {
    "RS256": Algorithm("RSA", "sha256"),
    "PS256": Algorithm("RSA", "sha256"),
    "ES256": Algorithm("EC", "sha256"),
    "EdDSA": Algorithm("OKP", "sha512"),
    "Ed25519": Algorithm("OKP", "sha512"),
}
"""All that is accepted. Never `none`, and never a secret that both sides know (HS256)."""


@dataclass(frozen=True)
class Key:
    """One public key of a provider."""

    id: object
    kind: str
    algorithm: object
    """The only one it is for, or None."""
    public: RSAKey | ECKey | OKPKey = field(repr=False)


def usable(published: Mapping[str, Any]) -> tuple[Key, ...]:
    """Return the keys of a key set that can be used; what isn't understood is left out (RFC 7517, 5)."""
    listed = published.get("keys")
    found = [_key(each) for each in listed[:MOST_KEYS] if isinstance(each, dict)] if isinstance(listed, list) else []
    return tuple(each for each in found if each is not None)


def fitting(keys: Sequence[Key], algorithm: str, key_id: object) -> list[Key]:
    """Return the keys that may have made a signature. Without an id there has to be one only that fits."""
    kind = ALGORITHMS[algorithm].kind
    fit = [key for key in keys if key.kind == kind and key.algorithm in {None, algorithm}]
    if key_id is None:
        return fit if len(fit) == 1 else []
    return [key for key in fit if key.id == key_id][:1]


def _key(said: Mapping[str, Any]) -> Key | None:
    if said.get("use") not in (None, "sig"):
        return None
    kind, algorithm = said.get("kty"), said.get("alg")
    try:
        public = _public(said)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return Key(said.get("kid"), str(kind), algorithm, public) if public else None


def _public(said: Mapping[str, Any]) -> RSAKey | ECKey | OKPKey | None:
    """Take the public members only, whatever else is there."""
    match said.get("kty"), said.get("crv"):
        case "RSA", _ if SHORTEST_MODULUS <= len(said["n"]) <= LONGEST_MODULUS:
            return RSAKey.import_key({"kty": "RSA", "n": said["n"], "e": said["e"]})
        case "EC", "P-256":
            return ECKey.import_key({"kty": "EC", "crv": "P-256", "x": said["x"], "y": said["y"]})
        case "OKP", "Ed25519":
            return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": said["x"]})
    return None
