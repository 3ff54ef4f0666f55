"""The API: read how applications stand and what the evidence is, and start a measurement. Described by /api/v1/openapi.json.

A system uses it with a bound token or a client certificate. Whoever is signed in with both factors may use it as well, with the rights
of their roles; a POST then needs the CSRF token of that session.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import NinjaAPI, Query, Schema, Status
from ninja.errors import ValidationError

from waarborg.assurance.catalogue.loading import load_catalogue
from waarborg.assurance.operations import start_measuring
from waarborg.assurance.permissions import READ_STANDING
from waarborg.assurance.queries import evidence as evidence_queries
from waarborg.assurance.queries.standing import standings
from waarborg.doors.api import shapes
from waarborg.doors.api.auth import AUTH
from waarborg.doors.api.problems import Problem, install
from waarborg.doors.web.rights import reached
from waarborg.kernel import clock
from waarborg.kernel.actor import Actor
from waarborg.kernel.references import Reference
from waarborg.registers import queries as registers

api = NinjaAPI(
    title="Waarborg",
    version="1",
    description=__doc__ or "",
    auth=AUTH,
    docs_url=None,
    urls_namespace="api",
)
install(api)
ERRORS: dict[Any, Any] = {401: Problem, 403: Problem, 404: Problem, 422: Problem}


def _by(request: HttpRequest) -> Actor:
    actor: Actor = request.auth  # type: ignore[attr-defined] # ninja sets what authenticate returned
    return actor


def _refuse_unknown(request: HttpRequest, known: type[Schema]) -> None:
    """A mistyped name would otherwise be a filter that is silently left out. Raises ValidationError."""
    unknown = sorted(set(request.GET) - set(known.model_fields))
    if unknown:
        raise ValidationError(
            [{"loc": ("query", name), "msg": "There is no parameter of this name."} for name in unknown]
        )


@api.get("/applications", response={200: shapes.Applications, **ERRORS}, operation_id="list_applications")
def list_applications(request: HttpRequest, paging: Query[shapes.Paging]) -> shapes.Applications:
    """List applications in use, the gravest risk first, each with how its points stand."""
    _refuse_unknown(request, shapes.Paging)
    by = _by(request)
    only = reached(by, READ_STANDING)
    page = registers.applications_page(by.scope, only=only, number=paging.page, size=paging.size)
    rows = [shapes.listed(each) for each in standings(by.scope, page.items, clock.now(), only=only)]
    return shapes.Applications(items=rows, page=page.number, pages=page.pages, total=page.total)


@api.get("/applications/{application_id}", response={200: shapes.Application, **ERRORS}, operation_id="get_application")
def get_application(request: HttpRequest, application_id: UUID) -> shapes.Application:
    """Return one application with the state of every control and every proof it rests on."""
    by = _by(request)
    only = reached(by, READ_STANDING)
    subject = registers.application_by_id(by.scope, application_id, only=only)
    (standing,) = standings(by.scope, [subject], clock.now(), only=only)
    return shapes.whole(standing, registers.environments(by.scope, [subject.id], only=only)[subject.id])


@api.post(
    "/applications/{application_id}/measurements",
    response={202: shapes.Run, 409: Problem, **ERRORS},
    operation_id="start_measuring",
)
def measure(request: HttpRequest, application_id: UUID) -> Status[shapes.Run]:
    """Start measuring everything that fits an application; follow it under /measurements/{id}."""
    by = _by(request)
    now = clock.now()
    run = start_measuring(Reference("application", application_id), by=by, now=now)
    return Status(202, shapes.run(evidence_queries.run_state(by.scope, run, only=None), now))


@api.get("/measurements/{run_id}", response={200: shapes.Run, **ERRORS}, operation_id="get_measurement")
def get_measurement(request: HttpRequest, run_id: UUID) -> shapes.Run:
    """Return how far a measurement is."""
    by = _by(request)
    return shapes.run(evidence_queries.run_state(by.scope, run_id, only=reached(by, READ_STANDING)), clock.now())


@api.get("/evidence", response={200: shapes.EvidenceList, **ERRORS}, operation_id="list_evidence")
def list_evidence(request: HttpRequest, wanted: Query[shapes.EvidenceFilter]) -> shapes.EvidenceList:
    """List evidence, the newest first."""
    _refuse_unknown(request, shapes.EvidenceFilter)
    by = _by(request)
    page = evidence_queries.evidence_page(
        by.scope,
        only=reached(by, READ_STANDING),
        application=wanted.application,
        outcome=wanted.outcome or "",
        number=wanted.page,
        size=wanted.size,
    )
    rows = [shapes.evidence(each) for each in page.items]
    return shapes.EvidenceList(items=rows, page=page.number, pages=page.pages, total=page.total)


@api.get("/evidence/{evidence_id}", response={200: shapes.WholeEvidence, **ERRORS}, operation_id="get_evidence")
def get_evidence(request: HttpRequest, evidence_id: UUID) -> shapes.WholeEvidence:
    """Return one piece of evidence with what was literally seen."""
    by = _by(request)
    kept = evidence_queries.evidence(by.scope, evidence_id, only=reached(by, READ_STANDING))
    return shapes.whole_evidence(kept)


@api.get("/controls", response={200: list[shapes.Control], **ERRORS}, operation_id="list_controls")
def list_controls(request: HttpRequest) -> list[shapes.Control]:  # noqa: ARG001 - ninja's signature
    """List the catalogue: a dozen controls, so in one piece."""
    return [shapes.control(each) for each in load_catalogue().values()]
