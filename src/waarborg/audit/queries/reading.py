"""Entries opened for a reader, newest first, and the proof of one entry's place."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from waarborg.audit.models import Checkpoint, Leaf, Log, Payload, Spool, Tile
from waarborg.audit.operations.sealkeys import epoch_key, object_tag
from waarborg.audit.rules import entries, tree
from waarborg.audit.values import Entry


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

    @property
    def holds(self) -> bool:
        return tree.verify_inclusion(self.leaf, self.index, self.size, self.path, self.root)


def page_of_entries(scope: UUID, *, before: int | None = None, size: int = 50) -> list[tuple[int, Entry]]:
    """Return (spool row, entry) pairs of one scope, newest first; `before` is the spool row of the page's end."""
    logs = list(Log.objects.filter(scope=scope).values_list("pk", flat=True))
    rows = Spool.objects.filter(log__in=logs).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    chosen = list(rows[:size])
    headers = [(row, entries.decode(entry)) for row in chosen for entry in entries.unbundled(bytes(row.bundle))]
    places = _places(chosen)
    payloads = _payloads([header for _, header in headers])
    return [
        (row.pk, _opened(header, payloads.get(header.payload_digest), places.get(row.pk))) for row, header in headers
    ]


def proof_about(object_id: UUID) -> Proof | None:
    """Return the proof of the first entry about an object, or None while it isn't sealed."""
    digests = Payload.objects.filter(about=object_tag(str(object_id))).values_list("digest", flat=True)
    leaf = Leaf.objects.filter(payload__in=[bytes(each) for each in digests]).order_by("pk").first()
    return prove(leaf.log, leaf.index) if leaf is not None else None


def prove(log: UUID, index: int) -> Proof:
    """Return the proof of one place against the latest checkpoint. Raises Leaf.DoesNotExist."""
    checkpoint = Checkpoint.objects.filter(log=log).latest("size")
    leaf = Leaf.objects.get(log=log, index=index)
    nodes = Nodes(log, checkpoint.size)
    path = tree.inclusion_path(index, checkpoint.size, nodes)
    origin = Log.objects.get(pk=log).origin
    return Proof(
        log, origin, index, checkpoint.size, bytes(leaf.hash), tuple(path), bytes(checkpoint.root), checkpoint.note
    )


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


def _places(rows: Sequence[Spool]) -> dict[int, int]:
    leaves = Leaf.objects.filter(spool__in=[row.pk for row in rows], position=0)
    return dict(leaves.values_list("spool_id", "index"))


def _payloads(headers: Sequence[entries.Header]) -> dict[bytes, bytes]:
    found = Payload.objects.filter(digest__in=[header.payload_digest for header in headers])
    return {bytes(row.digest): bytes(row.ciphertext) for row in found}


def _opened(header: entries.Header, ciphertext: bytes | None, index: int | None) -> Entry:
    if ciphertext is None:
        return Entry(index, header.time, "forgotten", "", "", "", "", (), "", "")
    said = json.loads(entries.opened_payload(ciphertext, epoch_key(header.log, header.epoch), header))
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
