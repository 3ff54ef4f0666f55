"""What a connection that breaks, a swallowed failure or a busy moment does to the log."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from django.db import OperationalError, connection
from tests.audit.test_log import say, the_log
from tests.cast import NOON, NOOR, SCOPE

from waarborg.audit.models import Checkpoint
from waarborg.audit.operations import record
from waarborg.audit.operations.sealing import BATCH, seal_all
from waarborg.audit.queries.reading import page_of_entries
from waarborg.audit.values import Action
from waarborg.kernel import jobs
from waarborg.kernel.transactions import transaction

pytestmark = pytest.mark.usefixtures("database")


@contextmanager
def the_answer_to_a_commit_getting_lost() -> Iterator[None]:
    """The database commits; the line breaks before it can say so."""
    commit = connection.commit

    def break_off() -> None:
        commit()
        raise OperationalError("server closed the connection unexpectedly")

    connection.commit = break_off  # type: ignore[method-assign] # the driver's side, not ours
    try:
        yield
    finally:
        del connection.commit


def test_a_writer_that_never_heard_of_its_commit_goes_on() -> None:
    say()
    with suppress(OperationalError), the_answer_to_a_commit_getting_lost():
        say("unheard")
    say("after")
    seal_all(NOON)
    assert [entry.event for _, entry in page_of_entries(SCOPE)] == ["after", "unheard", "thing.done"]
    assert the_log().faults == ()


def test_a_failure_that_was_swallowed_inside_calls_nothing_back() -> None:
    said: list[str] = []
    with transaction() as unit:
        unit.after_commit["a"] = lambda: said.append("committed")
        with suppress(ZeroDivisionError), transaction():
            jobs.enqueue("k", {}, scope=SCOPE, now=NOON)
            raise ZeroDivisionError
    assert said == []


def test_sealing_ends_though_someone_never_stops_acting() -> None:
    say(times=3)

    class Restless:
        """Acts again whenever a checkpoint is made."""

        acted = 0

        def __call__(self, execute, sql, params, many, context):  # type: ignore[no-untyped-def] # Django's signature
            done = execute(sql, params, many, context)
            if sql.startswith("INSERT INTO") and "audit_checkpoint" in sql and self.acted < 20:
                self.acted += 1
                record("again", by=NOOR, now=NOON, action=Action.EXECUTE, objects=(), protocol="p")
            return done

    with connection.execute_wrapper(Restless()):
        assert seal_all(NOON) == 3
    assert Checkpoint.objects.count() == 1


def test_more_than_a_batch_is_sealed_in_one_go() -> None:
    with transaction():
        for _ in range(3):
            record("thing.done", by=NOOR, now=NOON, action=Action.READ, objects=(), protocol="p")
    say(times=BATCH)
    assert seal_all(NOON) == BATCH + 3
    assert the_log().waiting == 0
