"""Applications: how they stand, what is registered of them, and measuring them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from waarborg.assurance.operations import start_measuring
from waarborg.assurance.permissions import READ_STANDING
from waarborg.assurance.queries import evidence as evidence_queries
from waarborg.assurance.queries.standing import standings
from waarborg.doors.api import shapes
from waarborg.doors.api.asking import DONE, ERRORS, MADE, Made, by, made, refuse_unknown
from waarborg.doors.api.bodies import LongReason
from waarborg.doors.api.register_shapes import ChangedApplication
from waarborg.doors.web.rights import reached
from waarborg.kernel import clock
from waarborg.kernel.references import Reference
from waarborg.registers import queries as registers
from waarborg.registers.operations.applications import (
    change_application,
    record_security_review,
    register_application,
    reinstate_application,
    retire_application,
)
from waarborg.registers.values.classification import ApplicationState
from waarborg.registers.values.inputs import Input, NewApplication
from waarborg.registers.values.text import Day

router = Router(tags=["applications"])


class Reviewed(Input):
    reviewed_on: Day


class Why(Input):
    reason: LongReason


@router.get("/applications", response={200: shapes.Applications, **ERRORS}, operation_id="list_applications")
def list_applications(request: HttpRequest, asked: Query[shapes.ApplicationFilter]) -> shapes.Applications:
    """List applications, in use unless others are asked for, the gravest risk first, each with how its points stand."""
    refuse_unknown(request, shapes.ApplicationFilter)
    scope, only = by(request).scope, reached(by(request), READ_STANDING)
    page = registers.applications_page(
        scope, only=only, state=ApplicationState(asked.state), number=asked.page, size=asked.size
    )
    rows = [shapes.listed(each) for each in standings(scope, page.items, clock.now(), only=only)]
    return shapes.Applications(items=rows, page=page.number, pages=page.pages, total=page.total)


@router.post("/applications", response=MADE, operation_id="register_application")
def add_application(request: HttpRequest, asked: NewApplication, response: HttpResponse) -> Status[Made]:
    """Add an application. Without a key, one is made from the name."""
    return made(response, "get_application", register_application(asked, by=by(request), now=clock.now()))


@router.get(
    "/applications/{application_id}", response={200: shapes.Application, **ERRORS}, operation_id="get_application"
)
def get_application(request: HttpRequest, application_id: UUID) -> shapes.Application:
    """Return one application with the state of every control and every proof it rests on."""
    scope, only = by(request).scope, reached(by(request), READ_STANDING)
    subject = registers.application_by_id(scope, application_id, only=only)
    (standing,) = standings(scope, [subject], clock.now(), only=only)
    return shapes.whole(standing, subject, registers.environments(scope, [subject.id], only=only)[subject.id])


@router.put("/applications/{application_id}", response=DONE, operation_id="change_application")
def replace_application(request: HttpRequest, application_id: UUID, asked: ChangedApplication) -> Status[None]:
    """Replace what is known of an application; its key stays. 409 when somebody changed it since the version that is named."""
    change_application(application_id, asked.details(), by=by(request), now=clock.now(), seen=asked.version)
    return Status(204, None)


@router.post("/applications/{application_id}/retirement", response=DONE, operation_id="retire_application")
def retire(request: HttpRequest, application_id: UUID, asked: Why) -> Status[None]:
    """Take an application out of use. It stays in the register, with its evidence."""
    retire_application(application_id, reason=asked.reason, by=by(request), now=clock.now())
    return Status(204, None)


@router.post("/applications/{application_id}/reinstatement", response=DONE, operation_id="reinstate_application")
def reinstate(request: HttpRequest, application_id: UUID, asked: Why) -> Status[None]:
    """Take a retired application into use again."""
    reinstate_application(application_id, reason=asked.reason, by=by(request), now=clock.now())
    return Status(204, None)


@router.post("/applications/{application_id}/reviews", response=DONE, operation_id="record_security_review")
def record_review(request: HttpRequest, application_id: UUID, asked: Reviewed) -> Status[None]:
    """Set the day of the last security review."""
    record_security_review(application_id, asked.reviewed_on, by=by(request), now=clock.now())
    return Status(204, None)


@router.post(
    "/applications/{application_id}/measurements",
    response={202: shapes.Run, **ERRORS},
    operation_id="start_measuring",
)
def measure(request: HttpRequest, application_id: UUID) -> Status[shapes.Run]:
    """Start measuring everything that fits an application; follow it under /measurements/{id}."""
    now = clock.now()
    run = start_measuring(Reference("application", application_id), by=by(request), now=now)
    return Status(202, shapes.run(evidence_queries.run_state(by(request).scope, run, only=None), now))
