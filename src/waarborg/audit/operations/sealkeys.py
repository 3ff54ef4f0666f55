"""The keys of the log: one that signs, one to which writers seal their first MAC key, and one a month that encrypts.

Each is apart from the others, and none stands in the database of the log.
"""

import hmac
from functools import lru_cache
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from waarborg.audit.rules.entries import TAG_BYTES
from waarborg.kernel import rootkey
from waarborg.kernel.keyring import is_destroyed, key_for, root_key

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_INFO = b"waarborg writer key"


def signing_key() -> Ed25519PrivateKey:
    """Return the key that signs checkpoints."""
    return Ed25519PrivateKey.from_private_bytes(rootkey.derive(root_key(), "waarborg/log/signing"))


def sealed_to_verifier(key: bytes) -> bytes:
    """Encrypt a writer's MAC key (RFC 9180), so that only verification can follow its chain."""
    return _SUITE.encrypt(key, _verifier_key().public_key(), _INFO)


def opened_by_verifier(sealed: bytes) -> bytes:
    return _SUITE.decrypt(sealed, _verifier_key(), _INFO)


@lru_cache(maxsize=64)
def epoch_key(log: UUID, epoch: int) -> bytes:
    """Return the key of one log for one month; destroying it ends that month's payloads, not its proofs."""
    return key_for(log, _month(epoch)).secret


def month_has_ended(log: UUID, epoch: int) -> bool:
    """Tell whether the term of a month's entries is over: its key was destroyed."""
    return is_destroyed(log, _month(epoch))


def object_tag(identifier: str) -> bytes:
    """Return the tag by which entries about one object are found."""
    return hmac.digest(rootkey.derive(root_key(), "waarborg/log/objects"), identifier.encode(), "sha256")[:TAG_BYTES]


def _month(epoch: int) -> str:
    return f"log-epoch/{epoch}"


def _verifier_key() -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(rootkey.derive(root_key(), "waarborg/log/writers"))
