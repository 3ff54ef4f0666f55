"""Projects: work on applications for one customer."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from waarborg.doors.api import register_shapes as shapes
from waarborg.doors.api.asking import DONE, ERRORS, MADE, Made, by, cut, made, refuse_unknown
from waarborg.doors.api.shapes import Paging
from waarborg.doors.web.rights import reached
from waarborg.kernel import clock
from waarborg.registers import queries
from waarborg.registers.operations.projects import change_project, register_project
from waarborg.registers.permissions import READ_REGISTER
from waarborg.registers.values.inputs import NewProject
from waarborg.registers.values.registered import Project

router = Router(tags=["projects"])


@router.get("/projects", response={200: shapes.Projects, **ERRORS}, operation_id="list_projects")
def list_projects(request: HttpRequest, asked: Query[Paging]) -> shapes.Projects:
    """List the projects on applications that are reached, the last one started first."""
    refuse_unknown(request, Paging)
    scope, only = by(request).scope, reached(by(request), READ_REGISTER)
    rows, numbers = cut(
        asked,
        queries.total(scope, Project, only=only),
        lambda part: queries.projects(scope, only=only, part=part),
    )
    return shapes.Projects(items=[shapes.project(each) for each in rows], **numbers)


@router.post("/projects", response=MADE, operation_id="register_project")
def add_project(request: HttpRequest, asked: NewProject, response: HttpResponse) -> Status[Made]:
    """Add a project."""
    return made(response, "get_project", register_project(asked, by=by(request), now=clock.now()))


@router.get("/projects/{project_id}", response={200: shapes.ProjectShape, **ERRORS}, operation_id="get_project")
def get_project(request: HttpRequest, project_id: UUID) -> shapes.ProjectShape:
    """Return one project, with no more of its applications than are reached."""
    return shapes.project(queries.project(by(request).scope, project_id, only=reached(by(request), READ_REGISTER)))


@router.put("/projects/{project_id}", response=DONE, operation_id="change_project")
def replace_project(request: HttpRequest, project_id: UUID, asked: shapes.ChangedProject) -> Status[None]:
    """Replace what is known of a project; its key stays. 409 when somebody changed it since the version that is named."""
    change_project(project_id, asked.details(), by=by(request), now=clock.now(), seen=asked.version)
    return Status(204, None)
