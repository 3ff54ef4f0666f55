"""The sequencer: spool rows become leaves, leaves a tree, the tree a signed checkpoint.

One batch is one transaction; a crash anywhere leaves either all of it or nothing.
1. Read committed spool rows in an order that no late commit can upset.
2. Compute every leaf hash from the bytes as they were read back.
3. Write leaves, complete tiles, the new head and the signed checkpoint.
4. After the commit, raise the high-water mark that stands outside the database. Until that is done nothing more is sealed.
A database that is smaller than its high-water mark, or goes on from something else than what was signed last, was rolled back or bent:
nothing is signed any more, and that is loud.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from waarborg.audit.models import Checkpoint, Cursor, Head, Leaf, Log, Spool, Tile
from waarborg.audit.operations.marks import Mark, high_water, raise_marks
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
    _mark_what_is_signed()
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
        unit.after_commit["publish"] = lambda: raise_marks(heads)
    return sealed


def seal_all(now: datetime) -> int:
    """Seal what waits now. What comes in meanwhile is for the next time: someone who never stops acting can't hold this up."""
    total = sealed = seal_waiting(now)
    while sealed >= BATCH:
        sealed = seal_waiting(now)
        total += sealed
    return total


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
    roots = _continued(origin, head)
    leaves = [
        Leaf(log=log, spool=row, position=position, hash=tree.leaf_hash(entry), payload=decode(entry).payload_digest)
        for row in rows
        for position, entry in enumerate(unbundled(bytes(row.bundle)))
    ]
    for offset, leaf in enumerate(leaves):
        leaf.index = head.size + offset
    Leaf.objects.bulk_create(leaves)
    frontier, size = tree.extend(roots, head.size, (bytes(leaf.hash) for leaf in leaves))
    _write_tiles(log, head.size, size)
    Head.objects.filter(pk=log).update(size=size, frontier=b"".join(frontier))
    signed = notes.Head(origin, size, tree.root_of(frontier))
    note = notes.signed(signed, signing_key())
    Checkpoint.objects.create(log=log, size=size, root=signed.root, note=note, at=now)
    return signed, len(leaves)


def _continued(origin: str, head: Head) -> list[bytes]:
    """Return the frontier on which a log goes on: that of the checkpoint signed last. Raises LogRolledBack.

    Head is a row that an administrator can write. Were it believed, whatever stands in it would be signed.
    """
    frontier, last = _cut(bytes(head.frontier)), _last_signed(head.log, origin)
    if (head.size, tree.root_of(frontier)) != (last.size, last.root) or not _reaches_its_mark(head.log, origin, last):
        raise LogRolledBack(f"{origin} has {head.size} entries, and isn't what was signed before.")
    return frontier


def _last_signed(log: UUID, origin: str) -> notes.Head:
    """Return what the last checkpoint says, by its signature. Raises LogRolledBack."""
    row = Checkpoint.objects.filter(log=log).order_by("-size").first()
    if row is None:
        return notes.Head(origin, 0, tree.EMPTY)
    try:
        head = notes.opened(row.note, signing_key().public_key())
    except (notes.NoteRefused, ValueError) as error:
        raise LogRolledBack(f"The last checkpoint of {origin} isn't signed by this log.") from error
    if (head.origin, head.size, head.root) != (origin, row.size, bytes(row.root)):
        raise LogRolledBack(f"The last checkpoint of {origin} isn't the one that was signed.")
    return head


def _reaches_its_mark(log: UUID, origin: str, last: notes.Head) -> bool:
    mark = high_water().get(origin)
    if mark is None:
        return True
    marked = Checkpoint.objects.filter(log=log, size=mark["size"]).values_list("root", flat=True).first()
    return last.size >= int(mark["size"]) and marked is not None and bytes(marked).hex() == mark["root"]


def _mark_what_is_signed() -> None:
    """Raise the marks that a crash or a full disk kept behind: at most one checkpoint a log, for nothing is sealed before this.

    A log that has more checkpoints and no mark at all lost it in another way: verification says so.
    """
    marks = high_water()
    behind = [_last_signed(log.pk, log.origin) for log in Log.objects.all() if _is_behind(log, marks.get(log.origin))]
    if behind:
        raise_marks(behind)


def _is_behind(log: Log, mark: Mark | None) -> bool:
    sizes = list(Checkpoint.objects.filter(log=log.pk).order_by("-size").values_list("size", flat=True)[:2])
    if mark is None:
        return len(sizes) == 1
    return (
        bool(sizes)
        and sizes[0] > int(mark["size"])
        and _reaches_its_mark(log.pk, log.origin, _last_signed(log.pk, log.origin))
    )


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
