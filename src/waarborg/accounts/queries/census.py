"""Counting who can come into a scope, and how they got there: from the rows, not by the code that lets people in."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from waarborg.accounts.models import (
    Authenticator,
    Credential,
    EmergencyAccess,
    Identity,
    Person,
    Recovery,
    Registration,
    RoleHeld,
    ServiceAccount,
    Session,
)
from waarborg.accounts.models.registrations import WITHOUT_IDENTITY
from waarborg.accounts.rules.access import REVIEW_GRACE, REVIEWED_EVERY
from waarborg.accounts.rules.duties import clashes
from waarborg.accounts.values import Census, Lost, PersonState, Role, Stage

LOOKED_AT_WITHIN = timedelta(days=7)
"""How soon somebody looks at an opening in an emergency."""
FOUNDING = {Role.ADMINISTRATOR, Role.SECURITY_OFFICER}
"""Together they let others in: without either nobody new comes in, and nobody who lost something comes back."""


def census(scope: UUID, now: datetime) -> Mapping[str, int]:
    """Return the counts of one scope. Some fifteen queries, whatever the number of people."""
    held = _lasting(now).filter(scope=scope)
    people = Person.objects.filter(pk__in=held.values("person")).exclude(state=PersonState.LEFT)
    systems = ServiceAccount.objects.filter(scope=scope, ended_at=None, ends_at__gt=now)
    missing = _missing_founders(scope, held, now)
    counted = Census(
        people=people.filter(state=PersonState.ACTIVE, verify_before__gt=now).count(),
        systems=systems.filter(approved_by__isnull=False).count(),
        without_identity=_without_identity(people, now),
        without_second_person=_without_second_person(held),
        without_second_factor=people.filter(~Exists(_factors()), ~Exists(_replacing(now))).count(),
        unproven_sessions=Session.objects.filter(scope=scope, ended_at=None, stage=Stage.FULL, proven_with="").count(),
        clashing=_clashing(held),
        left_with_access=_left_with_access(scope, now),
        unapproved_systems=_unapproved(systems, now),
        overdue_reviews=held.filter(confirmed_at__lte=now - REVIEWED_EVERY).count(),
        waiting_emergencies=EmergencyAccess.objects.filter(
            scope=scope, reviewed_at=None, ends_at__lte=now - LOOKED_AT_WITHIN
        ).count(),
        no_administrator=int(Role.ADMINISTRATOR in missing),
        no_officer=int(Role.SECURITY_OFFICER in missing),
    )
    return asdict(counted)


def _lasting(now: datetime) -> QuerySet[RoleHeld]:
    return RoleHeld.objects.filter(Q(until=None) | Q(until__gt=now), at__lte=now)


def _factors() -> QuerySet[Authenticator]:
    return Authenticator.objects.filter(person=OuterRef("pk"), confirmed_at__isnull=False, removed_at=None)


def _replacing(now: datetime) -> QuerySet[Recovery]:
    """Who is replacing a lost factor has none at this moment, and comes in with none."""
    return Recovery.objects.filter(person=OuterRef("pk"), lost=Lost.FACTOR, used_at__isnull=False, expires_at__gt=now)


def _without_identity(people: QuerySet[Person], now: datetime) -> int:
    """Somebody whose term runs but whom nobody ever looked at counts as well: the founders' first month is no proof."""
    holds = Identity.objects.filter(Q(person=OuterRef("pk")) | Q(registration__person=OuterRef("pk")))
    established = Exists(holds.filter(holds_until__gt=now))
    return people.filter(Q(verify_before__lte=now) | ~established).count()


def _without_second_person(held: QuerySet[RoleHeld]) -> int:
    """A role that no registration gave, or another one's, or one that the same person carried twice, or without an identity."""
    given = held.select_related("registration")
    return len({each.person_id for each in given if not _carried_by_two(each.registration, each)})


def _carried_by_two(registration: Registration | None, held: RoleHeld) -> bool:
    """The console carried those of the first two, and the log says so."""
    if registration is None or _of(registration) != _of(held):
        return False
    if registration.founding:
        return True
    identified = registration.identified_at is not None or registration.kind in WITHOUT_IDENTITY
    others = {registration.made_by, registration.identified_by, held.person_id}
    return identified and registration.approved_by is not None and registration.approved_by not in others


def _of(row: Registration | RoleHeld) -> tuple[UUID | None, UUID, str, str]:
    return row.person_id, row.scope, row.role, row.within


def _missing_founders(scope: UUID, held: QuerySet[RoleHeld], now: datetime) -> set[Role]:
    """Return which of the two roles nobody who can come in has in their own right. A scope that nobody founded lacks none."""
    if not RoleHeld.objects.filter(scope=scope).exists():
        return set()
    own = held.filter(
        role__in=FOUNDING, within="", delegated_by=None, confirmed_at__gt=now - REVIEWED_EVERY - REVIEW_GRACE
    )
    here = own.filter(person__state=PersonState.ACTIVE, person__verify_before__gt=now)
    return FOUNDING - {Role(each) for each in here.values_list("role", flat=True)}


def _clashing(held: QuerySet[RoleHeld]) -> int:
    roles: dict[UUID, set[Role]] = {}
    for person, role in held.values_list("person", "role"):
        roles.setdefault(person, set()).add(Role(role))
    return sum(1 for each in roles.values() if any(clashes(each - {role}, role) for role in each))


def _left_with_access(scope: UUID, now: datetime) -> int:
    left = Person.objects.filter(state=PersonState.LEFT)
    roles = _lasting(now).filter(scope=scope, person__in=left).values_list("person", flat=True)
    sessions = Session.objects.filter(scope=scope, ended_at=None, person__in=left).values_list("person", flat=True)
    tokens = _living_credentials(now).filter(service__scope=scope, service__owner__in=left)
    return len(_all(roles, sessions, tokens.values_list("service__owner", flat=True)))


def _all(*found: Iterable[UUID]) -> set[UUID]:
    return {each for some in found for each in some}


def _living_credentials(now: datetime) -> QuerySet[Credential]:
    return Credential.objects.filter(revoked_at=None, expires_at__gt=now)


def _unapproved(systems: QuerySet[ServiceAccount], now: datetime) -> int:
    reachable = systems.filter(Exists(_living_credentials(now).filter(service=OuterRef("pk"))))
    return reachable.filter(Q(approved_by=None) | ~Q(owner__state=PersonState.ACTIVE)).count()
