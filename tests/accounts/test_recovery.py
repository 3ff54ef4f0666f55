"""A lost factor or password: asked for by one, approved by another, and worth nothing without what is left."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from tests.accounts.conftest import House, logged
from tests.cast import ELSEWHERE, NOON, SCOPE
from tests.simulators.authenticator import Authenticator

from waarborg.accounts.models import Authenticator as Kept
from waarborg.accounts.models import Recovery, RoleHeld
from waarborg.accounts.operations import (
    CodeRefused,
    LogInRefused,
    NeedsAnother,
    NotAtThisStage,
    PasskeyRefused,
    PasswordRefused,
    PersonUnknown,
    ReasonMissing,
    RecoveryRefused,
    RecoveryUnknown,
    TooManyAttempts,
    acknowledge_notice,
    add_passkey,
    approve_recovery,
    ask_any_passkey,
    ask_recovery,
    begin_first_passkey,
    begin_passkey,
    change_password,
    confirm_factor,
    confirm_first_passkey,
    end_role,
    enter_with_passkey,
    leave,
    log_in,
    make_recovery_codes,
    open_factor_to_enrol,
    open_recoveries,
    prove_factor,
    recover_factor,
    recover_password,
    use_recovery_code,
    withdraw_recovery,
)
from waarborg.accounts.queries import actor_for, anonymous
from waarborg.accounts.testing import HOME, PASSWORD, Someone, admitted, entered, signed_in
from waarborg.accounts.values import Entered, Lost, Role, SignedIn, Stage
from waarborg.kernel.actor import Actor, Grant, NotAllowed, ProofTooOld
from waarborg.kernel.references import INSTALLATION, Reference, new_id

LATER = NOON + timedelta(hours=1)
IN = LATER + timedelta(minutes=1)
NEXT = IN + timedelta(minutes=3)
WARD, OTHER_WARD = Reference("ward", UUID(int=51)), Reference("ward", UUID(int=52))
NEW_PASSWORD = "drie knotwilgen aan 't water"
WHY = "Her phone fell into the canal."


@dataclass(frozen=True)
class Ward:
    """A ward with a manager, a nurse on it, and another nurse on the next one."""

    house: House
    as_manager: Actor
    nurse: Someone
    as_nurse: Actor
    next_door: Actor


@pytest.fixture
def ward(house: House) -> Ward:
    def someone(role: Role, login: str, within: Reference) -> tuple[Someone, Actor]:
        made = admitted(
            role, login.title(), login, asked_by=house.as_anna, approved_by=house.as_sam, now=NOON, within=within
        )
        return made, signed_in(entered(made, now=LATER), now=IN).actor

    _, manager = someone(Role.TEAM_MANAGER, "manon", WARD)
    nurse, as_nurse = someone(Role.CARE_PROFESSIONAL, "nora", WARD)
    _, next_door = someone(Role.CARE_PROFESSIONAL, "noud", OTHER_WARD)
    return Ward(house, manager, nurse, as_nurse, next_door)


def lost(ward: Ward, what: Lost = Lost.FACTOR, *, approved: bool = True) -> str:
    """Let the manager ask and Sam approve, and return the code."""
    issued = ask_recovery(ward.as_nurse.id, what, WHY, by=ward.as_manager, now=IN)
    if approved:
        approve_recovery(issued.id, by=ward.house.as_sam, now=IN)
    return issued.code


def at_factor(someone: Someone, now: datetime = NEXT) -> SignedIn:
    return signed_in(log_in(someone.login, someone.password, by=anonymous(HOME), now=now).token, now=now)


def recover(ward: Ward, code: str, now: datetime = NEXT) -> Entered:
    here = at_factor(ward.nurse, now)
    return recover_factor(code, session=here.session, by=here.actor, now=now)


def test_a_lost_phone_is_replaced_by_two_colleagues_and_the_person_herself(ward: Ward) -> None:
    make_recovery_codes(by=ward.as_nurse, now=IN)
    token = entered(ward.nurse, now=IN)
    here = signed_in(recover(ward, lost(ward)).token, now=NEXT, stage=Stage.ENROL)
    assert actor_for(token, NEXT, HOME) is None
    secret = open_factor_to_enrol(session=here.session, by=here.actor, now=NEXT).secret
    assert secret != ward.nurse.secret
    renewed = replace(ward.nurse, secret=secret)
    entering = confirm_factor(renewed.code(NEXT), session=here.session, by=here.actor, now=NEXT)
    assert entering.stage is Stage.NOTICE
    full = acknowledge_notice("1", session=here.session, by=here.actor, now=NEXT)
    assert signed_in(full.token, now=NEXT, stage=Stage.FULL).actor.roles == {Role.CARE_PROFESSIONAL}
    with pytest.raises(CodeRefused):
        recover(ward, Recovery.objects.get().pk.hex)
    (used,) = logged(SCOPE, "accounts.factor_recovered")[-1:]
    assert (used.detail["factors"], used.detail["recovery_codes"]) == (1, 10)
    told = [logged(SCOPE, f"accounts.recovery_{step}")[0].reason for step in ("asked", "approved")]
    assert told == ["lost_factor", "lost_factor"]


def test_what_was_lost_opens_nothing_any_more(ward: Ward) -> None:
    codes = make_recovery_codes(by=ward.as_nurse, now=IN)
    recover(ward, lost(ward))
    here = at_factor(ward.nurse)
    with pytest.raises(CodeRefused):
        prove_factor(ward.nurse.code(NEXT), session=here.session, by=here.actor, now=NEXT)
    with pytest.raises(CodeRefused):
        use_recovery_code(codes[0], session=here.session, by=here.actor, now=NEXT)


def test_a_lost_passkey_opens_nothing_and_a_new_one_is_a_first_factor(ward: Ward) -> None:
    here, lost_phone, phone = signed_in(entered(ward.nurse, now=IN), now=NEXT), Authenticator(), Authenticator()
    options = begin_passkey(session=here.session, by=here.actor, now=NEXT)
    add_passkey(lost_phone.create(options), "", session=here.session, by=here.actor, now=NEXT)
    coming = signed_in(recover(ward, lost(ward)).token, now=NEXT)
    options = begin_first_passkey(session=coming.session, by=coming.actor, now=NEXT)
    confirm_first_passkey(phone.create(options), session=coming.session, by=coming.actor, now=NEXT)
    assert Kept.objects.filter(person=here.actor.id, removed_at=None).count() == 1
    with pytest.raises(PasskeyRefused):
        enter_with_passkey(
            lost_phone.get(ask_any_passkey("b", by=anonymous(HOME), now=NEXT)), "b", by=anonymous(HOME), now=NEXT
        )


def test_who_breaks_off_goes_on_with_the_same_code_and_after_the_new_factor_nobody_does(ward: Ward) -> None:
    code = lost(ward)
    recover(ward, code)
    here = signed_in(recover(ward, code).token, now=NEXT)
    secret = open_factor_to_enrol(session=here.session, by=here.actor, now=NEXT).secret
    renewed = replace(ward.nurse, secret=secret)
    confirm_factor(renewed.code(NEXT), session=here.session, by=here.actor, now=NEXT)
    with pytest.raises(CodeRefused):
        recover(ward, code)


def test_an_app_that_was_shown_and_not_confirmed_proves_nothing(ward: Ward) -> None:
    here = signed_in(recover(ward, lost(ward)).token, now=NEXT)
    secret = open_factor_to_enrol(session=here.session, by=here.actor, now=NEXT).secret
    again = at_factor(ward.nurse)
    with pytest.raises(CodeRefused):
        prove_factor(replace(ward.nurse, secret=secret).code(NEXT), session=again.session, by=again.actor, now=NEXT)


def test_recovering_gives_back_no_role_that_ended(ward: Ward) -> None:
    code = lost(ward)
    held = RoleHeld.objects.get(person=ward.as_nurse.id, until=None)
    end_role(held.pk, "moved", by=ward.house.as_anna, now=IN)
    here = signed_in(recover(ward, code).token, now=NEXT)
    secret = open_factor_to_enrol(session=here.session, by=here.actor, now=NEXT).secret
    confirm_factor(replace(ward.nurse, secret=secret).code(NEXT), session=here.session, by=here.actor, now=NEXT)
    token = acknowledge_notice("1", session=here.session, by=here.actor, now=NEXT).token
    found = actor_for(token, NEXT, HOME)
    assert found is None or found.actor.roles & set(Role) == set()


def test_without_the_other_colleague_the_code_is_worth_nothing(ward: Ward) -> None:
    code = lost(ward, approved=False)
    with pytest.raises(CodeRefused):
        recover(ward, code)
    assert logged(SCOPE, "accounts.logged_in")[0].outcome == "8"


def test_without_the_password_the_code_is_worth_nothing(ward: Ward) -> None:
    code = lost(ward)
    with pytest.raises(LogInRefused):
        recover(replace(ward, nurse=replace(ward.nurse, password="gevonden briefje")), code)
    other = signed_in(log_in("noud", PASSWORD, by=anonymous(HOME), now=NEXT).token, now=NEXT)
    with pytest.raises(CodeRefused):
        recover_factor(code, session=other.session, by=other.actor, now=NEXT)
    with pytest.raises(NotAtThisStage):
        recover_factor(code, session=new_id(), by=other.actor, now=NEXT)


def test_neither_the_asker_nor_the_person_approves(house: House) -> None:
    second = admitted(Role.ADMINISTRATOR, "Nel", "nel", asked_by=house.as_anna, approved_by=house.as_sam, now=NOON)
    as_nel = signed_in(entered(second, now=LATER), now=IN).actor
    issued = ask_recovery(house.as_sam.id, Lost.FACTOR, WHY, by=house.as_anna, now=IN)
    for refused in (house.as_anna, house.as_sam):
        with pytest.raises(NeedsAnother):
            approve_recovery(issued.id, by=refused, now=IN)
    approve_recovery(issued.id, by=as_nel, now=IN)
    with pytest.raises(RecoveryRefused):
        approve_recovery(issued.id, by=as_nel, now=IN)
    with pytest.raises(NeedsAnother):
        ask_recovery(house.as_anna.id, Lost.FACTOR, WHY, by=house.as_anna, now=IN)


def test_a_manager_asks_for_who_works_on_their_ward_and_others_are_unknown(ward: Ward) -> None:
    for stranger in (ward.next_door.id, ward.house.as_anna.id, new_id()):
        with pytest.raises(PersonUnknown):
            ask_recovery(stranger, Lost.FACTOR, WHY, by=ward.as_manager, now=IN)
    issued = ask_recovery(ward.next_door.id, Lost.FACTOR, WHY, by=ward.house.as_anna, now=IN)
    with pytest.raises(RecoveryUnknown):
        withdraw_recovery(issued.id, by=ward.as_manager, now=IN)
    assert open_recoveries(by=ward.as_manager, now=IN) == ()


def test_whoever_asks_says_why(ward: Ward) -> None:
    with pytest.raises(ReasonMissing):
        ask_recovery(ward.as_nurse.id, Lost.FACTOR, "  ", by=ward.as_manager, now=IN)


def test_who_may_not_ask_or_approve_is_told_so_and_the_log_knows(ward: Ward) -> None:
    with pytest.raises(NotAllowed):
        ask_recovery(ward.next_door.id, Lost.FACTOR, WHY, by=ward.as_nurse, now=IN)
    issued = ask_recovery(ward.as_nurse.id, Lost.FACTOR, WHY, by=ward.house.as_anna, now=IN)
    with pytest.raises(NotAllowed):
        approve_recovery(issued.id, by=ward.as_manager, now=IN)
    with pytest.raises(NotAllowed):
        open_recoveries(by=ward.as_nurse, now=IN)
    with pytest.raises(ProofTooOld):
        approve_recovery(issued.id, by=replace(ward.house.as_sam, fresh=False), now=IN)
    assert [logged(SCOPE, f"accounts.recovery_{each}")[0].outcome for each in ("asked", "approved")] == ["0", "4"]


def test_another_institution_sees_and_does_nothing(ward: Ward) -> None:
    issued = ask_recovery(ward.as_nurse.id, Lost.FACTOR, WHY, by=ward.as_manager, now=IN)
    foreign = replace(ward.house.as_sam, scope=ELSEWHERE, grants=frozenset({Grant("security_officer", ELSEWHERE)}))
    with pytest.raises(PersonUnknown):
        ask_recovery(ward.as_nurse.id, Lost.FACTOR, WHY, by=foreign, now=IN)
    for decide in (approve_recovery, withdraw_recovery):
        with pytest.raises(RecoveryUnknown):
            decide(issued.id, by=foreign, now=IN)
    assert open_recoveries(by=foreign, now=IN) == ()


def test_what_waits_is_shown_with_its_reason_to_who_may_ask(ward: Ward) -> None:
    lost(ward, approved=False)
    (line,) = open_recoveries(by=ward.house.as_sam, now=IN)
    assert (line.name, line.lost, line.reason, line.asked_by) == ("Nora", Lost.FACTOR, WHY, "Manon")
    assert (line.approved, line.may_approve) == (False, True)
    (mine,) = open_recoveries(by=ward.as_manager, now=IN)
    assert not mine.may_approve
    assert WHY.encode() not in bytes(Recovery.objects.get().reason)
    assert "canal" not in repr(line)
    approve_recovery(line.id, by=ward.house.as_sam, now=IN)
    (approved,) = open_recoveries(by=ward.house.as_sam, now=IN)
    assert (approved.approved, approved.may_approve) == (True, False)


def test_a_recovery_lasts_a_day(ward: Ward) -> None:
    code, over = lost(ward), IN + timedelta(hours=24)
    with pytest.raises(CodeRefused):
        recover(ward, code, now=over)
    assert open_recoveries(by=ward.house.as_sam, now=over) == ()
    late = ask_recovery(ward.as_nurse.id, Lost.FACTOR, WHY, by=ward.as_manager, now=IN)
    with pytest.raises(RecoveryRefused):
        approve_recovery(late.id, by=ward.house.as_sam, now=over)


def test_a_day_has_its_last_second(ward: Ward) -> None:
    assert recover(ward, lost(ward), now=IN + timedelta(hours=24, seconds=-1)).stage is Stage.ENROL


def test_a_newer_one_takes_the_place_of_an_older_one_of_its_kind(ward: Ward) -> None:
    first, password = lost(ward), lost(ward, Lost.PASSWORD)
    second = lost(ward)
    with pytest.raises(CodeRefused):
        recover(ward, first)
    assert Recovery.objects.filter(withdrawn_at=None).count() == 2
    assert recover(ward, second).stage is Stage.ENROL
    assert password


def test_what_was_withdrawn_is_worth_nothing(ward: Ward) -> None:
    code = lost(ward)
    (line,) = open_recoveries(by=ward.as_manager, now=IN)
    withdraw_recovery(line.id, by=ward.as_manager, now=IN)
    with pytest.raises(CodeRefused):
        recover(ward, code)
    with pytest.raises(RecoveryUnknown):
        withdraw_recovery(line.id, by=ward.as_manager, now=IN)
    assert logged(SCOPE, "accounts.recovery_withdrawn")[0].reason == "lost_factor"


def test_who_leaves_recovers_nothing(ward: Ward) -> None:
    code, password = lost(ward), lost(ward, Lost.PASSWORD)
    here = at_factor(ward.nurse)
    leave(ward.as_nurse.id, "another job", by=ward.house.as_anna, now=NEXT)
    with pytest.raises(NotAtThisStage):
        recover_factor(code, session=here.session, by=here.actor, now=NEXT)
    with pytest.raises(CodeRefused):
        reset(ward, password)
    with pytest.raises(PersonUnknown):
        ask_recovery(ward.as_nurse.id, Lost.FACTOR, WHY, by=ward.house.as_anna, now=NEXT)
    assert not Recovery.objects.filter(withdrawn_at=None).exists()


def test_guessing_a_code_is_counted_with_the_codes_of_the_app(ward: Ward) -> None:
    for _ in range(10):
        with pytest.raises(CodeRefused):
            recover(ward, "ABCD-EFGH-JKMN-PQRS-TUVW")
    with pytest.raises(TooManyAttempts):
        recover(ward, lost(ward))


def reset(
    ward: Ward, code: str, *, login: str = "nora", new: str = NEW_PASSWORD, factor: str = "", now: datetime = NEXT
) -> None:
    recover_password(login, code, new, factor or ward.nurse.code(now), by=anonymous(HOME), now=now)


def test_a_lost_password_is_replaced_with_the_phone_one_still_has(ward: Ward) -> None:
    token = entered(ward.nurse, now=IN)
    reset(ward, lost(ward, Lost.PASSWORD))
    assert actor_for(token, NEXT, HOME) is None
    with pytest.raises(LogInRefused):
        log_in("nora", PASSWORD, by=anonymous(HOME), now=NEXT)
    assert log_in("nora", NEW_PASSWORD, by=anonymous(HOME), now=NEXT).stage is Stage.FACTOR
    entry = logged(INSTALLATION, "accounts.password_recovered")[0]
    assert entry.detail == {"sessions": 3}
    with pytest.raises(CodeRefused):
        reset(ward, lost(ward), now=NEXT + timedelta(minutes=2))


def test_a_recovery_code_of_ones_own_is_a_living_factor_as_well(ward: Ward) -> None:
    codes = make_recovery_codes(by=ward.as_nurse, now=IN)
    code = lost(ward, Lost.PASSWORD)
    with pytest.raises(CodeRefused):
        reset(ward, code, factor="000000")
    reset(ward, code, factor=codes[0])
    with pytest.raises(CodeRefused):
        reset(ward, lost(ward, Lost.PASSWORD), factor=codes[0])


def test_a_password_isnt_replaced_by_half_of_what_is_needed(ward: Ward) -> None:
    waiting = lost(ward, Lost.PASSWORD, approved=False)
    with pytest.raises(CodeRefused):
        reset(ward, waiting)
    code = lost(ward, Lost.PASSWORD)
    for login, factor in (("nora", "000000"), ("noud", ""), ("nobody", "")):
        with pytest.raises(CodeRefused):
            reset(ward, code, login=login, factor=factor)
    with pytest.raises(CodeRefused):
        reset(ward, lost(ward, Lost.FACTOR))
    with pytest.raises(PasswordRefused):
        reset(ward, code, new="nora is de beste")
    assert log_in("nora", PASSWORD, by=anonymous(HOME), now=NEXT)
    reset(ward, code)


def test_a_password_that_was_found_again_and_changed_needs_no_recovery(ward: Ward) -> None:
    code = lost(ward, Lost.PASSWORD)
    here = signed_in(entered(ward.nurse, now=IN), now=NEXT)
    change_password(PASSWORD, NEW_PASSWORD, session=here.session, by=here.actor, now=NEXT)
    with pytest.raises(CodeRefused):
        reset(ward, code, new="twee zwanen in de mist", now=NEXT + timedelta(minutes=1))


def test_who_tries_names_and_codes_learns_nothing_and_waits(ward: Ward) -> None:
    for login in ["nora", "niemand"]:
        for _ in range(10):
            with pytest.raises(CodeRefused):
                reset(ward, "ABCD-EFGH-JKMN-PQRS-TUVW", login=login, factor="000000")
        with pytest.raises(TooManyAttempts):
            reset(ward, "ABCD-EFGH-JKMN-PQRS-TUVW", login=login, factor="000000")
