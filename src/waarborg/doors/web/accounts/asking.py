"""Asking leave for a colleague: who, in which role, for what; with the document at once when it is at hand."""

from typing import Any, Final
from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from waarborg.accounts.operations import (
    GIVEN_BY_MANAGERS,
    DocumentRefused,
    ElsewhereTaken,
    EndRefused,
    NumberRefused,
    OwnIdentity,
    PersonUnknown,
    RegistrationRefused,
    RegistrationUnknown,
    ScopeUnfit,
    ask_and_identify,
    ask_registration,
    ask_return,
    identify,
    open_people,
)
from waarborg.accounts.permissions import IDENTIFY, REQUEST_REGISTRATION
from waarborg.accounts.queries import providers
from waarborg.accounts.values import IdentityDocument, IssuedCode, RegistrationLine, Role
from waarborg.doors.web.accounts.people_forms import NUMBERS, ColleagueForm, IdentityFields, RoleFields
from waarborg.doors.web.accounts.places import kinds_for, may_anywhere, narrow_reach, places_of, said
from waarborg.doors.web.context import classify
from waarborg.doors.web.moments import here
from waarborg.doors.web.permitted import PLACES
from waarborg.doors.web.requests import Request, typed
from waarborg.doors.web.words import word_for
from waarborg.kernel import clock
from waarborg.kernel.actor import Actor
from waarborg.labels.values import Classification

GET_POST: Final = require_http_methods(["GET", "HEAD", "POST"])
REFUSED: Final = 422


@GET_POST
def person_new(request: Request) -> HttpResponse:
    """Ask leave for a colleague. The answer itself holds the code, and nothing else ever does."""
    classify(request, Classification.STAFF)
    form = ColleagueForm(typed(request), today=here(clock.now()).date(), providers=_providers())
    offer(form, request.actor)
    if request.method == "POST" and form.is_valid():
        issued = _asked(request, form)
        if issued is not None:
            return _issued_page(request, issued, form, form.cleaned_data["name"])
    context = {"form": form, "back": reverse("web:people"), "may_identify": may_anywhere(request.actor, IDENTIFY)}
    return render(request, "waarborg/accounts/person_new.html", context, status=REFUSED if form.errors else 200)


@GET_POST
def person_return(request: Request, person_id: UUID) -> HttpResponse:
    """Ask leave for someone who left to come back; they are shown the door they once came in by, not their old access."""
    classify(request, Classification.STAFF)
    form = ReturnForm(typed(request))
    offer(form, request.actor)
    if request.method == "POST" and form.is_valid():
        issued = _returned(request, person_id, form)
        if issued is not None:
            return _issued_page(request, issued, form, "")
    context = {"form": form, "back": reverse("web:person", args=[person_id])}
    return render(request, "waarborg/accounts/person_return.html", context, status=REFUSED if form.errors else 200)


@GET_POST
def registration_identify(request: Request, registration_id: UUID) -> HttpResponse:
    """Note which document was seen of someone who is expected."""
    classify(request, Classification.STAFF)
    line = _waiting(request, registration_id)
    form = IdentityFields(typed(request), today=here(clock.now()).date())
    if request.method == "POST" and form.is_valid() and _identified(request, registration_id, form):
        messages.success(request, _("Identity established. Somebody else approves it now."))
        return HttpResponseRedirect(reverse("web:people"))
    context = {
        "form": form,
        "back": reverse("web:people"),
        "name": line.label,
        "role": said(line.asked.role, line.asked.within, places_of(request.actor.scope)),
        "made_by": line.made_by,
    }
    return render(request, "waarborg/accounts/identify.html", context, status=REFUSED if form.errors else 200)


class ReturnForm(RoleFields):
    """In which role someone comes back."""


def offer(form: RoleFields, by: Actor) -> None:
    """Let a form offer the roles that the reader may ask for, and what these can be held for."""
    only = narrow_reach(by, REQUEST_REGISTRATION)
    roles = [role for role in Role if only is None or role in GIVEN_BY_MANAGERS]
    form.offer(roles, places_of(by.scope).choices(kinds_for(roles), only=only))


def refuse_ask(form: RoleFields, error: ScopeUnfit | EndRefused) -> None:
    """Say at the field what stands in the way of this role."""
    match error:
        case ScopeUnfit():
            form.add_error("within", unfit(error))
        case EndRefused():
            form.add_error("ends_on", _("This day has passed. Choose a later one."))


def unfit(error: ScopeUnfit) -> str:
    role, narrow = word_for(error.role), PLACES[error.narrowed_to]
    if not error.narrowed_to:
        return _("{role} is a role for the whole institution. Choose that.").format(role=role)
    return _("{role} is held for {narrow}, or for the whole institution.").format(role=role, narrow=narrow)


def digits_asked(refused: NumberRefused) -> str:
    return _("A {kind} number has {digits} digits. Type it over once more.").format(
        kind=NUMBERS[refused.kind], digits=refused.digits
    )


def _asked(request: Request, form: ColleagueForm) -> IssuedCode | None:
    """Ask, and where a document is on the desk establish the identity in the same breath."""
    name, account, document = form.cleaned_data["name"], form.account(), form.document()
    by, now = request.actor, clock.now()
    try:
        if document is None:
            return ask_registration(name, form.asked(), by=by, now=now, provider=account)
        return ask_and_identify(name, form.asked(), document, by=by, now=now, numbers=form.numbers(), provider=account)
    except (ScopeUnfit, EndRefused) as error:
        refuse_ask(form, error)
    except (DocumentRefused, NumberRefused) as error:
        _refuse_proof(form, error)
    except ElsewhereTaken:
        form.add_error("subject", _("This account is somebody's already. Look at the number once more."))
    return None


def _returned(request: Request, person_id: UUID, form: RoleFields) -> IssuedCode | None:
    try:
        return ask_return(person_id, form.asked(), by=request.actor, now=clock.now())
    except (ScopeUnfit, EndRefused) as error:
        refuse_ask(form, error)
    except PersonUnknown as error:
        raise Http404 from error
    return None


def _identified(request: Request, registration: UUID, form: IdentityFields) -> bool:
    """Establish an identity by the document that was typed, if one was; tell whether it is established."""
    document: IdentityDocument | None = form.document()
    if document is None:
        return False
    try:
        identify(registration, document, by=request.actor, now=clock.now(), numbers=form.numbers())
    except (DocumentRefused, NumberRefused) as error:
        _refuse_proof(form, error)
    except OwnIdentity:
        form.add_error(None, _("Nobody establishes their own identity. Let a colleague look at your document."))
    except (RegistrationRefused, RegistrationUnknown):
        form.add_error(None, _("This was done, withdrawn or has expired in the meantime."))
    else:
        return True
    return False


def _refuse_proof(form: IdentityFields, error: DocumentRefused | NumberRefused) -> None:
    match error:
        case DocumentRefused():
            form.add_error("document_number", _("This document proves nothing any more. Ask for another one."))
        case NumberRefused():
            form.add_error("number", digits_asked(error))


def _waiting(request: Request, registration: UUID) -> RegistrationLine:
    """Return a registration that waits, among those that the reader may see. Raises Http404."""
    opened = open_people(by=request.actor, now=clock.now())
    found = next((line for line in opened.registrations if line.id == registration), None)
    if found is None:
        raise Http404
    return found


def _providers() -> list[tuple[str, str]]:
    return [(each.key, each.name) for each in providers()]


def _issued_page(request: Request, issued: IssuedCode, form: RoleFields, name: str) -> HttpResponse:
    asked, address = form.asked(), register_address(request)
    context: dict[str, Any] = {
        "name": name,
        "role": said(asked.role, asked.within, places_of(request.actor.scope)),
        "code": issued.code,
        "expires_at": issued.expires_at,
        "identified": bool(form.cleaned_data.get("document_number")),
        "identify_url": reverse("web:registration-identify", args=[issued.id]),
        "address": address,
        "qr_svg": drawn(address),
    }
    return render(request, "waarborg/accounts/person_issued.html", context)


def register_address(request: Request) -> str:
    """Return where someone goes with a code. The code isn't part of it: an address is kept in too many places."""
    site = settings.WAARBORG.web.address or request.build_absolute_uri("/").rstrip("/")
    return site + reverse("web:register")


def drawn(address: str) -> SafeString:
    """Draw a QR code, dark on white in any theme: phones read no other. Its size is the layout's."""
    svg = segno.make(address, error="m").svg_inline(omitsize=True, border=4, dark="#000", light="#fff")
    return mark_safe(svg)  # noqa: S308 - drawn by us: the address is in its squares, not in its text
