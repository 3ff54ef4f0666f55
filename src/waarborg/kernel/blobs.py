"""Files kept by digest, sealed under their scope's key; a row says which scope keeps what."""

import hashlib
import os
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from waarborg.kernel.keyring import key_for
from waarborg.kernel.models import Blob
from waarborg.kernel.references import new_id
from waarborg.kernel.sealing import CannotOpen, Place, key_id, seal, unseal
from waarborg.kernel.transactions import current

LARGEST = 25 * 1024 * 1024


class BlobTooLarge(Exception):
    """The file exceeds LARGEST bytes."""


def keep(content: bytes, *, media_type: str, scope: UUID, now: datetime) -> str:
    """Store a file and return its SHA-256. The file is on disk before the row that names it commits."""
    current()
    if len(content) > LARGEST:
        raise BlobTooLarge
    digest = hashlib.sha256(content).hexdigest()
    if not Blob.objects.filter(scope=scope, digest=digest).exists():
        row = Blob(pk=new_id(), scope=scope, digest=digest, size=len(content), media_type=media_type, created_at=now)
        _write(_path(row), seal(content, key_for(scope, "blobs"), _place(row)))
        row.save(force_insert=True)
    return digest


def fetch(digest: str, *, scope: UUID) -> bytes:
    """Return a kept file. Raises Blob.DoesNotExist for another scope's, CannotOpen when its bytes were altered."""
    row = Blob.objects.get(scope=scope, digest=digest)
    sealed = _path(row).read_bytes()
    key_id(sealed)
    content = unseal(sealed, key_for(scope, "blobs"), _place(row))
    if hashlib.sha256(content).hexdigest() != digest:
        raise CannotOpen("The file isn't the one its digest names.")
    return content


def _place(row: Blob) -> Place:
    return Place(row.scope, "blob", row.pk)


def _path(row: Blob) -> Path:
    return Path(settings.WAARBORG.data_dir) / "blobs" / row.pk.hex[-2:] / row.pk.hex


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
