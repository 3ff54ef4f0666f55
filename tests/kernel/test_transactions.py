"""One act, one transaction."""

from contextlib import suppress

import pytest
from tests.cast import NOON, SCOPE

from waarborg.kernel.models import Job
from waarborg.kernel.references import Reference, new_id
from waarborg.kernel.transactions import AlreadyInTransaction, NoTransaction, current, own_transaction, transaction


def test_ids_are_version_7_and_rise_with_time() -> None:
    ids = [new_id() for _ in range(50)]
    assert {each.version for each in ids} == {7}
    assert ids[0].int >> 80 <= ids[-1].int >> 80


def test_a_reference_reads_back() -> None:
    reference = Reference("application", new_id())
    assert Reference.parse(str(reference)) == reference


def test_there_is_no_transaction_outside_one() -> None:
    with pytest.raises(NoTransaction):
        current()


@pytest.mark.usefixtures("database")
def test_callbacks_run_once_before_and_after_the_outermost_commit() -> None:
    said: list[str] = []
    with transaction() as unit:
        unit.before_commit["a"] = lambda: said.append("before")
        unit.after_commit["a"] = lambda: said.append("after")
        with transaction() as inner:
            assert inner is unit
        assert said == []
    assert said == ["before", "after"]


@pytest.mark.usefixtures("database")
def test_an_inner_failure_that_is_swallowed_still_undoes_the_whole() -> None:
    def outer() -> None:
        with transaction():
            Job.objects.create(pk=new_id(), scope=SCOPE, kind="k", arguments={}, due_at=NOON, created_at=NOON)
            with suppress(ZeroDivisionError), transaction():
                raise ZeroDivisionError

    outer()
    assert not Job.objects.exists()


@pytest.mark.usefixtures("database")
def test_a_refusals_own_transaction_cannot_begin_inside_another() -> None:
    with transaction(), pytest.raises(AlreadyInTransaction), own_transaction():
        pytest.fail("it began")
