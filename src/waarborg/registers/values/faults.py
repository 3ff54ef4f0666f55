"""What went wrong, as a code and facts; doors say it in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from pydantic import ValidationError


class RegisterFault(Exception):
    """An act that can't be done as asked. `field` is where in the input the reader can mend it, or empty."""

    code: ClassVar[str]
    field: ClassVar[str] = ""

    def __init__(self, **facts: str | int) -> None:
        self.facts: Mapping[str, str | int] = facts
        super().__init__(self.code)


class NoKeyInName(RegisterFault):
    """The name has no letter or digit that a key could be made of."""

    code = "no_key_in_name"
    field = "name"


class CustomerUnknown(RegisterFault):
    code = "customer_unknown"
    field = "customer"


class KindUnknown(RegisterFault):
    code = "kind_unknown"
    field = "information"


class ApplicationUnknown(RegisterFault):
    code = "application_unknown"


class ApplicationRetired(RegisterFault):
    """What is retired isn't changed; it can be taken up again first."""

    code = "application_retired"


class EnvironmentUnknown(RegisterFault):
    code = "environment_unknown"


class ProjectUnknown(RegisterFault):
    code = "project_unknown"


class UnitUnknown(RegisterFault):
    code = "unit_unknown"


class ChangedMeanwhile(RegisterFault):
    """Someone else changed it since it was shown; nothing was overwritten."""

    code = "changed_meanwhile"


@dataclass(frozen=True)
class FieldFault:
    """One thing wrong at one place of an input. `place` is the path of names to it; empty is the whole.

    In a text, `line` and `column` count from 1; 0 means that there is no one line to point at.
    """

    code: str
    place: tuple[str, ...] = ()
    facts: Mapping[str, str | int] = field(default_factory=dict)
    line: int = 0
    column: int = 0


_SHAPES = {
    "missing": "missing",
    "extra_forbidden": "unknown_name",
    "string_type": "not_text",
    "bool_type": "not_true_or_false",
    "int_type": "not_a_level",
    "greater_than_equal": "not_a_level",
    "less_than_equal": "not_a_level",
    "enum": "not_a_choice",
    "literal_error": "not_a_choice",
    "too_long": "too_many",
    "dict_type": "not_names_with_values",
    "model_type": "not_names_with_values",
    "model_attributes_type": "not_names_with_values",
    "tuple_type": "not_a_list",
}
_OF_THE_WHOLE = {
    "health_is_confidential": "confidentiality",
    "harm_not_explained": "harm_explained",
    "delivered_before_start": "delivered_on",
}
"""Where a rule over several fields is to be mended."""


def field_faults(error: ValidationError) -> tuple[FieldFault, ...]:
    """Return what pydantic found, in our codes: ours go as they are, its own by table, what is left is `not_valid`."""
    return tuple(_fault(each["type"], each["loc"], each.get("ctx", {})) for each in error.errors(include_url=False))


def _fault(code: str, place: tuple[int | str, ...], context: Mapping[str, object]) -> FieldFault:
    names = tuple(str(each) for each in place if each != "[key]")
    if code in _OF_THE_WHOLE:
        return FieldFault(code, (*names, _OF_THE_WHOLE[code]))
    facts = {name: value for name, value in context.items() if isinstance(value, str | int) and name != "code"}
    if code.startswith(("uuid_", "is_instance")):
        return FieldFault("not_an_id", names)
    if code.startswith("date_"):
        return FieldFault("not_a_day", names)
    known = code if "code" in context else _SHAPES.get(code, "not_valid")
    if known == "not_a_level" and names[-1:] == ("plain_port",):
        known = "not_a_port"
    if known == "not_a_choice":
        facts["expected"] = str(facts.get("expected", "")).replace("'", "").replace(" or ", ", ")
    return FieldFault(
        known, names, {name: facts[name] for name in ("expected", "longest", "character") if name in facts}
    )
