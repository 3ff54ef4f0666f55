"""That an answer of a provider counts for nothing: said to the log by one word, and to nobody else."""

from waarborg.accounts.operations.throttle import Reservation
from waarborg.accounts.providers import Provider
from waarborg.accounts.rules.oidc import Why
from waarborg.audit.operations import record
from waarborg.audit.values import Action, Outcome
from waarborg.kernel.transactions import own_transaction


class SignOnRefused(Exception):
    """Nothing came of signing on. Why is in the log and is never said: an unknown person hears what a forger hears."""


def tell_refused(attempt: Reservation, provider: Provider, purpose: str, why: Why) -> None:
    """Log why an answer counted for nothing. The attempt stays counted, so that this can't be repeated without end."""
    with own_transaction():
        record(
            attempt.event,
            by=attempt.by,
            now=attempt.now,
            action=Action.EXECUTE,
            objects=(),
            protocol=attempt.protocol,
            outcome=Outcome.FAILED,
            detail={"provider": provider.key, "purpose": purpose, "why": why},
        )
