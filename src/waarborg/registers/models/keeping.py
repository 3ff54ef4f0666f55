"""What the rows of the registers have in common."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from waarborg.registers.values.faults import ChangedMeanwhile, RegisterFault

LEVELS = (1, 2, 3)


def one_of(field: str, values: type[StrEnum], name: str) -> models.CheckConstraint:
    # As plain text, so that a migration doesn't hang on a class that may move.
    return models.CheckConstraint(condition=Q(**{f"{field}__in": [each.value for each in values]}), name=name)


def named(thing: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=~Q(name="") & ~Q(key=""), name=f"{thing}_has_a_name")


def levels(*fields: str) -> Q:
    return Q(**{f"{field}__in": LEVELS for field in fields})


class Known(models.Model):
    """A row that acts look up within their own scope."""

    scope: Any
    missing: ClassVar[type[RegisterFault]]

    class Meta:
        abstract = True

    @classmethod
    def known(cls, row: UUID, scope: UUID) -> Self:
        """Return the row, locked until the act is done. Raises the fault that is named `missing`."""
        found = cls._default_manager.select_for_update().filter(scope=scope, pk=row).first()
        if found is None:
            raise cls.missing(key=str(row))
        return found

    @classmethod
    def called(cls, keys: Iterable[str], scope: UUID) -> list[Self]:
        """Return the rows of these keys. Raises the fault named `missing` with the first key that isn't there."""
        wanted = set(keys)
        found: dict[str, Self] = {
            vars(row)["key"]: row for row in cls._default_manager.filter(scope=scope, key__in=wanted)
        }
        for key in sorted(wanted - found.keys()):
            raise cls.missing(key=key)
        return list(found.values())


class Versioned(Known):
    """A row that counts its changes, so that nobody overwrites what they haven't seen."""

    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    def write(self, seen: int | None, **columns: Any) -> None:
        """Write columns on the version that was seen. Raises ChangedMeanwhile when there is a later one."""
        version = self.version if seen is None else seen
        kept = type(self)._default_manager  # noqa: SLF001 - Django's public way to the rows of a subclass
        if not kept.filter(pk=self.pk, version=version).update(version=version + 1, **columns):
            raise ChangedMeanwhile

    def differing(self, columns: Mapping[str, Any], *also: str) -> str:
        """Return the names of the columns that would change, for the log, and of what changes beside the row."""
        return ",".join(sorted([*also, *(name for name, value in columns.items() if getattr(self, name) != value)]))
