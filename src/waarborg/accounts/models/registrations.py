"""Leave to register, and who established whose identity."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from waarborg.accounts.models.persons import Person
from waarborg.accounts.models.rows import Row
from waarborg.accounts.rules.registrations import RegistrationFacts
from waarborg.accounts.values import (
    Asked,
    DocumentKind,
    NumberKind,
    NumberStatus,
    ProofOfIdentity,
    RegistrationKind,
    Role,
)
from waarborg.kernel.keyring import unseal_text
from waarborg.kernel.references import Reference

OF_SOMEONE_HERE = (RegistrationKind.ROLE, RegistrationKind.DELEGATION)
"""Kinds for which the identity was established before, and no code is needed."""
WITHOUT_IDENTITY = (*OF_SOMEONE_HERE, RegistrationKind.EARLIER)


class Registration(Row):
    """Leave to come in, or to another role, in the scope of the row. Only a digest of its code is kept."""

    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in RegistrationKind])
    code = models.BinaryField(max_length=32, unique=True, null=True)
    """Digest of what the newcomer types; none for someone who is here."""
    label = models.BinaryField()
    """For whom it is meant, as typed by the asker."""
    role = models.CharField(max_length=30, choices=[(role.value, role.value) for role in Role])
    within = models.CharField(max_length=60, default="")
    ends_at = models.DateTimeField(null=True)
    """The end of the access that is asked for."""
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="registrations")
    """Whom it is about: known from the start, or since it was used."""
    founding = models.BooleanField(default=False)
    """Made at the console for one of the two founding persons, when there is nobody yet to approve it."""
    provider = models.CharField(max_length=40, default="")
    """The identity provider at which the person is known, by its key in the configuration."""
    subject = models.BinaryField(null=True)
    """Who they are there (`sub`), as stated by the asker."""
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    identified_by = models.UUIDField(null=True)
    """Who established the identity; with `identified_at` and without a person it was the provider."""
    identified_at = models.DateTimeField(null=True)
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.UUIDField(null=True)

    personal_data: ClassVar[Mapping[str, str]] = {
        "label": "the invented name of who is expected, sealed",
        "subject": "an invented subject id, sealed",
    }

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=[role.value for role in Role]), name="registration_role_known"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in RegistrationKind]), name="registration_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(founding=True)
                | Q(approved_by=None)
                | ~Q(approved_by=F("made_by")) & (Q(identified_by=None) | ~Q(approved_by=F("identified_by"))),
                name="a_registration_is_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None)
                | Q(founding=True)
                | Q(identified_at__isnull=False)
                | Q(kind__in=[kind.value for kind in WITHOUT_IDENTITY]),
                name="an_approved_registration_was_identified",
            ),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(approved_at__isnull=False, person__isnull=False),
                name="a_used_registration_was_approved",
            ),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(withdrawn_at=None), name="a_withdrawn_registration_was_not_used"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["new", "earlier"]) | Q(person__isnull=False),
                name="a_registration_of_someone_names_them",
            ),
        ]
        indexes = [
            # read by open_people only
            models.Index(
                fields=["scope", "expires_at"],
                condition=Q(used_at=None, withdrawn_at=None),
                name="waiting_registrations",
            ),
        ]

    @property
    def facts(self) -> RegistrationFacts:
        return RegistrationFacts(
            made_by=self.made_by,
            expires_at=self.expires_at,
            needs_identity=self.needs_identity,
            person=self.person_id,
            identified_by=self.identified_by or (self.identified_at and self.pk) or None,
            approved_by=self.approved_by,
            used=self.used_at is not None,
            withdrawn=self.withdrawn_at is not None,
        )

    @property
    def needs_identity(self) -> bool:
        return not self.founding and self.kind not in WITHOUT_IDENTITY

    @property
    def asked(self) -> Asked:
        return Asked(Role(self.role), Reference.parse(self.within) if self.within else None, self.ends_at)

    @property
    def opened_label(self) -> str:
        return unseal_text(self.label, self.place("label"))


class Identity(Row):
    """Somebody's identity was established: how, by whom, and until when it holds. Only grows."""

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, null=True, related_name="identities")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="identities")
    """Of someone who was here already; a newcomer is found by their registration."""
    method = models.CharField(max_length=10, choices=[(each.value, each.value) for each in ProofOfIdentity])
    document_kind = models.CharField(
        max_length=20, choices=[(kind.value, kind.value) for kind in DocumentKind], default=""
    )
    document_number = models.BinaryField(null=True)
    document_until = models.DateField(null=True)
    provider = models.CharField(max_length=40, default="")
    assurance = models.CharField(max_length=120, default="")
    """What the provider said of how sure it is (`acr`)."""
    established_by = models.UUIDField(null=True)
    """Nobody where a provider did."""
    established_at = models.DateTimeField()
    holds_until = models.DateTimeField()

    personal_data: ClassVar[Mapping[str, str]] = {"document_number": "an invented document number, sealed"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(registration__isnull=False) | Q(person__isnull=False), name="an_identity_is_of_someone"
            ),
            models.CheckConstraint(
                condition=Q(method="document", document_number__isnull=False, established_by__isnull=False)
                | Q(method="provider", document_number__isnull=True) & ~Q(provider=""),
                name="an_identity_says_how",
            ),
        ]


class ProfessionalNumber(Row):
    """A number of a care professional in a Dutch register, and how sure it is."""

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, null=True, related_name="numbers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="numbers")
    kind = models.CharField(max_length=5, choices=[(kind.value, kind.value) for kind in NumberKind])
    number = models.BinaryField()
    status = models.CharField(max_length=10, choices=[(status.value, status.value) for status in NumberStatus])
    said_by = models.UUIDField()
    said_at = models.DateTimeField()
    check_before = models.DateTimeField()
    """When somebody looks in the register again."""
    ended_at = models.DateTimeField(null=True)

    personal_data: ClassVar[Mapping[str, str]] = {"number": "an invented number of the right length, sealed"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(registration__isnull=False) | Q(person__isnull=False), name="a_number_is_of_someone"
            ),
        ]
