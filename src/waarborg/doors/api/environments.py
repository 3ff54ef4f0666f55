"""Where applications run, and how they can be measured there."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from waarborg.doors.api import register_shapes as shapes
from waarborg.doors.api.asking import DONE, ERRORS, MADE, Made, by, made
from waarborg.doors.web.rights import reached
from waarborg.kernel import clock
from waarborg.registers import queries
from waarborg.registers.operations.environments import change_environment, register_environment
from waarborg.registers.permissions import REGISTER_ENVIRONMENT
from waarborg.registers.values.inputs import NewEnvironment

router = Router(tags=["environments"])


@router.post("/applications/{application_id}/environments", response=MADE, operation_id="register_environment")
def add_environment(
    request: HttpRequest, application_id: UUID, asked: NewEnvironment, response: HttpResponse
) -> Status[Made]:
    """Add an environment; an application has one of each kind at most."""
    new = register_environment(application_id, asked, by=by(request), now=clock.now())
    return made(response, "get_environment", new)


@router.get(
    "/environments/{environment_id}",
    response={200: shapes.WholeEnvironment, **ERRORS},
    operation_id="get_environment",
)
def get_environment(request: HttpRequest, environment_id: UUID) -> shapes.WholeEnvironment:
    """Return one environment with its version, for who may change it."""
    only = reached(by(request), REGISTER_ENVIRONMENT)
    return shapes.environment(queries.environment(by(request).scope, environment_id, only=only))


@router.put("/environments/{environment_id}", response=DONE, operation_id="change_environment")
def replace_environment(request: HttpRequest, environment_id: UUID, asked: shapes.ChangedEnvironment) -> Status[None]:
    """Replace what is known of an environment; its kind stays. 409 when somebody changed it since the version that is named."""
    change_environment(environment_id, asked.details(), by=by(request), now=clock.now(), seen=asked.version)
    return Status(204, None)
