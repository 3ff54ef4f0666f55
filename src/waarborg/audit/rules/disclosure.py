"""One log entry with all that a stranger needs to verify it, without this installation and without trusting it.

1. The payload is the one that the entry's header names, under a key to which the header commits.
2. The entry's leaf hash leads along the path to the root.
3. That root is signed, with that size, by the log's key.
Whoever verifies must know the log's key from elsewhere: a key that comes with the file proves only that the file agrees with itself.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from waarborg.audit.rules import entries, notes, tree


class DisclosureRefused(Exception):
    """The disclosure doesn't prove what it says; the message says which step fails."""


@dataclass(frozen=True)
class Disclosed:
    """What the log says, proven, and under which key."""

    payload: Mapping[str, Any]
    origin: str
    index: int
    size: int
    key: str


def disclosed(
    *, entry: bytes, ciphertext: bytes, keys: tuple[bytes, bytes], index: int, path: list[bytes], note: str, key: str
) -> dict[str, Any]:
    """Return the disclosure as JSON."""
    return {
        "entry": entry.hex(),
        "payload": base64.b64encode(ciphertext).decode(),
        "payload_keys": [each.hex() for each in keys],
        "index": index,
        "path": [each.hex() for each in path],
        "checkpoint": note,
        "key": key,
    }


def verified(given: Mapping[str, Any]) -> Disclosed:
    """Verify a disclosure against the key that it names. Raises DisclosureRefused."""
    try:
        return _verified(given)
    except (KeyError, TypeError, ValueError, entries.EntryDamaged, notes.NoteRefused) as error:
        raise DisclosureRefused(str(error) or type(error).__name__) from error


def _verified(given: Mapping[str, Any]) -> Disclosed:
    entry = bytes.fromhex(given["entry"])
    header = entries.decode(entry)
    cipher, commitment = (bytes.fromhex(each) for each in given["payload_keys"])
    plain = entries.opened_with((cipher, commitment), base64.b64decode(given["payload"]), header)
    head = notes.opened(given["checkpoint"], _public_key(given["key"]))
    path = [bytes.fromhex(each) for each in given["path"]]
    index = int(given["index"])
    if not tree.verify_inclusion(tree.leaf_hash(entry), index, head.size, path, head.root):
        raise DisclosureRefused("The path doesn't lead from the entry to the signed root.")
    return Disclosed(json.loads(plain), head.origin, index, head.size, given["key"])


def _public_key(verifier_key: str) -> Ed25519PublicKey:
    name, given_hash, encoded = verifier_key.split("+", 2)
    raw = base64.b64decode(encoded)
    key = Ed25519PublicKey.from_public_bytes(raw[1:])
    if raw[:1] != notes.ED25519 or notes.key_hash(name, key).hex() != given_hash:
        raise DisclosureRefused("The log's key doesn't agree with its own hash.")
    return key
