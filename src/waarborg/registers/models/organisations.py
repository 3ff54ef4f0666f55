"""Who the registers are of, and whom they serve."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q

from waarborg.registers.models.keeping import Known, named, one_of
from waarborg.registers.values.classification import OrganisationKind
from waarborg.registers.values.faults import CustomerUnknown
from waarborg.registers.values.text import KEY, LINE


class Organisation(models.Model):
    """The agency or institution that a scope belongs to."""

    scope = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=LINE)
    kind = models.CharField(max_length=20)
    founded_at = models.DateTimeField()

    personal_data: ClassVar[Mapping[str, str]] = {}

    class Meta:
        constraints = [
            one_of("kind", OrganisationKind, "organisation_kind_known"),
            models.CheckConstraint(condition=~Q(name=""), name="organisation_has_a_name"),
        ]


class Customer(Known):
    """A care institution that is served."""

    id = models.UUIDField(primary_key=True)
    scope = models.UUIDField()
    key = models.CharField(max_length=KEY)
    name = models.CharField(max_length=LINE)

    personal_data: ClassVar[Mapping[str, str]] = {}
    missing = CustomerUnknown

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "key"], name="customer_key_once"),
            named("customer"),
        ]
