"""What happens to a session once it is open: seen, ended by its owner, ended by the clock."""

from datetime import datetime, timedelta
from uuid import UUID

from waarborg.accounts.models import Person, Session, UsedStep
from waarborg.accounts.operations.challenges import forget_challenges
from waarborg.accounts.operations.throttle import forget_what_is_over
from waarborg.accounts.permissions import END_SESSIONS, OWN_SESSION
from waarborg.accounts.values import EndReason
from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor, require
from waarborg.kernel.references import Reference
from waarborg.kernel.transactions import transaction

STEPS_KEPT_FOR = timedelta(days=1)


def log_out(*, session: UUID, by: Actor, now: datetime) -> None:
    """End one's own session. Its token opens nothing from here on."""
    subject = (Reference("session", session),)
    with act("accounts.logged_out", OWN_SESSION, by=by, now=now, action=Action.EXECUTE, objects=subject):
        own = Session.objects.filter(pk=session, person_id=by.id, ended_at=None)
        own.update(ended_at=now, reason=EndReason.LOGGED_OUT)


def set_language(language: str, *, by: Actor, now: datetime) -> None:
    """Choose the language in which one is addressed."""
    subject = (Reference("person", by.id),)
    with act("accounts.language_set", OWN_SESSION, by=by, now=now, action=Action.UPDATE, objects=subject) as done:
        done.detail["language"] = language
        Person.objects.filter(pk=by.id).update(language=language)


def note_seen(*, session: UUID, by: Actor, now: datetime) -> None:
    """Note that a session is in use, so that it doesn't count as idle. Not an event of the log."""
    require(by, OWN_SESSION)
    with transaction():
        Session.objects.filter(pk=session, person_id=by.id, ended_at=None).update(last_seen_at=now)


def end_idle_sessions(*, by: Actor, now: datetime) -> int:
    """End the sessions that are over, each with its entry, and return how many. Forgets old counts and questions as well."""
    ended = sum(_end(session, by=by, now=now) for session in list(Session.objects.filter(ended_at=None)))
    with transaction():
        require(by, END_SESSIONS)
        forget_what_is_over(by=by, now=now)
        forget_challenges(now)
        UsedStep.objects.filter(at__lt=now - STEPS_KEPT_FOR).delete()
    return ended


def _end(session: Session, *, by: Actor, now: datetime) -> bool:
    reason = session.over(now)
    if reason is None:
        return False
    subject = (Reference("person", session.person_id), Reference("session", session.pk))
    with act("accounts.session_ended", END_SESSIONS, by=by, now=now, action=Action.EXECUTE, objects=subject) as done:
        done.reason = reason
        Session.objects.filter(pk=session.pk, ended_at=None).update(ended_at=now, reason=reason)
    return True
