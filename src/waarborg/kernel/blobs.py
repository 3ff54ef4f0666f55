"""Files kept by digest, sealed under their scope's key; a row says which scope keeps what."""

import hashlib
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from waarborg.kernel.files import write_whole
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
        write_whole(_path(row), seal(content, key_for(scope, "blobs"), _place(row)))
        # Someone else may keep the same file at this moment: theirs counts, and ours lies sealed beside it, named by nothing.
        Blob.objects.bulk_create([row], ignore_conflicts=True)
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
