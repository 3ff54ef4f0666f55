"""Who may come in, in which role."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from waarborg.accounts.models.rows import Row
from waarborg.accounts.values import PersonState, Role
from waarborg.kernel.keyring import unseal_text
from waarborg.kernel.references import Reference


class Person(Row):
    """Someone who may come in, or may no more. Lives in the installation's scope: roles say where they work."""

    name = models.BinaryField()
    login = models.BinaryField()
    login_index = models.BinaryField(max_length=32, unique=True)
    """Blind index over the normalised log-in name, by which it is found and of which there is one."""
    email = models.BinaryField()
    language = models.CharField(max_length=5)
    state = models.CharField(max_length=10, choices=[(state.value, state.value) for state in PersonState])
    enrol_before = models.DateTimeField()
    """Until when a first factor may be enrolled: the end of the ticket that let them in."""
    registered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    personal_data: ClassVar[Mapping[str, str]] = {
        "name": "invented first name and surname, sealed",
        "login": "the invented name in lower case with a point, sealed",
        "login_index": "the blind index of the invented log-in name",
        "email": "the invented log-in name at example.org, sealed",
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in PersonState]), name="person_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="left", left_at__isnull=False) | (~Q(state="left") & Q(left_at__isnull=True)),
                name="who_left_has_a_day_of_leaving",
            ),
        ]

    @property
    def opened_name(self) -> str:
        return unseal_text(self.name, self.place("name"))

    @property
    def reference(self) -> Reference:
        return Reference("person", self.pk)


class RoleHeld(Row):
    """One role of one person, in the scope of the row, from `at` to `until`."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(max_length=30, choices=[(role.value, role.value) for role in Role])
    granted_by = models.UUIDField()
    """Who approved the ticket; for the two founding persons the console."""
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=[role.value for role in Role]), name="role_known"),
            models.UniqueConstraint(
                fields=["person", "role", "scope"], condition=Q(until=None), name="a_role_is_held_once_per_scope"
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("at")), name="a_role_ends_after_it_began"),
        ]
