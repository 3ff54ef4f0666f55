"""Systems and wall screens that come in without a person."""

from django.db import models
from django.db.models import F, Q

from waarborg.accounts.models.persons import Person
from waarborg.accounts.models.rows import Row
from waarborg.accounts.rules.machines import CredentialFacts, MachineFacts
from waarborg.accounts.values.machines import CredentialKind, MachineKind
from waarborg.kernel.actor import Grant
from waarborg.kernel.references import Reference


class ServiceAccount(Row):
    """A system, or a wall screen, that acts in the scope of the row under one role: asked by one, approved by another."""

    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in MachineKind])
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=30)
    within = models.CharField(max_length=60, default="")
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="services")
    """Who answers for it; when they leave it stands still until somebody else does."""
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="system", role="integration") | Q(kind="station", role="station"),
                name="a_service_has_a_role_of_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("asked_by")), name="a_service_is_approved_by_another"
            ),
            models.UniqueConstraint(
                fields=["scope", "name"], condition=Q(ended_at=None), name="a_service_has_a_name_of_its_own"
            ),
        ]

    @property
    def grant(self) -> Grant:
        return Grant(self.role, self.scope, Reference.parse(self.within) if self.within else None)

    @property
    def facts(self) -> MachineFacts:
        return MachineFacts(
            MachineKind(self.kind), self.approved_by is not None, self.ends_at, self.ended_at is not None
        )

    @property
    def reference(self) -> Reference:
        return Reference("service", self.pk)


class BoundCertificate(Row):
    """A client certificate belongs to one account, for good: the row makes a second one impossible. Only grows."""

    fingerprint = models.BinaryField(max_length=32, unique=True)
    """SHA-256 of its DER bytes."""
    service = models.ForeignKey(ServiceAccount, on_delete=models.PROTECT, related_name="certificates")
    at = models.DateTimeField()


class Credential(Row):
    """What a system shows: a token bound to addresses, or to a client certificate, or the certificate alone."""

    service = models.ForeignKey(ServiceAccount, on_delete=models.PROTECT, related_name="credentials")
    kind = models.CharField(max_length=15, choices=[(kind.value, kind.value) for kind in CredentialKind])
    digest = models.BinaryField(max_length=32, unique=True)
    """Of a token its SHA-256; of a certificate the SHA-256 fingerprint of its DER bytes."""
    hint = models.CharField(max_length=16)
    """The first characters, by which its keeper tells it from another."""
    addresses = models.JSONField(default=list)
    """Networks from which a token is taken (CIDR)."""
    certificate = models.BinaryField(max_length=32, null=True)
    """Fingerprint of the client certificate a token is bound to."""
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["token", "certificate"]), name="credential_kind_known"),
        ]

    @property
    def facts(self) -> CredentialFacts:
        return CredentialFacts(
            CredentialKind(self.kind),
            tuple(self.addresses),
            bytes(self.certificate) if self.certificate else None,
            self.expires_at,
            self.revoked_at is not None,
        )
