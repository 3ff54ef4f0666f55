"""The one JSON form over which digests are taken: RFC 8785 (JCS) within the I-JSON profile (RFC 7493).

Keys are ASCII strings, numbers are integers below 2^53, text is NFC. Inside that profile sorted, compact JSON *is* RFC 8785;
outside it this module refuses, so that two implementations can never disagree about a digest.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence

LARGEST_INTEGER = 2**53 - 1


class NotCanonical(ValueError):
    """The value has no unambiguous JSON form; the message names the path and what is wrong there."""


def canonical(value: object) -> bytes:
    """Return the canonical JSON bytes of `value`.

    Raises NotCanonical for floats, large integers, keys that aren't ASCII text, text that isn't NFC or has lone surrogates.
    """
    _refuse_ambiguous(value, "$")
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(value: object) -> str:
    """Return the SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _refuse_ambiguous(value: object, path: str) -> None:
    match value:
        case None | bool():
            return
        case int():
            if abs(value) > LARGEST_INTEGER:
                raise NotCanonical(f"{path}: the number exceeds 2^53")
        case str():
            _refuse_text(value, path)
        case Mapping():
            for key, item in value.items():
                _refuse_key(key, path)
                _refuse_ambiguous(item, f"{path}.{key}")
        case Sequence() if not isinstance(value, bytes | bytearray):
            for index, item in enumerate(value):
                _refuse_ambiguous(item, f"{path}[{index}]")
        case _:
            raise NotCanonical(f"{path}: {type(value).__name__} has no canonical form")


def _refuse_key(key: object, path: str) -> None:
    if not isinstance(key, str) or not key.isascii():
        raise NotCanonical(f"{path}: keys are ASCII text")


def _refuse_text(text: str, path: str) -> None:
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise NotCanonical(f"{path}: the text has a lone surrogate")
    if not unicodedata.is_normalized("NFC", text):
        raise NotCanonical(f"{path}: the text isn't in Unicode form NFC")
