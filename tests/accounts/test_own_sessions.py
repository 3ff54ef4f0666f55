"""One's own sessions: seen and ended from another, strict for strict roles, told of from a new place, in one scope at a time."""

from datetime import timedelta
from uuid import UUID

import pytest
from tests.accounts.conftest import House, logged
from tests.cast import ELSEWHERE, NOON, SCOPE

from waarborg.accounts.models import RoleHeld, Session
from waarborg.accounts.operations import (
    NoRoleThere,
    NotAtThisStage,
    SessionUnknown,
    acknowledge_notice,
    acknowledge_sign_in,
    end_idle_sessions,
    end_other_sessions,
    end_session,
    log_in,
    note_seen,
    open_people,
    open_sessions,
    prove_factor,
    switch_scope,
)
from waarborg.accounts.queries import actor_for, anonymous, new_device, scopes_of, unseen_sign_ins
from waarborg.accounts.testing import HOME, NOTICE, PASSWORD, SCHEDULE, Someone, admitted, entered, signed_in
from waarborg.accounts.values import Role, SignedIn, Stage
from waarborg.kernel.actor import NotAllowed
from waarborg.kernel.references import new_id

LATER = NOON + timedelta(hours=1)
AWAY = "198.51.100.7"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def come_in(who: Someone, *, minute: int, address: str = HOME, device: str = "", agent: str = "") -> SignedIn:
    """Come in fully, so many minutes after LATER, and return who one is then."""
    now = LATER + timedelta(minutes=minute)
    token = log_in(who.login, PASSWORD, by=anonymous(address), now=now, device=device, agent=agent).token
    for stage in (Stage.FACTOR, Stage.NOTICE):
        here = signed_in(token, now=now, address=address, stage=stage)
        if stage is Stage.FACTOR:
            token = prove_factor(who.code(now), session=here.session, by=here.actor, now=now).token
        else:
            token = acknowledge_notice(NOTICE, session=here.session, by=here.actor, now=now).token
    return signed_in(token, now=now, address=address, stage=Stage.FULL)


def living(session: UUID) -> bool:
    return Session.objects.filter(pk=session, ended_at=None).exists()


def noor_of(house: House) -> Someone:
    return admitted(Role.DEVOPS_LEAD, "Noor", "noor", asked_by=house.as_anna, approved_by=house.as_sam, now=NOON)


def works_elsewhere_too(person: UUID, role: Role = Role.AUDITOR) -> None:
    """Let someone hold a role in another scope as well, since half an hour before the tests."""
    held = RoleHeld(id=new_id(), scope=ELSEWHERE, person_id=person, role=role, granted_by=new_id())
    held.at = held.confirmed_at = LATER - timedelta(minutes=30)
    held.save(force_insert=True)


def test_ones_sessions_say_from_where_and_which_is_this_one(house: House) -> None:
    come_in(house.anna, minute=1, address=AWAY, agent=FIREFOX)
    here = come_in(house.anna, minute=3)
    now = LATER + timedelta(minutes=4)
    first, second = open_sessions(session=here.session, by=here.actor, now=now)[:2]
    assert (first.id, first.current, first.access_point) == (here.session, True, HOME)
    assert (second.current, second.access_point, second.new_place) == (False, f"{AWAY} Firefox Windows", True)
    assert logged(SCOPE, "accounts.sessions_read")[0].objects == (f"person:{here.actor.id}",)


def test_from_where_someone_came_is_kept_sealed(house: House) -> None:
    here = come_in(house.anna, minute=1, address=AWAY, agent=FIREFOX)
    kept = Session.objects.get(pk=here.session).access_point
    assert kept is not None
    assert not [each for each in (AWAY, "Firefox") if each.encode() in bytes(kept)]


def test_the_address_of_the_second_factor_is_the_one_that_is_told(house: House) -> None:
    token = log_in(house.anna.login, PASSWORD, by=anonymous(HOME), now=LATER, agent=FIREFOX).token
    here = signed_in(token, now=LATER, address=AWAY)
    prove_factor(house.anna.code(LATER), session=here.session, by=here.actor, now=LATER)
    kept = Session.objects.get(pk=here.session)
    assert (kept.opened_access_point, kept.new_place) == (f"{AWAY} Firefox Windows", True)


def test_a_session_is_ended_from_another_and_opens_nothing_from_then_on(house: House) -> None:
    lost, here = come_in(house.anna, minute=1), come_in(house.anna, minute=3)
    end_session(lost.session, session=here.session, by=here.actor, now=LATER + timedelta(minutes=4))
    assert (living(lost.session), living(here.session)) == (False, True)
    with pytest.raises(SessionUnknown):
        end_session(lost.session, session=here.session, by=here.actor, now=LATER + timedelta(minutes=4))


def test_anothers_session_is_unknown(house: House) -> None:
    sams, here = come_in(house.sam, minute=1), come_in(house.anna, minute=1)
    with pytest.raises(SessionUnknown):
        end_session(sams.session, session=here.session, by=here.actor, now=LATER + timedelta(minutes=2))
    assert living(sams.session)


def test_all_others_are_ended_at_once_also_those_on_the_way_in(house: House) -> None:
    come_in(house.anna, minute=1)
    now = LATER + timedelta(minutes=4)
    log_in(house.anna.login, PASSWORD, by=anonymous(AWAY), now=now)
    here, sams = come_in(house.anna, minute=3), come_in(house.sam, minute=3)
    before = Session.objects.filter(person=here.actor.id, ended_at=None).count()
    assert end_other_sessions(session=here.session, by=here.actor, now=now) == before - 1
    assert (living(here.session), living(sams.session)) == (True, True)
    assert logged(SCOPE, "accounts.session_ended_by_owner")[0].detail == {"sessions": before - 1}


def test_who_has_the_password_alone_sees_ends_and_silences_nothing(house: House) -> None:
    here = come_in(house.anna, minute=1, address=AWAY)
    now = LATER + timedelta(minutes=2)
    halfway = signed_in(log_in(house.anna.login, PASSWORD, by=anonymous(HOME), now=now).token, now=now)
    with pytest.raises(NotAtThisStage):
        open_sessions(session=halfway.session, by=halfway.actor, now=now)
    with pytest.raises(NotAtThisStage):
        end_session(here.session, session=halfway.session, by=halfway.actor, now=now)
    with pytest.raises(NotAtThisStage):
        end_other_sessions(session=halfway.session, by=halfway.actor, now=now)
    with pytest.raises(NotAtThisStage):
        switch_scope(SCOPE, session=halfway.session, by=halfway.actor, now=now)
    with pytest.raises(NotAllowed):
        acknowledge_sign_in(here.session, by=halfway.actor, now=now)
    assert living(here.session)
    assert unseen_sign_ins(halfway.actor, halfway.session)


@pytest.mark.parametrize(("role", "minutes", "hours"), [(Role.AUDITOR, 15, 12), (Role.LOG_ADMINISTRATOR, 10, 8)])
def test_a_session_lasts_as_long_as_its_role_lets_it(house: House, role: Role, minutes: int, hours: int) -> None:
    someone = admitted(role, "Aart", "aart", asked_by=house.as_anna, approved_by=house.as_sam, now=NOON)
    token, since = entered(someone, now=LATER), LATER + timedelta(minutes=1)
    second = timedelta(seconds=1)
    assert actor_for(token, since + timedelta(minutes=minutes) - second, HOME)
    assert actor_for(token, since + timedelta(minutes=minutes), HOME) is None
    here, end = signed_in(token, now=since), since + timedelta(hours=hours)
    note_seen(session=here.session, by=here.actor, now=end)
    assert actor_for(token, end - second, HOME)
    assert actor_for(token, end, HOME) is None


def test_the_worker_ends_each_session_by_its_own_role(house: House) -> None:
    lead, anna = come_in(noor_of(house), minute=1), come_in(house.anna, minute=1)
    end_idle_sessions(by=SCHEDULE, now=LATER + timedelta(minutes=12))
    assert (living(lead.session), living(anna.session)) == (True, False)
    end_idle_sessions(by=SCHEDULE, now=LATER + timedelta(minutes=16))
    assert not living(lead.session)


def test_the_very_first_log_in_alarms_nobody_nor_does_a_known_address_or_device(house: House) -> None:
    device = new_device()
    first = come_in(house.anna, minute=1, device=device)
    moved = come_in(house.anna, minute=3, address=AWAY, device=device)
    assert not Session.objects.filter(new_place=True).exists()
    assert not first.alerted
    assert unseen_sign_ins(moved.actor, moved.session) == ()
    assert logged(SCOPE, "accounts.new_place") == []


def test_a_log_in_from_a_new_place_is_told_in_ones_other_sessions_until_one_says_it_was_oneself(house: House) -> None:
    away = come_in(house.anna, minute=1, address=AWAY, device=new_device())
    here = come_in(house.anna, minute=3)
    assert (here.alerted, away.alerted) == (True, False)
    (told,) = unseen_sign_ins(here.actor, here.session)
    assert (told.id, told.access_point) == (away.session, AWAY)
    (entry,) = logged(SCOPE, "accounts.new_place")
    assert set(entry.objects) == {f"person:{away.actor.id}", f"session:{away.session}"}
    with pytest.raises(SessionUnknown):
        acknowledge_sign_in(away.session, by=house.as_sam, now=LATER)
    acknowledge_sign_in(away.session, by=here.actor, now=LATER + timedelta(minutes=4))
    assert unseen_sign_ins(here.actor, here.session) == ()
    with pytest.raises(SessionUnknown):
        acknowledge_sign_in(away.session, by=here.actor, now=LATER + timedelta(minutes=4))


def test_a_session_that_ended_is_still_told_of(house: House) -> None:
    away = come_in(house.anna, minute=1, address=AWAY)
    here = come_in(house.anna, minute=3)
    end_session(away.session, session=here.session, by=here.actor, now=LATER + timedelta(minutes=4))
    assert [line.id for line in unseen_sign_ins(here.actor, here.session)] == [away.session]


def test_someone_with_roles_in_two_scopes_sees_each_apart(house: House) -> None:
    here = come_in(house.anna, minute=1)
    works_elsewhere_too(here.actor.id)
    now = LATER + timedelta(minutes=2)
    assert set(scopes_of(here.actor.id, now)) == {SCOPE, ELSEWHERE}
    token = switch_scope(ELSEWHERE, session=here.session, by=here.actor, now=now).token
    there = signed_in(token, now=now, stage=Stage.FULL)
    assert (there.actor.scope, set(there.actor.roles), set(there.scopes)) == (
        ELSEWHERE,
        {"auditor"},
        {SCOPE, ELSEWHERE},
    )
    assert {grant.scope for grant in there.actor.grants} == {ELSEWHERE}
    assert "Anna de Boer" in {line.name for line in open_people(by=there.actor, now=now).people}
    assert "Sam Visser" not in {line.name for line in open_people(by=there.actor, now=now).people}
    assert logged(SCOPE, "accounts.scope_left")
    assert logged(ELSEWHERE, "accounts.scope_entered")
    back = signed_in(switch_scope(SCOPE, session=there.session, by=there.actor, now=now).token, now=now)
    assert back.actor.roles == {"administrator"}
    assert actor_for(token, now, HOME) is None


def test_switching_keeps_from_where_one_came_and_takes_the_limits_that_hold_there(house: House) -> None:
    here = come_in(house.anna, minute=1, agent=FIREFOX)
    works_elsewhere_too(here.actor.id)
    now = LATER + timedelta(minutes=9)
    switch_scope(ELSEWHERE, session=here.session, by=here.actor, now=now)
    moved = Session.objects.get(pk=here.session)
    assert moved.opened_access_point == f"{HOME} Firefox Windows"
    assert (moved.idle_minutes, moved.longest_hours, moved.started_at) == (15, 12, LATER + timedelta(minutes=1))


def test_where_one_holds_no_role_one_doesnt_come(house: House) -> None:
    here = come_in(house.anna, minute=1)
    for scope in (ELSEWHERE, new_id()):
        with pytest.raises(NoRoleThere):
            switch_scope(scope, session=here.session, by=here.actor, now=LATER + timedelta(minutes=2))
    works_elsewhere_too(here.actor.id)
    RoleHeld.objects.filter(scope=ELSEWHERE).update(until=LATER)
    with pytest.raises(NoRoleThere):
        switch_scope(ELSEWHERE, session=here.session, by=here.actor, now=LATER + timedelta(minutes=2))
