"""How often something was tried, where names are known to come from, and what counted once: digests alone."""

from django.db import models

from waarborg.accounts.models.rows import Row


class Tries(Row):
    """How often something was tried in one minute. Who tried is a keyed digest; nobody is listed here."""

    digest = models.BinaryField(max_length=32)
    minute = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "minute"], name="tries_are_counted_by_the_minute")]


class KnownAddress(Row):
    """A name came in fully from an address: a keyed digest of the two together, and when it last did."""

    digest = models.BinaryField(max_length=32, unique=True)
    seen_at = models.DateTimeField()


class KnownDevice(Row):
    """A name came in fully on a device: a keyed digest of the two together, and when it last did."""

    digest = models.BinaryField(max_length=32, unique=True)
    seen_at = models.DateTimeField()


class CountedAnswer(Row):
    """An answer of a provider that was believed: never again. Deleted once it would be refused for its age."""

    digest = models.BinaryField(max_length=32, unique=True)
    until = models.DateTimeField()
