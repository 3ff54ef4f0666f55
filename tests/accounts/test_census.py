"""The count of who can come in finds what the acts don't allow, by whichever way it got into the rows."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from tests.accounts.conftest import House
from tests.cast import ELSEWHERE, NOON, SCOPE

from waarborg.accounts.models import Authenticator, EmergencyAccess, Person, RoleHeld, ServiceAccount, Session
from waarborg.accounts.operations import verify_again
from waarborg.accounts.queries.census import census
from waarborg.accounts.testing import HOME, PASSPORT, admitted, entered, signed_in
from waarborg.accounts.values import PersonState, Role
from waarborg.kernel.references import new_id

LATER = NOON + timedelta(minutes=3)
NONE_WRONG = {
    "without_identity": 0,
    "without_second_person": 0,
    "without_second_factor": 0,
    "unproven_sessions": 0,
    "clashing": 0,
    "left_with_access": 0,
    "unapproved_systems": 0,
    "overdue_reviews": 0,
    "waiting_emergencies": 0,
    "no_administrator": 0,
    "no_officer": 0,
}


@pytest.fixture
def noor(house: House) -> UUID:
    """The first two have seen each other's document, and let Noor in as they should."""
    verify_again(house.as_sam.id, PASSPORT, by=house.as_anna, now=NOON)
    verify_again(house.as_anna.id, PASSPORT, by=house.as_sam, now=NOON)
    someone = admitted(
        Role.DEVOPS_LEAD, "Noor Bakker", "noor.bakker", asked_by=house.as_anna, approved_by=house.as_sam, now=NOON
    )
    return signed_in(entered(someone, now=NOON), now=LATER).actor.id


def wrong() -> dict[str, int]:
    """Return what is counted, without what is nought."""
    return {name: count for name, count in census(SCOPE, LATER).items() if name in NONE_WRONG and count}


def test_a_house_in_which_everyone_came_in_properly_counts_nothing_wrong(noor: UUID) -> None:
    assert census(SCOPE, LATER) == NONE_WRONG | {"people": 3, "systems": 0}
    assert census(ELSEWHERE, LATER) == NONE_WRONG | {"people": 0, "systems": 0}


def test_the_first_two_count_until_somebody_saw_their_documents(house: House) -> None:
    assert wrong() == {"without_identity": 2}


def role_without_registration(noor: UUID) -> None:
    RoleHeld.objects.filter(person=noor).update(registration=None)


def registration_of_somebody_else(noor: UUID) -> None:
    others = RoleHeld.objects.exclude(person=noor).values_list("registration", flat=True)
    RoleHeld.objects.filter(person=noor).update(registration=others.first())


def second_role(noor: UUID) -> None:
    held = RoleHeld.objects.get(person=noor)
    held.pk, held.role = new_id(), Role.AUDITOR
    held.save(force_insert=True)


def leave_by_hand(noor: UUID) -> None:
    Person.objects.filter(pk=noor).update(state=PersonState.LEFT, left_at=NOON)


def emergency(noor: UUID) -> None:
    week_ago = LATER - timedelta(days=8)
    EmergencyAccess.objects.create(
        id=new_id(),
        scope=SCOPE,
        person_id=noor,
        subject=f"patient:{new_id()}",
        reason=b"",
        opened_at=week_ago,
        ends_at=week_ago + timedelta(hours=1),
    )


def lapse_everywhere(_noor: UUID) -> None:
    RoleHeld.objects.filter(role=Role.ADMINISTRATOR).update(until=NOON)


def only_stand_in(_noor: UUID) -> None:
    RoleHeld.objects.filter(role=Role.SECURITY_OFFICER).update(delegated_by=new_id())


BENT: dict[str, tuple[Callable[[UUID], object], dict[str, int]]] = {
    "no factor": (
        lambda noor: Authenticator.objects.filter(person=noor).update(removed_at=NOON),
        {"without_second_factor": 1},
    ),
    "factor never confirmed": (
        lambda noor: Authenticator.objects.filter(person=noor).update(confirmed_at=None),
        {"without_second_factor": 1},
    ),
    "session without a proof": (
        lambda noor: Session.objects.filter(person=noor).update(proven_with=""),
        {"unproven_sessions": 1},
    ),
    "identity out of date": (
        lambda noor: Person.objects.filter(pk=noor).update(verify_before=NOON),
        {"without_identity": 1},
    ),
    "role from nowhere": (role_without_registration, {"without_second_person": 1}),
    "somebody else's registration": (registration_of_somebody_else, {"without_second_person": 1}),
    "roles that clash": (second_role, {"clashing": 1, "without_second_person": 1}),
    "left with access": (leave_by_hand, {"left_with_access": 1}),
    "nobody administers": (lapse_everywhere, {"no_administrator": 1}),
    "an officer who only stands in": (only_stand_in, {"no_officer": 1}),
    "review overdue": (
        lambda noor: RoleHeld.objects.filter(person=noor).update(confirmed_at=F("at") - timedelta(days=366)),
        {"overdue_reviews": 1},
    ),
    "emergency nobody looked at": (emergency, {"waiting_emergencies": 1}),
}


@pytest.mark.parametrize("bent", BENT)
def test_what_was_bent_in_the_rows_is_counted(noor: UUID, bent: str) -> None:
    bend, expected = BENT[bent]
    bend(noor)
    assert wrong() == expected


def test_a_system_that_nobody_else_approved_counts_once_it_can_come_in(house: House, noor: UUID) -> None:
    service = ServiceAccount.objects.create(
        id=new_id(),
        scope=SCOPE,
        kind="system",
        name="Meldkamerkoppeling",
        role="integration",
        owner_id=noor,
        asked_by=house.as_anna.id,
        asked_at=NOON,
        ends_at=NOON + timedelta(days=30),
    )
    assert wrong() == {}
    service.credentials.create(
        id=new_id(),
        scope=SCOPE,
        kind="token",
        digest=b"1" * 32,
        hint="wbg_1",
        addresses=[f"{HOME}/32"],
        made_by=house.as_anna.id,
        made_at=NOON,
        expires_at=NOON + timedelta(days=30),
    )
    assert wrong() == {"unapproved_systems": 1}


def asked() -> int:
    with CaptureQueriesContext(connection) as queries:
        census(SCOPE, LATER)
    return len(queries)


def test_it_asks_the_same_number_of_things_however_many_people(house: House, noor: UUID) -> None:
    before = asked()
    for number in range(3):
        admitted(
            Role.DEVELOPER,
            f"Ontwikkelaar {number}",
            f"dev.{number}",
            asked_by=house.as_anna,
            approved_by=house.as_sam,
            now=NOON,
        )
    assert asked() == before
    assert before <= 16
