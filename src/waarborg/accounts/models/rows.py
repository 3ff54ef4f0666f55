"""What every row has: an id made before it, and the scope it belongs to."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models

from waarborg.kernel.sealing import Place


class Row(models.Model):
    id = models.UUIDField(primary_key=True)
    scope = models.UUIDField()

    personal_data: ClassVar[Mapping[str, str]] = {}

    class Meta:
        abstract = True

    def place(self, field: str) -> Place:
        """Return where a sealed value of this row lives."""
        return Place(self.scope, f"{self._meta.model_name}.{field}", self.pk)
