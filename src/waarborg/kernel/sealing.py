"""Authenticated encryption of one value at one place, and nothing of storage.

AES-256-GCM with a random 96-bit nonce under a key derived per row, so that no counter has to be remembered: a restored back-up
would repeat it. The place is bound in as additional data: a value moved to another row, field or scope doesn't open.
"""

import hmac
import secrets
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from waarborg.kernel.rootkey import derive

VERSION = b"\x01"
NONCE_BYTES = 12
HEADER_BYTES = 1 + 16


class CannotOpen(Exception):
    """The value was altered, moved from another place, or its key is gone."""


@dataclass(frozen=True)
class Place:
    """Where a value lives. `field` is a logical name that stays when a column is renamed."""

    scope: UUID
    field: str
    row: UUID

    def encoded(self) -> bytes:
        return self.scope.bytes + self.row.bytes + self.field.encode()


@dataclass(frozen=True)
class KeyMaterial:
    """A data key in memory. The bytes stay out of its repr."""

    id: UUID
    secret: bytes

    def __repr__(self) -> str:
        return f"KeyMaterial({self.id})"


def seal(plain: bytes, key: KeyMaterial, place: Place) -> bytes:
    """Return version, key id, nonce and ciphertext as one value."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    header = VERSION + key.id.bytes
    return header + nonce + _cipher(key, place).encrypt(nonce, plain, header + place.encoded())


def key_id(sealed: bytes) -> UUID:
    """Tell which key opens a sealed value. Raises CannotOpen for what isn't one."""
    if len(sealed) <= HEADER_BYTES + NONCE_BYTES or sealed[:1] != VERSION:
        raise CannotOpen("This isn't a sealed value.")
    return UUID(bytes=sealed[1:HEADER_BYTES])


def unseal(sealed: bytes, key: KeyMaterial, place: Place) -> bytes:
    """Open a sealed value. Raises CannotOpen."""
    nonce = sealed[HEADER_BYTES : HEADER_BYTES + NONCE_BYTES]
    try:
        return _cipher(key, place).decrypt(
            nonce, sealed[HEADER_BYTES + NONCE_BYTES :], sealed[:HEADER_BYTES] + place.encoded()
        )
    except InvalidTag as error:
        raise CannotOpen(f"The value of {place.field} doesn't open.") from error


def blind(value: str, key: KeyMaterial, field: str) -> bytes:
    """Return the keyed hash by which an exact value is found again. Only for values of high cardinality."""
    return hmac.digest(key.secret, f"{field}|{value}".encode(), "sha256")


def _cipher(key: KeyMaterial, place: Place) -> AESGCM:
    return AESGCM(derive(key.secret, f"row|{place.field}|{place.row.hex}"))
