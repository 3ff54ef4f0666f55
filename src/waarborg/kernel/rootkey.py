"""The root key: 32 random bytes in a file outside the data folder, from which nothing is encrypted directly.

Every use has a key of its own, derived with HKDF-SHA256 (RFC 5869) under the name of that use. For the day the file is lost there
are two shares for two custodians: one-time-pad halves, so that one share alone says nothing.
"""

import base64
import hashlib
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from waarborg.kernel.files import write_new

KEY_BYTES = 32
CHECK_BYTES = 3


class RootKeyMissing(Exception):
    """There is no root key where it should be; `waarborg init` makes one."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The root key {path} is missing. Run 'waarborg init', or put the key back from its two shares."
        )


class RootKeyPresent(Exception):
    """There is a root key where one would be put back; none is ever overwritten."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"There is a root key in {path}. Move it away first if it isn't the right one.")


class OtherRootKey(Exception):
    """The root key isn't the one under which this data was sealed."""


class RootKeyUnsafe(Exception):
    """Others than the owner can read the root key, or it isn't 32 bytes."""


class SharesDontFit(Exception):
    """A share was mistyped, or the two don't belong together."""


def create(path: Path) -> bytes:
    """Make a new root key, readable by its owner only. Raises FileExistsError where one stands already."""
    key = secrets.token_bytes(KEY_BYTES)
    write(path, key)
    return key


def write(path: Path, key: bytes) -> None:
    """Store `key` so that it survives a power cut. Never overwrites."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_new(path, base64.b64encode(key) + b"\n")


@lru_cache(maxsize=8)
def load(path: Path) -> bytes:
    """Read the root key. Raises RootKeyMissing or RootKeyUnsafe."""
    if not path.is_file():
        raise RootKeyMissing(path)
    if path.stat().st_mode & 0o077:
        raise RootKeyUnsafe(f"Others can read {path}. Make it readable for its owner only: chmod 600.")
    try:
        key = base64.b64decode(path.read_bytes().strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise RootKeyUnsafe(f"{path} doesn't hold a key of {KEY_BYTES} bytes.")
    return key


def derive(key: bytes, purpose: str) -> bytes:
    """Return the 32-byte key for one purpose."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(key)


def database_key(path: Path, alias: str) -> bytes:
    """Return the key of one embedded database file."""
    return derive(load(path), f"waarborg/database/{alias}")


def split(key: bytes) -> tuple[str, str]:
    """Return two shares that together, and only together, give the key back."""
    pad = secrets.token_bytes(KEY_BYTES)
    return _printed(pad, key), _printed(_xor(key, pad), key)


def combine(one: str, other: str) -> bytes:
    """Give the key back from its two shares. Raises SharesDontFit for a typing error, or shares of two keys."""
    shares = [_read(each) for each in (one, other)]
    key = _xor(shares[0][0], shares[1][0])
    if any(check != _check(share, key) for share, check in shares):
        raise SharesDontFit("A share was mistyped, or the two don't belong together: their check letters don't fit.")
    return key


def _printed(share: bytes, key: bytes) -> str:
    text = base64.b32encode(share + _check(share, key)).decode()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _read(printed: str) -> tuple[bytes, bytes]:
    letters = "".join(letter for letter in printed.upper() if letter.isalnum())
    try:
        raw = base64.b32decode(letters)
    except ValueError as error:
        raise SharesDontFit("A share has 56 letters and digits, A to Z and 2 to 7.") from error
    if len(raw) != KEY_BYTES + CHECK_BYTES:
        raise SharesDontFit("A share has 56 letters and digits, A to Z and 2 to 7.")
    return raw[:KEY_BYTES], raw[KEY_BYTES:]


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def _check(share: bytes, key: bytes) -> bytes:
    """Return the letters that tie a share to its key; they let a guess of the whole key be tested, and nothing less."""
    return hashlib.sha256(b"waarborg share" + share + key).digest()[:CHECK_BYTES]
