"""The yearly review of rights: of each role somebody else than its holder says whether it is still needed (NEN 7510-2:2024, 5.18)."""

from datetime import datetime
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Max, QuerySet

from waarborg.accounts.models import RightsReview, RoleHeld
from waarborg.accounts.operations.holding import lasting
from waarborg.accounts.operations.leaving import deciding_on_role, give_up
from waarborg.accounts.operations.lines import held_role
from waarborg.accounts.operations.reaching import reached, somewhere
from waarborg.accounts.permissions import END_ROLE, REVIEW_RIGHTS
from waarborg.accounts.rules.access import REVIEWED_EVERY
from waarborg.accounts.values import ReviewLine, ReviewPage
from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor, reach, require
from waarborg.kernel.keyring import seal_text
from waarborg.kernel.references import Reference, new_id

A_PAGE = 50


class OwnRole(Exception):
    """Nobody says of their own role that it is still needed."""


class ReasonMissing(Exception):
    """It isn't said why."""


def open_review(page: int = 1, *, by: Actor, now: datetime) -> ReviewPage:
    """Show one page of the roles that are held in this scope, or in the reader's part of it, soonest due first."""
    at = somewhere(by, REVIEW_RIGHTS)
    with act("accounts.review_read", REVIEW_RIGHTS, by=by, now=now, action=Action.READ, at=at) as done:
        rows = _to_review(by, now)
        shown = Paginator(rows.select_related("person").annotate(last=Max("reviews__at")), A_PAGE).get_page(page)
        lines = tuple(_line(row, by) for row in shown)
        overdue = rows.filter(confirmed_at__lte=now - REVIEWED_EVERY).count()
        done.objects = tuple({Reference("person", line.person): None for line in lines})
        done.detail = {"roles": len(lines), "overdue": overdue}
    return ReviewPage(lines, shown.paginator.count, shown.number, A_PAGE, overdue)


def review_role(held_id: UUID, kept: bool, reason: str, *, by: Actor, now: datetime) -> None:  # noqa: FBT001 - the one thing said
    """Say of a role whether it is still needed, and why. What isn't needed ends at once, which wants a fresh second factor.

    Raises RoleUnknown, OwnRole, ReasonMissing or LastOfItsRole.
    """
    if not reason.strip():
        raise ReasonMissing
    with deciding_on_role(held_id, "accounts.role_reviewed", REVIEW_RIGHTS, by=by, now=now) as (held, done):
        if held.person_id == by.id:
            raise OwnRole
        done.detail |= {"role": held.role, "kept": "yes" if kept else "no"}
        _keep_review(held, reason.strip(), kept=kept, by=by.id, now=now)
        if kept:
            RoleHeld.objects.filter(pk=held.pk).update(confirmed_at=now)
            return
        require(by, END_ROLE, at=held.grant.within)
        give_up(held, by=by.id, now=now)


def _to_review(by: Actor, now: datetime) -> QuerySet[RoleHeld]:
    within, rows = reach(by, REVIEW_RIGHTS), lasting(now).filter(scope=by.scope)
    rows = rows if within.everywhere else rows.filter(within__in=reached(within))
    return rows.order_by("confirmed_at", "pk")


def _line(row: RoleHeld, by: Actor) -> ReviewLine:
    last: datetime | None = getattr(row, "last", None)
    return ReviewLine(held_role(row), row.person_id, row.person.opened_name, last, own=row.person_id == by.id)


def _keep_review(held: RoleHeld, reason: str, *, kept: bool, by: UUID, now: datetime) -> None:
    review = RightsReview(id=new_id(), scope=held.scope, held=held, kept=kept, by=by, at=now)
    review.reason = seal_text(reason, review.place("reason"))
    review.save(force_insert=True)
