"""Recompute a log from its own bytes and say what doesn't fit.

1. Every spool row is in the tree exactly once, in order, but for those that still wait.
2. Every leaf hash is the hash of the entry as it is stored now, and every tile holds its 256 hashes.
3. The recomputed root at each checkpoint's size is the root that was signed, and the signature is this log's.
4. Every payload is the one its entry names, and is there, unless the key of its month was destroyed.
5. Every writer's chain runs from its first row without a hole, and each row carries its writer's MAC.
6. The log isn't smaller than the high-water mark outside the database, nor another one; a log that has a mark is there.
7. The sequencer goes on from what was signed last.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Exists, OuterRef

from waarborg.audit.models import Checkpoint, Head, Leaf, Log, Payload, Tile
from waarborg.audit.operations.marks import high_water
from waarborg.audit.operations.sealkeys import month_has_ended, signing_key
from waarborg.audit.queries.chains import CHUNK, Broken, broken_chains, left_out, logs_without_a_name, waiting
from waarborg.audit.rules import entries, notes, tree
from waarborg.audit.values import Fault, Verification

JUST_SEALED = 0.5
"""Seconds within which the first mark of a log follows the commit of what it marks."""
TILE = 256
NOWHERE = UUID(int=0)
"""Stands for a log of which only the mark is left."""
Mark = Mapping[str, str | int]


@dataclass
class Walk:
    """What was recomputed so far for one log."""

    log: Log
    frontier: list[bytes] = field(default_factory=list)
    size: int = 0
    row: list[list[bytes]] = field(default_factory=lambda: [[]])
    """Per level the hashes that don't fill a tile yet."""
    faults: list[Fault] = field(default_factory=list)

    def fault(self, code: str, place: object) -> None:
        self.faults.append(Fault(code, str(place)))


def verify_logs(scope: UUID | None = None) -> list[Verification]:
    """Verify every log, or those of one scope.

    The marks are read before anything else: what is sealed meanwhile makes a log longer than its mark, never shorter.
    """
    marks = high_water()
    logs = list(Log.objects.order_by("created_at") if scope is None else Log.objects.filter(scope=scope))
    broken = broken_chains()
    known = [_verified(log, broken, marks.get(log.origin)) for log in logs]
    return known if scope is not None else [*known, *_gone(marks)]


def _gone(marks: Mapping[str, Mark]) -> Iterator[Verification]:
    """Name the logs that were signed, or have entries, and aren't there any more."""
    there = set(Log.objects.values_list("origin", flat=True))
    for origin in sorted(marks.keys() - there):
        yield Verification(NOWHERE, origin, 0, 0, 0, (Fault("log_gone", str(marks[origin]["size"])),))
    for log in logs_without_a_name():
        yield Verification(log, str(log), 0, waiting(log), 0, (Fault("log_gone", str(log)),))


def _verified(log: Log, broken: list[Broken], mark: Mark | None) -> Verification:
    walk = Walk(log)
    if log.origin != notes.origin_of(log.scope, log.year, log.pk):
        walk.fault("log_relabelled", log.scope)
    checkpoints = Checkpoint.objects.filter(log=log.pk).order_by("size").iterator(chunk_size=CHUNK)
    due = next(checkpoints, None)
    for index, leaf in enumerate(_leaves(log)):
        _check_leaf(walk, index, leaf)
        _grow(walk, bytes(leaf.hash))
        while due is not None and due.size <= walk.size:
            _check_checkpoint(walk, due)
            due = next(checkpoints, None)
    for beyond in [due, *checkpoints] if due is not None else []:
        walk.fault("checkpoint_beyond_the_log", beyond.size)
    _check_high_water(walk, mark)
    _check_head(walk)
    _check_payloads(walk)
    walk.faults += [fault for owner, fault in broken if owner == log.pk]
    for row in left_out(log.pk):
        walk.fault("entry_left_out", row)
    last = Checkpoint.objects.filter(log=log.pk).order_by("-size").first()
    return Verification(log.pk, log.origin, walk.size, waiting(log.pk), last.size if last else 0, tuple(walk.faults))


def _leaves(log: Log) -> Iterator[Leaf]:
    return Leaf.objects.filter(log=log.pk).select_related("spool").order_by("index").iterator(chunk_size=CHUNK)


def _check_leaf(walk: Walk, index: int, leaf: Leaf) -> None:
    if leaf.index != index:
        walk.fault("entry_missing", index)
    try:
        stored = list(entries.unbundled(bytes(leaf.spool.bundle)))
        entry = stored[leaf.position]
        header = entries.decode(entry)
    except (entries.EntryDamaged, IndexError):
        walk.fault("entry_damaged", index)
        return
    if tree.leaf_hash(entry) != bytes(leaf.hash) or header.payload_digest != bytes(leaf.payload):
        walk.fault("entry_changed", index)


def _grow(walk: Walk, leaf: bytes) -> None:
    walk.frontier, walk.size = tree.extend(walk.frontier, walk.size, [leaf])
    walk.row[0].append(leaf)
    level = 0
    while len(walk.row[level]) == TILE:
        _check_tile(walk, level)
        if level + 1 == len(walk.row):
            walk.row.append([])
        walk.row[level + 1].append(tree.complete_root(walk.row[level]))
        walk.row[level] = []
        level += 1


def _check_tile(walk: Walk, level: int) -> None:
    """Proofs are made of tiles: with another one an entry that is there can't be proven."""
    index = walk.size // TILE ** (level + 1) - 1
    stored = Tile.objects.filter(log=walk.log.pk, level=level, index=index).values_list("hashes", flat=True).first()
    if stored is None or bytes(stored) != b"".join(walk.row[level]):
        walk.fault("tile_changed", f"{level}/{index}")


def _check_checkpoint(walk: Walk, row: Checkpoint) -> None:
    root = tree.root_of(walk.frontier)
    try:
        head = notes.opened(row.note, signing_key().public_key())
    except (notes.NoteRefused, ValueError):
        walk.fault("signature_invalid", row.size)
        return
    if (head.origin, head.size, head.root) != (walk.log.origin, walk.size, root):
        walk.fault("root_differs_from_signed", row.size)


def _check_high_water(walk: Walk, mark: Mark | None) -> None:
    if mark is None:
        if walk.size and not _first_marked_just_now(walk.log.origin):
            walk.fault("high_water_missing", walk.size)
        return
    size = int(mark["size"])
    if walk.size < size:
        walk.fault("log_rolled_back", size)
    signed = Checkpoint.objects.filter(log=walk.log.pk, size=size).first()
    if signed is None or bytes(signed.root).hex() != mark["root"]:
        walk.fault("log_replaced", size)


def _first_marked_just_now(origin: str) -> bool:
    time.sleep(JUST_SEALED)
    return origin in high_water()


def _check_head(walk: Walk) -> None:
    """Head isn't proof of anything; but from a bent one the sequencer can't go on."""
    head = Head.objects.filter(log=walk.log.pk).first()
    if head is None or head.size == 0:
        return
    frontier = bytes(head.frontier)
    root = tree.root_of([frontier[at : at + tree.HASH_BYTES] for at in range(0, len(frontier), tree.HASH_BYTES)])
    signed = Checkpoint.objects.filter(log=walk.log.pk, size=head.size).first()
    if signed is None or bytes(signed.root) != root:
        walk.fault("head_changed", head.size)


def _check_payloads(walk: Walk) -> None:
    """A payload that is there must be the logged one, and one may be gone only when its month's key was destroyed."""
    for payload in Payload.objects.filter(log=walk.log.pk).iterator(chunk_size=CHUNK):
        if entries.digest_of(bytes(payload.ciphertext)) != bytes(payload.digest):
            walk.fault("payload_changed", bytes(payload.digest).hex()[:16])
    there = Payload.objects.filter(digest=OuterRef("payload"))
    gone = Leaf.objects.filter(~Exists(there), log=walk.log.pk).select_related("spool").order_by("index")
    ended: dict[int, bool] = {}
    for leaf in gone.iterator(chunk_size=CHUNK):
        month = _month_of(leaf)
        if month not in ended:
            ended[month] = month_has_ended(walk.log.pk, month)
        if not ended[month]:
            walk.fault("payload_gone", leaf.index)


def _month_of(leaf: Leaf) -> int:
    """Return the month of an entry; of a damaged one, which is a fault already, a month that never ends."""
    try:
        return entries.decode(list(entries.unbundled(bytes(leaf.spool.bundle)))[leaf.position]).epoch
    except (entries.EntryDamaged, IndexError):
        return -1
