"""One test account, its sessions, and what a login may do. Good, but for the one fault that can be planted here."""

import secrets
import time
from base64 import b32encode
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP = 30
MOST_FAILURES = 5
PAUSE_AFTER_FAILURE = 1.0
MOST_SESSIONS = 1000


@dataclass
class Session:
    """What one browser has shown so far."""

    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(16), repr=False)
    password_given: bool = False
    factor_given: bool = False


@dataclass
class Account:
    """The test account. Its secrets are new at every start and hold on this machine only."""

    name: str = "proef-zorgverlener"
    password: str = field(default_factory=lambda: secrets.token_urlsafe(18), repr=False)
    key: bytes = field(default_factory=lambda: secrets.token_bytes(20), repr=False)
    _failures: int = 0
    _failed_at: float = 0.0
    _last_step: int = 0

    @property
    def totp_secret(self) -> str:
        return b32encode(self.key).decode()

    def password_fits(self, name: str, password: str) -> bool:
        fits = secrets.compare_digest(f"{name}\0{password}".encode(), f"{self.name}\0{self.password}".encode())
        return self._noted(fits=fits and self._failures < MOST_FAILURES, clears=False)

    def code_fits(self, code: str) -> bool:
        """Each code counts once, and for a second after a failure none does."""
        now = time.time()
        if now - self._failed_at < PAUSE_AFTER_FAILURE:
            return False
        step = next((step for step in _steps_around(now) if self._is_of(code, step)), None)
        fits = step is not None and step > self._last_step
        self._last_step = step if step is not None and fits else self._last_step
        return self._noted(fits=fits, clears=True)

    def _is_of(self, code: str, step: int) -> bool:
        try:
            # SHA-1 is what RFC 6238 and every authenticator app use by default.
            TOTP(self.key, 6, SHA1(), STEP).verify(code.encode(), step * STEP)  # noqa: S303 - the standard's default
        except InvalidToken:
            return False
        return True

    def _noted(self, *, fits: bool, clears: bool) -> bool:
        if not fits:
            self._failures, self._failed_at = self._failures + 1, time.time()
        elif clears:
            self._failures = 0
        return fits


class Sessions:
    """Sessions by their secret id; the oldest go when there are too many."""

    def __init__(self) -> None:
        self._by_id: dict[str, Session] = {}

    def find(self, session_id: str) -> tuple[str, Session]:
        """Return this session, or a new one with a new id."""
        found = self._by_id.get(session_id)
        return (session_id, found) if found else self._keep(Session())

    def renew(self, session_id: str, session: Session) -> str:
        """Give the session a new id, as every rise in rights should."""
        self._by_id.pop(session_id, None)
        return self._keep(session)[0]

    def end(self, session_id: str) -> None:
        self._by_id.pop(session_id, None)

    def _keep(self, session: Session) -> tuple[str, Session]:
        while len(self._by_id) >= MOST_SESSIONS:
            self._by_id.pop(next(iter(self._by_id)))
        session_id = secrets.token_urlsafe(24)
        self._by_id[session_id] = session
        return session_id, session


def _steps_around(now: float) -> tuple[int, int]:
    """The step of now and the one before it: a clock may be a little behind."""
    step = int(now) // STEP
    return step, step - 1
