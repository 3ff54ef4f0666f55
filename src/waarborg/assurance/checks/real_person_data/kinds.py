"""What a file is, by its first bytes; its name is believed only where bytes can't tell."""

import struct
from typing import Literal

from waarborg.assurance.checks.real_person_data.values import Kind

Stream = Literal["gzip", "bzip2", "xz"]
Form = Literal["text", "zip", "tar", "sqlite", "empty"] | Stream

_ICO = b"\x00\x00\x01\x00"
_OPENED: tuple[tuple[bytes, Form], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"SQLite format 3\x00", "sqlite"),
)
_CLOSED: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (_ICO, "image"),
    (b"\x00\x00\x02\x00", "image"),
    (b"8BPS", "image"),
    (b"wOFF", "font"),
    (b"wOF2", "font"),
    (b"OTTO", "font"),
    (b"true\x00", "font"),
    (b"\x00\x01\x00\x00\x00", "font"),
    (b"ttcf", "font"),
    (b"\x7fELF", "compiled"),
    (b"MZ", "compiled"),
    (b"\xca\xfe\xba\xbe", "compiled"),
    (b"\xcf\xfa\xed\xfe", "compiled"),
    (b"\xce\xfa\xed\xfe", "compiled"),
    (b"\x00asm", "compiled"),
    (b"!<arch>\n", "compiled"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"Rar!\x1a\x07", "archive"),
    (b"\x28\xb5\x2f\xfd", "archive"),
    (b"MSCF", "archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "archive"),
    (b"age-encryption.org/", "encrypted"),
    (b"Salted__", "encrypted"),
    (b"-----BEGIN PGP MESSAGE", "encrypted"),
    (b"-----BEGIN AGE ENCRYPTED", "encrypted"),
    (b"ID3", "media"),
    (b"OggS", "media"),
    (b"\x1aE\xdf\xa3", "media"),
    (b"fLaC", "media"),
)
_CONTROL = bytes(sorted(set(range(32)) - set(b"\t\n\r\f\v\x1b")))
_CONTROL_LATIN = _CONTROL + bytes(range(0x7F, 0xA0))
_ODD_ONE_IN = 20
_MESSAGES = (b"\xde\x12\x04\x95", b"\x95\x04\x12\xde")  # gettext: offsets, then texts that end in a zero
_ICON_SIDE = 64
_SAMPLE = 4_096


def recognise(name: str, data: bytes) -> Form | Kind:
    """Say how to read the bytes, or of what kind they are that can't be read. Text is the answer only for text."""
    if not data:
        return "empty"
    for start, form in _OPENED:
        if data.startswith(start):
            return form
    if (closed := _closed(name, data)) is not None:
        return closed
    if data[257:262] == b"ustar":
        return "tar"
    return "text" if as_text(data) is not None else "unknown_binary"


def _closed(name: str, data: bytes) -> Kind | None:
    if data[128:132] == b"DICM":
        return "dicom"
    if name.endswith((".pyc", ".pyo")) and data[2:4] == b"\r\n":
        return "compiled"
    if data[4:8] == b"ftyp":
        return "image" if data[8:12] in (b"avif", b"heic", b"mif1") else "media"
    if data.startswith(b"RIFF"):
        return "image" if data[8:12] == b"WEBP" else "media"
    for start, kind in _CLOSED:
        if data.startswith(start) and not (len(start) <= 2 and as_text(data) is not None):  # noqa: PLR2004 ("MZ", "BM")
            return "icon" if kind == "image" and _is_icon(data) else kind
    return None


def _is_icon(data: bytes) -> bool:
    """Tell whether a picture is too small to read a number and its context from; only where its header says so."""
    sides = _sides(data)
    return bool(sides) and max(sides) <= _ICON_SIDE


def _sides(data: bytes) -> tuple[int, ...]:
    """The widths and heights that the header of a PNG, GIF or ICO gives."""
    if data.startswith(b"\x89PNG") and data[12:16] == b"IHDR":
        return struct.unpack(">II", data[16:24].ljust(8, b"\xff"))
    if data.startswith(b"GIF8"):
        return struct.unpack("<HH", data[6:10].ljust(4, b"\xff"))
    if data.startswith(_ICO):
        end = 6 + 16 * int.from_bytes(data[4:6], "little")
        return tuple(side or 256 for side in data[6:end:16] + data[7:end:16])  # a byte; 0 stands for 256
    return ()


def as_text(data: bytes) -> bytes | None:
    """Return text as UTF-8 or a superset of ASCII, or None where the bytes aren't text."""
    if wide := _wide_encoding(data):
        try:
            return data.decode(wide).encode()
        except UnicodeError:
            return None
    if data.startswith(_MESSAGES):
        return data.replace(b"\x00", b"\n")
    if b"\x00" in data:
        return None
    # Random bytes hold a control character in every four, text hardly any.
    control = _CONTROL if _is_utf8(data) else _CONTROL_LATIN
    odd = len(data) - len(data.translate(None, control))
    return None if odd * _ODD_ONE_IN > len(data) else data


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _wide_encoding(data: bytes) -> str | None:
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "utf-32"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    sample = data[:_SAMPLE]
    half = len(sample) // 2
    if half and sample[1::2].count(0) * 10 >= half * 4 and not sample[::2].count(0):
        return "utf-16-le"
    if half and sample[::2].count(0) * 10 >= half * 4 and not sample[1::2].count(0):
        return "utf-16-be"
    return None
