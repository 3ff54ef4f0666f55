"""Getting back in after a loss: recovery codes of one's own, and the leave that two colleagues give together."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from waarborg.accounts.rules.registrations import ALPHABET, GROUP, NeedsAnother

CODES, LETTERS = 10, 16
"""Sixteen letters of an alphabet of 31 hold 79 random bits."""
VALID_FOR = timedelta(hours=24)


class RecoveryRefused(Exception):
    """This step isn't open to this recovery now: it was approved, used or withdrawn before, or its day is over."""


@dataclass(frozen=True)
class RecoveryFacts:
    """What is written about a recovery."""

    person: UUID
    asked_by: UUID
    expires_at: datetime
    approved_by: UUID | None = None
    used: bool = False
    withdrawn: bool = False


def new_recovery_codes() -> tuple[str, ...]:
    """Return ten codes, in groups that can be written down."""
    return tuple(_code() for _ in range(CODES))


def recovery_digest(typed: str) -> bytes:
    """Return what is kept of a recovery code, however it was typed. A plain hash will do: nobody guesses 79 bits."""
    letters = "".join(letter for letter in typed.upper() if letter.isalnum())
    return hashlib.sha256(b"waarborg recovery code|" + letters.encode()).digest()


def lives(recovery: RecoveryFacts, now: datetime) -> bool:
    """Tell whether a recovery can still come to something."""
    return not recovery.used and not recovery.withdrawn and now < recovery.expires_at


def may_be_used(recovery: RecoveryFacts, now: datetime, *, unfinished: bool = False) -> bool:
    """Tell whether two colleagues gave this leave and it hasn't been used.

    `unfinished` says that whoever used it has no second factor still: they broke off, and may go on within its term.
    """
    others = {recovery.person, recovery.asked_by}
    open_still = lives(replace(recovery, used=recovery.used and not unfinished), now)
    return open_still and recovery.approved_by is not None and recovery.approved_by not in others


def require_approvable(recovery: RecoveryFacts, *, by: UUID, now: datetime) -> None:
    """Raise RecoveryRefused, or NeedsAnother for whoever asked and whoever it is about."""
    if not lives(recovery, now) or recovery.approved_by is not None:
        raise RecoveryRefused
    if by in {recovery.asked_by, recovery.person}:
        raise NeedsAnother


def _code() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))
    return "-".join(letters[start : start + GROUP] for start in range(0, LETTERS, GROUP))
