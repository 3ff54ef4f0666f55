"""The registers as text."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models


class AssetsDocument(models.Model):
    """One assets.yaml as it went in or out: what a later file is compared with. This table only grows."""

    id = models.UUIDField(primary_key=True)
    scope = models.UUIDField()
    number = models.PositiveIntegerField()
    """1 for the first of a scope, and so on without gaps."""
    lineage = models.UUIDField()
    """The document that the file's header names as its origin; nil for a file that never came from here."""
    digest = models.CharField(max_length=64)
    text = models.TextField()
    at = models.DateTimeField()
    by = models.CharField(max_length=60)

    personal_data: ClassVar[Mapping[str, str]] = {}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "number"], name="assets_one_after_the_other")]
        indexes = [
            # read by operations.assets only
            models.Index(fields=["scope", "lineage", "-number"], name="assets_by_lineage"),
        ]
