"""What each role may, which roles are still needed, and one's own sessions."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from waarborg.accounts.operations import (
    CONFLICTS,
    NARROWED_TO,
    end_other_sessions,
    end_session,
    open_review,
    open_sessions,
    review_role,
)
from waarborg.accounts.permissions import READ_ROLES
from waarborg.doors.api import people_shapes as shapes
from waarborg.doors.api.asking import DONE, ERRORS, by, own_session, refuse_unknown
from waarborg.doors.api.bodies import Reason
from waarborg.doors.api.shapes import PageAsked
from waarborg.kernel import clock
from waarborg.kernel.actor import reach, role_table
from waarborg.kernel.canonical import digest
from waarborg.registers.values.inputs import Flag, Input

router = Router(tags=["roles"])


class Judged(Input):
    kept: Flag
    """Whether it is still needed; what isn't ends at once."""
    reason: Reason


class Conflict(Schema):
    roles: list[str]
    why: str


class RoleTable(Schema):
    version: str
    digest: str
    permissions: dict[str, list[str]]
    """What each role may, of people and of systems."""
    grave: list[str]
    """What a person may only after a proof of just now."""
    narrowed_to: dict[str, str]
    """What a role can be held for alone."""
    conflicts: list[Conflict]


@router.get("/roles", response={200: RoleTable, **ERRORS}, operation_id="get_role_table")
def get_role_table(request: HttpRequest) -> RoleTable:
    """Return the table of roles that is in force, with the digest by which it is compared with the reviewed one."""
    reach(by(request), READ_ROLES)
    installed = role_table()
    table = {str(role): sorted(each.name for each in may) for role, may in installed.permissions.items()}
    return RoleTable(
        version=installed.version,
        digest=digest(table),
        permissions=table,
        grave=sorted({each.name for may in installed.permissions.values() for each in may if each.grave}),
        narrowed_to={role.value: kind for role, kind in NARROWED_TO.items()},
        conflicts=[Conflict(roles=sorted(pair), why=why.value) for pair, why in CONFLICTS.items()],
    )


@router.get("/reviews", response={200: shapes.Reviews, **ERRORS}, operation_id="list_reviews")
def list_reviews(request: HttpRequest, asked: Query[PageAsked]) -> shapes.Reviews:
    """List the roles that people hold, the soonest to be looked at first. The pages are of fifty."""
    refuse_unknown(request, PageAsked)
    return shapes.reviews(open_review(asked.page, by=by(request), now=clock.now()))


@router.post("/roles/{held_id}/review", response=DONE, operation_id="review_role")
def judge_role(request: HttpRequest, held_id: UUID, asked: Judged) -> Status[None]:
    """Say of a role whether it is still needed, and why."""
    review_role(held_id, asked.kept, asked.reason, by=by(request), now=clock.now())
    return Status(204, None)


@router.get("/sessions", response={200: list[shapes.Session], **ERRORS}, operation_id="list_own_sessions")
def list_sessions(request: HttpRequest) -> list[shapes.Session]:
    """List one's own sessions, this one first."""
    opened = open_sessions(session=own_session(request), by=by(request), now=clock.now())
    return [shapes.session(each) for each in opened]


@router.delete("/sessions/{session_id}", response=DONE, operation_id="end_own_session")
def stop_session(request: HttpRequest, session_id: UUID) -> Status[None]:
    """End one of one's own sessions."""
    end_session(session_id, session=own_session(request), by=by(request), now=clock.now())
    return Status(204, None)


@router.delete("/sessions", response=DONE, operation_id="end_other_sessions")
def stop_others(request: HttpRequest) -> Status[None]:
    """End all of one's own sessions but this one."""
    end_other_sessions(session=own_session(request), by=by(request), now=clock.now())
    return Status(204, None)
