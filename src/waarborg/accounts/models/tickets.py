"""Leave to register."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from waarborg.accounts.models.persons import Person
from waarborg.accounts.models.rows import Row
from waarborg.accounts.rules.tickets import TicketFacts
from waarborg.accounts.values import Role
from waarborg.kernel.keyring import unseal_text


class Ticket(Row):
    """Leave to register for one role in the scope of the row. Only a digest of its code is kept."""

    code = models.BinaryField(max_length=32, unique=True)
    label = models.BinaryField()
    """For whom it is meant, as typed by the asker."""
    role = models.CharField(max_length=30, choices=[(role.value, role.value) for role in Role])
    founding = models.BooleanField()
    """Made at the console for one of the two founding persons, when there is nobody yet to approve it."""
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    used_by = models.OneToOneField(Person, on_delete=models.PROTECT, null=True, related_name="ticket")
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    personal_data: ClassVar[Mapping[str, str]] = {"label": "the invented name of who is expected, sealed"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=[role.value for role in Role]), name="ticket_role_known"),
            models.CheckConstraint(
                condition=Q(founding=True) | Q(approved_by=None) | ~Q(approved_by=F("made_by")),
                name="a_ticket_is_approved_by_another_than_its_asker",
            ),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(approved_at__isnull=False), name="a_used_ticket_was_approved"
            ),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(withdrawn_at=None), name="a_withdrawn_ticket_was_not_used"
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True, used_by__isnull=True)
                | Q(used_at__isnull=False, used_by__isnull=False),
                name="a_used_ticket_names_its_user",
            ),
        ]

    @property
    def facts(self) -> TicketFacts:
        return TicketFacts(
            made_by=self.made_by,
            expires_at=self.expires_at,
            approved=self.approved_at is not None,
            used=self.used_at is not None,
            withdrawn=self.withdrawn_at is not None,
        )

    @property
    def opened_label(self) -> str:
        return unseal_text(self.label, self.place("label"))
