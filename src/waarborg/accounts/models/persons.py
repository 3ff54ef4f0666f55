"""Who may come in, in which role."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from waarborg.accounts.models.rows import Row
from waarborg.accounts.rules.access import PersonFacts, RoleFacts
from waarborg.accounts.values import PersonState, Role
from waarborg.kernel.actor import Grant
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
    """Until when a first factor may be enrolled: the end of the registration or recovery that let them in."""
    verify_before = models.DateTimeField()
    """Until when the identity that was established holds; after it nothing opens."""
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
    def facts(self) -> PersonFacts:
        return PersonFacts(PersonState(self.state), self.verify_before)

    @property
    def reference(self) -> Reference:
        return Reference("person", self.pk)


class RoleHeld(Row):
    """One role of one person, in the scope of the row or for one thing in it, from `at` to `until`."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(max_length=30, choices=[(role.value, role.value) for role in Role])
    within = models.CharField(max_length=60, default="")
    """The one thing it is held for, as a reference; empty for all of the scope."""
    registration = models.ForeignKey("accounts.Registration", on_delete=models.PROTECT, null=True, related_name="roles")
    """Which registration gave it. Only a row that no act of ours wrote has none."""
    granted_by = models.UUIDField()
    """Who approved the registration; for the two founding persons the console."""
    delegated_by = models.UUIDField(null=True)
    """For whom the person stands in; ends when theirs does."""
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    """When it ended, or will end."""
    confirmed_at = models.DateTimeField()
    """When it was given, or last said to be needed still."""
    ended_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=[role.value for role in Role]), name="role_known"),
            models.UniqueConstraint(
                fields=["person", "role", "scope", "within"],
                condition=Q(until=None),
                name="a_role_is_held_once_per_scope",
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("at")), name="a_role_ends_after_it_began"),
        ]

    @property
    def facts(self) -> RoleFacts:
        return RoleFacts(self.at, self.until, self.confirmed_at)

    @property
    def grant(self) -> Grant:
        return Grant(self.role, self.scope, Reference.parse(self.within) if self.within else None)


class RightsReview(Row):
    """Somebody said of a role whether it is still needed. Only grows."""

    held = models.ForeignKey(RoleHeld, on_delete=models.PROTECT, related_name="reviews")
    kept = models.BooleanField()
    reason = models.BinaryField()
    by = models.UUIDField()
    at = models.DateTimeField()

    personal_data: ClassVar[Mapping[str, str]] = {"reason": "an invented sentence on why the role is needed, sealed"}
