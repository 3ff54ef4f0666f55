"""What would be wrong with the register after a merge, each with its place in the file."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError

from waarborg.registers.rules.merging import Merged
from waarborg.registers.rules.reading import entry_model
from waarborg.registers.values.assets import Change, Entries, EntryChange
from waarborg.registers.values.classification import ApplicationState
from waarborg.registers.values.faults import FieldFault, field_faults

_REFERS = {
    ("applications", "customer"): ("customers", "customer_unknown"),
    ("projects", "customer"): ("customers", "customer_unknown"),
    ("applications", "information"): ("information", "kind_unknown"),
    ("projects", "applications"): ("applications", "project_application_unknown"),
}
"""Which field names entries of which section, and the fault when one isn't there."""


def faults_of(after: Merged, register: Entries, today: date) -> Iterator[FieldFault]:
    """Yield every conflict, every entry that would be no valid one, and every name of something that isn't there."""
    for change in after.changes:
        yield from _conflicts(change)
        if change.change in {Change.NEW, Change.CHANGED, Change.CONFLICT}:
            values = after.entries[change.place]
            yield from _invalid(change, values)
            yield from _dangling(change, values, after.entries)
            yield from _retired(change, register)
            yield from _reviewed(change, today)


def _conflicts(change: EntryChange) -> Iterator[FieldFault]:
    for field in change.fields:
        if field.change is Change.CONFLICT:
            yield FieldFault("conflict", (*change.place, field.name))


def _invalid(change: EntryChange, values: Mapping[str, Any]) -> Iterator[FieldFault]:
    try:
        entry_model(change.place).model_validate(dict(values))
    except ValidationError as error:
        for fault in field_faults(error):
            yield FieldFault(fault.code, (*change.place, *fault.place), fault.facts)


def _dangling(change: EntryChange, values: Mapping[str, Any], entries: Entries) -> Iterator[FieldFault]:
    if len(change.place) > 2:  # noqa: PLR2004 - an environment stands deeper and names nothing
        return
    for (section, name), (target, code) in _REFERS.items():
        if section == change.place[0]:
            named = values.get(name, ())
            for key in (named,) if isinstance(named, str) else named:
                if (target, key) not in entries:
                    yield FieldFault(code, (*change.place, name), {"key": key})


def _retired(change: EntryChange, register: Entries) -> Iterator[FieldFault]:
    """What is retired only changes together with being taken up again."""
    application = register.get(change.place[:2], {})
    taken_up = any(field.name == "state" for field in change.fields)
    if application.get("state") is ApplicationState.RETIRED and not taken_up:
        yield FieldFault("application_retired", change.place, {"key": change.place[1]})


def _reviewed(change: EntryChange, today: date) -> Iterator[FieldFault]:
    for field in change.fields:
        if field.name != "last_security_review" or field.change not in {Change.NEW, Change.CHANGED}:
            continue
        place = (*change.place, field.name)
        if field.after and field.after > today:
            yield FieldFault("review_in_future", place, {"day": field.after.isoformat()})
        if field.before and (field.after is None or field.after < field.before):
            yield FieldFault("review_older_than_last", place, {"last": field.before.isoformat()})
