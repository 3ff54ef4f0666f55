"""The end of every way in: whoever proved both factors has arrived, and only the notice is left.

By password and code, by passkey, by recovery code, by an identity provider, or by enrolling a first factor: here the place is noted
from which someone comes, and whether it is a new one.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings

from waarborg.accounts.models import Session
from waarborg.accounts.operations.holding import counting
from waarborg.accounts.operations.recognising import knows_address, knows_device, marked, remember
from waarborg.accounts.permissions import LOG_IN
from waarborg.accounts.rules.sessions import access_point, normal_login
from waarborg.accounts.values import Entered, ProvenWith, Role, Stage
from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor
from waarborg.kernel.keyring import seal_text, unseal_text
from waarborg.kernel.references import Reference

NEW_PLACE = "accounts.new_place"


def arrived(
    session: Session, *, proven_with: ProvenWith, by: Actor, now: datetime, agent: str = "", device: str = ""
) -> Entered:
    """Take a session to the notice under a new token, and note from where. Inside the act of the proof.

    `agent` is what the browser calls itself, `device` what it keeps to be known again; left out where they were given with
    the password of this session.
    """
    coming_from(session, by=by, agent=agent, device=device)
    _note_whether_new(session, by=by, now=now)
    person = session.person
    for name in (normal_login(unseal_text(person.login, person.place("login"))), str(person.pk)):
        remember(name, _device(session), by=by, now=now)
    return session.advance(Stage.NOTICE, now, proven_with=proven_with)


def coming_from(session: Session, *, by: Actor, agent: str, device: str) -> None:
    """Put on a session that isn't saved yet from where it comes: the address of this step, and what isn't given as it was."""
    browser = session.opened_access_point.partition(" ")[2]
    said = access_point(by.network_address, agent) if agent else f"{by.network_address} {browser}".strip()
    session.access_point = seal_text(said, session.place("access_point"))
    session.device = marked(device) or session.device


def limited(session: Session, now: datetime) -> None:
    """Put on a session how long it may stand idle and last: the strictest of the roles that its person holds in its scope."""
    config = settings.WAARBORG.sessions
    held = {Role(each.role) for each in counting(session.person_id, now) if each.scope == session.scope}
    own = [config.by_role[role] for role in held & config.by_role.keys()]
    session.idle_minutes = min([config.idle_minutes, *(each.idle_minutes for each in own if each.idle_minutes)])
    session.longest_hours = min([config.longest_hours, *(each.longest_hours for each in own if each.longest_hours)])


def moved(session: Session, scope: UUID) -> None:
    """Put a session in another scope; what is sealed in it is sealed anew, for it opens in its own scope only."""
    said = session.opened_access_point
    session.scope = scope
    session.access_point = seal_text(said, session.place("access_point")) if said else None


def device_of(session: UUID, *, by: Actor) -> bytes | None:
    """Return the device on which the password of one's own session was typed: for counting what is tried in it."""
    kept = Session.objects.filter(pk=session, person=by.id).values_list("device", flat=True).first()
    return None if kept is None else bytes(kept)


def _note_whether_new(session: Session, *, by: Actor, now: datetime) -> None:
    """Someone's very first arrival isn't new to them: there is nothing yet that it could differ from."""
    name = str(session.person_id)
    known = knows_device(name, _device(session), now) or knows_address(name, by.network_address, now)
    session.new_place = not known and _came_before(session)
    if not session.new_place:
        return
    subject = (Reference("person", session.person_id), Reference("session", session.pk))
    with act(NEW_PLACE, LOG_IN, by=by, now=now, action=Action.EXECUTE, objects=subject) as done:
        done.detail["device"] = "other" if session.device else "unnamed"


def _came_before(session: Session) -> bool:
    return Session.objects.filter(person=session.person_id).exclude(pk=session.pk).exclude(proven_with="").exists()


def _device(session: Session) -> bytes | None:
    return None if session.device is None else bytes(session.device)
