"""Jobs: each done at least once, by one worker at a time, and a poisoned one blocks nothing."""

import threading
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connections
from tests.cast import NOON, SCOPE

from waarborg.kernel import clock, jobs
from waarborg.kernel.models import Job
from waarborg.kernel.transactions import NoTransaction, transaction

pytestmark = pytest.mark.usefixtures("database")


def enqueued(*, times: int = 1, unique: str | None = None) -> list[UUID]:
    with transaction():
        return [
            jobs.enqueue("greet", {"number": number}, scope=SCOPE, now=NOON, unique=unique) for number in range(times)
        ]


def test_a_job_belongs_to_an_act() -> None:
    with pytest.raises(NoTransaction):
        jobs.enqueue("greet", {}, scope=SCOPE, now=NOON)


def test_a_job_of_an_act_that_fails_does_not_exist() -> None:
    def fail() -> None:
        with transaction():
            jobs.enqueue("greet", {}, scope=SCOPE, now=NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert jobs.claim(NOON) is None


def test_a_unique_job_waits_once() -> None:
    assert enqueued(unique="x") == enqueued(unique="x")


def test_many_workers_do_each_job_once() -> None:
    enqueued(times=60)
    done: Counter[int] = Counter()

    def work() -> None:
        try:
            while jobs.work_once({"greet": lambda _scope, said, _now: done.update([said["number"]])}, NOON):
                pass
        finally:
            connections.close_all()

    hands = [threading.Thread(target=work) for _ in range(3)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert done == Counter(range(60))


def test_a_job_whose_worker_died_is_done_again_after_its_lease() -> None:
    enqueued()
    assert jobs.claim(NOON) is not None
    assert jobs.claim(NOON + timedelta(seconds=1)) is None
    again = jobs.claim(NOON + jobs.LEASE)
    assert again is not None
    assert again.attempt == 2


def test_who_lost_the_lease_finishes_nothing() -> None:
    enqueued()
    first = jobs.claim(NOON)
    second = jobs.claim(NOON + jobs.LEASE)
    assert first is not None
    assert second is not None
    assert not jobs.finish(first, NOON + jobs.LEASE)
    assert jobs.finish(second, NOON + jobs.LEASE)


def test_a_poisoned_job_is_buried_after_its_last_attempt_and_what_is_behind_it_is_done() -> None:
    enqueued(times=2)
    done: list[int] = []

    def greet(_scope: UUID, said: object, _now: object) -> None:
        assert isinstance(said, dict)
        if said["number"] == 0:
            raise ValueError("secret text")
        done.append(said["number"])

    for attempt in range(jobs.MOST_ATTEMPTS + 1):
        now = NOON + attempt * timedelta(hours=1)
        with clock.told_by(lambda now=now: now):  # type: ignore[misc] # mypy can't infer a lambda's default
            while jobs.work_once({"greet": greet}, now):
                pass
    assert done == [1]
    assert sorted((job.state, job.error) for job in Job.objects.all()) == [("dead", "ValueError"), ("done", "")]
