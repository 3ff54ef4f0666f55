"""The worker outlives what passes: a database that was away, a clock that was set back."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection
from tests.cast import NOON, SCOPE
from tests.simulators.databases import Engine

from waarborg.audit.operations.sealing import seal_all
from waarborg.kernel import clock, jobs
from waarborg.kernel.transactions import transaction
from waarborg.project.serving import Rounds, keep_working
from waarborg.project.wiring import Round


def failing_once() -> Callable[..., Any]:
    failed: list[str] = []

    def execute(run: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's signature
        if not failed:
            failed.append(sql)
            raise OperationalError("the database is away")
        return run(sql, params, many, context)

    return execute


@pytest.mark.usefixtures("database")
def test_a_hand_goes_on_after_the_database_failed_it() -> None:
    done: list[int] = []
    with transaction():
        jobs.enqueue("greet", {"number": 1}, scope=SCOPE, now=NOON)
    with connection.execute_wrapper(failing_once()), clock.told_by(lambda: NOON):
        keep_working({"greet": lambda _scope, said, _now: done.append(said["number"])}, lambda: bool(done))
    assert done == [1]


def test_sealing_goes_on_after_postgresql_was_restarted(database: Engine) -> None:
    if database.name != "postgresql":
        pytest.skip("an embedded database has no server to restart")
    sealed: list[int] = []
    rounds = Rounds((Round(timedelta(seconds=1), lambda now: sealed.append(seal_all(now))),))
    rounds.do_due(NOON)
    with psycopg.connect(os.environ["WAARBORG_TEST_POSTGRES_URL"], autocommit=True) as server:
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'wb_%'")
    rounds.do_due(NOON + timedelta(seconds=1))
    rounds.do_due(NOON + timedelta(seconds=2))
    assert sealed == [0, 0]


def test_rounds_go_on_when_the_clock_is_set_back() -> None:
    done: list[datetime] = []
    rounds = Rounds((Round(timedelta(seconds=1), done.append),))
    next_year = NOON + timedelta(days=365)
    for moment in (NOON, next_year, NOON, NOON + timedelta(seconds=0.5), NOON + timedelta(seconds=1)):
        rounds.do_due(moment)
    assert done == [NOON, next_year, NOON, NOON + timedelta(seconds=1)]
