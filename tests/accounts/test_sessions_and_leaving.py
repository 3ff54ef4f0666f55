"""How long someone is in, who sees who has access, and how it ends."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from tests.accounts.conftest import House, logged
from tests.cast import NOON, SCOPE

from waarborg.accounts.models import Acknowledgement, KnownAddress, Session, Tries, UsedStep
from waarborg.accounts.operations import (
    LastOfItsRole,
    LogInRefused,
    PersonUnknown,
    ask_registration,
    end_idle_sessions,
    leave,
    log_in,
    log_out,
    note_seen,
    open_people,
    set_language,
)
from waarborg.accounts.queries import actor_for, anonymous
from waarborg.accounts.testing import HOME, PASSWORD, SCHEDULE, Someone, admitted, entered, signed_in
from waarborg.accounts.values import Asked, PersonState, Role
from waarborg.kernel.actor import NotAllowed
from waarborg.kernel.references import INSTALLATION, new_id

LATER = NOON + timedelta(hours=1)
IN_SINCE = LATER + timedelta(minutes=1)
"""`entered` takes a minute."""


@pytest.fixture
def nel(house: House) -> Someone:
    """A second security officer, so that the first may leave."""
    return admitted(Role.SECURITY_OFFICER, "Nel", "nel", asked_by=house.as_anna, approved_by=house.as_sam, now=NOON)


@pytest.mark.parametrize(("minutes", "is_in"), [(9, True), (10, False)])
def test_a_session_that_stands_idle_opens_nothing(house: House, *, minutes: int, is_in: bool) -> None:
    token = entered(house.anna, now=LATER)
    assert (actor_for(token, IN_SINCE + timedelta(minutes=minutes), HOME) is not None) is is_in


def test_use_keeps_a_session_alive_and_is_noted_once_a_minute(house: House) -> None:
    token = entered(house.anna, now=LATER)
    for minute in range(1, 60):
        now = IN_SINCE + timedelta(minutes=minute)
        here = signed_in(token, now=now)
        assert here.stale
        note_seen(session=here.session, by=here.actor, now=now)
        assert not signed_in(token, now=now + timedelta(seconds=59)).stale


def test_however_busy_a_session_of_an_administrator_ends_after_eight_hours(house: House) -> None:
    token = entered(house.anna, now=LATER)
    here = signed_in(token, now=IN_SINCE)
    end = IN_SINCE + timedelta(hours=8)
    note_seen(session=here.session, by=here.actor, now=end)
    assert actor_for(token, end - timedelta(seconds=1), HOME)
    assert actor_for(token, end, HOME) is None


def test_the_worker_ends_what_is_over_and_logs_why(house: House) -> None:
    entered(house.anna, now=LATER)  # besides the two of enrolling, and the two by which the house was entered
    ended = end_idle_sessions(by=SCHEDULE, now=IN_SINCE + timedelta(minutes=15))
    assert (ended, Session.objects.filter(ended_at=None).count()) == (5, 0)
    assert [entry.reason for entry in logged(INSTALLATION, "accounts.session_ended")][:1] == ["idle"]
    assert end_idle_sessions(by=SCHEDULE, now=IN_SINCE + timedelta(minutes=16)) == 0


def test_the_worker_forgets_counts_that_decide_nothing_any_more(house: House) -> None:
    with pytest.raises(LogInRefused):
        log_in("niemand", PASSWORD, by=anonymous(HOME), now=LATER)
    end_idle_sessions(by=SCHEDULE, now=LATER)
    assert (Tries.objects.filter(count__gt=0).exists(), KnownAddress.objects.count()) == (True, 4)
    end_idle_sessions(by=SCHEDULE, now=LATER + timedelta(days=31))
    assert [rows.objects.count() for rows in (Tries, KnownAddress, UsedStep)] == [0, 0, 0]


def test_after_logging_out_the_token_opens_nothing(house: House) -> None:
    token = entered(house.anna, now=LATER)
    here = signed_in(token, now=IN_SINCE)
    log_out(session=here.session, by=here.actor, now=IN_SINCE)
    assert actor_for(token, IN_SINCE, HOME) is None


def test_nobody_ends_anothers_session(house: House) -> None:
    token = entered(house.anna, now=LATER)
    here = signed_in(token, now=IN_SINCE)
    log_out(session=here.session, by=house.as_sam, now=IN_SINCE)
    assert actor_for(token, IN_SINCE, HOME)


def test_a_language_is_kept(house: House) -> None:
    token = entered(house.anna, now=LATER)
    assert signed_in(token, now=IN_SINCE).language == "nl"
    set_language("en", by=house.as_anna, now=IN_SINCE)
    assert signed_in(token, now=IN_SINCE).language == "en"


def test_who_leaves_is_out_at_once_everywhere(house: House, nel: Someone) -> None:
    tokens = [entered(house.sam, now=LATER + timedelta(minutes=minute)) for minute in (0, 5)]
    leave(house.as_sam.id, "another job", by=house.as_anna, now=IN_SINCE)
    assert [actor_for(token, IN_SINCE, HOME) for token in tokens] == [None, None]
    with pytest.raises(LogInRefused):
        log_in(house.sam.login, PASSWORD, by=anonymous(HOME), now=IN_SINCE)
    assert not Session.objects.filter(person=house.as_sam.id, ended_at=None).exists()
    (entry,) = logged(SCOPE, "accounts.left")
    assert (entry.reason, entry.detail["sessions"]) == ("another job", 4)
    with pytest.raises(PersonUnknown):
        leave(house.as_sam.id, "again", by=house.as_anna, now=IN_SINCE)


def test_a_session_that_was_opened_while_someone_left_opens_nothing_either(house: House, nel: Someone) -> None:
    token = entered(house.sam, now=LATER)
    leave(house.as_sam.id, "another job", by=house.as_anna, now=IN_SINCE)
    Session.objects.filter(person=house.as_sam.id).update(ended_at=None, reason="")
    assert actor_for(token, IN_SINCE, HOME) is None


def test_the_last_of_the_two_founding_roles_cant_leave(house: House) -> None:
    for someone, role in ((house.as_anna, Role.ADMINISTRATOR), (house.as_sam, Role.SECURITY_OFFICER)):
        with pytest.raises(LastOfItsRole) as refused:
            leave(someone.id, "another job", by=house.as_anna, now=LATER)
        assert refused.value.role is role


def test_a_person_of_another_scope_is_not_there(house: House) -> None:
    with pytest.raises(PersonUnknown):
        leave(new_id(), "who?", by=house.as_anna, now=LATER)


def test_the_list_says_who_has_access_and_seeing_it_is_one_entry(house: House, nel: Someone) -> None:
    ask_registration("Aart Mulder", Asked(Role.AUDITOR), by=house.as_anna, now=LATER)
    leave(house.as_sam.id, "another job", by=house.as_anna, now=LATER)
    page = open_people(by=house.as_anna, now=LATER)
    assert {(line.name, line.login, line.state, tuple(held.role for held in line.roles)) for line in page.people} == {
        ("Anna de Boer", "anna.deboer", PersonState.ACTIVE, (Role.ADMINISTRATOR,)),
        ("Sam Visser", "sam.visser", PersonState.LEFT, ()),
        ("Nel", "nel", PersonState.ACTIVE, (Role.SECURITY_OFFICER,)),
    }
    (waits,) = page.registrations
    assert (waits.label, waits.made_by, waits.may_approve) == ("Aart Mulder", "Anna de Boer", False)
    (entry,) = logged(SCOPE, "accounts.people_read")
    assert entry.detail == {"people": 3, "registrations": 1}


def test_a_lead_doesnt_see_the_list_and_the_refusal_is_logged(house: House) -> None:
    noor = admitted(Role.DEVOPS_LEAD, "Noor", "noor", asked_by=house.as_anna, approved_by=house.as_sam, now=NOON)
    as_noor = signed_in(entered(noor, now=LATER), now=IN_SINCE).actor
    with pytest.raises(NotAllowed):
        open_people(by=as_noor, now=IN_SINCE)
    assert logged(SCOPE, "accounts.people_read")[0].outcome == "4"


def test_what_someone_acknowledged_cant_be_rewritten(house: House) -> None:
    with pytest.raises(DatabaseError):
        Acknowledgement.objects.update(notice_version="2")
