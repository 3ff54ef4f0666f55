"""Base64 inside text: what it holds is read too. Pure."""

import base64
import binascii
import re
from collections.abc import Iterator

from waarborg.assurance.checks.real_person_data.kinds import as_text

LEAST = 40
_HARMLESS_BELOW = 1_024
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
_SHAPES = bytes(65 if letter in _ALPHABET else 32 for letter in range(256))
_RUN = re.compile(
    rb"(?<![A-Za-z0-9+/_-])(?:(?:[A-Za-z0-9+/]{60,76}\r?\n)+[A-Za-z0-9+/]*|[A-Za-z0-9+/_-]{%d,})={0,2}" % LEAST
)
_CERTIFICATE = b"\x30\x82"
_TELLING = (b"\x1f\x8b\x08", b"PK\x03\x04", b"SQLite format 3", b"%PDF-", b"\x89PNG", b"\xff\xd8\xff\xe0")


def encoded_parts(text: bytes) -> Iterator[bytes]:
    """Yield what the runs of base64 decode to, except what is too short to be more than a digest or a key."""
    if b"A" * LEAST not in text.translate(_SHAPES):
        return
    for match in _RUN.finditer(text):
        part = _decode(match[0])
        if part is not None and not _is_digest_or_key(part):
            yield part


def _decode(run: bytes) -> bytes | None:
    bare = b"".join(run.split()).rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    try:
        return base64.b64decode(bare + b"=" * (-len(bare) % 4))
    except binascii.Error:
        return None


def _is_digest_or_key(part: bytes) -> bool:
    if part.startswith(_TELLING) or as_text(part) is not None:
        return False
    return len(part) < _HARMLESS_BELOW or part.startswith(_CERTIFICATE)
