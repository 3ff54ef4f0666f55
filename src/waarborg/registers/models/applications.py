"""Applications, what they handle and where they run.

Relations are rows with a scope of their own. Risk and BIV of an application stand beside it, so that a list of ten thousand
sorts in the database; operations are the only ones that write them.
"""

from collections.abc import Iterable, Mapping
from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from waarborg.registers.models.keeping import LEVELS, Known, Versioned, levels, named, one_of
from waarborg.registers.models.organisations import Customer
from waarborg.registers.rules.classification import risk_class
from waarborg.registers.values.classification import (
    ApplicationKind,
    ApplicationState,
    Biv,
    EnvironmentKind,
    Harm,
    RiskClass,
)
from waarborg.registers.values.faults import ApplicationRetired, ApplicationUnknown, EnvironmentUnknown, KindUnknown
from waarborg.registers.values.text import KEY, LINE

RANKS = tuple(risk.rank for risk in RiskClass)


class InformationKind(Known):
    """A kind of information and what it asks: the source of every BIV classification."""

    id = models.UUIDField(primary_key=True)
    scope = models.UUIDField()
    key = models.CharField(max_length=KEY)
    name = models.CharField(max_length=LINE)
    availability = models.PositiveSmallIntegerField()
    integrity = models.PositiveSmallIntegerField()
    confidentiality = models.PositiveSmallIntegerField()
    personal_health = models.BooleanField()

    personal_data: ClassVar[Mapping[str, str]] = {}
    missing = KindUnknown

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "key"], name="kind_key_once"),
            named("kind"),
            models.CheckConstraint(
                condition=levels("availability", "integrity", "confidentiality"),
                name="kind_levels_known",
            ),
            models.CheckConstraint(
                condition=Q(personal_health=False) | Q(confidentiality=max(LEVELS)), name="health_is_confidential"
            ),
        ]

    @property
    def biv(self) -> Biv:
        return Biv(self.availability, self.integrity, self.confidentiality)


class Application(Versioned):
    """A care application. `key` is its id in assets.yaml."""

    id = models.UUIDField(primary_key=True)
    scope = models.UUIDField()
    key = models.CharField(max_length=KEY)
    name = models.CharField(max_length=LINE)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="applications")
    kind = models.CharField(max_length=20)
    purpose = models.TextField(default="")
    harm = models.CharField(max_length=20)
    harm_explained = models.TextField(default="")
    information = models.ManyToManyField(InformationKind, through="ApplicationInformation", related_name="applications")
    owner = models.UUIDField(null=True)
    login_path = models.CharField(max_length=LINE, default="")
    state = models.CharField(max_length=10, default=ApplicationState.ACTIVE.value)
    last_security_review = models.DateField(null=True)
    risk = models.PositiveSmallIntegerField()
    availability = models.PositiveSmallIntegerField(null=True)
    integrity = models.PositiveSmallIntegerField(null=True)
    confidentiality = models.PositiveSmallIntegerField(null=True)
    registered_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    personal_data: ClassVar[Mapping[str, str]] = {}
    missing = ApplicationUnknown

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "key"], name="application_key_once"),
            named("application"),
            one_of("kind", ApplicationKind, "application_kind_known"),
            one_of("state", ApplicationState, "application_state_known"),
            one_of("harm", Harm, "harm_known"),
            models.CheckConstraint(condition=Q(risk__in=RANKS), name="risk_known"),
            models.CheckConstraint(condition=Q(harm=Harm.NONE.value) | ~Q(harm_explained=""), name="harm_is_explained"),
            models.CheckConstraint(
                condition=Q(availability__isnull=True, integrity__isnull=True, confidentiality__isnull=True)
                | (
                    # A null passes any comparison, so it's ruled out by name.
                    Q(availability__isnull=False, integrity__isnull=False, confidentiality__isnull=False)
                    & levels("availability", "integrity", "confidentiality")
                ),
                name="biv_whole_or_absent",
            ),
        ]
        indexes = [
            # read by queries.page only
            models.Index("scope", "state", F("risk").desc(), "name", name="applications_by_risk"),
        ]

    @property
    def biv(self) -> Biv | None:
        if self.availability is None or self.integrity is None or self.confidentiality is None:
            return None
        return Biv(self.availability, self.integrity, self.confidentiality)

    @classmethod
    def active(cls, row: UUID, scope: UUID) -> Self:
        """Return the row, locked until the act is done. Raises ApplicationUnknown, ApplicationRetired."""
        found = cls.known(row, scope)
        if found.state == ApplicationState.RETIRED:
            raise ApplicationRetired(key=found.key)
        return found

    @staticmethod
    def classified(harm: Harm, kinds: Iterable[InformationKind]) -> dict[str, int | None]:
        """Return the columns that follow from harm and kinds of information."""
        biv = Biv.over(kind.biv for kind in kinds)
        return {
            "risk": risk_class(harm, biv).rank,
            "availability": biv.availability if biv else None,
            "integrity": biv.integrity if biv else None,
            "confidentiality": biv.confidentiality if biv else None,
        }


class ApplicationInformation(models.Model):
    """One kind of information that one application handles."""

    id = models.UUIDField(primary_key=True)
    scope = models.UUIDField()
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")
    kind = models.ForeignKey(InformationKind, on_delete=models.PROTECT, related_name="+")

    personal_data: ClassVar[Mapping[str, str]] = {}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "kind"], name="a_kind_is_named_once")]


class Environment(Versioned):
    """Where an application runs: one of each kind."""

    id = models.UUIDField(primary_key=True)
    scope = models.UUIDField()
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="environments")
    kind = models.CharField(max_length=20)
    url = models.CharField(max_length=LINE, default="")
    holds_real_data = models.BooleanField()
    ca_certificates = models.TextField(default="")
    folder = models.CharField(max_length=LINE, default="")
    plain_port = models.PositiveIntegerField(default=80)
    recipe = models.JSONField(null=True)

    personal_data: ClassVar[Mapping[str, str]] = {}
    missing = EnvironmentUnknown

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "kind"], name="one_environment_of_each_kind"),
            one_of("kind", EnvironmentKind, "environment_kind_known"),
            models.CheckConstraint(condition=Q(url="") | Q(url__startswith="https://"), name="address_is_https"),
            models.CheckConstraint(condition=Q(plain_port__range=(1, 65535)), name="plain_port_is_a_port"),
        ]
