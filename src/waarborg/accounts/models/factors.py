"""What a person proves who they are with: a password, and a second factor."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q

from waarborg.accounts.models.persons import Person
from waarborg.accounts.models.rows import Row
from waarborg.kernel.keyring import unseal_text


class Password(Row):
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="password")
    hash = models.CharField(max_length=200)
    changed_at = models.DateTimeField()

    personal_data: ClassVar[Mapping[str, str]] = {"hash": "Argon2id of a password made at random"}


class Authenticator(Row):
    """A second factor of one person. The next kinds get rows of their own beside `secret`."""

    class Kind(models.TextChoices):
        TOTP = "totp"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="authenticators")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    secret = models.BinaryField()
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    personal_data: ClassVar[Mapping[str, str]] = {"secret": "160 random bits in base32, sealed"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["totp"]), name="authenticator_kind_known"),
            models.UniqueConstraint(fields=["person", "kind"], name="one_authenticator_of_a_kind"),
        ]

    @property
    def opened_secret(self) -> str:
        return unseal_text(self.secret, self.place("secret"))


class UsedStep(Row):
    """A time step whose code was accepted: never again, whichever process is asked."""

    authenticator = models.ForeignKey(Authenticator, on_delete=models.PROTECT, related_name="used_steps")
    step = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authenticator", "step"], name="a_step_is_used_once"),
        ]
