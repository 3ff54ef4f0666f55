"""Customers, kinds of information, and wards and groups of devices."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from waarborg.doors.api import register_shapes as shapes
from waarborg.doors.api.asking import DONE, ERRORS, MADE, Made, by, cut, made, none_is, refuse_unknown
from waarborg.doors.api.shapes import Paging
from waarborg.doors.web.rights import reached
from waarborg.kernel import clock
from waarborg.kernel.actor import require
from waarborg.registers import queries
from waarborg.registers.operations.information import change_information_kind, register_information_kind
from waarborg.registers.operations.organisations import change_customer, register_customer
from waarborg.registers.operations.units import register_unit, rename_unit, retire_unit
from waarborg.registers.permissions import KEEP_UNITS, READ_REGISTER
from waarborg.registers.values.faults import CustomerUnknown, KindUnknown
from waarborg.registers.values.inputs import CustomerDetails, KindDetails, NewCustomer, NewKind, NewUnit, UnitDetails
from waarborg.registers.values.registered import Customer, Kind, UnitLine

router = Router(tags=["registers"])


@router.get("/customers", response={200: shapes.Customers, **ERRORS}, operation_id="list_customers")
def list_customers(request: HttpRequest, asked: Query[Paging]) -> shapes.Customers:
    """List the institutions that are served, by name."""
    refuse_unknown(request, Paging)
    reached(by(request), READ_REGISTER)
    scope = by(request).scope
    rows, numbers = cut(
        asked, queries.total(scope, Customer, only=None), lambda part: queries.customers(scope, part=part)
    )
    return shapes.Customers(items=[shapes.customer(each) for each in rows], **numbers)


@router.post("/customers", response=MADE, operation_id="register_customer")
def add_customer(request: HttpRequest, asked: NewCustomer, response: HttpResponse) -> Status[Made]:
    """Add an institution that is served. Without a key, one is made from the name."""
    return made(response, "rename_customer", register_customer(asked, by=by(request), now=clock.now()))


@router.put("/customers/{customer_id}", response=DONE, operation_id="change_customer")
def rename_customer(request: HttpRequest, customer_id: UUID, asked: CustomerDetails) -> Status[None]:
    """Give a customer another name; its key stays."""
    with none_is(CustomerUnknown):
        change_customer(customer_id, asked, by=by(request), now=clock.now())
    return Status(204, None)


@router.get("/information-kinds", response={200: shapes.Kinds, **ERRORS}, operation_id="list_information_kinds")
def list_kinds(request: HttpRequest, asked: Query[Paging]) -> shapes.Kinds:
    """List the kinds of information with their classification, by name."""
    refuse_unknown(request, Paging)
    reached(by(request), READ_REGISTER)
    scope = by(request).scope
    rows, numbers = cut(
        asked, queries.total(scope, Kind, only=None), lambda part: queries.information_kinds(scope, part=part)
    )
    return shapes.Kinds(items=[shapes.kind(each) for each in rows], **numbers)


@router.post("/information-kinds", response=MADE, operation_id="register_information_kind")
def add_kind(request: HttpRequest, asked: NewKind, response: HttpResponse) -> Status[Made]:
    """Add a kind of information with its classification."""
    return made(response, "get_kind", register_information_kind(asked, by=by(request), now=clock.now()))


@router.get(
    "/information-kinds/{kind_id}", response={200: shapes.KindShape, **ERRORS}, operation_id="get_information_kind"
)
def get_kind(request: HttpRequest, kind_id: UUID) -> shapes.KindShape:
    """Return one kind of information."""
    reached(by(request), READ_REGISTER)
    return shapes.kind(queries.information_kind(by(request).scope, kind_id))


@router.put("/information-kinds/{kind_id}", response=DONE, operation_id="change_information_kind")
def change_kind(request: HttpRequest, kind_id: UUID, asked: KindDetails) -> Status[None]:
    """Classify a kind of information anew, and with it every application that handles it."""
    with none_is(KindUnknown):
        change_information_kind(kind_id, asked, by=by(request), now=clock.now())
    return Status(204, None)


@router.get("/units", response={200: shapes.Units, **ERRORS}, operation_id="list_units")
def list_units(request: HttpRequest, asked: Query[Paging]) -> shapes.Units:
    """List the wards and groups of devices that are in use."""
    refuse_unknown(request, Paging)
    require(by(request), KEEP_UNITS)
    scope = by(request).scope
    rows, numbers = cut(asked, queries.total(scope, UnitLine, only=None), lambda part: queries.units(scope, part=part))
    return shapes.Units(items=[shapes.unit(each) for each in rows], **numbers)


@router.post("/units", response=MADE, operation_id="register_unit")
def add_unit(request: HttpRequest, asked: NewUnit, response: HttpResponse) -> Status[Made]:
    """Add a ward or a group of devices, for which a role can be held alone."""
    return made(response, "change_unit", register_unit(asked, by=by(request), now=clock.now()))


@router.put("/units/{unit_id}", response=DONE, operation_id="rename_unit")
def change_unit(request: HttpRequest, unit_id: UUID, asked: UnitDetails) -> Status[None]:
    """Give a unit another name; its key stays."""
    rename_unit(unit_id, asked, by=by(request), now=clock.now())
    return Status(204, None)


@router.post("/units/{unit_id}/retirement", response=DONE, operation_id="retire_unit")
def end_unit(request: HttpRequest, unit_id: UUID) -> Status[None]:
    """Let no new role be held for a unit. Roles that are held for it stay until they end."""
    retire_unit(unit_id, by=by(request), now=clock.now())
    return Status(204, None)
