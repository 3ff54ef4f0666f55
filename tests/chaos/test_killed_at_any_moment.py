"""Killed at any moment: no act without its entry, none twice, and the log verifies. Twenty seeded runs on each engine."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connections
from tests.cast import NOON, NOOR, SCOPE
from tests.simulators.databases import Engine

from waarborg.audit.operations.sealing import seal_all, seal_waiting
from waarborg.audit.queries.reading import page_of_entries
from waarborg.audit.queries.verifying import verify_logs
from waarborg.registers.operations.organisations import register_customer
from waarborg.registers.queries import customers
from waarborg.registers.values.inputs import NewCustomer

RUNS = range(20)
PATIENCE = 60


def begun(work: Callable[[], None]) -> int:
    """Start `work` in a process of its own, with connections of its own."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return child


def act_without_end(run: int) -> Callable[[], None]:
    """Register one customer after another: each is an act with one row and one entry."""

    def work() -> None:
        number = 0
        while True:
            number += 1
            register_customer(NewCustomer(name=f"Run {run} klant {os.getpid()} {number}"), by=NOOR, now=NOON)

    return work


def seal_without_end() -> None:
    while True:
        seal_waiting(NOON)


def wait_for_acts(before: int) -> None:
    """Wait until the processes really work, so that the kill falls among acts and not among imports."""
    deadline = time.monotonic() + PATIENCE
    while len(customers(SCOPE)) < before + 3:
        assert time.monotonic() < deadline, "nothing was done"
        time.sleep(0.01)


def acts_and_entries() -> tuple[Counter[str], Counter[str]]:
    acts = Counter(str(each.id) for each in customers(SCOPE))
    entries = Counter(
        entry.objects[0].removeprefix("customer:")
        for _, entry in page_of_entries(SCOPE, size=1_000_000)
        if entry.event == "customer.registered"
    )
    return acts, entries


@pytest.mark.timeout(600)
def test_no_act_without_its_entry_and_none_twice(database: Engine) -> None:
    for run in RUNS:
        chance = random.Random(run)
        before = len(customers(SCOPE))
        children = [begun(act_without_end(run)), begun(act_without_end(run)), begun(seal_without_end)]
        wait_for_acts(before)
        time.sleep(chance.uniform(0, 0.15))
        for child in chance.sample(children, len(children)):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            time.sleep(chance.uniform(0, 0.01))
        acts, entries = acts_and_entries()
        assert acts == entries, f"run {run}"
    seal_all(NOON)
    (log,) = verify_logs(SCOPE)
    assert (log.faults, log.entries, log.waiting) == ((), len(customers(SCOPE)), 0)
