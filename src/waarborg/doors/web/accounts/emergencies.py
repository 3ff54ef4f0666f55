"""Emergency access, judged afterwards by somebody else."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from waarborg.accounts.operations import (
    EmergencyUnknown,
    OwnEmergency,
    ReviewedBefore,
    open_emergencies,
    review_emergency,
)
from waarborg.accounts.values import EmergencyLine, EmergencyPage
from waarborg.doors.web.accounts.people_forms import JudgementForm
from waarborg.doors.web.context import classify
from waarborg.doors.web.happenings import thing
from waarborg.doors.web.paging import number_asked
from waarborg.doors.web.requests import Request
from waarborg.kernel import clock
from waarborg.labels.values import Classification

REFUSED: Final = 422


@require_safe
def emergencies_page(request: Request) -> HttpResponse:
    return _shown(request, {})


@require_POST
def emergency_review(request: Request, emergency_id: UUID) -> HttpResponse:
    form = JudgementForm(request.POST, prefix=str(emergency_id))
    if form.is_valid() and _judged(request, emergency_id, form):
        messages.success(request, _("Your judgement is kept. It can't be changed any more."))
        return HttpResponseRedirect(reverse("web:emergencies"))
    return _shown(request, {emergency_id: form}, status=REFUSED)


def _judged(request: Request, emergency: UUID, form: JudgementForm) -> bool:
    said = form.cleaned_data
    try:
        review_emergency(emergency, said["justified"] == "yes", said["remark"], by=request.actor, now=clock.now())
    except OwnEmergency:
        form.add_error(None, _("Nobody judges their own emergency."))
    except (ReviewedBefore, EmergencyUnknown):
        form.add_error(None, _("Somebody judged this in the meantime."))
    else:
        return True
    return False


def _shown(request: Request, bound: dict[UUID, JudgementForm], *, status: int = 200) -> HttpResponse:
    classify(request, Classification.STAFF)
    opened = open_emergencies(number_asked(request.GET.get("page")), by=request.actor, now=clock.now())
    form = next(iter(bound.values()), None)
    context = {"page": _page(opened, bound), "waiting": opened.waiting, "total": opened.total, "form": form}
    return render(request, "waarborg/accounts/emergencies.html", context, status=status)


def _page(opened: EmergencyPage, bound: dict[UUID, JudgementForm]) -> Page[Any]:
    page: Page[Any] = Paginator(range(opened.total), opened.per_page).get_page(opened.page)
    page.object_list = [_row(line, bound) for line in opened.lines]
    return page


def _row(line: EmergencyLine, bound: dict[UUID, JudgementForm]) -> dict[str, Any]:
    form = bound.get(line.id) or JudgementForm(prefix=str(line.id))
    return {
        "id": line.id,
        "name": line.name,
        "subject": thing(line.subject.kind),
        "reason": line.reason,
        "opened_at": line.opened_at,
        "ends_at": line.ends_at,
        "judged_by": line.reviewed_by,
        "judged_at": line.reviewed_at,
        "justified": line.justified,
        "remark": line.remark,
        "form": form if line.may_review else None,
        "open": line.id in bound,
    }
