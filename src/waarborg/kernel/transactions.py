"""Transactions named by intent, with callbacks just before the commit and just after it.

Before the commit the audit log adds its one row, so that an act and its entries exist together or not at all. Bare `atomic` stands
nowhere else in this code base.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import transaction as django


class NoTransaction(Exception):
    """Something that must share the transaction of an act was called outside one."""


class AlreadyInTransaction(Exception):
    """A refusal's own transaction was asked for while the act's is still open: it would be rolled back with it."""


class Unit:
    """One running transaction, and what is to happen at its end. Callbacks are kept by name: the last one wins."""

    def __init__(self) -> None:
        self.before_commit: dict[str, Callable[[], None]] = {}
        self.after_commit: dict[str, Callable[[], None]] = {}


class _Current(threading.local):
    unit: Unit | None = None


_current = _Current()


@contextmanager
def transaction() -> Iterator[Unit]:
    """Do one act as a whole. Called inside another act it becomes part of that one, and its failure is the whole's."""
    if _current.unit is not None:
        with django.atomic(savepoint=False):
            yield _current.unit
        return
    with own_transaction() as unit:
        yield unit


@contextmanager
def own_transaction() -> Iterator[Unit]:
    """Do something that stays whatever happens around it, such as logging a refusal."""
    if _current.unit is not None:
        raise AlreadyInTransaction
    unit = _current.unit = Unit()
    committed = threading.Event()
    try:
        with django.atomic(durable=True):
            yield unit
            for callback in list(unit.before_commit.values()):
                callback()
            # A failure inside that was swallowed rolls back in silence; Django alone knows whether it did.
            django.on_commit(committed.set)
    finally:
        _current.unit = None
    if committed.is_set():
        for callback in list(unit.after_commit.values()):
            callback()


def current() -> Unit:
    """Return the running transaction. Raises NoTransaction."""
    if _current.unit is None:
        raise NoTransaction("This belongs inside the transaction of an act.")
    return _current.unit


def in_transaction() -> bool:
    return _current.unit is not None
