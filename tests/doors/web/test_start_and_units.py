"""The first page of who has no applications to look at, and the list of wards."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from tests.cast import NOON, SCOPE, person
from tests.doors.web.conftest import Clock, Pair
from tests.doors.web.test_narrow_roles import Desk

from waarborg.accounts.testing import admitted, entered, signed_in
from waarborg.accounts.values import Role
from waarborg.kernel.references import Reference
from waarborg.registers import queries
from waarborg.registers.operations.units import register_unit
from waarborg.registers.values.classification import UnitKind
from waarborg.registers.values.inputs import NewUnit

Admit = Callable[[Role, Reference | None], Desk]


@pytest.fixture
def admit(pair: Pair, time: Clock) -> Admit:
    """Return how someone comes in with a role, for one thing or for all."""

    def come(role: Role, within: Reference | None) -> Desk:
        asked, approved = (
            signed_in(entered(each, now=time()), now=time() + timedelta(minutes=1)).actor
            for each in (pair.anna, pair.sam)
        )
        new = admitted(role, "Fatima Aydin", "fatima", asked_by=asked, approved_by=approved, now=time(), within=within)
        time.passes(minutes=2)
        return Desk(new, time)

    return come


def ward() -> Reference:
    by = person(1, "administrator")
    return Reference("ward", register_unit(NewUnit(name="Afdeling 3 Oost", kind=UnitKind.WARD), by=by, now=NOON))


@pytest.mark.parametrize(
    ("role", "where", "opened", "shut"),
    [
        (Role.CARE_PROFESSIONAL, "ward", (), ("people", "log", "applications", "evidence-list")),
        (Role.TEAM_MANAGER, "ward", ("people",), ("log", "applications", "catalogue")),
        (Role.LOG_ADMINISTRATOR, "", ("log",), ("people", "applications", "kinds")),
    ],
)
def test_who_reads_no_register_starts_at_a_page_of_their_own(
    admit: Admit, role: Role, where: str, opened: tuple[str, ...], shut: tuple[str, ...]
) -> None:
    desk = admit(role, ward() if where else None)
    status, page = desk.ask("get", reverse("web:home"))
    assert status == 200
    assert "Fatima Aydin" in page
    assert ("Afdeling 3 Oost" in page) is bool(where)
    for name in opened:
        assert f'href="{reverse(f"web:{name}")}"' in page
        assert desk.ask("get", reverse(f"web:{name}"))[0] == 200
    assert (reverse("web:board") in page) is (role is Role.CARE_PROFESSIONAL)
    for name in shut:
        assert f'href="{reverse(f"web:{name}")}"' not in page
        assert desk.ask("get", reverse(f"web:{name}"))[0] == 403


def test_a_device_manager_of_one_group_starts_there_too(admit: Admit) -> None:
    by = person(1, "administrator")
    group = register_unit(NewUnit(name="Infuuspompen", kind=UnitKind.DEVICE_GROUP), by=by, now=NOON)
    status, page = admit(Role.DEVICE_MANAGER, Reference("device_group", group)).ask("get", reverse("web:home"))
    assert (status, "Infuuspompen" in page) == (200, True)


def test_an_administrator_keeps_the_wards(pair: Pair, time: Clock) -> None:
    desk = Desk(pair.anna, time)
    assert desk.ask("post", reverse("web:unit-new"), name="Afdeling 3 Oost", kind="ward")[0] == 302
    assert desk.ask("post", reverse("web:unit-new"), name="afdeling 3 oost", kind="ward")[0] == 422
    (east,) = queries.units(SCOPE)
    assert "Afdeling 3 Oost" in desk.ask("get", reverse("web:units"))[1]
    assert "Afdeling 3 Oost" in desk.ask("get", reverse("web:unit-rename", args=[east.id]))[1]
    assert desk.ask("post", reverse("web:unit-rename", args=[east.id]), name="De Linde")[0] == 302
    assert queries.unit(SCOPE, east.id).name == "De Linde"
    assert desk.ask("post", reverse("web:unit-retire", args=[east.id]))[0] == 302
    assert queries.units(SCOPE) == ()
    for method, name in (("get", "unit-rename"), ("post", "unit-rename"), ("post", "unit-retire")):
        assert desk.ask(method, reverse(f"web:{name}", args=[east.id]), name="Weer")[0] == 404
