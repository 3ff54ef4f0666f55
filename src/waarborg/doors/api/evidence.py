"""Measurements, the evidence they gave, and the catalogue they are held against."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from waarborg.assurance.catalogue.loading import load_catalogue
from waarborg.assurance.permissions import READ_STANDING
from waarborg.assurance.queries import evidence as queries
from waarborg.doors.api import shapes
from waarborg.doors.api.asking import ERRORS, by, refuse_unknown
from waarborg.doors.web.rights import reached
from waarborg.kernel import clock

router = Router(tags=["evidence"])


@router.get("/measurements/{run_id}", response={200: shapes.Run, **ERRORS}, operation_id="get_measurement")
def get_measurement(request: HttpRequest, run_id: UUID) -> shapes.Run:
    """Return how far a measurement is."""
    only = reached(by(request), READ_STANDING)
    return shapes.run(queries.run_state(by(request).scope, run_id, only=only), clock.now())


@router.get("/evidence", response={200: shapes.EvidenceList, **ERRORS}, operation_id="list_evidence")
def list_evidence(request: HttpRequest, wanted: Query[shapes.EvidenceFilter]) -> shapes.EvidenceList:
    """List evidence, the newest first."""
    refuse_unknown(request, shapes.EvidenceFilter)
    page = queries.evidence_page(
        by(request).scope,
        only=reached(by(request), READ_STANDING),
        application=wanted.application,
        outcome=wanted.outcome or "",
        number=wanted.page,
        size=wanted.size,
    )
    rows = [shapes.evidence(each) for each in page.items]
    return shapes.EvidenceList(items=rows, page=page.number, pages=page.pages, total=page.total)


@router.get("/evidence/{evidence_id}", response={200: shapes.WholeEvidence, **ERRORS}, operation_id="get_evidence")
def get_evidence(request: HttpRequest, evidence_id: UUID) -> shapes.WholeEvidence:
    """Return one piece of evidence with what was literally seen."""
    only = reached(by(request), READ_STANDING)
    return shapes.whole_evidence(queries.evidence(by(request).scope, evidence_id, only=only))


@router.get("/controls", response={200: list[shapes.Control], **ERRORS}, operation_id="list_controls")
def list_controls(request: HttpRequest) -> list[shapes.Control]:  # noqa: ARG001 - ninja's signature
    """List the catalogue: a dozen controls, so in one piece."""
    return [shapes.control(each) for each in load_catalogue().values()]
