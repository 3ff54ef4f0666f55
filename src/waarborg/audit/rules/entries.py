"""The bytes of an entry: a fixed header with digests in it, and nothing that anyone could read.

version 1 | kind 1 | log 16 | writer 16 | writer_seq 8 | previous 16 | anchor_size 8 | anchor_hash 8 | time 8 (microseconds since 1970,
UTC) | epoch 2 (months since January 2000) | subjects 1 | subject tag 16 each | key commitment 32 | SHA-256 of the ciphertext 32.
All numbers are big-endian. A bundle is a row of entries, each after its length in two bytes (C2SP tlog-tiles).
"""

import hashlib
import hmac
import secrets
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = 1
ADMINISTRATION = 2
"""Kind of entry: acts on registers, accounts and evidence. 1 is kept for access to a person's record."""
TAG_BYTES = 16
HASH_BYTES = 32
NONCE_BYTES = 12
_FIXED = struct.Struct(">BB16s16sQ16sQ8sQHB")
_EPOCH_START = 2000
_UNIX = datetime(1970, 1, 1, tzinfo=UTC)


class EntryDamaged(Exception):
    """The bytes aren't an entry, or its payload isn't the one that its header commits to."""


@dataclass(frozen=True)
class Header:
    """What stands in clear in an entry."""

    log: UUID
    writer: UUID
    writer_seq: int
    previous: bytes
    anchor_size: int
    anchor_hash: bytes
    time: datetime
    epoch: int
    key_commitment: bytes
    payload_digest: bytes
    subjects: tuple[bytes, ...] = ()
    kind: int = ADMINISTRATION


def encode(header: Header) -> bytes:
    """Return the bytes that become the leaf."""
    fixed = _FIXED.pack(
        VERSION, header.kind, header.log.bytes, header.writer.bytes, header.writer_seq, header.previous,
        header.anchor_size, header.anchor_hash, (header.time - _UNIX) // timedelta(microseconds=1),
        header.epoch, len(header.subjects),
    )  # fmt: skip
    return fixed + b"".join(header.subjects) + header.key_commitment + header.payload_digest


def decode(entry: bytes) -> Header:
    """Read an entry. Raises EntryDamaged."""
    if len(entry) < _FIXED.size or entry[0] != VERSION:
        raise EntryDamaged("This isn't an entry of a known version.")
    _, kind, log, writer, seq, previous, size, anchor, time, epoch, count = _FIXED.unpack_from(entry)
    rest = entry[_FIXED.size :]
    if len(rest) != count * TAG_BYTES + 2 * HASH_BYTES:
        raise EntryDamaged("The entry has the wrong length.")
    tags = tuple(rest[at : at + TAG_BYTES] for at in range(0, count * TAG_BYTES, TAG_BYTES))
    return Header(
        UUID(bytes=log), UUID(bytes=writer), seq, previous, size, anchor, _UNIX + timedelta(microseconds=time), epoch,
        rest[-2 * HASH_BYTES : -HASH_BYTES], rest[-HASH_BYTES:], tags, kind,
    )  # fmt: skip


def epoch_of(moment: datetime) -> int:
    """Return the month by whose key an entry is encrypted."""
    return (moment.year - _EPOCH_START) * 12 + moment.month - 1


def bundled(entries: Sequence[bytes]) -> bytes:
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unbundled(bundle: bytes) -> Iterator[bytes]:
    """Read the entries of a bundle. Raises EntryDamaged for one that was cut."""
    at = 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        if end > len(bundle):
            raise EntryDamaged("The bundle was cut.")
        yield bundle[at + 2 : end]
        at = end


def sealed_payload(plain: bytes, epoch_key: bytes, log: UUID, epoch: int) -> tuple[bytes, bytes]:
    """Encrypt a payload; return ciphertext and key commitment.

    AES-GCM doesn't commit to its key, so the header does: one ciphertext can't be opened in two ways.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    cipher, commitment = record_keys(epoch_key, log, epoch, nonce)
    ciphertext = nonce + AESGCM(cipher).encrypt(nonce, plain, log.bytes)
    return ciphertext, hashlib.sha256(commitment + nonce).digest()


def opened_payload(ciphertext: bytes, epoch_key: bytes, header: Header) -> bytes:
    """Decrypt the payload that a header commits to. Raises EntryDamaged."""
    keys = record_keys(epoch_key, header.log, header.epoch, ciphertext[:NONCE_BYTES])
    return opened_with(keys, ciphertext, header)


def opened_with(keys: tuple[bytes, bytes], ciphertext: bytes, header: Header) -> bytes:
    """Decrypt one payload with the keys of this one record, which may be shown to a verifier. Raises EntryDamaged."""
    cipher, commitment = keys
    nonce = ciphertext[:NONCE_BYTES]
    if hashlib.sha256(ciphertext).digest() != header.payload_digest:
        raise EntryDamaged("The payload isn't the one that was logged.")
    if hashlib.sha256(commitment + nonce).digest() != header.key_commitment:
        raise EntryDamaged("The payload's key isn't the one that was committed to.")
    try:
        return AESGCM(cipher).decrypt(nonce, ciphertext[NONCE_BYTES:], header.log.bytes)
    except InvalidTag as error:
        raise EntryDamaged("The payload doesn't open.") from error


def writer_mac(key: bytes, log: UUID, writer: UUID, writer_seq: int, bundle: bytes) -> bytes:
    """Return the MAC by which a writer vouches for one transaction until it is sealed."""
    message = log.bytes + writer.bytes + writer_seq.to_bytes(8, "big") + hashlib.sha256(bundle).digest()
    return hmac.digest(key, message, "sha256")


def ratcheted(key: bytes) -> bytes:
    """Return the key for the next transaction; the old one can't be computed back."""
    return hashlib.sha256(b"waarborg ratchet" + key).digest()


def record_keys(epoch_key: bytes, log: UUID, epoch: int, nonce: bytes) -> tuple[bytes, bytes]:
    """Return cipher key and commitment key of one record; they open no other."""
    info = b"waarborg log record" + log.bytes + epoch.to_bytes(2, "big") + nonce
    keys = HKDF(algorithm=SHA256(), length=2 * HASH_BYTES, salt=None, info=info).derive(epoch_key)
    return keys[:HASH_BYTES], keys[HASH_BYTES:]


def digest_of(ciphertext: bytes) -> bytes:
    """Return the digest by which an entry names its payload."""
    return hashlib.sha256(ciphertext).digest()


def last_hash(bundle: bytes) -> bytes:
    """Return what the writer's next entry must name as its previous one; nothing when the bundle is damaged."""
    try:
        return hashlib.sha256(list(unbundled(bundle))[-1]).digest()[:TAG_BYTES]
    except (EntryDamaged, IndexError):
        return b""


def follows(bundle: bytes, previous: bytes) -> bool:
    """Tell whether the first entry of a bundle names `previous` as the one before it."""
    try:
        return decode(next(unbundled(bundle))).previous == previous
    except (EntryDamaged, StopIteration):
        return False
