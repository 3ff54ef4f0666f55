"""When a session is over, what its token is, and where it may lead."""

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from waarborg.accounts.values import EndReason, Stage

TOKEN_BYTES = 32
SEEN_EVERY = timedelta(minutes=1)
ENTERING_FOR = timedelta(minutes=15)
"""How long the way in may take, from password to acknowledged notice, however busy someone is on it."""

FRESH_FOR = timedelta(minutes=10)
"""How long a proof of the second factor counts for grave acts."""


@dataclass(frozen=True)
class Limits:
    """How long a session may stand idle, and last."""

    idle: timedelta
    longest: timedelta


def new_token() -> str:
    """Return a token of 256 random bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_digest(token: str) -> bytes:
    """Return what is kept of a token: whoever reads the database can't use it."""
    return hashlib.sha256(b"waarborg session|" + token.encode()).digest()


def over(
    *, stage: Stage, started_at: datetime, last_seen_at: datetime, limits: Limits, now: datetime
) -> EndReason | None:
    """Tell why a session is over, or None while it lives."""
    longest = limits.longest if stage is Stage.FULL else min(limits.longest, ENTERING_FOR)
    if now - started_at >= longest:
        return EndReason.TOO_LONG
    if now - last_seen_at >= limits.idle:
        return EndReason.IDLE
    return None


def is_fresh(proven_at: datetime | None, now: datetime) -> bool:
    """Tell whether the second factor was proven recently enough for a grave act."""
    return proven_at is not None and proven_at <= now < proven_at + FRESH_FOR


BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
"""What browsers put into what they call themselves, the more telling first: Edge says Chrome, and Chrome says Safari."""


def access_point(address: str, agent: str) -> str:
    """Return from where someone came as they would say it themselves: address, browser, system."""
    said = [next((name for sign, name in known if sign in agent), "") for known in (BROWSERS, SYSTEMS)]
    return " ".join(part for part in (address, *said) if part)


def normal_login(typed: str) -> str:
    """Return the one form in which a log-in name is compared: NFKC, without case, without spaces around it."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", typed).casefold()).strip()
