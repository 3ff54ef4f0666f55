"""The list of applications, and the forms by which they come, change and go."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from waarborg.accounts.queries import names_of
from waarborg.assurance.queries.standing import standings
from waarborg.doors.web.paging import number_asked, shown
from waarborg.doors.web.registers import finding
from waarborg.doors.web.registers.forms import (
    KINDS,
    ApplicationForm,
    CustomerForm,
    RetireForm,
    ReviewForm,
    answers,
)
from waarborg.doors.web.requests import Request
from waarborg.doors.web.rights import reached
from waarborg.doors.web.words import word_for
from waarborg.kernel import clock
from waarborg.registers import queries
from waarborg.registers.operations.applications import (
    change_application,
    record_security_review,
    register_application,
    reinstate_application,
    retire_application,
)
from waarborg.registers.operations.organisations import register_customer
from waarborg.registers.permissions import READ_REGISTER, RECORD_REVIEW, REGISTER_APPLICATION, RETIRE_APPLICATION
from waarborg.registers.values.classification import ApplicationState, RiskClass
from waarborg.registers.values.faults import RegisterFault
from waarborg.registers.values.inputs import ApplicationDetails, NewApplication, NewCustomer
from waarborg.registers.values.registered import Application, ListedApplication, Page

PLAIN = ("name", "kind", "purpose", "harm", "harm_explained", "owner", "login_path", "version")
"""What a form shows as it is in the register."""
GET_POST = require_http_methods(["GET", "HEAD", "POST"])
LONGEST_SEARCH = 100


@require_safe
def applications(request: Request) -> HttpResponse:
    """Show the list, the gravest risk on top."""
    asked = request.GET
    risk, state = _one_of(RiskClass, asked.get("risk")), _one_of(ApplicationState, asked.get("state"))
    page = queries.applications_page(
        request.actor.scope,
        only=reached(request.actor, READ_REGISTER),
        text=asked.get("q", "").replace("\x00", "")[:LONGEST_SEARCH],
        risk=risk,
        customer=asked.get("customer", "").replace("\x00", ""),
        state=state or ApplicationState.ACTIVE,
        number=number_asked(asked.get("page")),
    )
    context = {
        "page": shown(page, _rows(request, page)),
        "q": asked.get("q", ""),
        "choices": _choices(request, risk, state),
    }
    return render(request, "waarborg/registers/applications.html", context)


@GET_POST
def application_new(request: Request) -> HttpResponse:
    """Ask for a new application. Without any customer, that is asked first."""
    if not queries.customers(request.actor.scope):
        return HttpResponseRedirect(reverse("web:customer-new"))
    form = _form(request, None)
    kept: list[UUID] = []
    if request.method == "POST" and form.saved(
        NewApplication, lambda new: kept.append(register_application(new, by=request.actor, now=clock.now()))
    ):
        return HttpResponseRedirect(reverse("web:application", args=kept))
    return _form_page(request, form, None)


@GET_POST
def application_edit(request: Request, application_id: UUID) -> HttpResponse:
    """Ask what is to change. What was changed meanwhile is told, and not overwritten without saying so."""
    subject = finding.found(queries.application_by_id, request, application_id, REGISTER_APPLICATION)
    form = _form(request, subject)
    del form.fields["key"]
    if request.method == "POST":
        if form.saved(
            ApplicationDetails,
            lambda new: change_application(
                subject.id, new, by=request.actor, now=clock.now(), seen=form.cleaned_data["version"]
            ),
        ):
            return HttpResponseRedirect(reverse("web:application", args=[subject.id]))
        form.look_again(subject.version)
    return _form_page(request, form, subject)


@GET_POST
def customer_new(request: Request) -> HttpResponse:
    form = CustomerForm(**answers(request))
    if request.method == "POST" and form.saved(
        NewCustomer, lambda new: register_customer(new, by=request.actor, now=clock.now())
    ):
        return HttpResponseRedirect(reverse("web:application-new"))
    context = {"form": form, "back": reverse("web:applications")}
    return render(request, "waarborg/registers/customer_form.html", context, status=form.status)


@GET_POST
def review(request: Request, application_id: UUID) -> HttpResponse:
    """Ask on which day the last security review was finished."""
    subject = finding.found(queries.application_by_id, request, application_id, RECORD_REVIEW)
    form = ReviewForm(**answers(request))
    if request.method == "POST" and form.is_valid():
        try:
            record_security_review(subject.id, form.cleaned_data["reviewed_on"], by=request.actor, now=clock.now())
        except RegisterFault as fault:
            form.refuse(fault)
        else:
            return HttpResponseRedirect(reverse("web:application", args=[subject.id]))
    return _act_page(request, form, subject, _("Security review of %(name)s") % {"name": subject.name})


@GET_POST
def retire(request: Request, application_id: UUID) -> HttpResponse:
    """Ask why an application goes out of use, or comes back into it."""
    subject = finding.found(queries.application_by_id, request, application_id, RETIRE_APPLICATION)
    retired = subject.state is ApplicationState.RETIRED
    act = reinstate_application if retired else retire_application
    form = RetireForm(**answers(request))
    if request.method == "POST" and form.is_valid():
        try:
            act(subject.id, reason=form.cleaned_data["reason"], by=request.actor, now=clock.now())
        except RegisterFault as fault:
            form.refuse(fault)
        else:
            return HttpResponseRedirect(reverse("web:application", args=[subject.id]))
    title = _("Take %(name)s up again") if retired else _("Take %(name)s out of use")
    return _act_page(request, form, subject, title % {"name": subject.name})


def _rows(request: Request, page: Page[ListedApplication]) -> list[dict[str, Any]]:
    scope, only = request.actor.scope, frozenset(each.id for each in page.items)
    owners = names_of(each.owner for each in page.items if each.owner)
    environments = queries.environments(scope, only, only=only)
    counts = [standing.counts for standing in standings(scope, page.items, clock.now(), only=only)]
    return [
        {
            "id": each.id,
            "number": each.key,
            "name": each.name,
            "kind": KINDS[each.kind],
            "customer": each.customer,
            "risk": each.risk.value,
            "owner": owners.get(each.owner, "") if each.owner else "",
            "environments": len(environments[each.id]),
            "proven": count.in_numerator,
            "total": count.of,
            "last_review": each.last_security_review,
        }
        for each, count in zip(page.items, counts, strict=True)
    ]


def _one_of(kind: Any, value: str | None) -> Any:
    """Return the member that an address names; anything else is none."""
    return next((each for each in kind if each.value == value), None)


def _choices(request: Request, risk: RiskClass | None, state: ApplicationState | None) -> list[dict[str, Any]]:
    chosen = request.GET.get("customer", "")
    risks = [(each.value, word_for(each.value), each is risk) for each in reversed(RiskClass)]
    customers = [(key, name, key == chosen) for key, name in finding.customers(request)]
    retired = state is ApplicationState.RETIRED
    return [
        {"name": "risk", "label": _("Risk"), "options": [("", _("All"), False), *risks]},
        {"name": "customer", "label": _("Customer"), "options": [("", _("All"), False), *customers]},
        {
            "name": "state",
            "label": _("State"),
            "options": [("", _("In use"), not retired), ("retired", _("Retired"), retired)],
        },
    ]


def _form(request: Request, subject: Application | None) -> ApplicationForm:
    now: dict[str, Any] = {}
    if subject:
        now = {name: getattr(subject, name) for name in PLAIN}
        now |= {"customer": subject.customer_key, "information": [kind.key for kind in subject.information]}
    return ApplicationForm(
        **answers(request, **now),
        customers=finding.customers(request),
        kinds=finding.information(request),
        people=finding.people(request, subject.owner if subject else None),
    )


def _form_page(request: Request, form: ApplicationForm, subject: Application | None) -> HttpResponse:
    back = reverse("web:application", args=[subject.id]) if subject else reverse("web:applications")
    context = {"form": form, "back": back, "application": subject}
    return render(request, "waarborg/registers/application_form.html", context, status=form.status)


def _act_page(request: Request, form: ReviewForm | RetireForm, subject: Application, title: str) -> HttpResponse:
    back = reverse("web:application", args=[subject.id])
    context = {"form": form, "back": back, "application": subject, "title": title}
    return render(request, "waarborg/registers/application_act.html", context, status=form.status)
