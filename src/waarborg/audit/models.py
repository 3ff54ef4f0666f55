"""Rows of the log. All of them only grow, but for the two that say how far the sequencer came."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models


class Log(models.Model):
    """One log: a scope, an application and a year."""

    id = models.UUIDField(primary_key=True)
    scope = models.UUIDField()
    application = models.CharField(max_length=100)
    year = models.PositiveSmallIntegerField()
    origin = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField()

    personal_data: ClassVar[Mapping[str, str]] = {}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "application", "year"], name="one_log_per_scope_application_year")
        ]


class Spool(models.Model):
    """The entries of one transaction, written last before its commit: the bytes that are hashed and served later.

    On PostgreSQL the table has a column `xid` as well, by which the sequencer sees rows in an order that no late commit upsets.
    """

    id = models.BigAutoField(primary_key=True)
    log = models.UUIDField()
    writer = models.UUIDField()
    writer_seq = models.BigIntegerField()
    sealed_key = models.BinaryField(null=True)
    """The writer's first MAC key, sealed to the verifier, on its first row."""
    mac = models.BinaryField()
    count = models.PositiveIntegerField()
    bundle = models.BinaryField()

    personal_data: ClassVar[Mapping[str, str]] = {}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["writer", "writer_seq"], name="a_writer_counts_its_transactions"),
        ]


class Payload(models.Model):
    """What an entry says, encrypted; found by the digest that stands in the entry. Its key destroyed, the proof still holds."""

    digest = models.BinaryField(primary_key=True)
    log = models.UUIDField()
    ciphertext = models.BinaryField()
    about = models.BinaryField()
    """A keyed tag of the first object, to find its entries again; it says nothing to who lacks the key."""

    personal_data: ClassVar[Mapping[str, str]] = {"ciphertext": "written by audit.record for synthetic acts"}

    class Meta:
        indexes = [models.Index(fields=["about"], name="payload_about")]


class Leaf(models.Model):
    """The place of one entry in the tree."""

    id = models.BigAutoField(primary_key=True)
    log = models.UUIDField()
    index = models.BigIntegerField()
    spool = models.ForeignKey(Spool, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    hash = models.BinaryField()
    payload = models.BinaryField()
    """The digest that stands in the entry, from which the payload is found."""

    personal_data: ClassVar[Mapping[str, str]] = {}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["log", "index"], name="one_entry_per_place"),
            models.UniqueConstraint(fields=["spool", "position"], name="an_entry_has_one_place"),
        ]
        indexes = [models.Index(fields=["payload"], name="leaf_payload")]


class Tile(models.Model):
    """256 neighbouring hashes of one level, complete (C2SP tlog-tiles)."""

    id = models.BigAutoField(primary_key=True)
    log = models.UUIDField()
    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()

    personal_data: ClassVar[Mapping[str, str]] = {}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["log", "level", "index"], name="a_tile_is_written_once")]


class Checkpoint(models.Model):
    """A signed tree head (C2SP tlog-checkpoint)."""

    id = models.BigAutoField(primary_key=True)
    log = models.UUIDField()
    size = models.BigIntegerField()
    root = models.BinaryField()
    note = models.TextField()
    at = models.DateTimeField()

    personal_data: ClassVar[Mapping[str, str]] = {}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["log", "size"], name="one_checkpoint_per_size")]


class Head(models.Model):
    """How large a log is, and the roots of its complete subtrees from left to right."""

    log = models.UUIDField(primary_key=True)
    size = models.BigIntegerField()
    frontier = models.BinaryField()

    personal_data: ClassVar[Mapping[str, str]] = {}


class Cursor(models.Model):
    """The last spool row that was sealed; one row."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    last_xid = models.BigIntegerField(default=0)
    last_id = models.BigIntegerField(default=0)

    personal_data: ClassVar[Mapping[str, str]] = {}
