"""Registrations: asked by one, the identity established, approved by another; and the same for what was lost."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from waarborg.accounts.operations import (
    approve_recovery,
    approve_registration,
    ask_recovery,
    ask_registration,
    ask_return,
    identify,
    open_recoveries,
    withdraw_recovery,
    withdraw_registration,
)
from waarborg.accounts.values import IssuedCode, IssuedRecovery, Lost
from waarborg.doors.api import people_asked as bodies
from waarborg.doors.api import people_shapes as shapes
from waarborg.doors.api.asking import DONE, ERRORS, by, made
from waarborg.doors.api.bodies import Reason
from waarborg.kernel import clock
from waarborg.registers.values.inputs import Input

router = Router(tags=["registrations"])
ISSUED = {201: shapes.Issued, **ERRORS}


class Help(Input):
    lost: Lost
    reason: Reason


@router.post("/registrations", response=ISSUED, operation_id="ask_registration")
def add_registration(request: HttpRequest, asked: bodies.Newcomer, response: HttpResponse) -> Status[shapes.Issued]:
    """Ask leave for a newcomer. The code in the answer is told once; it opens nothing before two others did their part."""
    wanted, account = asked.asked(by(request)), asked.elsewhere()
    issued = ask_registration(asked.name, wanted, by=by(request), now=clock.now(), provider=account)
    return _issued(response, "drop_registration", issued)


@router.post("/people/{person_id}/return", response=ISSUED, operation_id="ask_return")
def add_return(
    request: HttpRequest, person_id: UUID, asked: bodies.AskedRole, response: HttpResponse
) -> Status[shapes.Issued]:
    """Ask leave for someone who left to come back; their identity is established anew."""
    issued = ask_return(person_id, asked.asked(by(request)), by=by(request), now=clock.now())
    return _issued(response, "drop_registration", issued)


@router.post("/registrations/{registration_id}/identity", response=DONE, operation_id="identify")
def establish(request: HttpRequest, registration_id: UUID, asked: bodies.Seen) -> Status[None]:
    """Note which document one saw of someone who is expected: kind and number, no copy."""
    identify(registration_id, asked.document(), by=by(request), now=clock.now(), numbers=asked.numbers())
    return Status(204, None)


@router.post("/registrations/{registration_id}/approval", response=DONE, operation_id="approve_registration")
def approve(request: HttpRequest, registration_id: UUID) -> Status[None]:
    """Approve what another asked, and whose document another saw."""
    approve_registration(registration_id, by=by(request), now=clock.now())
    return Status(204, None)


@router.delete("/registrations/{registration_id}", response=DONE, operation_id="withdraw_registration")
def drop_registration(request: HttpRequest, registration_id: UUID) -> Status[None]:
    """Make a registration useless."""
    withdraw_registration(registration_id, by=by(request), now=clock.now())
    return Status(204, None)


@router.get("/recoveries", response={200: list[shapes.Recovery], **ERRORS}, operation_id="list_recoveries")
def list_recoveries(request: HttpRequest) -> list[shapes.Recovery]:
    """List who lost what and is being helped: what lives a day at most, so in one piece."""
    return [shapes.recovery(each) for each in open_recoveries(by=by(request), now=clock.now())]


@router.post("/people/{person_id}/recoveries", response=ISSUED, operation_id="ask_recovery")
def add_recovery(request: HttpRequest, person_id: UUID, asked: Help, response: HttpResponse) -> Status[shapes.Issued]:
    """Ask that someone may replace what they lost. The code in the answer is told once; another has to approve it."""
    issued = ask_recovery(person_id, asked.lost, asked.reason, by=by(request), now=clock.now())
    return _issued(response, "drop_recovery", issued)


@router.post("/recoveries/{recovery_id}/approval", response=DONE, operation_id="approve_recovery")
def approve_help(request: HttpRequest, recovery_id: UUID) -> Status[None]:
    """Let a recovery be used that another asked for."""
    approve_recovery(recovery_id, by=by(request), now=clock.now())
    return Status(204, None)


@router.delete("/recoveries/{recovery_id}", response=DONE, operation_id="withdraw_recovery")
def drop_recovery(request: HttpRequest, recovery_id: UUID) -> Status[None]:
    """Make a recovery useless, also one that was approved."""
    withdraw_recovery(recovery_id, by=by(request), now=clock.now())
    return Status(204, None)


def _issued(response: HttpResponse, name: str, issued: IssuedCode | IssuedRecovery) -> Status[shapes.Issued]:
    """Answer with a code that no cache on the way keeps."""
    made(response, name, issued.id)
    response["Cache-Control"] = "no-store"
    return Status(201, shapes.Issued(id=issued.id, code=issued.code, expires_at=issued.expires_at))
