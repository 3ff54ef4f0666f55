"""The log: entries exist exactly when their act does, and no change to what was written stays hidden."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from tests.cast import AART, NOON, NOOR, SCOPE
from tests.simulators.databases import Engine

from waarborg.audit.models import Checkpoint, Leaf, Payload, Spool
from waarborg.audit.operations import act, record
from waarborg.audit.operations.sealing import LogRolledBack, seal_all
from waarborg.audit.queries.reading import disclosure_about, page_of_entries, prove
from waarborg.audit.queries.verifying import verify_logs
from waarborg.audit.rules.disclosure import DisclosureRefused, verified
from waarborg.audit.values import Action, Verification
from waarborg.kernel.actor import NotAllowed, Permission
from waarborg.kernel.keys.models import Key
from waarborg.kernel.references import Reference, new_id
from waarborg.kernel.transactions import NoTransaction, transaction

pytestmark = pytest.mark.usefixtures("database")


def say(event: str = "thing.done", *, times: int = 1) -> None:
    """Do an act with one entry, some times over."""
    for _ in range(times):
        with transaction():
            record(
                event, by=NOOR, now=NOON, action=Action.EXECUTE, objects=(Reference("thing", new_id()),), protocol="p"
            )


def the_log() -> Verification:
    (verified,) = verify_logs(SCOPE)
    return verified


def test_an_entry_outside_an_act_is_refused() -> None:
    with pytest.raises(NoTransaction):
        record("thing.done", by=NOOR, now=NOON, action=Action.READ, objects=(), protocol="p")


def test_an_act_that_fails_leaves_no_entry() -> None:
    def fail_after_recording() -> None:
        with transaction():
            say()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_recording()
    assert not Spool.objects.exists()


def test_all_entries_of_one_act_are_one_row() -> None:
    with transaction():
        for _ in range(3):
            record("thing.done", by=NOOR, now=NOON, action=Action.READ, objects=(), protocol="p")
    assert [row.count for row in Spool.objects.all()] == [3]


def test_an_entry_says_who_what_when_on_which_record_and_why_it_was_allowed() -> None:
    say("thing.done")
    ((_, entry),) = page_of_entries(SCOPE)
    assert (entry.event, entry.at, entry.action, entry.outcome) == ("thing.done", NOON, "E", "0")
    assert (entry.actor, entry.roles, entry.protocol) == (f"person:{NOOR.id}", "devops_lead", "p")
    assert entry.objects[0].startswith("thing:")


def test_a_refusal_is_logged_though_the_act_was_rolled_back() -> None:
    with pytest.raises(NotAllowed), act("thing.done", Permission("thing.do"), by=AART, now=NOON, action=Action.CREATE):
        pytest.fail("the act must not begin")
    ((_, entry),) = page_of_entries(SCOPE)
    assert (entry.outcome, entry.detail) == ("4", {"permission": "thing.do"})


def test_a_refusal_inside_a_transaction_rolls_all_of_it_back() -> None:
    def outer() -> None:
        with transaction():
            say()
            with act("inner.done", Permission("inner.do"), by=AART, now=NOON, action=Action.CREATE):
                pytest.fail("the act must not begin")

    with pytest.raises(NotAllowed):
        outer()
    assert [entry.event for _, entry in page_of_entries(SCOPE)] == []


def test_a_sealed_log_verifies_and_every_entry_can_be_proven() -> None:
    say(times=300)
    assert seal_all(NOON) == 300
    say(times=5)
    seal_all(NOON + timedelta(seconds=1))
    log = the_log()
    assert (log.entries, log.waiting, log.checkpoint, log.faults) == (305, 0, 305, ())
    assert all(prove(log.log, index).holds for index in (0, 1, 254, 255, 256, 299, 304))


def test_entries_that_wait_are_counted_and_no_fault() -> None:
    say(times=3)
    assert (the_log().waiting, the_log().faults) == (3, ())


def test_a_proof_of_another_entry_does_not_hold() -> None:
    say(times=9)
    seal_all(NOON)
    proof = prove(the_log().log, 3)
    other = Leaf.objects.get(index=4)
    assert not type(proof)(**{**proof.__dict__, "leaf": bytes(other.hash)}).holds


@pytest.mark.parametrize("table", ["log", "spool", "payload", "leaf", "tile", "checkpoint"])
@pytest.mark.parametrize("statement", ["UPDATE audit_{} SET log = NULL", "DELETE FROM audit_{}"])
def test_the_application_cannot_change_or_remove_what_was_written(table: str, statement: str) -> None:
    say(times=257)
    seal_all(NOON)
    column = statement.replace("log = NULL", "year = 1" if table == "log" else "log = log").format(table)
    with pytest.raises(DatabaseError, match=r"only grows|permission denied"), connection.cursor() as cursor:
        cursor.execute(column)


def change_an_entry() -> None:
    row = Spool.objects.order_by("pk")[2]
    bundle = bytearray(row.bundle)
    bundle[80] ^= 1
    Spool.objects.filter(pk=row.pk).update(bundle=bytes(bundle))


def change_a_payload() -> None:
    row = Payload.objects.all()[0]
    Payload.objects.filter(pk=bytes(row.pk)).update(ciphertext=bytes(row.ciphertext)[:-1] + b"x")


def remove_a_payload() -> None:
    Payload.objects.filter(pk=bytes(Payload.objects.all()[0].pk)).delete()


def name_another_payload() -> None:
    one, other = Leaf.objects.filter(index__in=(1, 2)).order_by("index")
    Leaf.objects.filter(pk=one.pk).update(payload=bytes(other.payload))


def remove_a_row() -> None:
    victim = Spool.objects.order_by("pk")[2]
    Leaf.objects.filter(spool=victim).delete()
    Spool.objects.filter(pk=victim.pk).delete()


def remove_the_tail() -> None:
    victim = Spool.objects.order_by("-pk")[0]
    Leaf.objects.filter(spool=victim).delete()
    Spool.objects.filter(pk=victim.pk).delete()
    Checkpoint.objects.order_by("-size")[0].delete()


def swap_two() -> None:
    one, other = Leaf.objects.filter(index__in=(1, 2)).order_by("index")
    Leaf.objects.filter(pk=one.pk).update(hash=bytes(other.hash))
    Leaf.objects.filter(pk=other.pk).update(hash=bytes(one.hash))


def sign_something_else() -> None:
    row = Checkpoint.objects.latest("size")
    Checkpoint.objects.filter(pk=row.pk).update(root=bytes(32), note=row.note.replace("a", "b"))


def number_a_leaf_again() -> None:
    last = Leaf.objects.latest("index")
    Leaf.objects.filter(pk=last.pk).update(index=last.index + 1)


@pytest.mark.parametrize(
    "bend",
    [
        change_an_entry,
        change_a_payload,
        remove_a_payload,
        name_another_payload,
        remove_a_row,
        remove_the_tail,
        swap_two,
        sign_something_else,
        number_a_leaf_again,
    ],
)
def test_whatever_a_database_administrator_bends_is_found(bend: Callable[[], None], database: Engine) -> None:
    say(times=5)
    seal_all(NOON)
    say()
    seal_all(NOON)
    assert the_log().sound
    with database.without_triggers():
        bend()
    assert not the_log().sound


def test_a_row_that_disappears_before_it_was_sealed_leaves_a_hole(database: Engine) -> None:
    say(times=5)
    with database.without_triggers():
        Spool.objects.filter(pk=Spool.objects.order_by("pk")[2].pk).delete()
    seal_all(NOON)
    assert [fault.code for fault in the_log().faults] == ["writer_has_a_hole"]


def test_a_log_that_was_rolled_back_is_not_signed_again(database: Engine) -> None:
    say(times=5)
    seal_all(NOON)
    with database.without_triggers():
        for table in ("leaf", "checkpoint", "head", "cursor"):
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM audit_{table}")  # noqa: S608 - four literals
    with pytest.raises(LogRolledBack):
        seal_all(NOON)


def test_an_entry_can_be_verified_elsewhere_and_a_bent_one_is_refused() -> None:
    thing = Reference("thing", new_id())
    with transaction():
        record("thing.done", by=NOOR, now=NOON, action=Action.CREATE, objects=(thing,), protocol="p", detail={"n": 1})
    say(times=5)
    assert disclosure_about(thing.id) is None
    seal_all(NOON)
    given = disclosure_about(thing.id)
    assert given is not None
    assert verified(given).payload["detail"] == {"n": 1}
    for field, value in (("index", 3), ("path", given["path"][1:]), ("payload_keys", ["00" * 32] * 2), ("entry", "01")):
        with pytest.raises(DisclosureRefused):
            verified(given | {field: value})


def test_a_month_that_was_forgotten_is_no_fault(database: Engine) -> None:
    say(times=3)
    seal_all(NOON)
    Key.objects.using("keys").filter(scope=the_log().log).update(wrapped=None, destroyed_at=NOON)
    with database.without_triggers():
        Payload.objects.all().delete()
    assert the_log().sound
