"""What can be said of rows that no tree holds yet: the chain of each writer, and what the sequencer passed by."""

from collections.abc import Iterator
from itertools import groupby
from uuid import UUID

from django.db import connection
from django.db.models import Exists, Max, OuterRef, QuerySet, Sum

from waarborg.audit.models import Leaf, Log, Spool
from waarborg.audit.operations.sealkeys import opened_by_verifier
from waarborg.audit.rules import entries
from waarborg.audit.values import Fault

CHUNK = 2000
_PASSED_BY_ON_POSTGRES = (
    "SELECT s.id FROM audit_spool s WHERE s.log = %s"
    " AND NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.spool_id = s.id)"
    " AND (s.xid::text::bigint, s.id) < (SELECT p.xid::text::bigint, p.id FROM audit_spool p"
    " WHERE EXISTS (SELECT 1 FROM audit_leaf l WHERE l.spool_id = p.id)"
    " ORDER BY p.xid::text::bigint DESC, p.id DESC LIMIT 1)"
)
Broken = tuple[UUID, Fault]


def broken_chains() -> list[Broken]:
    """Follow every writer from its first row; return the log and the first fault of each that breaks."""
    rows = Spool.objects.order_by("writer", "writer_seq").iterator(chunk_size=CHUNK)
    found = (_first_break(writer, chain) for writer, chain in groupby(rows, key=lambda row: row.writer))
    return [fault for fault in found if fault is not None]


def waiting(log: UUID) -> int:
    """Return how many entries of a log are committed and not in the tree."""
    return _unsealed(log).aggregate(entries=Sum("count"))["entries"] or 0


def left_out(log: UUID) -> list[int]:
    """Return the rows that wait though later ones are in the tree: the sequencer takes rows in order, and never passes one by.

    On PostgreSQL that order is by transaction; for whoever bends the number of a transaction there is the writer's own count.
    """
    later = Leaf.objects.filter(spool__writer=OuterRef("writer"), spool__writer_seq__gt=OuterRef("writer_seq"))
    of_their_writer = _unsealed(log).filter(Exists(later)).values_list("pk", flat=True)
    return sorted({*_passed_by(log), *of_their_writer})


def logs_without_a_name() -> list[UUID]:
    """Return the logs that have rows, but don't exist."""
    nameless = Spool.objects.filter(~Exists(Log.objects.filter(pk=OuterRef("log"))))
    return list(nameless.order_by().values_list("log", flat=True).distinct())


def _unsealed(log: UUID) -> QuerySet[Spool]:
    return Spool.objects.filter(~Exists(Leaf.objects.filter(spool=OuterRef("pk"))), log=log)


def _passed_by(log: UUID) -> list[int]:
    if connection.vendor == "postgresql":
        with connection.cursor() as sql:
            sql.execute(_PASSED_BY_ON_POSTGRES, [log])
            return [int(row) for (row,) in sql.fetchall()]
    last = Leaf.objects.aggregate(last=Max("spool_id"))["last"] or 0
    return list(_unsealed(log).filter(pk__lt=last).values_list("pk", flat=True))


def _first_break(writer: UUID, chain: Iterator[Spool]) -> Broken | None:
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
