"""The yearly look at rights, and emergency access judged afterwards."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.doors.web.conftest import Clock, Fields, Pair
from tests.doors.web.test_people_pages import Desk, desk, ward

from waarborg.accounts.models import EmergencyAccess, RightsReview, RoleHeld
from waarborg.accounts.operations import break_glass
from waarborg.accounts.testing import admitted, entered, signed_in
from waarborg.accounts.values import Role
from waarborg.kernel.references import Reference


@pytest.fixture
def anna(pair: Pair, time: Clock) -> Desk:
    return desk(pair.anna, time)


@pytest.fixture
def sam(pair: Pair, time: Clock) -> Desk:
    return desk(pair.sam, time)


def held_by(
    anna: Desk, sam: Desk, time: Clock, name: str, *, role: Role = Role.AUDITOR, within: Reference | None = None
) -> RoleHeld:
    admitted(role, name, name.lower(), asked_by=anna.actor, approved_by=sam.actor, now=time(), within=within)
    time.passes(minutes=2)
    return RoleHeld.objects.latest("at")


def test_answers_are_taken_one_by_one_and_what_lacks_a_reason_is_said(anna: Desk, sam: Desk, time: Clock) -> None:
    one, two, three = (held_by(anna, sam, time, name) for name in ("Een", "Twee", "Drie"))
    typed = {
        f"answer-{one.pk}": "kept",
        f"reason-{one.pk}": "audits next year too",
        f"answer-{two.pk}": "ended",
        f"reason-{two.pk}": "contract ended",
        f"answer-{three.pk}": "kept",
    }
    status, page = anna.send("/rechten/", typed)
    assert status == 422
    assert f'aria-describedby="wrong-{three.pk}"' in page
    assert {each.held_id: each.kept for each in RightsReview.objects.all()} == {one.pk: True, two.pk: False}
    two.refresh_from_db()
    assert two.until is not None


def test_the_proof_is_asked_before_the_first_answer_is_kept_and_then_all_are(
    anna: Desk, sam: Desk, pair: Pair, time: Clock
) -> None:
    one, two = (held_by(anna, sam, time, name) for name in ("Een", "Twee"))
    time.passes(minutes=5)
    anna.page("/rechten/")
    time.passes(minutes=6)
    typed = {
        f"answer-{one.pk}": "kept",
        f"reason-{one.pk}": "audits next year too",
        f"answer-{two.pk}": "ended",
        f"reason-{two.pk}": "contract ended",
    }
    status, page = anna.send("/rechten/", typed)
    carried = Fields.of(page)
    assert (status, typed.items() <= carried.items()) == (403, True)
    assert not RightsReview.objects.exists()
    proven = carried | {"proof_code": pair.anna.code(time())}
    answer = anna.browser.post("/rechten/", proven, headers={"Referer": "https://testserver/"})
    assert answer.status_code == 302
    assert {each.held_id: each.kept for each in RightsReview.objects.all()} == {one.pk: True, two.pk: False}


def test_what_is_still_needed_asks_no_proof(anna: Desk, sam: Desk, time: Clock) -> None:
    held = held_by(anna, sam, time, "Een")
    time.passes(minutes=5)
    anna.page("/rechten/")
    time.passes(minutes=6)
    assert anna.send("/rechten/", {f"answer-{held.pk}": "kept", f"reason-{held.pk}": "still audits"})[0] == 302
    assert RightsReview.objects.get().kept


def test_nobody_answers_for_their_own_role(anna: Desk) -> None:
    own = RoleHeld.objects.get(person=anna.actor.id)
    assert f"answer-{own.pk}" not in anna.page("/rechten/")
    status, _ = anna.send("/rechten/", {f"answer-{own.pk}": "kept", f"reason-{own.pk}": "because"})
    assert status == 422
    assert not RightsReview.objects.exists()


def test_a_manager_looks_at_the_own_ward(anna: Desk, sam: Desk, time: Clock) -> None:
    linde, beuk = (ward(name, anna.actor) for name in ("De Linde", "De Beuk"))
    held_by(anna, sam, time, "Jan", role=Role.CARE_PROFESSIONAL, within=linde)
    other = held_by(anna, sam, time, "Els", role=Role.CARE_PROFESSIONAL, within=beuk)
    mara = admitted(
        Role.TEAM_MANAGER, "Mara", "mara", asked_by=anna.actor, approved_by=sam.actor, now=time(), within=linde
    )
    time.passes(minutes=2)
    manager = desk(mara, time)
    page = manager.page("/rechten/")
    assert "Jan" in page
    assert "Els" not in page
    assert manager.send("/rechten/", {f"answer-{other.pk}": "kept", f"reason-{other.pk}": "x"})[0] == 422
    assert not RightsReview.objects.exists()


@pytest.mark.parametrize("name", ["answer-", "answer-x", "answer-00000000-0000-0000-0000-000000000000"])
def test_a_made_up_answer_changes_nothing(anna: Desk, name: str) -> None:
    assert anna.send("/rechten/", {name: "kept"})[0] in {302, 422}
    assert not RightsReview.objects.exists()


def test_what_is_overdue_is_counted(anna: Desk, sam: Desk, time: Clock) -> None:
    held = held_by(anna, sam, time, "Aart")
    RoleHeld.objects.filter(pk=held.pk).update(confirmed_at=time() - timedelta(days=370))
    page = anna.page("/rechten/")
    assert '<span class="number">2</span>' in page
    assert "row--warning" in page


def test_an_emergency_is_judged_once_by_somebody_else(anna: Desk, sam: Desk, pair: Pair, time: Clock) -> None:
    now = time()
    petra = admitted(Role.PRIVACY_OFFICER, "Petra Oud", "petra", asked_by=anna.actor, approved_by=sam.actor, now=now)
    jan = admitted(Role.CARE_PROFESSIONAL, "Jan Bos", "jan", asked_by=anna.actor, approved_by=sam.actor, now=now)
    time.passes(minutes=2)
    privacy = desk(petra, time)
    assert privacy.browser.get("/noodtoegang/").status_code == 200
    actor = replace(signed_in(entered(jan, now=time()), now=time()).actor, fresh=True)
    break_glass(Reference("ward", anna.actor.id), "resident fell, file was shut", by=actor, now=time())
    emergency = EmergencyAccess.objects.get()
    token = privacy.browser.get("/noodtoegang/").content.decode()
    assert f"/noodtoegang/{emergency.pk}/" in token
    assert judged(privacy, emergency, justified="yes", remark="") == 422
    assert judged(privacy, emergency, justified="yes", remark="the ward confirmed it") == 302
    assert judged(privacy, emergency, justified="no", remark="second thoughts") == 422
    emergency.refresh_from_db()
    assert emergency.justified is True


def judged(at: Desk, emergency: EmergencyAccess, **typed: str) -> int:
    return at.send(f"/noodtoegang/{emergency.pk}/", {f"{emergency.pk}-{name}": said for name, said in typed.items()})[0]
