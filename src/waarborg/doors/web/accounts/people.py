"""Who has access, the tickets that wait, and the acts on both."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from waarborg.accounts.operations import (
    LastOfItsRole,
    NeedsAnother,
    PersonUnknown,
    RegistrationRefused,
    RegistrationUnknown,
    approve_registration,
    ask_registration,
    leave,
    open_people,
    withdraw_registration,
)
from waarborg.accounts.permissions import APPROVE_REGISTRATION, OFF_BOARD, REQUEST_REGISTRATION, WITHDRAW_REGISTRATION
from waarborg.accounts.values import (
    Asked,
    IssuedCode,
    PeoplePage,
    PersonLine,
    PersonState,
    RegistrationLine,
    RegistrationState,
    Role,
)
from waarborg.doors.web.accounts.forms import ROLES, LeaveForm, TicketForm
from waarborg.doors.web.context import classify
from waarborg.doors.web.paging import number_asked
from waarborg.doors.web.requests import Request
from waarborg.kernel import clock
from waarborg.kernel.actor import may
from waarborg.labels.values import Classification

CONFLICT: Final = 409
STATES: Final = {
    PersonState.APPROVED: gettext_lazy("hasn't set up a second factor yet"),
    PersonState.ACTIVE: gettext_lazy("has access"),
    PersonState.LEFT: gettext_lazy("left"),
}


@require_safe
def people_page(request: Request) -> HttpResponse:
    return _shown(request, TicketForm())


@require_POST
def ticket_ask(request: Request) -> HttpResponse:
    """Answer with the page itself: the code is in this answer and nowhere else."""
    form = TicketForm(request.POST)
    if not form.is_valid():
        return _shown(request, form, status=422)
    typed = form.cleaned_data
    issued = ask_registration(typed["label"], Asked(Role(typed["role"])), by=request.actor, now=clock.now())
    return _shown(request, TicketForm(), issued=issued)


@require_POST
def ticket_approve(request: Request, ticket_id: UUID) -> HttpResponse:
    return _done(request, lambda: approve_registration(ticket_id, by=request.actor, now=clock.now()))


@require_POST
def ticket_withdraw(request: Request, ticket_id: UUID) -> HttpResponse:
    return _done(request, lambda: withdraw_registration(ticket_id, by=request.actor, now=clock.now()))


@require_POST
def person_leave(request: Request, person_id: UUID) -> HttpResponse:
    form = LeaveForm(request.POST)
    if not form.is_valid():
        return _shown(request, TicketForm(), problem=_("Say why this person's access ends."), status=422)
    reason = form.cleaned_data["reason"]
    return _done(request, lambda: leave(person_id, reason, by=request.actor, now=clock.now()))


def _done(request: Request, act: Callable[[], None]) -> HttpResponse:
    try:
        act()
    except NeedsAnother:
        problem = _("You asked for this ticket. Somebody else approves it.")
    except (RegistrationRefused, RegistrationUnknown):
        problem = _("This ticket was used, withdrawn or has expired in the meantime.")
    except PersonUnknown:
        problem = _("This person has no access any more.")
    except LastOfItsRole:
        problem = _("This is the last one in this role. Let somebody else register in it first.")
    else:
        return HttpResponseRedirect(reverse("web:people"))
    return _shown(request, TicketForm(), problem=problem, status=CONFLICT)


def _shown(
    request: Request, form: TicketForm, *, issued: IssuedCode | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    classify(request, Classification.STAFF)
    opened = open_people(number_asked(request.GET.get("page")), by=request.actor, now=clock.now())
    context = {
        "tickets": [_ticket_row(request, ticket) for ticket in opened.registrations],
        "page": _page(request, opened),
        "ticket_form": form,
        "may_ask": may(request.actor, REQUEST_REGISTRATION),
        "issued": issued and {"code": issued.code, "role": ROLES[issued.role], "expires_at": issued.expires_at},
        "problem": problem,
    }
    return render(request, "waarborg/accounts/people.html", context, status=status)


def _page(request: Request, opened: PeoplePage) -> Page[Any]:
    """Return one page of rows with the numbers of all of them, counted where they were read."""
    page: Page[Any] = Paginator(range(opened.total), opened.per_page).get_page(opened.page)
    page.object_list = [_person_row(request, person) for person in opened.people]
    return page


def _person_row(request: Request, person: PersonLine) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "login_name": person.login,
        "email": person.email,
        "role": ", ".join(str(ROLES[held.role]) for held in person.roles),
        "state": STATES[person.state],
        "last_seen": person.last_seen,
        "may_leave": person.state is not PersonState.LEFT and may(request.actor, OFF_BOARD),
    }


def _ticket_row(request: Request, ticket: RegistrationLine) -> dict[str, Any]:
    waits = ticket.state is RegistrationState.IDENTIFIED
    return {
        "id": ticket.id,
        "for_name": ticket.label,
        "role": ROLES[ticket.asked.role],
        "made_by": ticket.made_by,
        "expires_at": ticket.expires_at,
        "waits": waits,
        "may_approve": waits and ticket.may_approve and may(request.actor, APPROVE_REGISTRATION),
        "may_withdraw": may(request.actor, WITHDRAW_REGISTRATION),
        "mine": not ticket.may_approve,
    }
