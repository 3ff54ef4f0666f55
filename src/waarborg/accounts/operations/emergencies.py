"""Breaking the glass: an hour of access in an emergency, with a reason, judged afterwards by somebody else (NEN 7513)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import F

from waarborg.accounts.models import EmergencyAccess
from waarborg.accounts.operations.reaching import somewhere
from waarborg.accounts.permissions import BREAK_GLASS, REVIEW_EMERGENCIES
from waarborg.accounts.queries import names_of
from waarborg.accounts.values import EmergencyLine, EmergencyPage
from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor
from waarborg.kernel.keyring import seal_text, unseal_text
from waarborg.kernel.references import Reference, new_id

LASTS = timedelta(hours=1)
SHORTEST_REASON = 10
A_PAGE = 50


class ReasonTooShort(Exception):
    """Whoever breaks the glass says why, in ten characters at least."""


class OwnFile(Exception):
    """Nobody breaks the glass for their own file."""


class EmergencyUnknown(Exception):
    """Nobody broke the glass under this id, in this scope."""


class OwnEmergency(Exception):
    """Nobody judges their own emergency."""


class ReviewedBefore(Exception):
    """Somebody judged it already; that stays."""


def break_glass(subject: Reference, reason: str, *, by: Actor, now: datetime) -> UUID:
    """Open one thing for an hour that no role or relation opens, and return the id of this emergency.

    It is held for the person and the thing alone; `queries.emergency_open` tells whether it lasts. Raises ReasonTooShort or OwnFile.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonTooShort
    opened = EmergencyAccess(id=new_id(), scope=by.scope, person_id=by.id, subject=str(subject))
    objects, at = (subject, Reference("emergency", opened.pk)), somewhere(by, BREAK_GLASS)
    with act(
        "accounts.glass_broken", BREAK_GLASS, by=by, now=now, action=Action.EXECUTE, objects=objects, at=at
    ) as done:
        if subject.id == by.id:
            raise OwnFile
        done.reason, done.detail = "emergency", {"minutes": LASTS // timedelta(minutes=1)}
        opened.reason = seal_text(reason.strip(), opened.place("reason"))
        opened.opened_at, opened.ends_at = now, now + LASTS
        opened.save(force_insert=True)
    return opened.pk


def open_emergencies(page: int = 1, *, by: Actor, now: datetime) -> EmergencyPage:
    """Show one page of emergencies: those that wait to be judged first, oldest first; then what was judged, newest first."""
    with act("accounts.emergencies_read", REVIEW_EMERGENCIES, by=by, now=now, action=Action.READ) as done:
        rows = EmergencyAccess.objects.filter(scope=by.scope)
        waiting = rows.filter(reviewed_at=None)
        ordered = rows.order_by(F("reviewed_at").desc(nulls_first=True), "opened_at", "pk")
        shown = Paginator(ordered, A_PAGE).get_page(page)
        lines = _lines(list(shown), by)
        done.objects = tuple(Reference("emergency", line.id) for line in lines)
        done.detail = {"emergencies": len(lines), "waiting": waiting.count()}
        return EmergencyPage(lines, shown.paginator.count, shown.number, A_PAGE, waiting.count())


def review_emergency(emergency_id: UUID, justified: bool, remark: str, *, by: Actor, now: datetime) -> None:  # noqa: FBT001 - the one thing said
    """Say of an emergency whether it was one. Raises EmergencyUnknown, OwnEmergency or ReviewedBefore."""
    subject = (Reference("emergency", emergency_id),)
    event = "accounts.emergency_reviewed"
    with act(event, REVIEW_EMERGENCIES, by=by, now=now, action=Action.UPDATE, objects=subject) as done:
        found = EmergencyAccess.objects.select_for_update().filter(pk=emergency_id, scope=by.scope).first()
        if found is None:
            raise EmergencyUnknown
        if found.person_id == by.id:
            raise OwnEmergency
        if found.reviewed_at is not None:
            raise ReviewedBefore
        done.detail["justified"] = "yes" if justified else "no"
        found.justified, found.remark = justified, seal_text(remark.strip(), found.place("remark"))
        found.reviewed_by, found.reviewed_at = by.id, now
        found.save()


def _lines(rows: list[EmergencyAccess], by: Actor) -> tuple[EmergencyLine, ...]:
    names = names_of({each for row in rows for each in (row.person_id, row.reviewed_by) if each})
    return tuple(
        EmergencyLine(
            id=row.pk,
            person=row.person_id,
            name=names.get(row.person_id, ""),
            subject=Reference.parse(row.subject),
            reason=unseal_text(row.reason, row.place("reason")),
            opened_at=row.opened_at,
            ends_at=row.ends_at,
            reviewed_by=names.get(row.reviewed_by, "") if row.reviewed_by else "",
            reviewed_at=row.reviewed_at,
            justified=row.justified,
            remark=unseal_text(row.remark, row.place("remark")) if row.remark else "",
            may_review=row.person_id != by.id and row.reviewed_at is None,
        )
        for row in rows
    )
