"""Codes of RFC 6238, each used once: a good application refuses a code it has seen before."""

import base64
import binascii
import hmac
import secrets
import struct
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from waarborg.assurance.checks.second_factor.recipe import Totp

# What is left behind in applications as a way past the factor; one of these is the wrong code that is tried.
LEFT_BEHIND = ("000000", "123456", "111111", "654321")
STEPS_AROUND = 3
A_LITTLE = 0.05
_PROCESS_KEY = secrets.token_bytes(32)
_last_used: dict[bytes, int] = {}
_last_used_lock = threading.Lock()


class NotATotpSecret(ValueError):
    """The secret isn't base32; the message never shows it."""


class CodesUsedUp(Exception):
    """The next codes of this account are taken by other runs."""


@dataclass(frozen=True)
class Clock:
    """The time as it passes from `start` on: a code must fit the moment it is sent, not the moment the run began."""

    start: datetime
    _started: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        return self.start + timedelta(seconds=time.monotonic() - self._started)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class Codes:
    """The codes of one secret. Which step was used last is kept for this process, under a key it forgets."""

    def __init__(self, secret: str, totp: Totp) -> None:
        self._key = _decode(secret)
        self._totp = totp
        self._name = hmac.digest(_PROCESS_KEY, self._key, "sha256")

    def code(self, step: int) -> str:
        """Return the code of one time step (RFC 4226, section 5.3)."""
        mac = hmac.digest(self._key, struct.pack(">Q", step), self._totp.algorithm)
        offset = mac[-1] & 0x0F
        number = struct.unpack_from(">I", mac, offset)[0] & 0x7FFFFFFF
        return str(number % 10**self._totp.digits).zfill(self._totp.digits)

    def next_code(self, clock: Clock, *, seconds_left: int) -> str:
        """Return a code that this process hasn't used and that still holds a while; wait until it does.

        Raises CodesUsedUp when too many runs use this account at once.
        """
        now = clock.now()
        step = self._reserve(now, seconds_left=seconds_left)
        wait = step * self._totp.period - now.timestamp()
        if wait > 0:
            clock.sleep(wait + A_LITTLE)
        return self.code(step)

    def wrong_code(self, clock: Clock) -> str:
        """Return a code that isn't valid now, nor in the steps around now."""
        now = self._step(clock.now())
        valid = {self.code(step) for step in range(now - STEPS_AROUND, now + STEPS_AROUND + 1)}
        tried = (code.ljust(self._totp.digits, code[-1]) for code in LEFT_BEHIND)
        return next((code for code in tried if code not in valid), "9" * self._totp.digits)

    def _reserve(self, now: datetime, *, seconds_left: int) -> int:
        left = self._totp.period - now.timestamp() % self._totp.period
        current = self._step(now) + (left < seconds_left)
        with _last_used_lock:
            free = max(current, _last_used.get(self._name, 0) + 1)
            if free > current + 1:
                raise CodesUsedUp
            _last_used[self._name] = free
        return free

    def _step(self, now: datetime) -> int:
        return int(now.timestamp()) // self._totp.period


def _decode(secret: str) -> bytes:
    plain = secret.replace(" ", "").replace("-", "").rstrip("=").upper()
    try:
        return base64.b32decode(plain + "=" * (-len(plain) % 8))
    except binascii.Error:
        raise NotATotpSecret("a TOTP secret is base32: letters and the digits 2 to 7") from None
