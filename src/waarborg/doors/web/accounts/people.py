"""Who has access, and what waits for somebody's decision."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from waarborg.accounts.operations import (
    DutiesClash,
    NeedsAnother,
    PersonUnknown,
    RegistrationRefused,
    RegistrationUnknown,
    approve_registration,
    open_people,
    open_recoveries,
    withdraw_registration,
)
from waarborg.accounts.permissions import APPROVE_RECOVERY, ASK_RECOVERY, DELEGATE, REQUEST_REGISTRATION
from waarborg.accounts.values import PeoplePage, RecoveryLine
from waarborg.doors.web.accounts.forms import LOST
from waarborg.doors.web.accounts.people_rows import mine_first, person_row, registration_row
from waarborg.doors.web.accounts.places import Places, may_anywhere, places_of
from waarborg.doors.web.context import classify
from waarborg.doors.web.paging import number_asked
from waarborg.doors.web.permitted import clash_sentences
from waarborg.doors.web.requests import Request
from waarborg.kernel import clock
from waarborg.kernel.actor import Actor, may
from waarborg.labels.values import Classification

CONFLICT: Final = 409
LONGEST_SEARCH: Final = 100


@require_http_methods(["GET", "HEAD", "POST"])
def people_page(request: Request) -> HttpResponse:
    """Show who has access. What is searched comes by POST: names of people belong in no address."""
    return shown(request)


@require_POST
def registration_approve(request: Request, registration_id: UUID) -> HttpResponse:
    return _done(
        request, lambda: approve_registration(registration_id, by=request.actor, now=clock.now()), _("Approved.")
    )


@require_POST
def registration_withdraw(request: Request, registration_id: UUID) -> HttpResponse:
    return _done(
        request, lambda: withdraw_registration(registration_id, by=request.actor, now=clock.now()), _("Withdrawn.")
    )


def _done(request: Request, act: Callable[[], None], told: str) -> HttpResponse:
    try:
        act()
    except NeedsAnother:
        problems = [_("You asked for this or saw the document. Somebody else approves it.")]
    except (RegistrationRefused, RegistrationUnknown):
        problems = [_("This was done, withdrawn or has expired in the meantime.")]
    except PersonUnknown:
        problems = [_("This person has no access any more.")]
    except DutiesClash as clash:
        problems = clash_sentences(clash.clashes)
    else:
        messages.success(request, told)
        return HttpResponseRedirect(reverse("web:people"))
    return shown(request, problems=problems, status=CONFLICT)


def shown(request: Request, *, problems: list[str] | None = None, status: int = 200) -> HttpResponse:
    classify(request, Classification.STAFF)
    by, now, places = request.actor, clock.now(), places_of(request.actor.scope)
    searched = request.POST.get("q", "").strip()[:LONGEST_SEARCH]
    asked = number_asked(request.POST.get("page") or request.GET.get("page"))
    opened = open_people(asked, query=searched, by=by, now=now)
    waiting = [registration_row(each, places, by) for each in opened.registrations] + recovery_rows(by)
    mine, others = mine_first(waiting)
    context = {
        "mine": mine,
        "others": others,
        "page": _page(opened, places),
        "q": searched,
        "unsearched": opened.unsearched if searched else 0,
        "may_ask": may_anywhere(by, REQUEST_REGISTRATION),
        "may_delegate": may_anywhere(by, DELEGATE),
        "problems": problems or [],
    }
    return render(request, "waarborg/accounts/people.html", context, status=status)


def recovery_rows(by: Actor) -> list[dict[str, Any]]:
    """What was lost by whom, for those who can help."""
    if not may_anywhere(by, ASK_RECOVERY):
        return []
    return [_recovery_row(line, by) for line in open_recoveries(by=by, now=clock.now())]


def _recovery_row(line: RecoveryLine, by: Actor) -> dict[str, Any]:
    mine = line.may_approve and not line.approved and may(by, APPROVE_RECOVERY)
    waits = _("Waits until this person uses the code") if line.approved else _("Somebody else has to approve it")
    return {
        "id": line.id,
        "label": line.name,
        "lost": LOST[line.lost],
        "reason": line.reason,
        "made_by": line.asked_by,
        "made_at": line.asked_at,
        "expires_at": line.expires_at,
        "may_approve": mine,
        "may_withdraw": True,
        "waits_for": waits,
        "mine": mine,
    }


def _page(opened: PeoplePage, places: Places) -> Page[Any]:
    """Return one page of rows with the numbers of all of them, counted where they were read."""
    page: Page[Any] = Paginator(range(opened.total), opened.per_page).get_page(opened.page)
    page.object_list = [person_row(person, places, clock.now()) for person in opened.people]
    return page
