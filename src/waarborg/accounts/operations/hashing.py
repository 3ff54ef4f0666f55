"""Argon2id, in a bounded queue and outside any transaction: it costs 64 MiB and a fifth of a second each time.

Without the bound a hundred log-ins at once would take the memory of the machine, and inside a transaction they would
hold up everyone who writes. One is computed at a time, its four lanes by one thread: the hash is the same, and whatever else
this machine has of processors is for who is in already.
"""

import base64
import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import Parameters, Type, extract_parameters
from argon2.low_level import core, error_to_str, ffi
from django.contrib.auth.hashers import Argon2PasswordHasher

from waarborg.accounts.rules.passwords import normal_password
from waarborg.kernel.transactions import AlreadyInTransaction, in_transaction


class Busy(Exception):
    """More people log in at this moment than can be handled; a few seconds later they can."""


ARGON2_VERSION = 19
HASH_BYTES = 32


class Argon2id(Argon2PasswordHasher):
    """The second recommended option of RFC 9106, 4: 64 MiB, three passes, four lanes."""

    time_cost = 3
    memory_cost = 64 * 1024
    parallelism = 4

    def encode(self, password: str, salt: str) -> str:
        """Return what is kept, in Django's form."""
        cost = Parameters(
            Type.ID, ARGON2_VERSION, len(salt), HASH_BYTES, self.time_cost, self.memory_cost, self.parallelism
        )
        digest = _computed(password.encode(), salt.encode(), cost)
        costs = f"m={cost.memory_cost},t={cost.time_cost},p={cost.parallelism}"
        return f"{self.algorithm}$argon2id$v={cost.version}${costs}${_in_base64(salt.encode())}${_in_base64(digest)}"

    def verify(self, password: str, encoded: str) -> bool:
        """Tell whether this is the password, at the cost at which it was kept."""
        kept = encoded.removeprefix(f"{self.algorithm}")
        salt = base64.b64decode(f"{kept.split('$')[-2]}==")
        digest = _computed(password.encode(), salt, extract_parameters(kept))
        return hmac.compare_digest(_in_base64(digest), kept.split("$")[-1])


class HashingQueue:
    """Lets a few compute, a few more wait, and refuses the rest at once.

    A few places are kept for names that came in here before: strangers by the hundred take the others and leave a ward these.
    """

    def __init__(self, *, running: int = 1, waiting: int = 16, kept: int = 4, patience: float = 5.0) -> None:
        self._running = threading.BoundedSemaphore(running)
        self._places = threading.BoundedSemaphore(running + waiting)
        self._of_strangers = threading.BoundedSemaphore(max(1, running + waiting - kept))
        self._patience = patience
        self._hasher = Argon2id()

    def hashed(self, password: str) -> str:
        """Return what is kept of a password. Raises Busy."""
        with self._turn():
            return self._hasher.encode(normal_password(password), self._hasher.salt())

    def fits(self, password: str, kept: str | None, *, known: bool = False) -> bool:
        """Tell whether this is the password. Where there is none the work is the same.

        `known` says that the name came in here before. Raises Busy.
        """
        with self._turn() if known else self._turn_of_a_stranger():
            if kept is None:
                self._hasher.encode(normal_password(password), self._hasher.salt())
                return False
            return self._hasher.verify(normal_password(password), kept)

    @contextmanager
    def _turn_of_a_stranger(self) -> Iterator[None]:
        if not self._of_strangers.acquire(blocking=False):
            raise Busy
        try:
            with self._turn():
                yield
        finally:
            self._of_strangers.release()

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


def _computed(password: bytes, salt: bytes, cost: Parameters) -> bytes:
    """Compute Argon2id with all lanes in this thread; argon2-cffi's own functions start a thread for each lane."""
    out, kept = ffi.new("uint8_t[]", cost.hash_len), [ffi.new("uint8_t[]", each) for each in (password, salt)]
    context = ffi.new(
        "argon2_context *",
        {
            "version": cost.version,
            "out": out,
            "outlen": cost.hash_len,
            "pwd": kept[0],
            "pwdlen": len(password),
            "salt": kept[1],
            "saltlen": len(salt),
            "t_cost": cost.time_cost,
            "m_cost": cost.memory_cost,
            "lanes": cost.parallelism,
            "threads": 1,
        },
    )
    failed = core(context, cost.type.value)
    if failed:
        raise ArithmeticError(error_to_str(failed))
    return bytes(ffi.buffer(out))


def _in_base64(value: bytes) -> str:
    return base64.b64encode(value).decode().rstrip("=")


QUEUE = HashingQueue()
