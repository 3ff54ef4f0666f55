"""One person: what is shown of them, to whom, and every act from their page."""

from datetime import timedelta

import pytest
from django.utils import translation
from tests.doors.web.conftest import Clock, Pair
from tests.doors.web.test_people_pages import DOCUMENT, Desk, desk, ward

from waarborg.accounts.models import Person, ProfessionalNumber, Registration, RoleHeld
from waarborg.accounts.testing import admitted
from waarborg.accounts.values import PersonState, RegistrationKind, Role
from waarborg.kernel.references import Reference


@pytest.fixture
def anna(pair: Pair, time: Clock) -> Desk:
    return desk(pair.anna, time)


@pytest.fixture
def sam(pair: Pair, time: Clock) -> Desk:
    return desk(pair.sam, time)


@pytest.fixture
def linde(anna: Desk) -> Reference:
    return ward("De Linde", anna.actor)


@pytest.fixture
def jan(anna: Desk, sam: Desk, linde: Reference, time: Clock) -> Person:
    """Jan, care professional of one ward."""
    admitted(
        Role.CARE_PROFESSIONAL, "Jan Bos", "jan", asked_by=anna.actor, approved_by=sam.actor, now=time(), within=linde
    )
    time.passes(minutes=2)
    return Person.objects.latest("registered_at")


def path(person: Person, act: str = "") -> str:
    return f"/personen/{person.pk}/{act}"


def typed(prefix: str, **fields: str) -> dict[str, str]:
    return {f"{prefix}-{name}": value for name, value in fields.items()}


def test_a_document_is_known_by_its_end_only(anna: Desk, jan: Person) -> None:
    page = anna.page(path(jan))
    assert "SPECI2014" not in page
    assert "014" in page
    assert "De Linde" in page
    assert "Anna de Boer" in page


def test_nobody_out_of_reach_exists(anna: Desk, sam: Desk, jan: Person, time: Clock) -> None:
    beuk = ward("De Beuk", anna.actor)
    mara = admitted(
        Role.TEAM_MANAGER, "Mara Smit", "mara", asked_by=anna.actor, approved_by=sam.actor, now=time(), within=beuk
    )
    time.passes(minutes=2)
    manager = desk(mara, time)
    assert manager.browser.get(path(jan)).status_code == 404
    assert manager.send(path(jan, "identiteit/"), typed("verify", **DOCUMENT))[0] == 404
    asked = typed("role", role="care_professional", within=str(beuk))
    assert manager.send(path(jan, "rol/"), asked)[0] == 404
    jan.roles.update(until=time())
    Person.objects.filter(pk=jan.pk).update(state=PersonState.LEFT, left_at=time())
    back = {"role": "care_professional", "within": str(beuk)}
    assert manager.send(path(jan, "terug/"), back)[0] == 404
    assert not Registration.objects.filter(kind__in=["role", "return"]).exists()


def test_a_manager_asks_another_role_for_who_belongs_to_the_ward_or_did(
    anna: Desk, sam: Desk, jan: Person, linde: Reference, time: Clock
) -> None:
    mara = admitted(
        Role.TEAM_MANAGER, "Mara Smit", "mara", asked_by=anna.actor, approved_by=sam.actor, now=time(), within=linde
    )
    time.passes(minutes=2)
    jan.roles.update(until=time())
    asked = typed("role", role="care_professional", within=str(linde))
    assert desk(mara, time).send(path(jan, "rol/"), asked)[0] == 302
    assert Registration.objects.get(kind=RegistrationKind.ROLE).person_id == jan.pk


def test_another_role_waits_for_another_person(anna: Desk, sam: Desk, jan: Person) -> None:
    assert anna.send(path(jan, "rol/"), typed("role", role="device_manager"))[0] == 302
    asked = Registration.objects.get(kind=RegistrationKind.ROLE)
    approve = f"/personen/aanvragen/{asked.pk}/goedkeuren/"
    assert approve not in anna.page(path(jan))
    assert approve in sam.page(path(jan))
    assert sam.send(approve)[0] == 302
    assert RoleHeld.objects.filter(person=jan, role="device_manager").exists()


def test_roles_that_dont_go_together_are_refused_in_words(anna: Desk, jan: Person) -> None:
    status, page = anna.send(path(jan, "rol/"), typed("role", role="log_administrator"))
    assert status == 422
    with translation.override("nl"):
        assert "id_role-role_error" in page
    assert not Registration.objects.filter(kind=RegistrationKind.ROLE).exists()


def test_a_role_ends_with_a_reason_only(anna: Desk, jan: Person) -> None:
    (held,) = RoleHeld.objects.filter(person=jan)
    end = path(jan, f"rollen/{held.pk}/beeindigen/")
    assert anna.send(end, typed(f"end-{held.pk}", reason=""))[0] == 422
    assert anna.send(end, typed(f"end-{held.pk}", reason="other ward"))[0] == 302
    held.refresh_from_db()
    assert held.until is not None


def test_identity_is_seen_again(anna: Desk, jan: Person) -> None:
    assert anna.send(path(jan, "identiteit/"), typed("verify", **DOCUMENT | {"document_number": "NIEUW9876"}))[0] == 302
    page = anna.page(path(jan))
    assert "876" in page
    assert "NIEUW9876" not in page


def test_a_number_is_noted_and_taken_away(anna: Desk, jan: Person) -> None:
    wrong = typed("number", number_kind="big", number="12", status="stated")
    status, page = anna.send(path(jan, "zorgnummer/"), wrong)
    assert (status, 'value="12"' in page) == (422, True)
    assert anna.send(path(jan, "zorgnummer/"), wrong | typed("number", number="12345678901"))[0] == 302
    number = ProfessionalNumber.objects.get()
    assert "12345678901" in anna.page(path(jan))
    assert anna.send(path(jan, f"zorgnummer/{number.pk}/weg/"))[0] == 302
    assert "12345678901" not in anna.page(path(jan))


def test_all_access_ends_with_a_reason_and_a_confirmation_and_can_be_asked_anew(anna: Desk, jan: Person) -> None:
    leave = typed("leave", reason="another job")
    assert anna.send(path(jan, "vertrek/"), leave)[0] == 422
    assert anna.send(path(jan, "vertrek/"), leave | typed("leave", sure="on"))[0] == 302
    jan.refresh_from_db()
    assert jan.state == PersonState.LEFT
    assert path(jan, "terug/") in anna.page(path(jan))
    status, page = anna.send(path(jan, "terug/"), {"role": "auditor"})
    assert status == 200
    assert Registration.objects.filter(kind=RegistrationKind.RETURN, person=jan).exists()
    assert "code-big" in page


def test_the_last_of_a_role_stays_and_the_page_says_why(anna: Desk) -> None:
    sam = Person.objects.exclude(pk=anna.actor.id).get()
    status, page = anna.send(path(sam, "vertrek/"), typed("leave", reason="another job", sure="on"))
    assert (status, 'role="alert"' in page) == (422, True)


def test_nobody_sees_acts_of_others_on_their_own_page(anna: Desk) -> None:
    page = anna.page(f"/personen/{anna.actor.id}/")
    assert "/identiteit/" not in page
    assert "/zorgnummer/" not in page


def test_a_colleague_stands_in_by_exact_log_in_name(anna: Desk, sam: Desk, jan: Person, time: Clock) -> None:
    day = f"{time() + timedelta(days=7):%Y-%m-%d}"
    far = f"{time() + timedelta(days=120):%Y-%m-%d}"
    held = {"held": "administrator", "ends_on": day}
    assert anna.send("/personen/vervangen/", held | {"colleague": "jan.bosch"})[0] == 422
    assert anna.send("/personen/vervangen/", held | {"colleague": "jan", "ends_on": far})[0] == 422
    assert anna.send("/personen/vervangen/", held | {"colleague": "sam.visser"})[0] == 422
    assert anna.send("/personen/vervangen/", held | {"colleague": "jan"})[0] == 302
    (asked,) = Registration.objects.filter(kind=RegistrationKind.DELEGATION)
    assert sam.send(f"/personen/aanvragen/{asked.pk}/goedkeuren/")[0] == 302
    assert RoleHeld.objects.get(person=jan, role="administrator").delegated_by == anna.actor.id
