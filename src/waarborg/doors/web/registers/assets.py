"""assets.yaml in, by way of a preview, and out."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from waarborg.doors.faults import field_label, said, said_with_place
from waarborg.doors.web.registers.forms import AssetsForm
from waarborg.doors.web.registers.saying import in_words
from waarborg.doors.web.requests import Request, typed
from waarborg.kernel import clock
from waarborg.kernel.actor import may, require
from waarborg.registers.operations.assets import (
    AssetsRefused,
    PreviewUnknown,
    RegisterChangedSincePreview,
    export_assets,
    import_previewed,
    preview_again,
    preview_assets,
)
from waarborg.registers.permissions import IMPORT_ASSETS
from waarborg.registers.values.assets import Change, EntryChange, FieldChange, Place, Preview
from waarborg.registers.values.faults import ChangedMeanwhile, FieldFault

MOST_SHOWN = 30
"""Of the faults in one file: whoever has more mends these first."""
MOST_READ = 600_000
"""Bytes: enough to see that a file is too large."""
COUNTED = (Change.NEW, Change.CHANGED, Change.CONFLICT, Change.REMOVED, Change.KEPT, Change.UNCHANGED)
Errors = Mapping[Place, Mapping[str, str]]


@require_http_methods(["GET", "HEAD", "POST"])
def assets(request: Request) -> HttpResponse:
    """Show the way in and out; with a file, what it would change; with a token, change it."""
    if request.method == "POST":
        require(request.actor, IMPORT_ASSETS)
        if "token" in request.POST:
            return _save(request)
    form = AssetsForm(typed(request), request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, None)
    content = form.cleaned_data["file"].read(MOST_READ)
    return _page(request, form, preview_assets(content, by=request.actor, now=clock.now()))


@require_safe
def download(request: Request) -> HttpResponse:
    exported = export_assets(by=request.actor, now=clock.now())
    response = HttpResponse(exported.text.encode(), content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="assets.yaml"'
    return response


def _save(request: Request) -> HttpResponse:
    digest, _dot, token = request.POST["token"].partition(".")
    now, form = clock.now(), AssetsForm.unasked()
    try:
        import_previewed(digest, agreed=token, by=request.actor, now=now)
    except PreviewUnknown as fault:
        form.refuse(fault)
        return _page(request, form, None)
    except (RegisterChangedSincePreview, ChangedMeanwhile) as fault:
        form.refuse(fault)
        return _page(request, form, preview_again(digest, by=request.actor, now=now))
    except AssetsRefused as fault:
        return _page(request, form, fault.preview)
    return HttpResponseRedirect(reverse("web:applications"))


def _page(request: Request, form: AssetsForm, preview: Preview | None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "preview": None, "may_read_in": may(request.actor, IMPORT_ASSETS)}
    if preview:
        errors, elsewhere = _sorted(preview)
        for fault in elsewhere[:MOST_SHOWN]:
            form.add_error(None, said_with_place(fault))
        if preview.changes:
            context["preview"] = _shown(preview, errors)
    return render(request, "waarborg/registers/assets.html", context, status=form.status)


def _sorted(preview: Preview) -> tuple[Errors, list[FieldFault]]:
    """Return the faults that have a row to stand in, by place and field, and the others."""
    rows = {change.place for change in preview.changes}
    errors: dict[Place, dict[str, str]] = defaultdict(dict)
    elsewhere: list[FieldFault] = []
    for fault in preview.faults:
        place = max((row for row in rows if fault.place[: len(row)] == row), key=len, default=None)
        if place is None:
            elsewhere.append(fault)
        else:
            line = _("Line %(line)s") % {"line": fault.line}
            errors[place][".".join(fault.place[len(place) :])] = f"{line}: {said(fault)}"
    return errors, elsewhere


def _shown(preview: Preview, errors: Errors) -> dict[str, Any]:
    rows = [_row(change, errors.get(change.place, {})) for change in preview.changes]
    counts = {change.value: preview.counts[change] for change in COUNTED if change in preview.counts}
    if preview.faults:
        counts["wrong"] = len(preview.faults)
    return {
        "token": f"{preview.digest}.{preview.token}",
        "counts": counts,
        "rows": [row for row in rows if row["fields"]],
        "may_save": preview.acceptable,
    }


def _row(change: EntryChange, errors: Mapping[str, str]) -> dict[str, Any]:
    fields = [_field(field, errors.get(field.name.split(".")[0], "")) for field in change.fields]
    named = {field.name for field in change.fields}
    fields += [
        {"name": field_label(name), "before": "", "after": "", "error": error}
        for name, error in errors.items()
        if name.split(".")[0] not in named
    ]
    if change.change is Change.REMOVED and not fields:
        fields = [{"name": "", "before": "", "after": _("Not in the file; it stays in the register."), "error": ""}]
    return {
        "number": change.place[-1],
        "name": " › ".join(change.place),
        "change": change.change.value,
        "fields": fields,
    }


def _field(field: FieldChange, error: str) -> dict[str, Any]:
    after = _("Not in the file; it stays as it is.") if field.change is Change.REMOVED else in_words(field.after)
    return {"name": field_label(field.name), "before": in_words(field.before), "after": after, "error": error}
