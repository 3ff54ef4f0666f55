"""Somebody who is here and was given a code by another institution: a second account would be a second person."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from waarborg.accounts.operations import CodeUnknown, DutiesClash, ElsewhereTaken, join
from waarborg.doors.web.accounts.confirming import freshly
from waarborg.doors.web.accounts.sign_on import RegistrationCodeForm
from waarborg.doors.web.context import organisation_name
from waarborg.doors.web.permitted import clash_sentences
from waarborg.doors.web.requests import Request, typed
from waarborg.kernel import clock

REFUSED: Final = 422


@require_http_methods(["GET", "HEAD", "POST"])
@freshly
def join_page(request: Request) -> HttpResponse:
    """Take the code, and tell where one works as well from now on."""
    form = RegistrationCodeForm(typed(request))
    scope = _joined(request, form) if form.is_valid() else None
    if scope is not None:
        told = _("You have access at {name} now. Choose it under Institutions.")
        messages.success(request, told.format(name=organisation_name(scope)))
        return HttpResponseRedirect(reverse("web:account"))
    return render(request, "waarborg/accounts/join.html", {"form": form}, status=REFUSED if form.is_bound else 200)


def _joined(request: Request, form: RegistrationCodeForm) -> UUID | None:
    try:
        return join(form.cleaned_data["code"], by=request.actor, now=clock.now())
    except CodeUnknown:
        form.add_error("code", _("No code with these letters can be used now. Check them, or ask for a new one."))
    except DutiesClash as clash:
        form.add_error("code", clash_sentences(clash.clashes))
    except ElsewhereTaken:
        form.add_error("code", _("The account that was named with this code is somebody else's. Ask for a new code."))
    return None
