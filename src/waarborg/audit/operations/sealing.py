"""The sequencer: spool rows become leaves, leaves a tree, the tree a signed checkpoint.

One batch is one transaction; a crash anywhere leaves either all of it or nothing.
1. Read committed spool rows in an order that no late commit can upset.
2. Compute every leaf hash from the bytes as they were read back.
3. Write leaves, complete tiles, the new head and the signed checkpoint.
4. After the commit, raise the high-water mark that stands outside the database, and publish the checkpoint.
A database that is smaller than its high-water mark was rolled back: nothing is signed any more, and that is loud.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection

from waarborg.audit.models import Checkpoint, Cursor, Head, Leaf, Log, Spool, Tile
from waarborg.audit.operations.sealkeys import signing_key
from waarborg.audit.rules import notes, tree
from waarborg.audit.rules.entries import decode, unbundled
from waarborg.kernel.transactions import own_transaction

BATCH = 512
TILE = 256
_LOCK = 7301
_NEXT_ON_POSTGRES = (
    "SELECT id, xid::text::bigint FROM audit_spool WHERE (xid::text::bigint, id) > (%s, %s)"
    " AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xid::text::bigint, id LIMIT %s"
)


class LogRolledBack(Exception):
    """The log is smaller than what was signed before: a restored back-up, or worse. Nothing more is signed."""


@dataclass(frozen=True)
class Batch:
    rows: tuple[Spool, ...]
    last_xid: int
    last_id: int


def seal_waiting(now: datetime) -> int:
    """Seal what is committed and waiting, and return the number of entries. Raises LogRolledBack."""
    heads: list[notes.Head] = []
    with own_transaction() as unit:
        if not _alone():
            return 0
        cursor, _ = Cursor.objects.get_or_create(pk=1)
        batch = _next(cursor)
        sealed = 0
        for log, rows in _by_log(batch.rows).items():
            head, count = _append(log, rows, now)
            heads.append(head)
            sealed += count
        if batch.rows:
            Cursor.objects.filter(pk=1).update(last_xid=batch.last_xid, last_id=batch.last_id)
        unit.after_commit["publish"] = lambda: _raise_high_water(heads)
    return sealed


def seal_all(now: datetime) -> int:
    """Seal until nothing waits."""
    total = 0
    while sealed := seal_waiting(now):
        total += sealed
    return total


def high_water() -> dict[str, dict[str, str | int]]:
    """Return the largest size and its root that were signed here, by origin."""
    path = Path(settings.WAARBORG.keys.high_water_file)
    return dict(json.loads(path.read_text())) if path.exists() else {}


def _alone() -> bool:
    """Be the only sequencer: an advisory lock on PostgreSQL; on SQLite the write transaction itself is one."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def _next(cursor: Cursor) -> Batch:
    if connection.vendor != "postgresql":
        rows = tuple(Spool.objects.filter(pk__gt=cursor.last_id).order_by("pk")[:BATCH])
        return Batch(rows, 0, rows[-1].pk if rows else cursor.last_id)
    with connection.cursor() as sql:
        sql.execute(_NEXT_ON_POSTGRES, [cursor.last_xid, cursor.last_id, BATCH])
        places = sql.fetchall()
    found = Spool.objects.in_bulk([row_id for row_id, _ in places])
    last_id, last_xid = places[-1] if places else (cursor.last_id, cursor.last_xid)
    return Batch(tuple(found[row_id] for row_id, _ in places), last_xid, last_id)


def _by_log(rows: Iterable[Spool]) -> dict[UUID, list[Spool]]:
    grouped: dict[UUID, list[Spool]] = {}
    for row in rows:
        grouped.setdefault(row.log, []).append(row)
    return grouped


def _append(log: UUID, rows: list[Spool], now: datetime) -> tuple[notes.Head, int]:
    origin = Log.objects.get(pk=log).origin
    head, _ = Head.objects.get_or_create(log=log, defaults={"size": 0, "frontier": b""})
    _refuse_roll_back(origin, head)
    leaves = [
        Leaf(log=log, spool=row, position=position, hash=tree.leaf_hash(entry), payload=decode(entry).payload_digest)
        for row in rows
        for position, entry in enumerate(unbundled(bytes(row.bundle)))
    ]
    for offset, leaf in enumerate(leaves):
        leaf.index = head.size + offset
    Leaf.objects.bulk_create(leaves)
    frontier, size = tree.extend(_cut(bytes(head.frontier)), head.size, (bytes(leaf.hash) for leaf in leaves))
    _write_tiles(log, head.size, size)
    Head.objects.filter(pk=log).update(size=size, frontier=b"".join(frontier))
    signed = notes.Head(origin, size, tree.root_of(frontier))
    note = notes.signed(signed, signing_key())
    Checkpoint.objects.create(log=log, size=size, root=signed.root, note=note, at=now)
    return signed, len(leaves)


def _refuse_roll_back(origin: str, head: Head) -> None:
    mark = high_water().get(origin)
    if mark is None:
        return
    size = int(mark["size"])
    known = Checkpoint.objects.filter(log=head.log, size=size).values_list("root", flat=True).first()
    if head.size < size or known is None or bytes(known).hex() != mark["root"]:
        raise LogRolledBack(f"{origin} has {head.size} entries; {size} were signed before.")


def _write_tiles(log: UUID, old_size: int, size: int) -> None:
    level, width = 0, TILE
    while size // width > 0:
        for index in range(old_size // width, size // width):
            Tile.objects.create(log=log, level=level, index=index, hashes=b"".join(_below(log, level, index)))
        level, width = level + 1, width * TILE


def _below(log: UUID, level: int, index: int) -> list[bytes]:
    start, end = index * TILE, (index + 1) * TILE
    if level == 0:
        leaves = Leaf.objects.filter(log=log, index__gte=start, index__lt=end).order_by("index")
        return [bytes(value) for value in leaves.values_list("hash", flat=True)]
    tiles = Tile.objects.filter(log=log, level=level - 1, index__gte=start, index__lt=end).order_by("index")
    return [tree.complete_root(_cut(bytes(value))) for value in tiles.values_list("hashes", flat=True)]


def _cut(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + tree.HASH_BYTES] for at in range(0, len(hashes), tree.HASH_BYTES)]


def _raise_high_water(heads: list[notes.Head]) -> None:
    if not heads:
        return
    marks = high_water() | {head.origin: {"size": head.size, "root": head.root.hex()} for head in heads}
    path = Path(settings.WAARBORG.keys.high_water_file)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_suffix(".partial")
    with partial.open("w") as file:
        json.dump(marks, file, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
