"""Saying of a log-in that it wasn't one's own."""

from datetime import datetime
from uuid import UUID

from waarborg.accounts.models import Session
from waarborg.accounts.operations.own_sessions import SessionUnknown
from waarborg.accounts.permissions import OWN_FACTORS, OWN_SESSION
from waarborg.accounts.values import EndReason
from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor, reach
from waarborg.kernel.references import Reference


def disown_sign_in(session_id: UUID, *, by: Actor, now: datetime) -> None:
    """Say of a log-in from a new place that it wasn't one's own: its session ends, if it lives still. Raises SessionUnknown."""
    subject = (Reference("person", by.id), Reference("session", session_id))
    with act("accounts.sign_in_disowned", OWN_SESSION, by=by, now=now, action=Action.UPDATE, objects=subject) as done:
        # As for saying that it was: whoever is only halfway in reaches nothing of one's own.
        reach(by, OWN_FACTORS)
        own = Session.objects.filter(pk=session_id, person=by.id)
        if not own.filter(new_place=True, told_at=None).update(told_at=now):
            raise SessionUnknown
        ended = own.filter(ended_at=None).update(ended_at=now, reason=EndReason.ENDED_BY_OWNER)
        done.detail["sessions"] = ended
