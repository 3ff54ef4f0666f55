"""Recompute a log from its own bytes and say what doesn't fit.

1. Every spool row is in the tree exactly once, in order, but for those that still wait.
2. Every leaf hash is the hash of the entry as it is stored now.
3. The recomputed root at each checkpoint's size is the root that was signed, and the signature is this log's.
4. Every payload that is still there is the one its entry names.
5. Every writer's chain runs from its first row without a hole, and each row carries its writer's MAC.
6. The log isn't smaller than the high-water mark outside the database, nor another one.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from uuid import UUID

from waarborg.audit.models import Checkpoint, Leaf, Log, Payload, Spool
from waarborg.audit.operations.sealing import high_water
from waarborg.audit.operations.sealkeys import opened_by_verifier, signing_key
from waarborg.audit.rules import entries, notes, tree
from waarborg.audit.values import Fault, Verification

CHUNK = 2000
JUST_SEALED = 0.5
"""Seconds within which the first mark of a log follows the commit of what it marks."""
Mark = Mapping[str, str | int]


@dataclass
class Walk:
    """What was recomputed so far for one log."""

    log: Log
    frontier: list[bytes] = field(default_factory=list)
    size: int = 0
    faults: list[Fault] = field(default_factory=list)

    def fault(self, code: str, place: object) -> None:
        self.faults.append(Fault(code, str(place)))


def verify_logs(scope: UUID | None = None) -> list[Verification]:
    """Verify every log, or those of one scope.

    The marks are read before anything else: what is sealed meanwhile makes a log longer than its mark, never shorter.
    """
    marks = high_water()
    logs = Log.objects.order_by("created_at") if scope is None else Log.objects.filter(scope=scope)
    broken = _broken_chains()
    return [_verified(log, broken, marks.get(log.origin)) for log in logs]


def _verified(log: Log, broken: list[tuple[UUID, Fault]], mark: Mark | None) -> Verification:
    walk = Walk(log)
    checkpoints = {row.size: row for row in Checkpoint.objects.filter(log=log.pk)}
    for index, leaf in enumerate(_leaves(log)):
        _check_leaf(walk, index, leaf)
        walk.frontier, walk.size = tree.extend(walk.frontier, walk.size, [bytes(leaf.hash)])
        if walk.size in checkpoints:
            _check_checkpoint(walk, checkpoints.pop(walk.size))
    for size in checkpoints:
        walk.fault("checkpoint_beyond_the_log", size)
    _check_high_water(walk, mark)
    _check_payloads(walk)
    walk.faults += [fault for owner, fault in broken if owner == log.pk]
    waiting = _check_nothing_left_out(walk)
    last = Checkpoint.objects.filter(log=log.pk).order_by("-size").first()
    return Verification(log.pk, log.origin, walk.size, waiting, last.size if last else 0, tuple(walk.faults))


def _leaves(log: Log) -> Iterator[Leaf]:
    return Leaf.objects.filter(log=log.pk).select_related("spool").order_by("index").iterator(chunk_size=CHUNK)


def _check_leaf(walk: Walk, index: int, leaf: Leaf) -> None:
    if leaf.index != index:
        walk.fault("entry_missing", index)
    try:
        stored = list(entries.unbundled(bytes(leaf.spool.bundle)))
        entry = stored[leaf.position]
        entries.decode(entry)
    except (entries.EntryDamaged, IndexError):
        walk.fault("entry_damaged", index)
        return
    if tree.leaf_hash(entry) != bytes(leaf.hash):
        walk.fault("entry_changed", index)


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


def _check_payloads(walk: Walk) -> None:
    """Payloads may be gone (their term ended, their person was forgotten); one that is there must be the logged one."""
    digests = Payload.objects.filter(log=walk.log.pk).iterator(chunk_size=CHUNK)
    for payload in digests:
        if entries.digest_of(bytes(payload.ciphertext)) != bytes(payload.digest):
            walk.fault("payload_changed", bytes(payload.digest).hex()[:16])


def _check_nothing_left_out(walk: Walk) -> int:
    """Return how many entries still wait. A row below the last sealed one that has no leaf was left out."""
    last = Leaf.objects.filter(log=walk.log.pk).order_by("-index").values_list("spool_id", flat=True).first()
    waiting = 0
    for row in Spool.objects.filter(log=walk.log.pk).exclude(pk__in=Leaf.objects.values("spool_id")).order_by("pk"):
        if last is not None and row.pk < last and _sealed_after(row, last):
            walk.fault("entry_left_out", row.pk)
        waiting += row.count
    return waiting


def _sealed_after(row: Spool, last: int) -> bool:
    """On PostgreSQL a row with a lower id may commit later than one with a higher id, so only a chain can tell."""
    later = Leaf.objects.filter(spool__writer=row.writer, spool__writer_seq__gt=row.writer_seq, spool_id__lte=last)
    return later.exists()


def _broken_chains() -> list[tuple[UUID, Fault]]:
    """Follow every writer from its first row; return the log and the first fault of each that breaks."""
    faults: list[tuple[UUID, Fault]] = []
    rows = Spool.objects.order_by("writer", "writer_seq").iterator(chunk_size=CHUNK)
    for writer, chain in groupby(rows, key=lambda row: row.writer):
        fault = _first_break(writer, chain)
        if fault is not None:
            faults.append(fault)
    return faults


def _first_break(writer: UUID, chain: Iterator[Spool]) -> tuple[UUID, Fault] | None:
    key, previous = b"", bytes(16)
    for expected, row in enumerate(chain):
        key = _first_key(row) if expected == 0 else entries.ratcheted(key)
        bundle, place = bytes(row.bundle), f"{writer}/{expected}"
        if row.writer_seq != expected or not key:
            return row.log, Fault("writer_has_a_hole", place)
        if bytes(row.mac) != entries.writer_mac(key, row.log, writer, expected, bundle):
            return row.log, Fault("writer_didnt_vouch", place)
        if not entries.follows(bundle, previous):
            return row.log, Fault("writer_chain_broken", place)
        previous = entries.last_hash(bundle)
    return None


def _first_key(row: Spool) -> bytes:
    if row.writer_seq != 0 or row.sealed_key is None:
        return b""
    try:
        return opened_by_verifier(bytes(row.sealed_key))
    except Exception:  # noqa: BLE001 - whatever it is, this chain can't be followed, and that is the finding
        return b""
