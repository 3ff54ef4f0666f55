"""Ways back in for who was sent away, and ways to keep others out: none of them works."""

from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.accounts.conftest import House, logged
from tests.cast import ELSEWHERE, NOON, SCOPE, person
from tests.simulators.databases import Engine

from waarborg.accounts.models import Person, Registration, RoleHeld
from waarborg.accounts.operations import (
    Busy,
    CodeRefused,
    CodeUnknown,
    LogInRefused,
    NotAtThisStage,
    TooManyAttempts,
    approve_recovery,
    approve_registration,
    ask_any_passkey,
    ask_recovery,
    ask_registration,
    ask_role,
    confirm_factor,
    identify,
    leave,
    log_in,
    open_factor_to_enrol,
    recover_factor,
    register,
    start_bootstrap,
    verify_again,
)
from waarborg.accounts.operations.hashing import QUEUE
from waarborg.accounts.queries import anonymous
from waarborg.accounts.rules.factors import code_at, step_at
from waarborg.accounts.rules.throttling import QUESTIONS_PER_ADDRESS
from waarborg.accounts.testing import (
    CONSOLE,
    HOME,
    PASSPORT,
    PASSWORD,
    Someone,
    admitted,
    entered,
    signed_in,
)
from waarborg.accounts.values import Asked, Lost, NewPerson, Role, Stage
from waarborg.kernel.references import INSTALLATION, new_id

NEW = NewPerson("Iemand Anders", "iemand.anders", "iemand@example.org", PASSWORD)
SOON, LATER = NOON + timedelta(minutes=5), NOON + timedelta(hours=1)
BOTNET = "203.0.113.66"


@pytest.fixture
def nel(house: House) -> Someone:
    """A second security officer, so that the first may leave."""
    return admitted(Role.SECURITY_OFFICER, "Nel", "nel", asked_by=house.as_anna, approved_by=house.as_sam, now=NOON)


def test_who_was_off_boarded_doesnt_come_back_with_a_code_they_were_given_for_a_newcomer(
    house: House, nel: Someone
) -> None:
    issued = ask_registration("a temp", Asked(Role.DEVELOPER), by=house.as_sam, now=NOON)
    identify(issued.id, PASSPORT, by=house.as_sam, now=NOON)
    approve_registration(issued.id, by=house.as_anna, now=NOON)
    leave(house.as_sam.id, "sent away", by=house.as_anna, now=SOON)
    with pytest.raises(CodeUnknown):
        register(issued.code, NEW, by=anonymous(BOTNET), now=LATER)
    assert Registration.objects.get(pk=issued.id).withdrawn_by == house.as_anna.id


def test_who_was_off_boarded_takes_over_nobody_with_the_code_of_a_recovery_they_asked(
    house: House, nel: Someone
) -> None:
    lead = admitted(Role.DEVELOPER, "Noor", "noor", asked_by=house.as_sam, approved_by=house.as_anna, now=NOON)
    noor = Person.objects.order_by("-registered_at", "-pk").first()
    assert noor
    issued = ask_recovery(noor.pk, Lost.FACTOR, "lost phone", by=house.as_sam, now=NOON)
    approve_recovery(issued.id, by=house.as_anna, now=NOON)
    leave(house.as_sam.id, "sent away", by=house.as_anna, now=SOON)
    here = signed_in(log_in(lead.login, PASSWORD, by=anonymous(HOME), now=LATER).token, now=LATER)
    with pytest.raises(CodeRefused):
        recover_factor(issued.code, session=here.session, by=here.actor, now=LATER)


def test_new_founding_codes_end_what_somebody_began_with_the_earlier_ones(database: Engine, quick_hashes: None) -> None:
    stolen, _ = start_bootstrap(SCOPE, by=CONSOLE, now=NOON)
    here = signed_in(register(stolen.code, NEW, by=anonymous(BOTNET), now=NOON).token, now=NOON)
    secret = open_factor_to_enrol(session=here.session, by=here.actor, now=NOON).secret
    start_bootstrap(SCOPE, by=CONSOLE, now=SOON)
    assert str(here.actor.id) in str(logged(INSTALLATION, "accounts.bootstrap_started")[0].objects)
    with pytest.raises(NotAtThisStage):
        confirm_factor(code_at(secret, step_at(SOON)), session=here.session, by=here.actor, now=SOON)
    with pytest.raises(LogInRefused):
        log_in(NEW.login, PASSWORD, by=anonymous(BOTNET), now=SOON)


def test_a_stranger_who_asks_for_passkeys_without_end_keeps_only_their_own_address_from_it(house: House) -> None:
    for number in range(QUESTIONS_PER_ADDRESS):
        ask_any_passkey(f"browser {number}", by=anonymous(BOTNET), now=LATER)
    with pytest.raises(TooManyAttempts):
        ask_any_passkey("one more", by=anonymous(BOTNET), now=LATER)
    assert ask_any_passkey("a ward", by=anonymous(HOME), now=LATER)
    assert logged(INSTALLATION, "accounts.passkey_asked")[0].outcome == "4"
    assert ask_any_passkey("later", by=anonymous(BOTNET), now=LATER + timedelta(minutes=11))


def test_a_ward_stays_open_when_nobody_said_in_time_that_the_two_of_its_start_are_needed(house: House) -> None:
    years = NOON + timedelta(days=396)
    late = years - timedelta(days=10)
    as_anna, as_sam = replace(house.as_anna, fresh=True), replace(house.as_sam, fresh=True)
    verify_again(house.as_sam.id, PASSPORT, by=as_anna, now=NOON)
    verify_again(house.as_anna.id, PASSPORT, by=as_sam, now=NOON)
    lead = admitted(Role.DEVELOPER, "Noor", "noor", asked_by=as_sam, approved_by=as_anna, now=late)
    token = entered(lead, now=years)
    assert signed_in(token, now=years + timedelta(minutes=2)).stage is Stage.FULL


def test_another_institution_shortens_nothing_of_an_identity_that_was_established_here(house: House) -> None:
    admitted(Role.DEVELOPER, "Noor", "noor", asked_by=house.as_sam, approved_by=house.as_anna, now=NOON)
    noor = Person.objects.get(registrations__role=Role.DEVELOPER)
    RoleHeld.objects.create(
        id=new_id(), scope=ELSEWHERE, person=noor, role=Role.AUDITOR, granted_by=new_id(), at=NOON, confirmed_at=NOON
    )
    there = person(9, "administrator", ELSEWHERE)
    verify_again(noor.pk, replace(PASSPORT, valid_until=SOON.date()), by=there, now=SOON)
    assert Person.objects.get(pk=noor.pk).verify_before == noor.verify_before


def test_a_role_that_nobody_confirmed_in_time_comes_back_for_no_longer_than_was_approved(house: House) -> None:
    admitted(Role.DEVELOPER, "Noor", "noor", asked_by=house.as_sam, approved_by=house.as_anna, now=NOON)
    noor = Person.objects.get(registrations__role=Role.DEVELOPER)
    late = NOON + timedelta(days=400)
    for_a_day = Asked(Role.DEVELOPER, None, late + timedelta(days=1))
    approve_registration(ask_role(noor.pk, for_a_day, by=house.as_sam, now=late), by=house.as_anna, now=late)
    held = RoleHeld.objects.get(person=noor, until__gt=late)
    assert held.until == for_a_day.ends_at
    assert not RoleHeld.objects.filter(person=noor, until=None).exists()


def test_strangers_who_fill_the_queue_leave_room_for_who_came_in_here_before(house: House) -> None:
    with ExitStack() as flood:
        for _ in range(13):
            assert QUEUE._of_strangers.acquire(blocking=False)
            flood.callback(QUEUE._of_strangers.release)
        with pytest.raises(Busy):
            log_in(house.anna.login, PASSWORD, by=anonymous(BOTNET), now=LATER)
        assert log_in(house.anna.login, PASSWORD, by=anonymous(HOME), now=LATER).stage is Stage.FACTOR
