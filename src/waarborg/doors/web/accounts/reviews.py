"""The yearly look at who still needs what (NEN 7510-2:2024, 5.18)."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from waarborg.accounts.operations import LastOfItsRole, OwnRole, ReasonMissing, RoleUnknown, open_review, review_role
from waarborg.accounts.values import ReviewLine, ReviewPage
from waarborg.doors.web.accounts.confirming import ask_proof
from waarborg.doors.web.accounts.people_rows import role_row
from waarborg.doors.web.accounts.places import Places, places_of
from waarborg.doors.web.context import classify
from waarborg.doors.web.paging import number_asked
from waarborg.doors.web.requests import Request
from waarborg.kernel import clock
from waarborg.labels.values import Classification

REFUSED: Final = 422
LONGEST_REASON: Final = 200
ANSWERS: Final = {"kept": True, "ended": False}


@require_http_methods(["GET", "HEAD", "POST"])
def reviews_page(request: Request) -> HttpResponse:
    """Show the roles, soonest due first; take the answers that were given on one page, each its own act."""
    if request.method != "POST":
        return _shown(request, {})
    if not request.actor.fresh and not all(kept for _held, kept in _answers(request)):
        return ask_proof(request)  # before anything is done: what is asked for again afterwards is all of it
    problems = _reviewed(request)
    if not problems:
        return HttpResponseRedirect(f"{reverse('web:reviews')}?page={number_asked(request.POST.get('page'))}")
    return _shown(request, problems, status=REFUSED)


def _reviewed(request: Request) -> dict[UUID, str]:
    """Do what was answered, and return what wasn't done and why, by role. What was answered well is done whatever else is wrong."""
    problems, done = dict[UUID, str](), 0
    for held, kept in _answers(request):
        reason = request.POST.get(f"reason-{held}", "").strip()[:LONGEST_REASON]
        try:
            review_role(held, kept, reason, by=request.actor, now=clock.now())
            done += 1
        except ReasonMissing:
            problems[held] = _("Say why, in a few words.")
        except OwnRole:
            problems[held] = _("This is your own role. Somebody else looks at it.")
        except RoleUnknown:
            problems[held] = _("This role ended in the meantime.")
        except LastOfItsRole:
            problems[held] = _("This is the last one in this role. Let somebody else register in it first.")
    if done:
        messages.success(request, ngettext("%(n)d role looked at.", "%(n)d roles looked at.", done) % {"n": done})
    return problems


def _answers(request: HttpRequest) -> list[tuple[UUID, bool]]:
    """Return the roles for which one of the two answers was given; first what is kept."""
    given = [
        (UUID(name.removeprefix("answer-")), ANSWERS[value])
        for name, value in request.POST.items()
        if name.startswith("answer-") and value in ANSWERS and _is_id(name.removeprefix("answer-"))
    ]
    return sorted(given, key=lambda each: not each[1])


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _shown(request: Request, problems: Mapping[UUID, str], *, status: int = 200) -> HttpResponse:
    classify(request, Classification.STAFF)
    asked = number_asked(request.POST.get("page") or request.GET.get("page"))
    opened = open_review(asked, by=request.actor, now=clock.now())
    context = {
        "page": _page(request, opened, places_of(request.actor.scope), problems),
        "overdue": opened.overdue,
        "in_date": opened.total - opened.overdue,
        "total": opened.total,
        "problems": bool(problems),
    }
    return render(request, "waarborg/accounts/reviews.html", context, status=status)


def _page(request: Request, opened: ReviewPage, places: Places, problems: Mapping[UUID, str]) -> Page[Any]:
    page: Page[Any] = Paginator(range(opened.total), opened.per_page).get_page(opened.page)
    page.object_list = [_row(request, line, places, problems) for line in opened.lines]
    return page


def _row(request: Request, line: ReviewLine, places: Places, problems: Mapping[UUID, str]) -> dict[str, Any]:
    held = line.held.id
    return role_row(line.held, places, clock.now()) | {
        "person": line.person,
        "person_name": line.name,
        "own": line.own,
        "last": line.last_reviewed_at,
        "problem": problems.get(held, ""),
        "answer": request.POST.get(f"answer-{held}", "") if held in problems else "",
        "reason": request.POST.get(f"reason-{held}", "") if held in problems else "",
    }
