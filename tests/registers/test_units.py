"""Wards and groups of devices: named once, renamed, and never gone."""

import pytest
from tests.cast import ANNA, CHARLIE, NOON, NOOR, SCOPE
from tests.simulators.databases import Engine

from waarborg.audit.queries.reading import page_of_entries
from waarborg.kernel.actor import NotAllowed
from waarborg.kernel.references import Reference, new_id
from waarborg.registers import queries
from waarborg.registers.operations.units import UnitKeyTaken, register_unit, rename_unit, retire_unit
from waarborg.registers.values.classification import UnitKind
from waarborg.registers.values.faults import NoKeyInName, UnitUnknown
from waarborg.registers.values.inputs import NewUnit, UnitDetails

EAST = NewUnit(name="Afdeling 3 Oost", kind=UnitKind.WARD)
PUMPS = NewUnit(name="Infuuspompen", kind=UnitKind.DEVICE_GROUP)


def logged() -> list[tuple[str, tuple[str, ...]]]:
    return [(entry.event, entry.objects) for _, entry in page_of_entries(SCOPE) if entry.event.startswith("unit.")]


def test_a_unit_is_something_a_role_can_be_held_for(database: Engine) -> None:
    east, pumps = (register_unit(each, by=ANNA, now=NOON) for each in (EAST, PUMPS))
    assert [(each.name, each.reference) for each in queries.units(SCOPE)] == [
        ("Afdeling 3 Oost", Reference("ward", east)),
        ("Infuuspompen", Reference("device_group", pumps)),
    ]
    assert [each.id for each in queries.units(SCOPE, UnitKind.DEVICE_GROUP)] == [pumps]
    assert ("unit.registered", (f"ward:{east}",)) in logged()
    assert queries.units(CHARLIE.scope) == ()


def test_a_name_that_is_or_was_there_is_not_given_again(database: Engine) -> None:
    east = register_unit(EAST, by=ANNA, now=NOON)
    for _ in range(2):
        with pytest.raises(UnitKeyTaken):
            register_unit(NewUnit(name="afdeling 3 oost", kind=UnitKind.WARD), by=ANNA, now=NOON)
        retire_unit(east, by=ANNA, now=NOON) if queries.units(SCOPE) else None
    with pytest.raises(NoKeyInName):
        register_unit(NewUnit(name="!", kind=UnitKind.WARD), by=ANNA, now=NOON)


def test_another_name_leaves_what_is_held_for_it(database: Engine) -> None:
    east = register_unit(EAST, by=ANNA, now=NOON)
    rename_unit(east, UnitDetails(name="De Linde"), by=ANNA, now=NOON)
    found = queries.unit(SCOPE, east)
    assert (found.name, found.key, found.reference) == ("De Linde", "afdeling-3-oost", Reference("ward", east))
    assert ("unit.renamed", (f"ward:{east}",)) in logged()


def test_out_of_use_is_out_of_the_list_and_still_known_by_its_id(database: Engine) -> None:
    east = register_unit(EAST, by=ANNA, now=NOON)
    retire_unit(east, by=ANNA, now=NOON)
    assert queries.units(SCOPE) == ()
    assert queries.unit(SCOPE, east).retired
    with pytest.raises(UnitUnknown):
        retire_unit(east, by=ANNA, now=NOON)
    with pytest.raises(UnitUnknown):
        rename_unit(east, UnitDetails(name="De Linde"), by=ANNA, now=NOON)
    assert ("unit.retired", (f"ward:{east}",)) in logged()


def test_units_are_kept_by_who_may_and_in_ones_own_house(database: Engine) -> None:
    with pytest.raises(NotAllowed):
        register_unit(EAST, by=NOOR, now=NOON)
    east = register_unit(EAST, by=ANNA, now=NOON)
    with pytest.raises(NotAllowed):
        retire_unit(east, by=NOOR, now=NOON)
    with pytest.raises(UnitUnknown):
        retire_unit(new_id(), by=ANNA, now=NOON)
    with pytest.raises(queries.NotInRegister):
        queries.unit(CHARLIE.scope, east)
