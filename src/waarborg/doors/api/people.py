"""People: who has access, what is known of them, another role for them, and the end of all of it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from waarborg.accounts.operations import (
    ask_role,
    end_number,
    end_role,
    leave,
    open_people,
    open_person,
    state_number,
    verify_again,
)
from waarborg.accounts.values import NumberKind, NumberStatus
from waarborg.doors.api import people_asked as bodies
from waarborg.doors.api import people_shapes as shapes
from waarborg.doors.api.asking import DONE, ERRORS, MADE, Made, by, made, refuse_unknown
from waarborg.doors.api.bodies import DocumentNumber, Reason
from waarborg.doors.api.bodies import Query as Searched
from waarborg.doors.api.shapes import PageAsked
from waarborg.kernel import clock
from waarborg.registers.values.inputs import Input

router = Router(tags=["people"])


class Search(Input):
    query: Searched
    page: bodies.PageNumber = 1


class Why(Input):
    reason: Reason


class NewNumber(Input):
    kind: NumberKind
    number: DocumentNumber
    status: NumberStatus = NumberStatus.STATED


@router.get("/people", response={200: shapes.People, **ERRORS}, operation_id="list_people")
def list_people(request: HttpRequest, asked: Query[PageAsked]) -> shapes.People:
    """List who has or had access, and the registrations that wait. The pages are of fifty."""
    refuse_unknown(request, PageAsked)
    return shapes.people(open_people(asked.page, by=by(request), now=clock.now()), searched=False)


@router.post("/people/searches", response={200: shapes.People, **ERRORS}, operation_id="search_people")
def search_people(request: HttpRequest, asked: Search) -> shapes.People:
    """Search in names, log-in names and e-mail addresses. By POST: names of people belong in no address."""
    found = open_people(asked.page, query=asked.query, by=by(request), now=clock.now())
    return shapes.people(found, searched=True)


@router.get("/people/{person_id}", response={200: shapes.WholePerson, **ERRORS}, operation_id="get_person")
def get_person(request: HttpRequest, person_id: UUID) -> shapes.WholePerson:
    """Return one person, with how their identity is known. Of a document the number isn't told."""
    return shapes.whole(open_person(person_id, by=by(request), now=clock.now()))


@router.post("/people/{person_id}/roles", response=MADE, operation_id="ask_role")
def add_role(request: HttpRequest, person_id: UUID, asked: bodies.AskedRole, response: HttpResponse) -> Status[Made]:
    """Ask another role for someone who is here; somebody else approves the registration that this makes."""
    new = ask_role(person_id, asked.asked(by(request)), by=by(request), now=clock.now())
    return made(response, "drop_registration", new)


@router.post("/roles/{held_id}/end", response=DONE, operation_id="end_role")
def stop_role(request: HttpRequest, held_id: UUID, asked: Why) -> Status[None]:
    """End one role of someone at once."""
    end_role(held_id, asked.reason, by=by(request), now=clock.now())
    return Status(204, None)


@router.post("/people/{person_id}/identities", response=DONE, operation_id="verify_again")
def add_identity(request: HttpRequest, person_id: UUID, asked: bodies.Document) -> Status[None]:
    """Note that one saw the document of someone who is here."""
    verify_again(person_id, asked.document(), by=by(request), now=clock.now())
    return Status(204, None)


@router.post("/people/{person_id}/numbers", response=MADE, operation_id="state_number")
def add_number(request: HttpRequest, person_id: UUID, asked: NewNumber, response: HttpResponse) -> Status[Made]:
    """Note a number of a care professional, as stated or as looked up."""
    new = state_number(person_id, asked.kind, asked.number, asked.status, by=by(request), now=clock.now())
    return made(response, "remove_number", new)


@router.delete("/numbers/{number_id}", response=DONE, operation_id="end_number")
def remove_number(request: HttpRequest, number_id: UUID) -> Status[None]:
    """Note that a number isn't somebody's, or not any more."""
    end_number(number_id, by=by(request), now=clock.now())
    return Status(204, None)


@router.post("/people/{person_id}/departure", response=DONE, operation_id="off_board")
def off_board(request: HttpRequest, person_id: UUID, asked: Why) -> Status[None]:
    """End all someone's access at once: roles, sessions, tokens they answer for."""
    leave(person_id, asked.reason, by=by(request), now=clock.now())
    return Status(204, None)
