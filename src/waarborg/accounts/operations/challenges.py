"""What a browser has to answer: kept sealed for its holder alone, taken once, and gone whatever the answer is."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from waarborg.accounts.models import Challenge, CountedAnswer, NotAtThisStage, Session
from waarborg.accounts.values import Stage
from waarborg.kernel.actor import Actor
from waarborg.kernel.keyring import seal_text, unseal_text
from waarborg.kernel.references import INSTALLATION, new_id
from waarborg.kernel.transactions import current, own_transaction


def pose(purpose: str, holder: bytes, value: str, *, lasting: timedelta, now: datetime) -> None:
    """Keep what has to be answered, in the running transaction. An earlier one for the same holder counts no more."""
    current()
    Challenge.objects.filter(holder=holder, purpose=purpose).delete()
    posed = Challenge(id=new_id(), scope=INSTALLATION, purpose=purpose, holder=holder, expires_at=now + lasting)
    posed.value = seal_text(value, posed.place("value"))
    posed.save(force_insert=True)


def take(purpose: str, holder: bytes, now: datetime) -> str | None:
    """Return what was posed to this holder and delete it in a transaction of its own; None where nothing lives."""
    with own_transaction():
        posed = Challenge.objects.filter(holder=holder, purpose=purpose).order_by("-expires_at", "pk").first()
        gone, _ = Challenge.objects.filter(holder=holder, purpose=purpose).delete()
    if posed is None or not gone or posed.expires_at <= now:
        return None
    return unseal_text(posed.value, posed.place("value"))


def posed_still(purpose: str, holder: bytes, now: datetime) -> str | None:
    """Return what was posed to this holder and leave it there, locked, for who may try again."""
    living = Challenge.objects.select_for_update().filter(holder=holder, purpose=purpose, expires_at__gt=now)
    posed = living.order_by("-expires_at", "pk").first()
    return unseal_text(posed.value, posed.place("value")) if posed else None


def forget_challenges(now: datetime) -> None:
    """Delete what nobody answered in time, and what is refused for its age by now, in the transaction of the tidying."""
    current()
    Challenge.objects.filter(expires_at__lte=now).delete()
    CountedAnswer.objects.filter(until__lte=now).delete()


def holder_of(session: UUID, *stages: Stage, by: Actor) -> bytes:
    """Return the digest of the token of one's own session at one of these stages. Raises NotAtThisStage."""
    own = Session.objects.filter(pk=session, person_id=by.id, stage__in=stages, ended_at=None).first()
    if own is None:
        raise NotAtThisStage
    return bytes(own.token)


def browser_digest(cookie: str) -> bytes:
    """Return what is kept of the cookie of a browser in which nobody came in yet."""
    return hashlib.sha256(b"waarborg browser|" + cookie.encode()).digest()
