"""What people add: whether a point applies, statements for what no machine measures, and which addresses may be reached."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status

from waarborg.assurance.operations import (
    allow_target,
    confirm_statement,
    decide_applicability,
    state,
    withdraw_target,
)
from waarborg.assurance.operations.deciding import NoSuchControl, NoSuchTarget
from waarborg.assurance.operations.stating import NoSuchStatement
from waarborg.assurance.permissions import READ_STANDING
from waarborg.assurance.queries.standing import Stated, waiting_statements
from waarborg.assurance.queries.targets import targets, waiting_addresses
from waarborg.doors.api.asking import DONE, ERRORS, MADE, Made, by, made, none_is
from waarborg.doors.api.bodies import AnyReason, CatalogueId, Host, Statement
from waarborg.doors.web.rights import reached
from waarborg.kernel import clock
from waarborg.kernel.references import Reference
from waarborg.registers import queries as registers
from waarborg.registers.values.inputs import Flag, Input, Port

router = Router(tags=["assurance"])


class Decision(Input):
    applies: Flag
    reason: AnyReason = ""
    """At least twenty characters when it doesn't apply: whoever reads it later must be able to follow it."""


class NewStatement(Input):
    control: CatalogueId
    proof: CatalogueId
    text: Statement


class Word(Input):
    confirmed: Flag
    reason: AnyReason = ""
    """Needed when it is refused."""


class NewTarget(Input):
    host: Host
    port: Port = 443
    private: Flag = False
    """It stands on one's own network."""


class WaitingStatement(Schema):
    id: UUID
    application: UUID
    control: str
    proof: str
    by: UUID
    at: datetime
    digest: str
    has_file: bool


class TargetShape(Schema):
    id: UUID
    host: str
    port: int
    private: bool
    allowed_by: UUID
    allowed_at: datetime


class WaitingAddress(Schema):
    host: str
    port: int


class Targets(Schema):
    items: list[TargetShape]
    waiting: list[WaitingAddress]
    """Addresses of registered environments that aren't listed, so that nothing there can be measured; fifty at most."""


@router.put(
    "/applications/{application_id}/applicability/{control}", response=DONE, operation_id="decide_applicability"
)
def decide(request: HttpRequest, application_id: UUID, control: str, asked: Decision) -> Status[None]:
    """Record whether a point of the catalogue applies to an application. Every decision is kept; the last one counts."""
    with none_is(NoSuchControl):
        decide_applicability(
            Reference("application", application_id), control, applies=asked.applies, reason=asked.reason,
            by=by(request), now=clock.now(),
        )  # fmt: skip
    return Status(204, None)


@router.get(
    "/applications/{application_id}/statements",
    response={200: list[WaitingStatement], **ERRORS},
    operation_id="list_waiting_statements",
)
def list_statements(request: HttpRequest, application_id: UUID) -> list[WaitingStatement]:
    """List the statements on an application that wait for a second person, without their text."""
    scope, only = by(request).scope, reached(by(request), READ_STANDING)
    registers.application_by_id(scope, application_id, only=only)
    return [_waiting(each) for each in waiting_statements(scope, application_id, only=only)]


@router.post("/applications/{application_id}/statements", response=MADE, operation_id="state")
def make_statement(
    request: HttpRequest, application_id: UUID, asked: NewStatement, response: HttpResponse
) -> Status[Made]:
    """State what one looked at and found, for a proof that asks for a person's word. A file goes by the pages."""
    new = state(
        Reference("application", application_id), asked.control, asked.proof, text=asked.text, file=None,
        by=by(request), now=clock.now(),
    )  # fmt: skip
    return made(response, "list_statements", application_id, id=new.id)


@router.post("/statements/{statement_id}/confirmation", response=DONE, operation_id="confirm_statement")
def confirm(request: HttpRequest, statement_id: UUID, asked: Word) -> Status[None]:
    """Confirm another's statement, or refuse it with the reason."""
    with none_is(NoSuchStatement):
        confirm_statement(
            Reference("statement", statement_id), confirmed=asked.confirmed, reason=asked.reason,
            by=by(request), now=clock.now(),
        )  # fmt: skip
    return Status(204, None)


@router.get("/targets", response={200: Targets, **ERRORS}, operation_id="list_targets")
def list_targets(request: HttpRequest) -> Targets:
    """List the addresses that checks may reach, and those of environments that they may not."""
    scope, only = by(request).scope, reached(by(request), READ_STANDING)
    listed = [
        TargetShape(**{name: getattr(each, name) for name in TargetShape.model_fields})
        for each in targets(scope, only=only)
    ]
    waiting = [WaitingAddress(host=host, port=port) for host, port in waiting_addresses(scope, only=only)]
    return Targets(items=listed, waiting=waiting)


@router.post("/targets", response=MADE, operation_id="allow_target")
def add_target(request: HttpRequest, asked: NewTarget, response: HttpResponse) -> Status[Made]:
    """Let checks reach an address."""
    listed = allow_target(asked.host, asked.port, private=asked.private, by=by(request), now=clock.now())
    return made(response, "remove_target", listed.id)


@router.delete("/targets/{target_id}", response=DONE, operation_id="withdraw_target")
def remove_target(request: HttpRequest, target_id: UUID) -> Status[None]:
    """Take an address off the list."""
    with none_is(NoSuchTarget):
        withdraw_target(Reference("target", target_id), by=by(request), now=clock.now())
    return Status(204, None)


def _waiting(said: Stated) -> WaitingStatement:
    plain = ("id", "application", "control", "proof", "by", "at", "digest")
    return WaitingStatement(**{name: getattr(said, name) for name in plain}, has_file=bool(said.file_digest))
