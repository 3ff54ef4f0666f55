"""What the page of one person shows, and the forms of what the reader may do there."""

from typing import Any

from django import forms

from waarborg.accounts.permissions import ASK_RECOVERY, END_ROLE, IDENTIFY, OFF_BOARD, REQUEST_REGISTRATION
from waarborg.accounts.values import HeldRole, IdentityLine, NumberLine, PersonDetail, PersonState, RegistrationState
from waarborg.doors.web.accounts.asking import offer
from waarborg.doors.web.accounts.people_forms import (
    DOCUMENTS,
    NUMBER_STATES,
    NUMBERS,
    DocumentFields,
    LeaveForm,
    NumberForm,
    ReasonForm,
    RoleFields,
)
from waarborg.doors.web.accounts.people_rows import person_row, registration_row, role_row
from waarborg.doors.web.accounts.places import Places, may_anywhere, places_of
from waarborg.doors.web.moments import here
from waarborg.kernel import clock
from waarborg.kernel.actor import Actor, may

Bound = dict[str, forms.Form]
WAITS = (RegistrationState.ASKED, RegistrationState.IDENTIFIED, RegistrationState.APPROVED)


def person_context(detail: PersonDetail, by: Actor, bound: Bound) -> dict[str, Any]:
    """Return what the page shows; `bound` is the form that was refused, by its name."""
    now, places = clock.now(), places_of(by.scope)
    return {
        "person": person_row(detail.line, places, now),
        "since": detail.line.since,
        "verify_before": detail.line.verify_before,
        "itself": detail.line.id == by.id,
        "identities": [_identity(each) for each in detail.identities],
        "numbers": [_number(each) for each in detail.numbers],
        "roles": [_held(each, places, by, bound) for each in detail.line.roles],
        "past_roles": [role_row(each, places, now) for each in detail.past_roles],
        "authenticators": detail.authenticators,
        "codes_left": detail.recovery_codes_left,
        "waiting": [registration_row(each, places, by) for each in detail.registrations if each.state in WAITS],
        "may_help": detail.line.id != by.id and may_anywhere(by, ASK_RECOVERY) and detail.authenticators > 0,
        "acts": _acts(detail, by, bound),
        "form": next(iter(bound.values()), None),
    }


def _held(held: HeldRole, places: Places, by: Actor, bound: Bound) -> dict[str, Any]:
    name = f"end-{held.id}"
    shown = may(by, END_ROLE, at=held.within)
    form = bound.get(name) or ReasonForm(prefix=name)
    return role_row(held, places, clock.now()) | {"end_form": form if shown else None, "open": name in bound}


def _acts(detail: PersonDetail, by: Actor, bound: Bound) -> dict[str, forms.Form]:
    """Return a form for each act that the reader may do for this person now."""
    if detail.line.state is PersonState.LEFT:
        return {}
    other = detail.line.id != by.id
    open_to = {
        "role": detail.line.state is PersonState.ACTIVE and may_anywhere(by, REQUEST_REGISTRATION),
        "verify": other and may_anywhere(by, IDENTIFY),
        "number": other and may_anywhere(by, IDENTIFY),
        "leave": may(by, OFF_BOARD),
    }
    return {name: bound.get(name) or _empty(name, by) for name, allowed in open_to.items() if allowed}


def _empty(name: str, by: Actor) -> forms.Form:
    match name:
        case "role":
            form = RoleFields(prefix=name)
            offer(form, by)
            return form
        case "verify":
            return DocumentFields(prefix=name, today=here(clock.now()).date())
        case "number":
            return NumberForm(prefix=name)
    return LeaveForm(prefix=name)


def _identity(line: IdentityLine) -> dict[str, Any]:
    return {
        "how": DOCUMENTS[line.document_kind] if line.document_kind else line.provider,
        "number_end": line.number_end,
        "by": line.established_by,
        "at": line.established_at,
        "until": line.holds_until,
    }


def _number(line: NumberLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "kind": NUMBERS[line.kind],
        "number": line.number,
        "status": NUMBER_STATES[line.status],
        "said_by": line.said_by,
        "said_at": line.said_at,
        "check_before": line.check_before,
    }
