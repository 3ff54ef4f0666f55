"""Letting a colleague stand in for oneself, until a day."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from waarborg.accounts.operations import DutiesClash, EndRefused, PersonUnknown, RoleNotHeld
from waarborg.accounts.operations.standing_in import ask_stand_in
from waarborg.accounts.permissions import READ_PEOPLE
from waarborg.accounts.values import Asked, Role
from waarborg.doors.web.accounts.people_forms import DelegationForm, end_of
from waarborg.doors.web.accounts.places import may_anywhere, places_of, said
from waarborg.doors.web.context import classify
from waarborg.doors.web.permitted import clash_sentences
from waarborg.doors.web.requests import Request, typed
from waarborg.kernel import clock
from waarborg.kernel.actor import Actor, Grant
from waarborg.labels.values import Classification

REFUSED = 422


@require_http_methods(["GET", "HEAD", "POST"])
def stand_in_page(request: Request) -> HttpResponse:
    """Ask that a colleague takes over one role; another person approves, as with any role."""
    classify(request, Classification.STAFF)
    held = _held(request.actor)
    form = DelegationForm(typed(request), held=[(key, name) for key, (name, _grant) in held.items()])
    back = reverse("web:people" if may_anywhere(request.actor, READ_PEOPLE) else "web:home")
    if request.method == "POST" and form.is_valid() and _asked(request, form, held[form.cleaned_data["held"]][1]):
        messages.success(request, _("Asked. An administrator or security officer approves it now."))
        return HttpResponseRedirect(back)
    context = {"form": form, "back": back}
    return render(request, "waarborg/accounts/stand_in.html", context, status=REFUSED if form.errors else 200)


def _held(by: Actor) -> dict[str, tuple[str, Grant]]:
    """Return one's roles here by a key for the form, with their words."""
    places = places_of(by.scope)
    here = sorted((grant for grant in by.grants if grant.scope == by.scope), key=str)
    return {
        f"{each.role} {each.within or ''}".strip(): (said(Role(each.role), each.within, places), each) for each in here
    }


def _asked(request: Request, form: DelegationForm, grant: Grant) -> bool:
    asked = Asked(Role(grant.role), grant.within, end_of(form.cleaned_data["ends_on"]))
    try:
        ask_stand_in(form.cleaned_data["colleague"], asked, by=request.actor, now=clock.now())
    except PersonUnknown:
        form.add_error("colleague", _("No colleague with access here logs in with this name."))
    except RoleNotHeld:
        form.add_error("held", _("You stand in for somebody in this role yourself, and can't pass it on."))
    except EndRefused:
        form.add_error(
            "ends_on", _("Choose a day from tomorrow on, at most 90 days away and not after your own role ends.")
        )
    except DutiesClash as clash:
        form.add_error("held", clash_sentences(clash.clashes))
    else:
        return True
    return False
