"""Rows of the key database."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models


class Key(models.Model):
    """One data key, wrapped by the root key. Destroying it makes everything it sealed unreadable, in back-ups too."""

    id = models.UUIDField(primary_key=True)
    scope = models.UUIDField()
    purpose = models.CharField(max_length=100)
    wrapped = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    personal_data: ClassVar[Mapping[str, str]] = {}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "purpose"], condition=models.Q(destroyed_at=None), name="one_living_key_per_purpose"
            ),
            models.CheckConstraint(
                condition=models.Q(wrapped=None) ^ models.Q(destroyed_at=None), name="a_destroyed_key_has_no_material"
            ),
        ]
