"""Rows of the kernel: work to be done later, and files kept by digest."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models


class Job(models.Model):
    """One piece of work, enqueued in the transaction of the act that wants it, and done at least once."""

    class State(models.TextChoices):
        READY = "ready"
        DONE = "done"
        DEAD = "dead"

    id = models.UUIDField(primary_key=True)
    scope = models.UUIDField()
    kind = models.CharField(max_length=100)
    arguments = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.READY)
    due_at = models.DateTimeField()
    """When it may be taken: later after a failure, and the end of the lease while someone works on it."""
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True)
    """Names the one attempt that may finish it; a worker that lost its lease finishes nothing."""
    unique = models.CharField(max_length=200, null=True)  # noqa: DJ001 - null is "not unique", which "" can't be
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, default="")

    personal_data: ClassVar[Mapping[str, str]] = {}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "unique"], condition=models.Q(state="ready"), name="a_unique_job_waits_once"
            ),
            models.CheckConstraint(condition=models.Q(state__in=["ready", "done", "dead"]), name="job_state_known"),
        ]
        indexes = [
            # read by jobs.claim only
            models.Index(fields=["due_at"], condition=models.Q(state="ready"), name="job_due"),
        ]


class Blob(models.Model):
    """One file, kept sealed on disk under the SHA-256 of its content."""

    id = models.UUIDField(primary_key=True)
    scope = models.UUIDField()
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    created_at = models.DateTimeField()

    personal_data: ClassVar[Mapping[str, str]] = {}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "digest"], name="a_blob_is_kept_once_per_scope")]
