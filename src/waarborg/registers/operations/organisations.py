"""Who the registers are of, and whom they serve."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError

from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor
from waarborg.kernel.references import Reference, new_id
from waarborg.registers.models import Customer, Organisation
from waarborg.registers.permissions import FOUND_ORGANISATION, REGISTER_CUSTOMER
from waarborg.registers.rules.classification import key_from
from waarborg.registers.values.faults import RegisterFault
from waarborg.registers.values.inputs import CustomerDetails, NewCustomer, NewOrganisation


class CustomerKeyTaken(RegisterFault):
    code = "customer_key_taken"
    field = "name"


def found_organisation(new: NewOrganisation, *, by: Actor, now: datetime) -> UUID:
    """Name a new scope, and return it. The act belongs to the scope it is done from."""
    scope = new_id()
    founded = Reference("organisation", scope)
    with act("organisation.founded", FOUND_ORGANISATION, by=by, now=now, action=Action.CREATE, objects=(founded,)):
        Organisation.objects.create(scope=scope, name=new.name, kind=new.kind, founded_at=now)
    return scope


def register_customer(new: NewCustomer, *, by: Actor, now: datetime) -> UUID:
    """Add an institution that is served. Raises CustomerKeyTaken, NoKeyInName."""
    key = new.key or key_from(new.name)
    row = Customer(pk=new_id(), scope=by.scope, key=key, name=new.name)
    registered = Reference("customer", row.pk)
    with act("customer.registered", REGISTER_CUSTOMER, by=by, now=now, action=Action.CREATE, objects=(registered,)):
        try:
            row.save(force_insert=True)
        except IntegrityError as error:
            raise CustomerKeyTaken(key=key) from error
    return row.pk


def change_customer(customer: UUID, changed: CustomerDetails, *, by: Actor, now: datetime) -> None:
    """Give a customer another name; its key stays. Raises CustomerUnknown."""
    reference = Reference("customer", customer)
    with act("customer.changed", REGISTER_CUSTOMER, by=by, now=now, action=Action.UPDATE, objects=(reference,)):
        row = Customer.known(customer, by.scope)
        row.name = changed.name
        row.save()
