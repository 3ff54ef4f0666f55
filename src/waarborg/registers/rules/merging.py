"""Three-way merge of a file with the register, field by field, over what both last agreed on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from waarborg.registers.rules.reading import entry_model
from waarborg.registers.values.assets import Change, Entries, EntryChange, FieldChange, Place

_ABSENT = object()
_HAPPENS = (Change.CONFLICT, Change.CHANGED, Change.REMOVED, Change.KEPT)
"""What an entry is called after, the gravest first."""
_FROM_FILE = {Change.NEW, Change.CHANGED}


@dataclass(frozen=True)
class Merged:
    """What the register would hold afterwards, and what happened to get there."""

    entries: Entries
    changes: tuple[EntryChange, ...]


def merged(*, base: Entries, file: Entries, register: Entries) -> Merged:
    """Merge a file into the register.

    What the file doesn't mention stays. A field that only one side changed goes with that side; a field that both changed,
    or of which nobody knows who changed it, is a conflict and stays as the register has it.
    """
    changes = tuple(
        _entry(place, base.get(place), file.get(place), register.get(place))
        for place in _in_order(file, base, register)
    )
    result = {place: dict(values) for place, values in register.items()}
    for change in changes:
        taken = {field.name: field.after for field in change.fields if field.change in _FROM_FILE}
        if taken or change.change is Change.NEW:
            result.setdefault(change.place, {}).update(taken)
    return Merged(result, changes)


def _in_order(file: Entries, base: Entries, register: Entries) -> list[Place]:
    """Return the places to look at: those of the file, and those it used to have."""
    gone = [place for place in base if place not in file and place in register]
    return [*file, *gone]


def _entry(
    place: Place, base: Mapping[str, Any] | None, file: Mapping[str, Any] | None, register: Mapping[str, Any] | None
) -> EntryChange:
    if file is None:
        return EntryChange(place, Change.REMOVED)
    if register is None:
        return EntryChange(
            place, Change.NEW, tuple(FieldChange(name, Change.NEW, None, value) for name, value in file.items())
        )
    usual = _usual(place)
    names = [*file, *(name for name in base or {} if name not in file)]
    fields = tuple(_field(name, base or {}, file, register, usual) for name in names)
    happening = tuple(field for field in fields if field.change is not Change.UNCHANGED)
    kinds = {field.change for field in happening}
    return EntryChange(place, next((kind for kind in _HAPPENS if kind in kinds), Change.UNCHANGED), happening)


def _field(
    name: str, base: Mapping[str, Any], file: Mapping[str, Any], register: Mapping[str, Any], usual: Mapping[str, Any]
) -> FieldChange:
    before, after = register[name], file.get(name, _ABSENT)
    agreed = base.get(name, usual[name])
    if after is _ABSENT:
        change = Change.UNCHANGED if before == usual[name] else Change.REMOVED
        return FieldChange(name, change, before, None)
    return FieldChange(name, _change(agreed, after, before), before, after)


def _change(agreed: Any, file: Any, register: Any) -> Change:
    if file == register:
        return Change.UNCHANGED
    if register == agreed:
        return Change.CHANGED
    return Change.KEPT if file == agreed else Change.CONFLICT


def _usual(place: Place) -> dict[str, Any]:
    """Return the value of each field that goes without saying; a field that has none is equal to nothing."""
    fields = entry_model(place).model_fields
    return {name: object() if field.is_required() else field.get_default() for name, field in fields.items()}
