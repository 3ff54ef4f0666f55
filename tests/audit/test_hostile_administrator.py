"""Someone with all rights on the database, and no key, who doesn't stop at one row."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from tests.audit.test_log import say
from tests.cast import ELSEWHERE, NOON, SCOPE
from tests.simulators.databases import Engine

from waarborg.audit.models import Checkpoint, Cursor, Head, Leaf, Log, Payload, Spool, Tile
from waarborg.audit.operations import writing
from waarborg.audit.operations.marks import high_water, raise_marks
from waarborg.audit.operations.sealing import LogRolledBack, seal_all
from waarborg.audit.queries.verifying import verify_logs
from waarborg.audit.rules import notes, tree
from waarborg.kernel.references import new_id

pytestmark = pytest.mark.usefixtures("database")
MARKS = Path(settings.WAARBORG.keys.high_water_file)


def say_alone() -> None:
    """Do an act as a writer of its own: a command that ends, a thread that is gone."""
    writing.forget()
    say()
    writing.forget()


def faults() -> set[str]:
    return {fault.code for log in verify_logs() for fault in log.faults}


def put_another_entry_in_its_place() -> None:
    """Take the only row of a writer out of the tree, put a waiting row there, and make all hashes fit again."""
    victim, accomplice = Leaf.objects.get(index=1), Spool.objects.latest("pk")
    entry = bytes(accomplice.bundle)[2:]
    removed = victim.spool_id
    Leaf.objects.filter(pk=victim.pk).update(spool=accomplice, hash=tree.leaf_hash(entry))
    Spool.objects.filter(pk=removed).delete()
    hashes = [bytes(each) for each in Leaf.objects.order_by("index").values_list("hash", flat=True)]
    frontier, _ = tree.extend([], 0, hashes)
    Head.objects.update(frontier=b"".join(frontier))
    Cursor.objects.update(last_id=accomplice.pk)


def test_a_history_that_was_replaced_is_never_signed(database: Engine) -> None:
    for _ in range(3):
        say_alone()
    seal_all(NOON)
    say_alone()
    with database.without_triggers():
        put_another_entry_in_its_place()
    say_alone()
    with pytest.raises(LogRolledBack):
        seal_all(NOON)
    assert {"root_differs_from_signed", "head_changed"} <= faults()


def test_a_bent_head_is_named(database: Engine) -> None:
    say(times=3)
    seal_all(NOON)
    with database.without_triggers():
        Head.objects.update(frontier=bytes(64))
    assert faults() == {"head_changed"}


def test_a_log_that_is_gone_whole_is_named(database: Engine) -> None:
    say(times=3)
    seal_all(NOON)
    with database.without_triggers():
        for model in (Tile, Leaf, Payload, Spool, Checkpoint, Head, Log):
            model.objects.all().delete()
    (gone,) = verify_logs()
    assert (gone.origin, [fault.code for fault in gone.faults]) == (next(iter(high_water())), ["log_gone"])


def test_a_log_whose_name_is_gone_is_named(database: Engine) -> None:
    say(times=3)
    with database.without_triggers():
        Log.objects.all().delete()
    assert faults() == {"log_gone"}


@pytest.mark.parametrize(
    "bend",
    [
        lambda: Tile.objects.filter(level=0).update(hashes=bytes(256 * 32)),
        lambda: Tile.objects.filter(level=0, index=0).delete(),
    ],
)
def test_a_tile_that_was_bent_or_removed_is_named(bend: Callable[[], object], database: Engine) -> None:
    say(times=257)
    seal_all(NOON)
    assert faults() == set()
    with database.without_triggers():
        bend()
    assert faults() == {"tile_changed"}


def test_a_row_that_the_sequencer_was_made_to_pass_by_is_named(database: Engine) -> None:
    say_alone()
    seal_all(NOON)
    say_alone()
    passed = Spool.objects.latest("pk")
    say_alone()
    last = Spool.objects.latest("pk")
    with database.without_triggers():
        _move_cursor_past(passed)
    seal_all(NOON)
    assert Leaf.objects.filter(spool=last).exists()
    assert faults() == {"entry_left_out"}


def _move_cursor_past(row: Spool) -> None:
    Cursor.objects.update(last_id=row.pk)
    if connection.vendor == "postgresql":
        with connection.cursor() as sql:
            sql.execute(
                "UPDATE audit_cursor SET last_xid = (SELECT xid::text::bigint FROM audit_spool WHERE id = %s)", [row.pk]
            )


def test_a_crash_between_a_checkpoint_and_its_mark_is_made_good(database: Engine) -> None:
    say(times=3)
    seal_all(NOON)
    MARKS.unlink()
    assert faults() == {"high_water_missing"}
    seal_all(NOON)
    assert faults() == set()
    assert next(iter(high_water().values()))["size"] == 3


def test_a_mark_that_was_lost_is_not_made_up(database: Engine) -> None:
    for _ in range(2):
        say()
        seal_all(NOON)
    MARKS.unlink()
    seal_all(NOON)
    assert faults() == {"high_water_missing"}


def test_nothing_more_is_sealed_while_the_mark_cannot_be_written(database: Engine) -> None:
    say()
    seal_all(NOON)
    say()
    MARKS.rename(MARKS.with_suffix(".kept"))
    MARKS.mkdir()
    try:
        with pytest.raises(OSError):  # noqa: PT011 - whatever the system says of it
            seal_all(NOON)
        assert Head.objects.get().size == 1
    finally:
        MARKS.rmdir()
        MARKS.with_suffix(".kept").rename(MARKS)
    seal_all(NOON)
    assert Head.objects.get().size == 2


def test_a_mark_never_sinks(database: Engine) -> None:
    raise_marks([notes.Head("a", 5, bytes(32))])
    raise_marks([notes.Head("a", 3, bytes(32)), notes.Head("b", 1, bytes(32))])
    assert {origin: mark["size"] for origin, mark in json.loads(MARKS.read_text()).items()} == {"a": 5, "b": 1}


@pytest.mark.parametrize("change", [{"scope": ELSEWHERE}, {"year": 2020}])
def test_a_log_that_was_given_to_another_scope_or_year_is_named(change: dict[str, object], database: Engine) -> None:
    say(times=3)
    seal_all(NOON)
    with database.without_triggers():
        Log.objects.update(**change)
    assert faults() == {"log_relabelled"}


def test_rows_of_another_scope_do_not_hide_in_this_one(database: Engine) -> None:
    say()
    assert [log.log for log in verify_logs(new_id())] == []
    assert len(verify_logs(SCOPE)) == 1
