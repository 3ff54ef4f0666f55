"""From what an act says to the one spool row before its commit.

A writer is one thread of one process. Its rows form a chain of their own, with a MAC key that is ratcheted after every commit, so that
a row that disappears between its commit and the next checkpoint leaves a hole (a forward-secure sequential MAC).
"""

import hashlib
import os
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from waarborg.audit.models import Checkpoint, Log, Payload, Spool
from waarborg.audit.operations import sealkeys
from waarborg.audit.rules import entries
from waarborg.audit.rules.notes import APPLICATION, origin_of
from waarborg.kernel.canonical import canonical
from waarborg.kernel.keyring import key_for
from waarborg.kernel.references import new_id
from waarborg.kernel.transactions import Unit, current

ANCHOR_AGE = 5.0
"""Seconds for which a writer may name the same checkpoint as the latest it has seen."""
_NAME = "audit"


@dataclass
class Writer:
    """The state of one writer: what its next row is numbered, chained to and vouched with."""

    id: UUID
    key: bytes
    seq: int = 0
    previous: bytes = bytes(16)


class _Here(threading.local):
    writer: Writer | None = None
    collected: list[tuple[UUID, datetime, Mapping[str, Any]]] | None = None


_here = _Here()
_logs: dict[tuple[UUID, int], UUID] = {}
_anchors: dict[UUID, tuple[float, int, bytes]] = {}


def collect(scope: UUID, now: datetime, payload: Mapping[str, Any]) -> None:
    """Keep one entry until just before the running transaction commits. Raises NoTransaction outside one."""
    unit = current()
    if _NAME not in unit.before_commit:
        _here.collected = []
        unit.before_commit[_NAME] = lambda: _write(unit)
    assert _here.collected is not None  # noqa: S101 - set above, once per transaction
    _here.collected.append((scope, now, payload))


def forget() -> None:
    """Drop what this process knows of logs and writers: after a fork, or when the database is another."""
    _here.writer = None
    _logs.clear()
    _anchors.clear()


os.register_at_fork(after_in_child=forget)


def _write(unit: Unit) -> None:
    collected = _here.collected or []
    by_log: dict[UUID, list[tuple[datetime, Mapping[str, Any]]]] = {}
    for scope, now, payload in collected:
        by_log.setdefault(_log_for(scope, now, unit), []).append((now, payload))
    writer = _here.writer or Writer(new_id(), secrets.token_bytes(32))
    # Whether a commit that breaks off was done nobody knows: then another writer goes on, and no number is given out twice.
    _here.writer = None
    for log, said in by_log.items():
        writer = _spooled(log, said, writer)
    unit.after_commit[_NAME] = lambda: setattr(_here, "writer", writer)


def _spooled(log: UUID, said: list[tuple[datetime, Mapping[str, Any]]], writer: Writer) -> Writer:
    """Write the row of one log, and return the writer's state after it."""
    encoded: list[bytes] = []
    payloads: list[Payload] = []
    previous = writer.previous
    for now, payload in said:
        entry, stored = _entry(log, now, payload, writer, previous)
        previous = hashlib.sha256(entry).digest()[:16]
        encoded.append(entry)
        payloads.append(stored)
    Payload.objects.bulk_create(payloads)
    bundle = entries.bundled(encoded)
    Spool.objects.create(
        log=log,
        writer=writer.id,
        writer_seq=writer.seq,
        sealed_key=sealkeys.sealed_to_verifier(writer.key) if writer.seq == 0 else None,
        mac=entries.writer_mac(writer.key, log, writer.id, writer.seq, bundle),
        count=len(encoded),
        bundle=bundle,
    )
    return Writer(writer.id, entries.ratcheted(writer.key), writer.seq + 1, previous)


def _entry(
    log: UUID, now: datetime, payload: Mapping[str, Any], writer: Writer, previous: bytes
) -> tuple[bytes, Payload]:
    epoch = entries.epoch_of(now)
    plain = canonical(payload)
    ciphertext, commitment = entries.sealed_payload(plain, sealkeys.epoch_key(log, epoch), log, epoch)
    digest = hashlib.sha256(ciphertext).digest()
    size, root = _anchor(log)
    header = entries.Header(log, writer.id, writer.seq, previous, size, root[:8], now, epoch, commitment, digest)
    return entries.encode(header), Payload(
        digest=digest, log=log, ciphertext=ciphertext, about=sealkeys.object_tag(str(payload["objects"][0]["id"]))
    )


def _anchor(log: UUID) -> tuple[int, bytes]:
    """Return the latest checkpoint seen: it proves that the entry came after it."""
    known = _anchors.get(log)
    if known is None or time.monotonic() - known[0] > ANCHOR_AGE:
        row = Checkpoint.objects.filter(log=log).order_by("-size").values_list("size", "root").first()
        size, root = row or (0, bytes(32))
        known = _anchors[log] = (time.monotonic(), size, bytes(root))
    return known[1], known[2]


def _log_for(scope: UUID, now: datetime, unit: Unit) -> UUID:
    known = _logs.get((scope, now.year))
    if known is not None:
        return known
    identifier = new_id()
    log, _ = Log.objects.get_or_create(
        scope=scope,
        application=APPLICATION,
        year=now.year,
        defaults={"pk": identifier, "origin": origin_of(scope, now.year, identifier), "created_at": now},
    )
    unit.after_commit[f"{_NAME}-{scope}"] = lambda: _logs.__setitem__((scope, now.year), log.pk)
    key_for(log.pk, f"log-epoch/{entries.epoch_of(now)}")
    return log.pk
