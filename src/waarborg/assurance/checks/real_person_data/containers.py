"""Opening what holds other files, bounded: a bomb costs no more than its bound."""

import bz2
import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BufferedIOBase, BytesIO
from typing import IO, Literal

from waarborg.assurance.checks.real_person_data.kinds import Stream
from waarborg.assurance.checks.real_person_data.values import Kind, Limits

_ENCRYPTED_FLAG = 0x1
_DAMAGE = (OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zlib.error, lzma.LZMAError, KeyError,
           zipfile.BadZipFile, tarfile.TarError, IndexError, OverflowError, MemoryError)  # fmt: skip
_OPENERS: dict[Stream, Callable[[BytesIO], BufferedIOBase]] = {
    "gzip": lambda raw: gzip.GzipFile(fileobj=raw),
    "bzip2": bz2.BZ2File,
    "xz": lzma.LZMAFile,
}


@dataclass(frozen=True)
class Member:
    """A file in a container; `data` is None where it wasn't read, and `unread` says why."""

    name: str
    data: bytes | None = None
    unread: Kind | None = None


def open_stream(form: Stream, data: bytes, limits: Limits) -> Member:
    """Return what one compressed stream holds."""
    try:
        with _OPENERS[form](BytesIO(data)) as stream:
            return _bounded("", stream, limits.file_bytes)
    except _DAMAGE:
        return Member("", unread="damaged")


def open_container(form: Literal["zip", "tar"], data: bytes, limits: Limits) -> Iterator[Member]:
    """Yield the files in a zip or tar archive, until the bound on their number and on all they expand to."""
    left = limits.expanded_bytes
    members = _zip_members(data, limits) if form == "zip" else _tar_members(data, limits)
    try:
        for count, member in enumerate(members):
            left -= len(member.data or b"")
            if left < 0 or count >= limits.members:
                yield Member("", unread="too_large")
                return
            yield member
    except _DAMAGE:
        yield Member("", unread="damaged")


def _zip_members(data: bytes, limits: Limits) -> Iterator[Member]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            if info.flag_bits & _ENCRYPTED_FLAG:
                yield Member(info.filename, unread="encrypted")
                continue
            yield _zip_member(archive, info, limits)


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits) -> Member:
    try:
        with archive.open(info) as stream:
            return _bounded(info.filename, stream, limits.file_bytes)
    except _DAMAGE:
        return Member(info.filename, unread="damaged")


def _tar_members(data: bytes, limits: Limits) -> Iterator[Member]:
    with tarfile.open(fileobj=BytesIO(data), mode="r:") as archive:
        for info in archive:
            stream = archive.extractfile(info) if info.isreg() else None
            if stream is not None:
                yield _bounded(info.name, stream, limits.file_bytes)


def _bounded(name: str, stream: IO[bytes] | BufferedIOBase, bound: int) -> Member:
    data = stream.read(bound + 1)
    return Member(name, unread="too_large") if len(data) > bound else Member(name, data)
