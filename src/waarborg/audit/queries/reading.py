"""Entries opened for a reader, newest first, and the proof of one entry's place."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Sum

from waarborg.audit.models import Checkpoint, Leaf, Log, Payload, Spool, Tile
from waarborg.audit.operations.recording import act
from waarborg.audit.operations.sealkeys import epoch_key, object_tag, signing_key
from waarborg.audit.permissions import READ_LOG
from waarborg.audit.rules import entries, tree
from waarborg.audit.rules.disclosure import disclosed
from waarborg.audit.rules.notes import verifier_key
from waarborg.audit.values import Action, Entry, LogState
from waarborg.kernel.actor import Actor

DAMAGED = "damaged"
"""The event of an entry that isn't the one that was written any more; verification names it and says what is wrong."""


@dataclass(frozen=True)
class Proof:
    """Where one entry stands in the sealed log, and the path from it to the signed root."""

    log: UUID
    origin: str
    index: int
    size: int
    leaf: bytes
    path: tuple[bytes, ...]
    root: bytes
    note: str
    sealed_at: datetime
    key: str

    @property
    def holds(self) -> bool:
        return tree.verify_inclusion(self.leaf, self.index, self.size, self.path, self.root)


def page_of_entries(scope: UUID, *, before: int | None = None, size: int = 50) -> list[tuple[int, Entry]]:
    """Return (spool row, entry) pairs of one scope, newest first; `before` is the spool row of the page's end."""
    logs = list(Log.objects.filter(scope=scope).values_list("pk", flat=True))
    rows = Spool.objects.filter(log__in=logs).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return _entries(list(rows[:size]))


def _entries(chosen: Sequence[Spool]) -> list[tuple[int, Entry]]:
    found = [(row, position, header) for row in chosen for position, header in enumerate(_headers(row))]
    places = _places(chosen)
    payloads = _payloads([header for _, _, header in found if header is not None])
    return [(row.pk, _opened(header, payloads, places.get((row.pk, position)))) for row, position, header in found]


def _headers(row: Spool) -> Sequence[entries.Header | None]:
    """Return what a row holds; None for one that was damaged, so that the rest of the log can still be read."""
    try:
        return [entries.decode(entry) for entry in entries.unbundled(bytes(row.bundle))]
    except entries.EntryDamaged:
        return [None]


class LogBroken(Exception):
    """Something that the proof of this entry needs was removed or damaged; verification names it."""


def proof_about(object_id: UUID) -> Proof | None:
    """Return the proof of the first entry about an object, or None while it isn't sealed. Raises LogBroken."""
    leaf = _leaf_about(object_id)
    try:
        return prove(leaf.log, leaf.index) if leaf is not None else None
    except (ObjectDoesNotExist, IndexError) as error:
        raise LogBroken from error


def disclosure_about(object_id: UUID) -> dict[str, Any] | None:
    """Return the first entry about an object in a form that verifies elsewhere, or None while it isn't sealed.

    It opens this one entry to whoever gets it, and no other. Raises LogBroken.
    """
    leaf = _leaf_about(object_id)
    if leaf is None:
        return None
    try:
        return _disclosed(leaf, prove(leaf.log, leaf.index))
    except (entries.EntryDamaged, ObjectDoesNotExist, IndexError) as error:
        raise LogBroken from error


def _disclosed(leaf: Leaf, proof: Proof) -> dict[str, Any]:
    entry = list(entries.unbundled(bytes(leaf.spool.bundle)))[leaf.position]
    header = entries.decode(entry)
    ciphertext = bytes(Payload.objects.get(digest=header.payload_digest).ciphertext)
    month = epoch_key(header.log, header.epoch)
    return disclosed(
        entry=entry,
        ciphertext=ciphertext,
        keys=entries.record_keys(month, header.log, header.epoch, ciphertext[: entries.NONCE_BYTES]),
        index=proof.index,
        path=list(proof.path),
        note=proof.note,
        key=proof.key,
    )


def open_log(*, by: Actor, now: datetime, page: int) -> None:
    """Log that the log is read (NEN 7513: reading the log is an event of its own). Raises NotAllowed."""
    with act("log.read", READ_LOG, by=by, now=now, action=Action.READ) as done:
        done.detail = {"page": page}


def log_page(scope: UUID, *, number: int, size: int = 50) -> tuple[list[Entry], int, int]:
    """Return a page of entries, the newest first, which page that is, and how many transactions there are.

    A page past the end is the last one.
    """
    logs = list(Log.objects.filter(scope=scope).values_list("pk", flat=True))
    rows = Spool.objects.filter(log__in=logs)
    total = rows.count()
    number = min(max(1, number), max(1, -(-total // size)))
    chosen = list(rows.order_by("-pk")[(number - 1) * size : number * size])
    return [entry for _, entry in _entries(chosen)], number, total


def log_state(scope: UUID) -> LogState:
    """Return how far the log of a scope is sealed."""
    log = Log.objects.filter(scope=scope).order_by("-year").first()
    last = Checkpoint.objects.filter(log=log.pk).order_by("-size").first() if log else None
    size = last.size if last else 0
    written = Spool.objects.filter(log=log.pk).aggregate(n=Sum("count"))["n"] or 0 if log else 0
    key = verifier_key(log.origin, signing_key().public_key()) if log else ""
    return LogState(size, last.at if last else None, written - size, key)


def _leaf_about(object_id: UUID) -> Leaf | None:
    digests = Payload.objects.filter(about=object_tag(str(object_id))).values_list("digest", flat=True)
    found = Leaf.objects.filter(payload__in=[bytes(each) for each in digests]).select_related("spool")
    return found.order_by("pk").first()


def prove(log: UUID, index: int) -> Proof:
    """Return the proof of one place against the latest checkpoint. Raises Leaf.DoesNotExist."""
    checkpoint = Checkpoint.objects.filter(log=log).latest("size")
    leaf = Leaf.objects.get(log=log, index=index)
    nodes = Nodes(log, checkpoint.size)
    path = tree.inclusion_path(index, checkpoint.size, nodes)
    origin = Log.objects.get(pk=log).origin
    return Proof(
        log, origin, index, checkpoint.size, bytes(leaf.hash), tuple(path), bytes(checkpoint.root), checkpoint.note,
        checkpoint.at, verifier_key(origin, signing_key().public_key()),
    )  # fmt: skip


class Nodes:
    """Hashes of complete subtrees, from tiles where they are complete and from leaves at the right edge."""

    def __init__(self, log: UUID, size: int) -> None:
        self.log, self.size = log, size
        self._tiles: dict[tuple[int, int], Sequence[bytes]] = {}

    def __call__(self, level: int, index: int) -> bytes:
        tile_level, within = divmod(level, 8)
        first = index << within
        hashes = self._tile(tile_level, first // 256)
        return tree.complete_root(hashes[first % 256 : first % 256 + (1 << within)])

    def _tile(self, level: int, index: int) -> Sequence[bytes]:
        if (level, index) not in self._tiles:
            self._tiles[level, index] = self._loaded(level, index)
        return self._tiles[level, index]

    def _loaded(self, level: int, index: int) -> Sequence[bytes]:
        stored = Tile.objects.filter(log=self.log, level=level, index=index).values_list("hashes", flat=True).first()
        if stored is not None:
            whole = bytes(stored)
            return [whole[at : at + 32] for at in range(0, len(whole), 32)]
        start, end = index * 256, (index + 1) * 256
        if level == 0:
            leaves = Leaf.objects.filter(log=self.log, index__gte=start, index__lt=min(end, self.size)).order_by(
                "index"
            )
            return [bytes(value) for value in leaves.values_list("hash", flat=True)]
        complete = (self.size >> 8 * level) - start
        return [tree.complete_root(self._tile(level - 1, start + at)) for at in range(min(256, complete))]


def _places(rows: Sequence[Spool]) -> dict[tuple[int, int], int]:
    leaves = Leaf.objects.filter(spool__in=[row.pk for row in rows])
    return {(spool, position): index for spool, position, index in leaves.values_list("spool_id", "position", "index")}


def _payloads(headers: Sequence[entries.Header]) -> dict[bytes, bytes]:
    found = Payload.objects.filter(digest__in=[header.payload_digest for header in headers])
    return {bytes(row.digest): bytes(row.ciphertext) for row in found}


def _opened(header: entries.Header | None, payloads: Mapping[bytes, bytes], index: int | None) -> Entry:
    if header is None:
        return _unread(index, None, DAMAGED)
    ciphertext = payloads.get(header.payload_digest)
    if ciphertext is None:
        return _unread(index, header.time, "forgotten")
    try:
        said = json.loads(entries.opened_payload(ciphertext, epoch_key(header.log, header.epoch), header))
    except entries.EntryDamaged:
        return _unread(index, header.time, DAMAGED)
    event, agent = said["event"], said["agent"]
    return Entry(
        index,
        header.time,
        event["code"],
        event["action"],
        event["outcome"],
        agent["id"],
        agent["role"],
        tuple(f"{each['type']}:{each['id']}" for each in said["objects"]),
        said["objects"][0]["authorization"],
        event["reason"],
        said["detail"],
    )


def _unread(index: int | None, at: datetime | None, event: str) -> Entry:
    return Entry(index, at, event, "", "", "", "", (), "", "")
