"""The registers as one file, out, and in by way of a preview."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from waarborg.doors.api.asking import ERRORS, by
from waarborg.doors.api.bodies import AssetsText, Digest
from waarborg.doors.faults import said
from waarborg.kernel import clock
from waarborg.registers.operations.assets import export_assets, import_previewed, preview_assets
from waarborg.registers.values.assets import EntryChange, Preview
from waarborg.registers.values.faults import FieldFault
from waarborg.registers.values.inputs import Input

MEDIA_TYPE = "application/yaml"
FILE: dict[str, Any] = {
    "responses": {200: {"description": "OK", "content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}}
}
router = Router(tags=["assets"])


class File(Input):
    text: AssetsText
    """The file as it is, header and all."""


class Agreed(Input):
    digest: Digest
    agreed: Digest
    """The token of the preview that somebody agreed to."""


class FieldShape(Schema):
    name: str
    change: str


class EntryShape(Schema):
    place: list[str]
    change: str
    fields: list[FieldShape]


class FaultShape(Schema):
    place: list[str]
    line: int
    code: str
    says: str


class PreviewShape(Schema):
    digest: str
    token: str
    acceptable: bool
    counts: dict[str, int]
    changes: list[EntryShape]
    faults: list[FaultShape]


@router.get("/assets", response=ERRORS, openapi_extra=FILE, operation_id="export_assets")
def export(request: HttpRequest) -> HttpResponse:
    """Return the registers as assets.yaml. When nothing changed since the last one, it is that one, byte by byte."""
    exported = export_assets(by=by(request), now=clock.now())
    return HttpResponse(exported.text.encode(), content_type=f"{MEDIA_TYPE}; charset=utf-8")


@router.post("/assets/previews", response={200: PreviewShape, **ERRORS}, operation_id="preview_assets")
def preview(request: HttpRequest, asked: File) -> PreviewShape:
    """Say what reading in a file would change, or why it can't be. A file that can is kept, to be agreed to."""
    return shape(preview_assets(asked.text.encode(), by=by(request), now=clock.now()))


@router.post("/assets/imports", response={200: PreviewShape, **ERRORS}, operation_id="import_assets")
def take_in(request: HttpRequest, asked: Agreed) -> PreviewShape:
    """Take in the file of a preview, as a whole or not at all. 409 when the register changed since the preview."""
    return shape(import_previewed(asked.digest, agreed=asked.agreed, by=by(request), now=clock.now()))


def shape(known: Preview) -> PreviewShape:
    return PreviewShape(
        digest=known.digest,
        token=known.token,
        acceptable=known.acceptable,
        counts={change.value: count for change, count in known.counts.items()},
        changes=[_entry(each) for each in known.changes],
        faults=[fault_shape(each) for each in known.faults],
    )


def fault_shape(fault: FieldFault) -> FaultShape:
    return FaultShape(place=list(fault.place), line=fault.line, code=fault.code, says=said(fault))


def _entry(known: EntryChange) -> EntryShape:
    fields = [FieldShape(name=each.name, change=each.change.value) for each in known.fields]
    return EntryShape(place=list(known.place), change=known.change.value, fields=fields)
