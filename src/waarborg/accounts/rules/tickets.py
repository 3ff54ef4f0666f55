"""The life of a ticket: asked for by one, approved by another, used once, within 72 hours."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from waarborg.accounts.values import TicketState

VALID_FOR = timedelta(hours=72)
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without I, L, O, 0 and 1, which look alike on paper."""
LETTERS, GROUP = 20, 4


class TicketStep(StrEnum):
    APPROVE = "approve"
    USE = "use"
    WITHDRAW = "withdraw"


TRANSITIONS = {
    (TicketState.ASKED, TicketStep.APPROVE): TicketState.APPROVED,
    (TicketState.ASKED, TicketStep.WITHDRAW): TicketState.WITHDRAWN,
    (TicketState.APPROVED, TicketStep.USE): TicketState.USED,
    (TicketState.APPROVED, TicketStep.WITHDRAW): TicketState.WITHDRAWN,
}
"""Every step that exists; any other pair is refused."""


class TicketRefused(Exception):
    """This step isn't open to this ticket now."""

    def __init__(self, state: TicketState, step: TicketStep) -> None:
        self.state, self.step = state, step
        super().__init__(f"A ticket that is {state} can't be taken to '{step}'.")


class ApprovedByItsAsker(Exception):
    """Asking and approving are two persons' work (four-eyes principle)."""


@dataclass(frozen=True)
class TicketFacts:
    """What is written about a ticket."""

    made_by: UUID
    expires_at: datetime
    approved: bool = False
    used: bool = False
    withdrawn: bool = False


def state_of(ticket: TicketFacts, now: datetime) -> TicketState:
    """Tell where a ticket is. What ended it earlier goes before its expiry."""
    if ticket.used:
        return TicketState.USED
    if ticket.withdrawn:
        return TicketState.WITHDRAWN
    if ticket.expires_at <= now:
        return TicketState.EXPIRED
    return TicketState.APPROVED if ticket.approved else TicketState.ASKED


def after(ticket: TicketFacts, step: TicketStep, *, by: UUID, now: datetime) -> TicketState:
    """Return the state after a step. Raises TicketRefused or ApprovedByItsAsker."""
    state = state_of(ticket, now)
    if (state, step) not in TRANSITIONS:
        raise TicketRefused(state, step)
    if step is TicketStep.APPROVE and by == ticket.made_by:
        raise ApprovedByItsAsker
    return TRANSITIONS[state, step]


def new_code() -> str:
    """Return a code of 99 random bits, in groups that can be read out."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))
    return "-".join(letters[start : start + GROUP] for start in range(0, LETTERS, GROUP))


def code_digest(typed: str) -> bytes:
    """Return what is kept of a code, however it was typed. A plain hash will do: nobody guesses 99 bits."""
    letters = "".join(letter for letter in typed.upper() if letter.isalnum())
    return hashlib.sha256(b"waarborg ticket|" + letters.encode()).digest()
