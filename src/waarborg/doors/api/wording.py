"""What is wrong with a request, in the reader's language, and which name was probably meant."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _
from ninja.errors import ValidationErrorContext

from waarborg.doors.faults import said
from waarborg.registers.values.faults import field_faults

UNKNOWN_NAME = "unknown_name"


def worded(context: ValidationErrorContext[Any]) -> Iterator[dict[str, Any]]:
    """Yield each fault with where it is and what to do: of a body in our own words, elsewhere in those of the checker."""
    error, model = context.pydantic_validation_error, context.model
    source = str(model.__ninja_param_source__)
    if source != "body":
        flat = model.__ninja_flatten_map_reverse__
        found = error.errors(include_url=False)
        yield from ({"loc": (source, *flat.get(each["loc"], each["loc"])), "msg": each["msg"]} for each in found)
        return
    for fault in field_faults(error):
        place = fault.place[1:]
        says = said(fault)
        if fault.code == UNKNOWN_NAME and len(place) == 1:
            says += meant(place[0], _names(model))
        yield {"loc": (source, *place), "msg": says, "code": fault.code}


def meant(name: str, known: list[str]) -> str:
    """Return a sentence with the name that was probably meant, or nothing."""
    near = get_close_matches(name, known, n=1)
    return " " + _("Did you mean ‘%(name)s’?") % {"name": near[0]} if near else ""


def _names(model: Any) -> list[str]:
    """Return the names that the one body of an endpoint may hold."""
    (asked,) = model.model_fields.values()
    return list(asked.annotation.model_fields)
