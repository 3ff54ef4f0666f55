"""People, their roles and what waits, in the words in which every page of people shows them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from waarborg.accounts.permissions import APPROVE_REGISTRATION, IDENTIFY, WITHDRAW_REGISTRATION
from waarborg.accounts.values import (
    HeldRole,
    PersonLine,
    PersonState,
    RegistrationKind,
    RegistrationLine,
    RegistrationState,
)
from waarborg.doors.web import moments
from waarborg.doors.web.accounts.places import Places, said
from waarborg.doors.web.words import word_for
from waarborg.kernel.actor import Actor, may

SOON: Final = timedelta(days=60)
"""How long before an identity is out of date the list says so."""
KINDS: Final[dict[RegistrationKind, Promise]] = {
    RegistrationKind.NEW: gettext_lazy("comes in"),
    RegistrationKind.RETURN: gettext_lazy("comes back"),
    RegistrationKind.ROLE: gettext_lazy("another role"),
    RegistrationKind.DELEGATION: gettext_lazy("stands in for a colleague"),
    RegistrationKind.EARLIER: gettext_lazy("asked before identity was established here"),
}


def person_row(person: PersonLine, places: Places, now: datetime) -> dict[str, Any]:
    mark, state = state_of(person, now)
    return {
        "id": person.id,
        "name": person.name,
        "login": person.login,
        "email": person.email,
        "mark": mark,
        "state": state,
        "roles": [role_row(held, places, now) for held in person.roles],
        "last_seen": person.last_seen,
        "left": person.state is PersonState.LEFT,
    }


def role_row(held: HeldRole, places: Places, now: datetime) -> dict[str, Any]:
    return {
        "id": held.id,
        "name": places.role(held),
        "role": word_for(held.role),
        "within": places.name(held.within),
        "at": held.at,
        "ends_at": held.ends_at,
        "delegated": held.delegated_by is not None,
        "confirm_before": held.confirm_before,
        "overdue": held.confirm_before <= now,
    }


def state_of(person: PersonLine, now: datetime) -> tuple[str, str]:
    """Return the mark and the words of how someone stands: what keeps them out first, then what is due."""
    if person.state is PersonState.LEFT:
        return "not_applicable", _("left")
    if person.state is PersonState.APPROVED:
        return "unknown", _("hasn't set up a second factor yet")
    if person.verify_before <= now:
        return "not_proven", _("no access: identity has to be seen again")
    if not person.roles:
        return "not_applicable", _("no role, so nothing opens")
    return _due(person, now)


def _due(person: PersonLine, now: datetime) -> tuple[str, str]:
    if any(held.confirm_before <= now for held in person.roles):
        return "expiring", _("has access; nobody said in time that it is still needed")
    if person.verify_before <= now + SOON:
        return "expiring", _("has access; show identity before {day}").format(day=moments.day(person.verify_before))
    return "proven", _("has access")


def registration_row(line: RegistrationLine, places: Places, by: Actor) -> dict[str, Any]:
    """What one registration waits for, and what the reader can do about it."""
    seen, at = line.state is RegistrationState.IDENTIFIED, line.asked.within
    may_approve = seen and line.may_approve and may(by, APPROVE_REGISTRATION, at=at)
    may_identify = line.state is RegistrationState.ASKED and line.needs_identity and may(by, IDENTIFY, at=at)
    return {
        "id": line.id,
        "label": line.label,
        "kind": KINDS[line.kind],
        "role": said(line.asked.role, at, places),
        "ends_at": line.asked.ends_at,
        "made_by": line.made_by,
        "made_at": line.made_at,
        "identified_by": line.identified_by,
        "expires_at": line.expires_at,
        "may_identify": may_identify,
        "may_approve": may_approve,
        "may_withdraw": may(by, WITHDRAW_REGISTRATION, at=at),
        "waits_for": _waits_for(line),
        "mine": may_approve or may_identify,
    }


def _waits_for(line: RegistrationLine) -> str:
    if line.state is RegistrationState.ASKED:
        return _("Somebody has to see an identity document")
    if line.state is RegistrationState.IDENTIFIED:
        return _("Somebody else has to approve it")
    return _("Waits until this person registers with the code")


def mine_first(rows: Iterable[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return what waits for the reader, and what waits for somebody else."""
    every = list(rows)
    return [row for row in every if row["mine"]], [row for row in every if not row["mine"]]
