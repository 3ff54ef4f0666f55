"""The life of a registration: asked for, identity established by one, approved by another, used once, within its term.

Of someone who is here already (another role, standing in) the identity was established before; then approval is all it lacks.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from waarborg.accounts.values import RegistrationState

VALID_FOR = timedelta(days=14)
"""A new colleague is identified, approved and enrolled within two weeks of the request, or is asked for anew."""
FOUNDING_FOR = timedelta(hours=72)
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without I, L, O, 0 and 1, which look alike on paper."""
LETTERS, GROUP = 20, 4


class RegistrationStep(StrEnum):
    IDENTIFY = "identify"
    APPROVE = "approve"
    USE = "use"
    """By a newcomer, who has no account yet."""
    JOIN = "join"
    """By somebody who has an account, for that account."""
    WITHDRAW = "withdraw"


State, Step = RegistrationState, RegistrationStep
TRANSITIONS = {
    (State.ASKED, Step.IDENTIFY): State.IDENTIFIED,
    (State.ASKED, Step.WITHDRAW): State.WITHDRAWN,
    (State.IDENTIFIED, Step.APPROVE): State.APPROVED,
    (State.IDENTIFIED, Step.WITHDRAW): State.WITHDRAWN,
    (State.APPROVED, Step.USE): State.USED,
    (State.APPROVED, Step.JOIN): State.USED,
    (State.APPROVED, Step.WITHDRAW): State.WITHDRAWN,
}
"""Every step that exists; any other pair is refused. Where no identity is needed ASKED is IDENTIFIED from the start."""


class RegistrationRefused(Exception):
    """This step isn't open to this registration now."""

    def __init__(self, state: RegistrationState, step: RegistrationStep) -> None:
        self.state, self.step = state, step
        super().__init__(f"A registration that is {state} can't be taken to '{step}'.")


class NeedsAnother(Exception):
    """Whoever asked, or established the identity, or is the one it is about, doesn't approve; none of them joins by it either."""


class OwnIdentity(Exception):
    """Nobody establishes their own identity."""


@dataclass(frozen=True)
class RegistrationFacts:
    """What is written about a registration."""

    made_by: UUID
    expires_at: datetime
    needs_identity: bool = True
    person: UUID | None = None
    """Whom it is about, where that is somebody we know."""
    identified_by: UUID | None = None
    approved_by: UUID | None = None
    used: bool = False
    withdrawn: bool = False


def state_of(registration: RegistrationFacts, now: datetime) -> RegistrationState:
    """Tell where a registration is. What ended it earlier goes before its expiry."""
    if registration.used:
        return State.USED
    if registration.withdrawn:
        return State.WITHDRAWN
    if registration.expires_at <= now:
        return State.EXPIRED
    if registration.approved_by is not None:
        return State.APPROVED
    if registration.identified_by is not None or not registration.needs_identity:
        return State.IDENTIFIED
    return State.ASKED


def after(
    registration: RegistrationFacts, step: RegistrationStep, *, by: UUID | None, now: datetime
) -> RegistrationState:
    """Return the state after a step; `by` is None for a provider that establishes an identity.

    Raises RegistrationRefused, NeedsAnother or OwnIdentity.
    """
    state = state_of(registration, now)
    if (state, step) not in TRANSITIONS:
        raise RegistrationRefused(state, step)
    if step is Step.APPROVE and by in {registration.made_by, registration.identified_by, registration.person}:
        raise NeedsAnother
    if step is Step.IDENTIFY and by is not None and by == registration.person:
        raise OwnIdentity
    if step is Step.JOIN and not _may_join(registration, by):
        raise NeedsAnother
    return TRANSITIONS[state, step]


def _may_join(registration: RegistrationFacts, person: UUID | None) -> bool:
    """Only what was asked for a newcomer, identified and approved by others than whoever joins by it."""
    others = {registration.made_by, registration.identified_by, registration.approved_by}
    return registration.needs_identity and registration.person is None and person is not None and person not in others


def new_code() -> str:
    """Return a code of 99 random bits, in groups that can be read out."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))
    return "-".join(letters[start : start + GROUP] for start in range(0, LETTERS, GROUP))


def code_digest(typed: str) -> bytes:
    """Return what is kept of a code, however it was typed. A plain hash will do: nobody guesses 99 bits."""
    letters = "".join(letter for letter in typed.upper() if letter.isalnum())
    return hashlib.sha256(b"waarborg ticket|" + letters.encode()).digest()
