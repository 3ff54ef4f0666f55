"""Argon2id, in a bounded queue and outside any transaction: it costs 64 MiB and a tenth of a second each time.

Without the bound a hundred log-ins at once would take the memory of the machine, and inside a transaction they would
hold up everyone who writes.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.hashers import Argon2PasswordHasher

from waarborg.accounts.rules.passwords import normal_password
from waarborg.kernel.transactions import AlreadyInTransaction, in_transaction


class Busy(Exception):
    """More people log in at this moment than can be handled; a few seconds later they can."""


class Argon2id(Argon2PasswordHasher):
    """The second recommended option of RFC 9106, 4: 64 MiB, three passes, four lanes."""

    time_cost = 3
    memory_cost = 64 * 1024
    parallelism = 4


class HashingQueue:
    """Lets a few compute, a few more wait, and refuses the rest at once."""

    def __init__(self, *, running: int = 2, waiting: int = 16, patience: float = 5.0) -> None:
        self._running = threading.BoundedSemaphore(running)
        self._places = threading.BoundedSemaphore(running + waiting)
        self._patience = patience
        self._hasher = Argon2id()

    def hashed(self, password: str) -> str:
        """Return what is kept of a password. Raises Busy."""
        with self._turn():
            return self._hasher.encode(normal_password(password), self._hasher.salt())

    def fits(self, password: str, kept: str | None) -> bool:
        """Tell whether this is the password. Where there is none the work is the same. Raises Busy."""
        if kept is None:
            self.hashed(password)
            return False
        with self._turn():
            return self._hasher.verify(normal_password(password), kept)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if in_transaction():
            raise AlreadyInTransaction
        if not self._places.acquire(blocking=False):
            raise Busy
        try:
            if not self._running.acquire(timeout=self._patience):
                raise Busy
            try:
                yield
            finally:
                self._running.release()
        finally:
            self._places.release()


QUEUE = HashingQueue()
