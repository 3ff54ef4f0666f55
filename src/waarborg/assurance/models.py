"""Rows of assurance. Evidence, statements and decisions only grow; a run says how far a measuring came."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q


class AllowedTarget(models.Model):
    """An address that checks may reach from this server. A security officer listed it; nothing else is reached."""

    id = models.UUIDField(primary_key=True)
    scope = models.UUIDField()
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField()
    private = models.BooleanField()
    """Whether it may stand on a private network or on this machine."""
    allowed_by = models.UUIDField()
    allowed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    personal_data: ClassVar[Mapping[str, str]] = {}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "host", "port"], condition=Q(withdrawn_at=None), name="a_target_is_listed_once"
            ),
            models.CheckConstraint(condition=Q(port__gte=1, port__lte=65535), name="port_exists"),
        ]


class Run(models.Model):
    """One time that an application was measured, by everything that fits it."""

    id = models.UUIDField(primary_key=True)
    scope = models.UUIDField()
    application = models.UUIDField()
    asked_by = models.UUIDField()
    started_at = models.DateTimeField()

    personal_data: ClassVar[Mapping[str, str]] = {}


class Step(models.Model):
    """One check on one environment within a run."""

    id = models.UUIDField(primary_key=True)
    scope = models.UUIDField()
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    environment = models.UUIDField()
    environment_kind = models.CharField(max_length=20)
    check_id = models.CharField(max_length=50)
    begun_at = models.DateTimeField(null=True)
    evidence = models.UUIDField(null=True)

    personal_data: ClassVar[Mapping[str, str]] = {}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="steps_are_numbered")]


class Evidence(models.Model):
    """What was seen once, what was judged of it, and the digest over both. Never changed."""

    id = models.UUIDField(primary_key=True)
    scope = models.UUIDField()
    application = models.UUIDField()
    environment = models.UUIDField()
    environment_kind = models.CharField(max_length=20)
    target = models.CharField(max_length=500)
    check_id = models.CharField(max_length=50)
    check_version = models.PositiveIntegerField()
    criteria_digest = models.CharField(max_length=64)
    observation = models.JSONField()
    outcome = models.CharField(max_length=10)
    findings = models.JSONField()
    observed_at = models.DateTimeField()
    judged_at = models.DateTimeField()
    holds_until = models.DateTimeField(null=True)
    reported_by = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)

    personal_data: ClassVar[Mapping[str, str]] = {}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=["met", "not_met", "unknown"]), name="outcome_known"),
        ]
        indexes = [
            # read by queries.standing: the latest of each check and environment of some applications
            models.Index(
                fields=["scope", "application", "check_id", "environment", "-observed_at"], name="latest_evidence"
            ),
            # read by queries.evidence: the newest of a scope
            models.Index(fields=["scope", "-observed_at"], name="newest_evidence"),
        ]


class Statement(models.Model):
    """What a named person says of one proof, with a file or not. It counts once a second person has confirmed it."""

    id = models.UUIDField(primary_key=True)
    scope = models.UUIDField()
    application = models.UUIDField()
    control = models.CharField(max_length=10)
    proof = models.CharField(max_length=50)
    text = models.BinaryField()
    file_name = models.BinaryField()
    file_digest = models.CharField(max_length=64)
    stated_by = models.UUIDField()
    stated_at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    personal_data: ClassVar[Mapping[str, str]] = {
        "text": "a sentence about procedures at an invented organisation",
        "file_name": "an invented file name",
    }

    class Meta:
        indexes = [models.Index(fields=["scope", "application", "control"], name="statements_of_a_control")]


class Confirmation(models.Model):
    """The second person's word on a statement: confirmed, or refused with a reason."""

    id = models.UUIDField(primary_key=True)
    scope = models.UUIDField()
    statement = models.OneToOneField(Statement, on_delete=models.PROTECT, related_name="confirmation")
    confirmed = models.BooleanField()
    reason = models.CharField(max_length=500)
    confirmed_by = models.UUIDField()
    confirmed_at = models.DateTimeField()

    personal_data: ClassVar[Mapping[str, str]] = {}


class Decision(models.Model):
    """Whether a control applies to an application, by whom and why. The latest one counts."""

    id = models.UUIDField(primary_key=True)
    scope = models.UUIDField()
    application = models.UUIDField()
    control = models.CharField(max_length=10)
    applies = models.BooleanField()
    reason = models.CharField(max_length=500)
    decided_by = models.UUIDField()
    decided_at = models.DateTimeField()

    personal_data: ClassVar[Mapping[str, str]] = {}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(applies=True) | ~Q(reason=""), name="not_applicable_has_a_reason"),
        ]
        indexes = [models.Index(fields=["scope", "application", "control", "-decided_at"], name="latest_decision")]
