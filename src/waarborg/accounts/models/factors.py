"""What a person proves who they are with: a password, a second factor, and what helps when that is lost."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from waarborg.accounts.models.persons import Person
from waarborg.accounts.models.rows import Row
from waarborg.accounts.rules.recovery import RecoveryFacts
from waarborg.accounts.values import FactorKind, Lost
from waarborg.kernel.keyring import unseal_text


class Password(Row):
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="password")
    hash = models.CharField(max_length=200)
    changed_at = models.DateTimeField()

    personal_data: ClassVar[Mapping[str, str]] = {"hash": "Argon2id of a password made at random"}


class Authenticator(Row):
    """A second factor of one person: an authenticator app, or a passkey."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="authenticators")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in FactorKind])
    secret = models.BinaryField()
    """Of an app the shared secret; of a passkey its attested credential data, which holds the public key."""
    name = models.BinaryField(null=True)
    """What its owner calls it."""
    credential = models.BinaryField(max_length=32, unique=True, null=True)
    """Blind index of a passkey's credential id."""
    sign_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    personal_data: ClassVar[Mapping[str, str]] = {
        "secret": "160 random bits in base32 or an invented public key, sealed",
        "name": "an invented name such as 'my phone', sealed",
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="totp", credential=None) | Q(kind="passkey", credential__isnull=False),
                name="authenticator_kind_known",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(kind="totp", removed_at=None), name="one_authenticator_app_each"
            ),
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


class RecoveryCode(Row):
    """One of ten codes that each replace the second factor once."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="recovery_codes")
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    """When a newer set took its place."""


class Recovery(Row):
    """Leave for someone who lost their second factor, or their password, to make another: asked by one, approved by another."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="recoveries")
    lost = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Lost])
    code = models.BinaryField(max_length=32, unique=True)
    """Digest of what the person types beside what they still have."""
    reason = models.BinaryField()
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    personal_data: ClassVar[Mapping[str, str]] = {"reason": "an invented sentence on a lost phone, sealed"}

    @property
    def facts(self) -> RecoveryFacts:
        return RecoveryFacts(
            self.person_id,
            self.asked_by,
            self.expires_at,
            self.approved_by,
            self.used_at is not None,
            self.withdrawn_at is not None,
        )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("asked_by")) & ~Q(approved_by=F("person")),
                name="a_recovery_is_approved_by_another",
            ),
            models.CheckConstraint(condition=~Q(asked_by=F("person")), name="a_recovery_is_asked_by_another"),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(approved_at__isnull=False, withdrawn_at=None),
                name="a_used_recovery_was_approved",
            ),
        ]


class Challenge(Row):
    """What a passkey, or a provider, has to answer: once, and soon. Deleted when it is answered or over."""

    purpose = models.CharField(max_length=20)
    holder = models.BinaryField(max_length=32)
    """Digest of what only the browser knows that has to answer: its session token, or a cookie made for this."""
    value = models.BinaryField()
    """What the answer is compared with, sealed."""
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [
            # read by the one who answers, and by the tidying
            models.Index(fields=["holder", "purpose"], name="challenge_by_holder"),
        ]


class ExternalIdentity(Row):
    """Who a person is at an identity provider. Named in an approved registration, or linked by themselves; never by e-mail."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="external_identities")
    provider = models.CharField(max_length=40)
    subject = models.BinaryField()
    subject_index = models.BinaryField(max_length=32)
    """Blind index over issuer and subject together."""
    linked_by = models.UUIDField()
    linked_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    personal_data: ClassVar[Mapping[str, str]] = {"subject": "an invented subject id, sealed"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_index"], condition=Q(ended_at=None), name="an_external_identity_is_of_one"
            ),
        ]
