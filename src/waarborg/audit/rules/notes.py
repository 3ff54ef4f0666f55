"""Signed notes and checkpoints: C2SP signed-note and tlog-checkpoint, Ed25519 (signature type 0x01)."""

import base64
import hashlib
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
KEY_ID_BYTES = 4
APPLICATION = "waarborg"


class NoteRefused(Exception):
    """The note is malformed, or carries no valid signature by the expected key."""


@dataclass(frozen=True)
class Head:
    """What a checkpoint says."""

    origin: str
    size: int
    root: bytes


def origin_of(scope: UUID, year: int, log: UUID) -> str:
    """Return the name under which a log is signed: whose it is stands in it, so that a log can't be given to another scope."""
    return f"{APPLICATION}/{scope}/{year}/{log}"


def signed(head: Head, key: Ed25519PrivateKey) -> str:
    """Return the checkpoint as a signed note under the name of its origin."""
    text = f"{head.origin}\n{head.size}\n{base64.b64encode(head.root).decode()}\n"
    signature = key_hash(head.origin, key.public_key()) + key.sign(text.encode())
    return f"{text}\n\u2014 {head.origin} {base64.b64encode(signature).decode()}\n"


def opened(note: str, key: Ed25519PublicKey) -> Head:
    """Verify a checkpoint and read it. Raises NoteRefused."""
    text, separator, signatures = note.partition("\n\n")
    lines = text.split("\n")
    if not separator or len(lines) != 3 or not lines[1].isdigit():  # noqa: PLR2004 - origin, size, root
        raise NoteRefused("The note isn't a checkpoint.")
    head = Head(lines[0], int(lines[1]), base64.b64decode(lines[2]))
    if not any(_valid(line, head.origin, f"{text}\n".encode(), key) for line in signatures.splitlines()):
        raise NoteRefused("The note has no valid signature by this log's key.")
    return head


def key_hash(name: str, key: Ed25519PublicKey) -> bytes:
    """Return the key id of signed-note: SHA-256(name || newline || type || public key), first 4 bytes."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + key.public_bytes_raw()).digest()[:KEY_ID_BYTES]


def verifier_key(name: str, key: Ed25519PublicKey) -> str:
    """Return the vkey that others need to verify this log's notes: name+hash+key."""
    public = base64.b64encode(ED25519 + key.public_bytes_raw()).decode()
    return f"{name}+{key_hash(name, key).hex()}+{public}"


def _valid(line: str, name: str, text: bytes, key: Ed25519PublicKey) -> bool:
    dash, _, rest = line.partition(" ")
    signer, _, encoded = rest.rpartition(" ")
    if dash != "\u2014" or signer != name:
        return False
    raw = base64.b64decode(encoded)
    if raw[:KEY_ID_BYTES] != key_hash(name, key):
        return False
    try:
        key.verify(raw[KEY_ID_BYTES:], text)
    except InvalidSignature:
        return False
    return True
