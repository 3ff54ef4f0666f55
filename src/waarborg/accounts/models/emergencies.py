"""Breaking the glass: access in an emergency, with a reason, for an hour, looked at afterwards by somebody else."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from waarborg.accounts.models.persons import Person
from waarborg.accounts.models.rows import Row


class EmergencyAccess(Row):
    """One person opened one thing in an emergency."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="emergencies")
    subject = models.CharField(max_length=60)
    """What was opened, as a reference."""
    reason = models.BinaryField()
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reviewed_by = models.UUIDField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    justified = models.BooleanField(null=True)
    remark = models.BinaryField(null=True)

    personal_data: ClassVar[Mapping[str, str]] = {
        "reason": "an invented sentence on an emergency, sealed",
        "remark": "an invented sentence on whether it was one, sealed",
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("person")), name="an_emergency_is_reviewed_by_another"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at=None, justified=None) | Q(reviewed_at__isnull=False, justified__isnull=False),
                name="a_reviewed_emergency_says_what_of",
            ),
        ]
