"""Wards and groups of devices: what a role can be held for alone."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError

from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor
from waarborg.kernel.references import Reference, new_id
from waarborg.registers.models import Unit
from waarborg.registers.permissions import KEEP_UNITS
from waarborg.registers.rules.classification import key_from
from waarborg.registers.values.faults import RegisterFault, UnitUnknown
from waarborg.registers.values.inputs import NewUnit, UnitDetails


class UnitKeyTaken(RegisterFault):
    """A unit of this key is there, or was: a role held for the old one would otherwise seem held for the new one."""

    code = "unit_key_taken"
    field = "name"


def register_unit(new: NewUnit, *, by: Actor, now: datetime) -> UUID:
    """Add a ward or a group of devices. Raises UnitKeyTaken, NoKeyInName."""
    key = new.key or key_from(new.name)
    row = Unit(pk=new_id(), scope=by.scope, kind=new.kind, key=key, name=new.name)
    unit = (Reference(new.kind.value, row.pk),)
    with act("unit.registered", KEEP_UNITS, by=by, now=now, action=Action.CREATE, objects=unit):
        try:
            row.save(force_insert=True)
        except IntegrityError as error:
            raise UnitKeyTaken(key=key) from error
    return row.pk


def rename_unit(unit: UUID, changed: UnitDetails, *, by: Actor, now: datetime) -> None:
    """Give a unit another name; its key stays. Raises UnitUnknown."""
    with act("unit.renamed", KEEP_UNITS, by=by, now=now, action=Action.UPDATE) as done:
        row = _used(unit, by.scope)
        done.objects = (Reference(row.kind, unit),)
        row.name = changed.name
        row.save(update_fields=["name"])


def retire_unit(unit: UUID, *, by: Actor, now: datetime) -> None:
    """Let no new role be held for a unit. Roles that are held for it stay until they end. Raises UnitUnknown."""
    with act("unit.retired", KEEP_UNITS, by=by, now=now, action=Action.UPDATE) as done:
        row = _used(unit, by.scope)
        done.objects = (Reference(row.kind, unit),)
        row.retired_at = now
        row.save(update_fields=["retired_at"])


def _used(unit: UUID, scope: UUID) -> Unit:
    row = Unit.known(unit, scope)
    if row.retired_at is not None:
        raise UnitUnknown(key=row.key)
    return row
