"""Values of the registers as a person reads them."""

import json
from collections.abc import Mapping
from datetime import date
from enum import Enum

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from waarborg.doors.web.registers.forms import ENVIRONMENTS, HARMS, KINDS

CHOICES: Mapping[Enum, object] = {**dict(KINDS.items()), **dict(HARMS.items()), **dict(ENVIRONMENTS.items())}


def in_words(value: object) -> str:
    """Return one value of a field as text; nothing is an empty text."""
    match value:
        case bool():
            return _("yes") if value else _("no")
        case Enum():
            return str(CHOICES.get(value, value.value))
        case date():
            return date_format(value)
        case tuple() | list():
            return ", ".join(in_words(each) for each in value)
        case Mapping():
            return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)
