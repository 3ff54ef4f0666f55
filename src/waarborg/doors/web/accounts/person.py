"""One person: who they are and how we know, what they may, and every act on that."""

from collections.abc import Callable
from typing import Final, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from waarborg.accounts.operations import (
    DocumentRefused,
    DutiesClash,
    EndRefused,
    LastOfItsRole,
    NeedsAnother,
    NumberRefused,
    NumberUnknown,
    OwnIdentity,
    PersonUnknown,
    RoleUnknown,
    ScopeUnfit,
    ask_role,
    end_number,
    end_role,
    leave,
    open_person,
    state_number,
    verify_again,
)
from waarborg.accounts.values import NumberKind, NumberStatus
from waarborg.doors.web.accounts.asking import digits_asked, offer, refuse_ask
from waarborg.doors.web.accounts.people_forms import (
    DocumentFields,
    LeaveForm,
    NumberForm,
    ReasonForm,
    RoleFields,
)
from waarborg.doors.web.accounts.person_rows import person_context
from waarborg.doors.web.context import classify
from waarborg.doors.web.moments import here
from waarborg.doors.web.permitted import clash_sentences
from waarborg.doors.web.requests import Request
from waarborg.doors.web.words import word_for
from waarborg.kernel import clock
from waarborg.labels.values import Classification

REFUSED: Final = 422


@require_safe
def person_page(request: Request, person_id: UUID) -> HttpResponse:
    return _shown(request, person_id)


@require_POST
def person_role(request: Request, person_id: UUID) -> HttpResponse:
    form = RoleFields(request.POST, prefix="role")
    offer(form, request.actor)

    def act() -> None:
        ask_role(person_id, form.asked(), by=request.actor, now=clock.now())

    return _done(request, person_id, "role", form, act, _("Asked. Somebody else approves it now."))


@require_POST
def role_end(request: Request, person_id: UUID, held_id: UUID) -> HttpResponse:
    form = ReasonForm(request.POST, prefix=f"end-{held_id}")

    def act() -> None:
        open_person(person_id, by=request.actor, now=clock.now())
        end_role(held_id, form.cleaned_data["reason"], by=request.actor, now=clock.now())

    return _done(request, person_id, f"end-{held_id}", form, act, _("This role ended. It opens nothing any more."))


@require_POST
def person_verify(request: Request, person_id: UUID) -> HttpResponse:
    form = DocumentFields(request.POST, prefix="verify", today=here(clock.now()).date())

    def act() -> None:
        document = form.document()
        if document is not None:
            verify_again(person_id, document, by=request.actor, now=clock.now())

    return _done(request, person_id, "verify", form, act, _("Identity established again."))


@require_POST
def person_number(request: Request, person_id: UUID) -> HttpResponse:
    form = NumberForm(request.POST, prefix="number")

    def act() -> None:
        said = form.cleaned_data
        kind, status = NumberKind(said["number_kind"]), NumberStatus(said["status"])
        state_number(person_id, kind, said["number"], status, by=request.actor, now=clock.now())

    return _done(request, person_id, "number", form, act, _("Number noted."))


@require_POST
def number_end(request: Request, person_id: UUID, number_id: UUID) -> HttpResponse:
    form = forms.Form(request.POST)

    def act() -> None:
        open_person(person_id, by=request.actor, now=clock.now())
        end_number(number_id, by=request.actor, now=clock.now())

    return _done(request, person_id, "number", form, act, _("Number taken away."))


@require_POST
def person_leave(request: Request, person_id: UUID) -> HttpResponse:
    form = LeaveForm(request.POST, prefix="leave")

    def act() -> None:
        leave(person_id, form.cleaned_data["reason"], by=request.actor, now=clock.now())

    return _done(request, person_id, "leave", form, act, _("All access ended, on every device."))


def _done(  # noqa: PLR0917 - what is done, with which form, and what is said of it
    request: Request, person_id: UUID, name: str, form: forms.Form, act: Callable[[], None], told: str
) -> HttpResponse:
    """Do one act with what was typed; where it won't do, show the page again with what was typed and why."""
    if form.is_valid() and _did(act, form):
        messages.success(request, told)
        return HttpResponseRedirect(reverse("web:person", args=[person_id]))
    return _shown(request, person_id, bound={name: form}, status=REFUSED)


def _did(act: Callable[[], None], form: forms.Form) -> bool:
    try:
        act()
    except (ScopeUnfit, EndRefused) as error:
        refuse_ask(cast("RoleFields", form), error)
    except DutiesClash as clash:
        form.add_error("role", clash_sentences(clash.clashes))
    except PersonUnknown as error:
        raise Http404 from error
    except NumberRefused as error:
        form.add_error("number", digits_asked(error))
    except tuple(SENTENCES) as error:
        field, sentence = SENTENCES[type(error)]
        form.add_error(field if field in form.fields else None, sentence())
    except LastOfItsRole as error:
        last = _("This is the last one who is {role}. Let somebody else register in that role first.")
        form.add_error(None, last.format(role=word_for(error.role).lower()))
    else:
        return True
    return False


SENTENCES: Final[dict[type[Exception], tuple[str, Callable[[], str]]]] = {
    DocumentRefused: ("document_number", lambda: _("This document proves nothing any more. Ask for another one.")),
    OwnIdentity: ("", lambda: _("Nobody establishes their own identity. Let a colleague look at your document.")),
    RoleUnknown: ("", lambda: _("This role ended in the meantime.")),
    NeedsAnother: ("", lambda: _("You can't ask this for yourself. Let a colleague do it.")),
    NumberUnknown: ("", lambda: _("This number was taken away in the meantime.")),
}


def _shown(
    request: Request,
    person_id: UUID,
    *,
    bound: dict[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    classify(request, Classification.STAFF)
    try:
        detail = open_person(person_id, by=request.actor, now=clock.now())
    except PersonUnknown as error:
        raise Http404 from error
    context = person_context(detail, request.actor, bound or {})
    return render(request, "waarborg/accounts/person.html", context, status=status)
