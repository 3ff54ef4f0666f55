"""Parts of an institution for which a role can be held alone."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models

from waarborg.registers.models.keeping import Known, named, one_of
from waarborg.registers.values.classification import UnitKind
from waarborg.registers.values.faults import UnitUnknown
from waarborg.registers.values.text import KEY, LINE


class Unit(Known):
    """A ward or a group of devices. It is never removed: a role may have been held for it."""

    id = models.UUIDField(primary_key=True)
    scope = models.UUIDField()
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=KEY)
    name = models.CharField(max_length=LINE)
    retired_at = models.DateTimeField(null=True)

    personal_data: ClassVar[Mapping[str, str]] = {}
    missing = UnitUnknown

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "key"], name="unit_key_once"),
            named("unit"),
            one_of("kind", UnitKind, "unit_kind_known"),
        ]
