"""One's own sessions: seen, ended from another one, and said to be one's own."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from waarborg.accounts.models import Session
from waarborg.accounts.permissions import OWN_FACTORS, OWN_SESSION
from waarborg.accounts.values import EndReason, SessionLine, Stage
from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor, reach
from waarborg.kernel.references import Reference

ENDED = "accounts.session_ended_by_owner"


class SessionUnknown(Exception):
    """The actor has no such session, or it ended."""


def open_sessions(*, session: UUID, by: Actor, now: datetime) -> tuple[SessionLine, ...]:
    """Return one's own living sessions, the current one first. Raises NotAtThisStage for who hasn't come in fully."""
    subject = (Reference("person", by.id),)
    with act("accounts.sessions_read", OWN_SESSION, by=by, now=now, action=Action.READ, objects=subject) as done:
        Session.at(Stage.FULL, session, person=by.id)
        living = [each for each in _own(by).order_by("-last_seen_at") if each.over(now) is None]
        done.detail["sessions"] = len(living)
    return tuple(sorted((each.line(current=session) for each in living), key=lambda line: not line.current))


def end_session(session_id: UUID, *, session: UUID, by: Actor, now: datetime) -> None:
    """End one of one's own sessions, from another. Raises SessionUnknown, or NotAtThisStage for who hasn't come in fully."""
    subject = (Reference("person", by.id), Reference("session", session_id))
    with act(ENDED, OWN_SESSION, by=by, now=now, action=Action.EXECUTE, objects=subject):
        Session.at(Stage.FULL, session, person=by.id)
        if not _own(by).filter(pk=session_id).update(ended_at=now, reason=EndReason.ENDED_BY_OWNER):
            raise SessionUnknown


def end_other_sessions(*, session: UUID, by: Actor, now: datetime) -> int:
    """End all of one's own sessions but this one, also those still on the way in, and return how many.

    Raises NotAtThisStage for who hasn't come in fully.
    """
    subject = (Reference("person", by.id),)
    with act(ENDED, OWN_SESSION, by=by, now=now, action=Action.EXECUTE, objects=subject) as done:
        Session.at(Stage.FULL, session, person=by.id)
        ended = end_others(by.id, EndReason.ENDED_BY_OWNER, now, but=session)
        done.detail["sessions"] = ended
    return ended


def acknowledge_sign_in(session_id: UUID, *, by: Actor, now: datetime) -> None:
    """Say of a log-in from a new place that it was one's own. Raises SessionUnknown."""
    subject = (Reference("person", by.id), Reference("session", session_id))
    with act("accounts.sign_in_acknowledged", OWN_SESSION, by=by, now=now, action=Action.UPDATE, objects=subject):
        # Whoever has the password alone mustn't silence what tells of them: their session reaches nothing of one's own.
        reach(by, OWN_FACTORS)
        told = Session.objects.filter(pk=session_id, person=by.id, new_place=True, told_at=None)
        if not told.update(told_at=now):
            raise SessionUnknown


def end_others(person: UUID, reason: EndReason, now: datetime, *, but: UUID) -> int:
    """End every session of someone but one, inside the act that is the reason; return how many."""
    others = Session.objects.filter(person=person, ended_at=None).exclude(pk=but)
    return others.update(ended_at=now, reason=reason)


def _own(by: Actor) -> QuerySet[Session]:
    return Session.objects.filter(person=by.id, stage=Stage.FULL, ended_at=None)
