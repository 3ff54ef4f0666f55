"""A passkey authenticator and the browser around it, in software: WebAuthn level 3 with ES256, EdDSA or RS256.

It answers in the JSON of the browser (`PublicKeyCredential.toJSON`). What a dishonest one might do is set in its `Manners`.
"""

import json
import secrets
import struct
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.utils import websafe_decode, websafe_encode

PRESENT, VERIFIED, ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40
ES256, EDDSA, RS256 = -7, -8, -257
MODEL = bytes(16)
"""The model of an authenticator that doesn't say what it is."""


Key = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


class NoCredential(Exception):
    """The authenticator has nothing to answer with, or has one already where it may not."""


@dataclass(frozen=True)
class Manners:
    """How authenticator and browser behave; as it stands, as they should."""

    origin: str = "http://localhost:8080"
    rp_id: str = ""
    """For whom it answers; empty for whoever asks."""
    challenge: bytes | None = None
    """What it answers, where that isn't what was asked."""
    kind: str = ""
    """What it says it does, where that isn't what it does."""
    verifies: bool = True
    present: bool = True
    counts: bool = True
    cross_origin: bool = False
    extra_flags: int = 0
    user_handle: bytes | None = None
    """Whom it says to be, where that isn't whom the passkey was made for."""
    tells_user: bool = True
    breaks_signature: bool = False


@dataclass
class Credential:
    id: bytes
    rp_id: str
    user: bytes
    key: Key
    count: int = 0

    @property
    def public(self) -> dict[int, int | bytes]:
        """The public key as COSE has it (RFC 9053): kind, algorithm, and the parts of the key."""
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            point = self.key.public_key().public_numbers()
            return {1: 2, 3: ES256, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        if isinstance(self.key, rsa.RSAPrivateKey):
            numbers = self.key.public_key().public_numbers()
            return {1: 3, 3: RS256, -1: numbers.n.to_bytes(256), -2: numbers.e.to_bytes(3)}
        return {1: 1, 3: EDDSA, -1: 6, -2: self.key.public_key().public_bytes_raw()}

    def signed(self, message: bytes) -> bytes:
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(message, ec.ECDSA(SHA256()))
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(message, padding.PKCS1v15(), SHA256())
        return self.key.sign(message)


@dataclass
class Authenticator:
    """One device with its passkeys."""

    algorithm: int = ES256
    manners: Manners = field(default_factory=Manners)
    credentials: list[Credential] = field(default_factory=list)

    def behaving(self, **manners: Any) -> "Authenticator":
        """Return the same device with other manners; what it makes or counts, the one it came from has as well."""
        return Authenticator(self.algorithm, replace(self.manners, **manners), self.credentials)

    def cloned(self) -> "Authenticator":
        """Return a copy that counts for itself from here on."""
        return Authenticator(self.algorithm, self.manners, [replace(each) for each in self.credentials])

    def create(self, options: str) -> str:
        """Make a passkey as `navigator.credentials.create` does. Raises NoCredential where one of those excluded is here."""
        asked = json.loads(options)
        excluded = {websafe_decode(each["id"]) for each in asked.get("excludeCredentials", [])}
        if excluded & {each.id for each in self.credentials}:
            raise NoCredential
        assert self.algorithm in [each["alg"] for each in asked["pubKeyCredParams"]]
        made = Credential(
            secrets.token_bytes(32), asked["rp"]["id"], websafe_decode(asked["user"]["id"]), self._new_key()
        )
        self.credentials.append(made)
        return self.attest(made, websafe_decode(asked["challenge"]))

    def attest(self, made: Credential, challenge: bytes, *, public: bytes | None = None) -> str:
        """Say once that this credential was made in answer to a challenge; `public` is another key than its own."""
        key = cbor.encode(made.public) if public is None else public
        attested = MODEL + struct.pack(">H", len(made.id)) + made.id + key
        data = self._data(made, ATTESTED) + attested
        statement = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        client_data = self._client_data("webauthn.create", challenge)
        return self._answer(
            made, {"clientDataJSON": websafe_encode(client_data), "attestationObject": websafe_encode(statement)}
        )

    def get(self, options: str) -> str:
        """Use a passkey as `navigator.credentials.get` does. Raises NoCredential."""
        asked = json.loads(options)
        allowed = {websafe_decode(each["id"]) for each in asked.get("allowCredentials", [])}
        assert asked["userVerification"] == "required"
        for each in self.credentials:
            if each.rp_id == asked["rpId"] and (not allowed or each.id in allowed):
                return self.assert_with(each, websafe_decode(asked["challenge"]))
        raise NoCredential

    def assert_with(self, used: Credential, challenge: bytes) -> str:
        used.count += self.manners.counts
        data, client_data = self._data(used, 0), self._client_data("webauthn.get", challenge)
        signature = used.signed(data + sha256(client_data).digest())
        if self.manners.breaks_signature:
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        response = {
            "clientDataJSON": websafe_encode(client_data),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
        }
        if self.manners.tells_user:
            response["userHandle"] = websafe_encode(self.manners.user_handle or used.user)
        return self._answer(used, response)

    def _new_key(self) -> Key:
        if self.algorithm == EDDSA:
            return ed25519.Ed25519PrivateKey.generate()
        if self.algorithm == RS256:
            return rsa.generate_private_key(65537, 2048)
        return ec.generate_private_key(ec.SECP256R1())

    def _data(self, used: Credential, flags: int) -> bytes:
        flags |= PRESENT * self.manners.present | VERIFIED * self.manners.verifies | self.manners.extra_flags
        rp_id = self.manners.rp_id or used.rp_id
        return sha256(rp_id.encode()).digest() + struct.pack(">BI", flags, used.count)

    def _client_data(self, kind: str, challenge: bytes) -> bytes:
        said = {
            "type": self.manners.kind or kind,
            "challenge": websafe_encode(challenge if self.manners.challenge is None else self.manners.challenge),
            "origin": self.manners.origin,
            "crossOrigin": self.manners.cross_origin,
        }
        return json.dumps(said, separators=(",", ":")).encode()

    def _answer(self, used: Credential, response: dict[str, str]) -> str:
        return json.dumps(
            {
                "id": websafe_encode(used.id),
                "rawId": websafe_encode(used.id),
                "type": "public-key",
                "response": response,
                "authenticatorAttachment": "platform",
                "clientExtensionResults": {},
            }
        )
