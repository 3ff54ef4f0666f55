"""One person in full, found by what is typed; verified again, numbers, reviews, emergencies, and the way out and back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError
from tests.accounts.conftest import House, logged
from tests.cast import ELSEWHERE, NOON, SCOPE, person

from waarborg.accounts.models import Authenticator, Identity, Person, RecoveryCode, Registration, RightsReview, RoleHeld
from waarborg.accounts.operations import (
    CodeUnknown,
    DocumentRefused,
    EmergencyUnknown,
    EndRefused,
    LastOfItsRole,
    LogInRefused,
    NumberRefused,
    NumberUnknown,
    OnlyARegisterVerifies,
    OwnEmergency,
    OwnFile,
    OwnIdentity,
    OwnRole,
    PersonUnknown,
    ReasonMissing,
    ReasonTooShort,
    RegistrationUnknown,
    ReviewedBefore,
    RoleNotHeld,
    RoleUnknown,
    approve_registration,
    ask_delegation,
    ask_registration,
    ask_return,
    ask_role,
    break_glass,
    end_number,
    end_role,
    find_people,
    identify,
    leave,
    log_in,
    open_emergencies,
    open_people,
    open_person,
    open_review,
    register,
    review_emergency,
    review_role,
    state_number,
    verify_again,
)
from waarborg.accounts.queries import actor_for, anonymous, emergency_open, overdue
from waarborg.accounts.rules.access import IDENTITY_HOLDS_FOR
from waarborg.accounts.testing import HOME, PASSPORT, PASSWORD, Someone, admitted, enrolled, entered, signed_in
from waarborg.accounts.values import (
    Asked,
    DocumentKind,
    IdentityDocument,
    NewPerson,
    NumberKind,
    NumberStatus,
    PersonState,
    Role,
    Stage,
    StatedNumber,
)
from waarborg.kernel.actor import Actor, NotAllowed, ProofTooOld
from waarborg.kernel.references import Reference, new_id

SOON, DAY = NOON + timedelta(minutes=1), timedelta(days=1)
WARD, OTHER_WARD = Reference("ward", new_id()), Reference("ward", new_id())
BIG = "19012345601"


def let_in(house: House, role: Role, name: str, login: str, within: Reference | None = None) -> Someone:
    return admitted(role, name, login, asked_by=house.as_anna, approved_by=house.as_sam, now=NOON, within=within)


def acting(someone: Someone) -> Actor:
    return signed_in(entered(someone, now=NOON), now=SOON, stage=Stage.FULL).actor


@pytest.fixture
def noor(house: House) -> Actor:
    return acting(let_in(house, Role.CARE_PROFESSIONAL, "Noör van den Bérg", "n.berg", WARD))


@pytest.fixture
def tim(house: House) -> Actor:
    """Answers for one ward."""
    return acting(let_in(house, Role.TEAM_MANAGER, "Tim Dijk", "tim", WARD))


@pytest.mark.parametrize("query", ["noor", "BERG noor", "bérg", "n.ber", "@example.org van", "  Noör  "])
def test_people_are_found_without_case_or_accents_and_in_any_order(house: House, noor: Actor, query: str) -> None:
    assert [line.id for line in find_people(query, by=house.as_anna, now=SOON)] == [noor.id]
    page = open_people(query=query, by=house.as_anna, now=SOON)
    assert ([line.id for line in page.people], page.total, page.unsearched) == ([noor.id], 1, 0)


def test_what_fits_nobody_finds_nobody_and_the_log_doesnt_hold_what_was_typed(house: House, noor: Actor) -> None:
    assert find_people("Noor Anna", by=house.as_anna, now=SOON) == ()
    (entry, *_) = logged(SCOPE, "accounts.people_read")
    assert (entry.reason, entry.detail) == ("search", {"people": 0})


def test_who_answers_for_a_ward_sees_that_ward(house: House, noor: Actor, tim: Actor) -> None:
    elsewhere = acting(let_in(house, Role.CARE_PROFESSIONAL, "Piet", "piet", OTHER_WARD))
    assert {line.id for line in open_people(by=tim, now=SOON).people} == {noor.id, tim.id}
    assert find_people("piet", by=tim, now=SOON) == ()
    assert open_person(noor.id, by=tim, now=SOON).line.roles[0].within == WARD
    for unseen in (elsewhere.id, house.as_anna.id, new_id()):
        with pytest.raises(PersonUnknown):
            open_person(unseen, by=tim, now=SOON)
        with pytest.raises(PersonUnknown):
            verify_again(unseen, PASSPORT, by=tim, now=SOON)
        with pytest.raises(PersonUnknown):
            state_number(unseen, NumberKind.BIG, BIG, NumberStatus.STATED, by=tim, now=SOON)


def test_who_moved_to_another_ward_is_its_managers_business_no_more_and_who_left_can_be_taken_back(
    house: House, noor: Actor, tim: Actor
) -> None:
    asked = ask_role(noor.id, Asked(Role.DEVELOPER), by=house.as_anna, now=SOON)
    approve_registration(asked, by=house.as_sam, now=SOON)
    (on_the_ward,) = [each for each in open_person(noor.id, by=tim, now=SOON).line.roles if each.within == WARD]
    end_role(on_the_ward.id, "Ander werk", by=house.as_anna, now=SOON)
    later = SOON + timedelta(minutes=1)
    assert {line.id for line in open_people(by=tim, now=later).people} == {tim.id}
    for act in (open_person, lambda id_, *, by, now: verify_again(id_, PASSPORT, by=by, now=now)):
        with pytest.raises(PersonUnknown):
            act(noor.id, by=tim, now=later)
    leave(noor.id, "Uit dienst", by=house.as_anna, now=later)
    assert open_person(noor.id, by=tim, now=later).line.last_seen is None


def test_somebody_stands_in_for_all_of_the_ninetieth_day(house: House, noor: Actor, tim: Actor) -> None:
    last = (SOON + 90 * DAY).replace(hour=22, minute=59)
    assert ask_delegation(noor.id, Asked(Role.TEAM_MANAGER, WARD, last), by=tim, now=SOON)
    with pytest.raises(EndRefused):
        ask_delegation(noor.id, Asked(Role.TEAM_MANAGER, WARD, last + DAY), by=tim, now=SOON)


def test_a_person_is_not_there_for_another_institution(house: House, noor: Actor) -> None:
    for act in (open_person, lambda id_, *, by, now: verify_again(id_, PASSPORT, by=by, now=now)):
        with pytest.raises(PersonUnknown):
            act(noor.id, by=person(40, "administrator", ELSEWHERE), now=SOON)
    assert open_people(by=person(40, "administrator", ELSEWHERE), now=SOON).people == ()


def test_a_person_in_full_says_who_established_what_and_no_whole_document_number(house: House, noor: Actor) -> None:
    ask_role(noor.id, Asked(Role.DEVOPS_LEAD), by=house.as_anna, now=SOON)
    detail = open_person(noor.id, by=house.as_sam, now=SOON)
    (identity,) = detail.identities
    assert (identity.number_end, identity.established_by) == ("014", "Anna de Boer")
    assert identity.holds_until == detail.line.verify_before == NOON + IDENTITY_HOLDS_FOR
    assert (detail.authenticators, detail.past_roles, len(detail.registrations)) == (1, (), 2)
    assert "Bérg" not in repr(detail)
    assert logged(SCOPE, "accounts.person_read")[0].detail == {"roles": 1, "identities": 1}


def test_who_may_see_nobody_sees_no_person_and_the_refusal_is_logged(house: House, noor: Actor) -> None:
    with pytest.raises(NotAllowed):
        open_person(house.as_anna.id, by=noor, now=SOON)
    assert logged(SCOPE, "accounts.person_read")[0].outcome == "4"


def test_out_of_date_nothing_opens_until_somebody_else_looked_again(house: House, noor: Actor) -> None:
    Person.objects.filter(pk=noor.id).update(verify_before=SOON)
    token = entered(Someone("n.berg", secret_of(noor)), now=NOON + timedelta(minutes=5))
    later = NOON + timedelta(minutes=6)
    assert signed_in(token, now=later).stage is Stage.LAPSED
    assert overdue(SCOPE, later).identities == 1
    with pytest.raises(OwnIdentity):
        verify_again(noor.id, PASSPORT, by=replace(house.as_anna, id=noor.id), now=later)
    verify_again(noor.id, PASSPORT, by=house.as_sam, now=later)
    assert signed_in(token, now=later).stage is Stage.FULL
    assert overdue(SCOPE, later).identities == 0
    assert Identity.objects.filter(person=noor.id).get().established_by == house.as_sam.id


def secret_of(actor: Actor) -> str:
    return Authenticator.objects.get(person=actor.id, removed_at=None).opened_secret


def test_the_first_two_establish_each_others_identity_within_a_month(house: House) -> None:
    assert Person.objects.get(pk=house.as_anna.id).verify_before == NOON + 30 * DAY
    assert overdue(SCOPE, SOON).soon == 2
    verify_again(house.as_anna.id, PASSPORT, by=house.as_sam, now=SOON)
    assert Person.objects.get(pk=house.as_anna.id).verify_before == SOON + IDENTITY_HOLDS_FOR


def test_a_second_look_never_shortens_what_was_established(house: House, noor: Actor) -> None:
    soon_over = IdentityDocument(DocumentKind.DRIVING_LICENCE, "SPECI2015", date(2026, 12, 1))
    verify_again(noor.id, soon_over, by=house.as_sam, now=SOON)
    assert Person.objects.get(pk=noor.id).verify_before == NOON + IDENTITY_HOLDS_FOR
    with pytest.raises(DocumentRefused):
        verify_again(noor.id, replace(soon_over, valid_until=date(2026, 11, 1)), by=house.as_sam, now=SOON)


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (NumberKind.BIG, "1901234560"),
        (NumberKind.UZI, "12345678a"),
        (NumberKind.AGB, "123456789"),
        (NumberKind.AGB, ""),
    ],
)
def test_a_number_of_another_shape_is_refused(house: House, noor: Actor, kind: NumberKind, number: str) -> None:
    with pytest.raises(NumberRefused):
        state_number(noor.id, kind, number, NumberStatus.STATED, by=house.as_anna, now=SOON)


def test_no_person_says_that_a_register_answered(house: House, noor: Actor) -> None:
    with pytest.raises(OnlyARegisterVerifies):
        state_number(noor.id, NumberKind.BIG, BIG, NumberStatus.VERIFIED, by=house.as_anna, now=SOON)


def test_a_number_is_stated_then_looked_up_then_overdue_then_ended(house: House, noor: Actor) -> None:
    state_number(noor.id, NumberKind.BIG, BIG, NumberStatus.STATED, by=house.as_anna, now=SOON)
    number = state_number(noor.id, NumberKind.BIG, "1901 2345 601", NumberStatus.CHECKED, by=house.as_sam, now=SOON)
    (line,) = open_person(noor.id, by=house.as_anna, now=SOON).numbers
    assert (line.id, line.number, line.status, line.said_by) == (number, BIG, NumberStatus.CHECKED, "Sam Visser")
    assert [overdue(SCOPE, line.check_before + late).numbers for late in (-DAY, timedelta(0))] == [0, 1]
    end_number(number, by=house.as_anna, now=SOON)
    assert open_person(noor.id, by=house.as_anna, now=SOON).numbers == ()
    with pytest.raises(NumberUnknown):
        end_number(number, by=house.as_anna, now=SOON)


def test_a_newcomers_numbers_come_along_with_their_registration(house: House) -> None:
    issued = ask_registration("Piet", Asked(Role.CARE_PROFESSIONAL, WARD), by=house.as_anna, now=NOON)
    said = (StatedNumber(NumberKind.AGB, "01012345", NumberStatus.CHECKED),)
    identify(issued.id, PASSPORT, by=house.as_anna, now=NOON, numbers=said)
    approve_registration(issued.id, by=house.as_sam, now=NOON)
    piet = acting(enrolled(issued, "Piet", "piet", now=NOON))
    assert [line.number for line in open_person(piet.id, by=house.as_sam, now=SOON).numbers] == ["01012345"]


def test_roles_are_reviewed_each_year_by_somebody_else_and_without_that_they_count_no_more(
    house: House, noor: Actor
) -> None:
    due = NOON + timedelta(days=366)
    page = open_review(by=house.as_anna, now=due)
    assert (page.total, page.overdue, [line.own for line in page.lines].count(True)) == (3, 3, 1)
    held = next(line.held for line in page.lines if line.person == noor.id)
    with pytest.raises(ReasonMissing):
        review_role(held.id, kept=True, reason=" ", by=house.as_anna, now=due)
    review_role(held.id, kept=True, reason="works on the ward", by=house.as_anna, now=due)
    assert overdue(SCOPE, due).roles == 2
    assert open_review(by=house.as_anna, now=due).lines[-1].last_reviewed_at == due
    own = next(line.held for line in page.lines if line.own)
    with pytest.raises(OwnRole):
        review_role(own.id, kept=True, reason="I like it", by=house.as_anna, now=due)
    with pytest.raises(DatabaseError):
        RightsReview.objects.update(kept=False)


def test_a_role_that_isnt_needed_ends_at_once_and_that_wants_a_fresh_factor(house: House, noor: Actor) -> None:
    held = RoleHeld.objects.get(person=noor.id)
    with pytest.raises(ProofTooOld):
        review_role(held.pk, kept=False, reason="moved", by=replace(house.as_sam, fresh=False), now=SOON)
    assert not RightsReview.objects.exists()
    review_role(held.pk, kept=False, reason="moved", by=house.as_sam, now=SOON)
    assert RoleHeld.objects.get(pk=held.pk).until == SOON
    with pytest.raises(RoleUnknown):
        review_role(held.pk, kept=True, reason="after all", by=house.as_sam, now=SOON)


def test_who_answers_for_a_ward_reviews_and_ends_in_that_ward_only(house: House, noor: Actor, tim: Actor) -> None:
    piet = acting(let_in(house, Role.CARE_PROFESSIONAL, "Piet", "piet", OTHER_WARD))
    assert {line.person for line in open_review(by=tim, now=SOON).lines} == {noor.id, tim.id}
    theirs = RoleHeld.objects.get(person=piet.id)
    with pytest.raises(RoleUnknown):
        review_role(theirs.pk, kept=True, reason="who?", by=tim, now=SOON)
    with pytest.raises(RoleUnknown):
        end_role(theirs.pk, "who?", by=tim, now=SOON)
    end_role(RoleHeld.objects.get(person=noor.id).pk, "moved", by=tim, now=SOON)
    assert RoleHeld.objects.get(person=noor.id).until == SOON


def test_a_ward_manager_asks_and_identifies_for_that_ward_only_and_another_approves(house: House, tim: Actor) -> None:
    issued = ask_registration("Piet", Asked(Role.CARE_PROFESSIONAL, WARD), by=tim, now=SOON)
    identify(issued.id, PASSPORT, by=tim, now=SOON)
    with pytest.raises(NotAllowed):
        approve_registration(issued.id, by=tim, now=SOON)
    approve_registration(issued.id, by=house.as_sam, now=SOON)
    for role, within in (
        (Role.CARE_PROFESSIONAL, OTHER_WARD),
        (Role.CARE_PROFESSIONAL, None),
        (Role.TEAM_MANAGER, WARD),
    ):
        with pytest.raises(NotAllowed):
            ask_registration("Piet", Asked(role, within), by=tim, now=SOON)
    elsewhere = ask_registration("Els", Asked(Role.CARE_PROFESSIONAL, OTHER_WARD), by=house.as_anna, now=SOON)
    with pytest.raises(RegistrationUnknown):
        identify(elsewhere.id, PASSPORT, by=tim, now=SOON)


FILE = Reference("patient", new_id())


def test_the_glass_is_broken_for_an_hour_for_one_thing_by_one_person(house: House, noor: Actor) -> None:
    break_glass(FILE, "fell on the stairs, unconscious", by=noor, now=SOON)
    hour = SOON + timedelta(hours=1)
    assert [emergency_open(noor.id, FILE, at) for at in (SOON, hour - timedelta(seconds=1), hour)] == [
        True,
        True,
        False,
    ]
    assert not emergency_open(house.as_anna.id, FILE, SOON)
    assert not emergency_open(noor.id, Reference("patient", new_id()), SOON)
    (entry,) = logged(SCOPE, "accounts.glass_broken")
    assert str(FILE.id) in str(entry)
    assert "stairs" not in str(entry)


def test_the_glass_isnt_broken_without_a_reason_a_role_a_fresh_factor_or_for_ones_own_file(
    house: House, noor: Actor
) -> None:
    with pytest.raises(ReasonTooShort):
        break_glass(FILE, "because   ", by=noor, now=SOON)
    with pytest.raises(NotAllowed):
        break_glass(FILE, "because I can do it", by=house.as_anna, now=SOON)
    with pytest.raises(ProofTooOld):
        break_glass(FILE, "unconscious on arrival", by=replace(noor, fresh=False), now=SOON)
    with pytest.raises(OwnFile):
        break_glass(Reference("patient", noor.id), "curious about myself", by=noor, now=SOON)
    assert not emergency_open(noor.id, FILE, SOON)


def test_an_emergency_is_judged_once_by_another(house: House, noor: Actor) -> None:
    emergency = break_glass(FILE, "fell on the stairs, unconscious", by=noor, now=SOON)
    officer = acting(let_in(house, Role.PRIVACY_OFFICER, "Ping", "ping"))
    (line,) = open_emergencies(by=officer, now=SOON).lines
    assert (line.subject, line.reason, line.may_review) == (FILE, "fell on the stairs, unconscious", True)
    with pytest.raises(OwnEmergency):
        review_emergency(emergency, justified=True, remark="fine", by=replace(officer, id=noor.id), now=SOON)
    with pytest.raises(EmergencyUnknown):
        review_emergency(emergency, justified=True, remark="", by=person(41, "privacy_officer", ELSEWHERE), now=SOON)
    review_emergency(emergency, justified=False, remark="it could wait", by=officer, now=SOON)
    (line,) = open_emergencies(by=officer, now=SOON).lines
    assert (line.justified, line.remark, line.reviewed_by, line.may_review) == (False, "it could wait", "Ping", False)
    with pytest.raises(ReviewedBefore):
        review_emergency(emergency, justified=True, remark="after all", by=officer, now=SOON)
    assert overdue(SCOPE, SOON).emergencies == 0


def test_who_leaves_has_no_emergency_left_and_no_request_that_waits(house: House, noor: Actor) -> None:
    break_glass(FILE, "fell on the stairs, unconscious", by=noor, now=SOON)
    piet = acting(let_in(house, Role.CARE_PROFESSIONAL, "Piet", "piet", WARD))
    stand_in = Asked(Role.CARE_PROFESSIONAL, WARD, SOON + DAY)
    ask_delegation(piet.id, stand_in, by=noor, now=SOON)
    ask_role(noor.id, Asked(Role.DEVOPS_LEAD), by=house.as_anna, now=SOON)
    leave(noor.id, "another job", by=house.as_anna, now=SOON)
    assert not emergency_open(noor.id, FILE, SOON)
    assert not Registration.objects.filter(used_at=None, withdrawn_at=None).exists()


def test_who_returns_is_the_same_person_with_nothing_of_before(house: House, noor: Actor) -> None:
    before = Someone("n.berg", secret_of(noor))
    old = entered(before, now=NOON + timedelta(minutes=5))
    leave(noor.id, "a year abroad", by=house.as_anna, now=NOON + timedelta(minutes=7))
    back = NOON + timedelta(days=20)
    issued = ask_return(noor.id, Asked(Role.CARE_PROFESSIONAL, WARD), by=house.as_anna, now=back)
    with pytest.raises(CodeUnknown):
        register(issued.code, NewPerson("N", "n.berg", "n@example.org", PASSWORD), by=anonymous(HOME), now=back)
    identify(issued.id, PASSPORT, by=house.as_anna, now=back)
    approve_registration(issued.id, by=house.as_sam, now=back)
    anew = enrolled(issued, "Noor van den Berg-Dijk", "n.berg", now=back)
    here = signed_in(entered(anew, now=back), now=back + timedelta(minutes=1), stage=Stage.FULL)
    assert (here.actor.id, here.name, here.actor.roles) == (
        noor.id,
        "Noor van den Berg-Dijk",
        frozenset({"care_professional"}),
    )
    assert actor_for(old, back, HOME) is None
    assert Authenticator.objects.filter(person=noor.id, removed_at=None).count() == 1
    assert anew.secret != before.secret
    assert Person.objects.get(pk=noor.id).verify_before == back + IDENTITY_HOLDS_FOR
    assert not RecoveryCode.objects.filter(person=noor.id, used_at=None, replaced_at=None).exists()
    assert open_person(noor.id, by=house.as_anna, now=back).line.since == NOON


def test_a_second_leave_to_return_is_worth_nothing_once_someone_is_back(house: House, noor: Actor) -> None:
    leave(noor.id, "away", by=house.as_anna, now=SOON)
    codes = [ask_return(noor.id, Asked(Role.CARE_PROFESSIONAL, WARD), by=house.as_anna, now=SOON) for _ in range(2)]
    for each in codes:
        identify(each.id, PASSPORT, by=house.as_anna, now=SOON)
        approve_registration(each.id, by=house.as_sam, now=SOON)
    enrolled(codes[0], "Noor", "n.berg", now=SOON)
    taken_over = NewPerson("Mallory", "mallory", "m@example.org", PASSWORD)
    with pytest.raises(CodeUnknown):
        register(codes[1].code, taken_over, by=anonymous(HOME), now=SOON)
    with pytest.raises(PersonUnknown):
        ask_return(noor.id, Asked(Role.CARE_PROFESSIONAL), by=house.as_anna, now=SOON)


def test_someone_whose_last_role_ended_can_still_be_off_boarded(house: House, noor: Actor) -> None:
    end_role(RoleHeld.objects.get(person=noor.id).pk, "moved", by=house.as_sam, now=SOON)
    leave(noor.id, "and gone", by=house.as_sam, now=SOON)
    assert Person.objects.get(pk=noor.id).state == PersonState.LEFT
    with pytest.raises(LogInRefused):
        log_in("n.berg", PASSWORD, by=anonymous(HOME), now=SOON)


def test_a_shorter_role_doesnt_shorten_a_longer_one_and_a_longer_one_lengthens(house: House, noor: Actor) -> None:
    for ends_at, then in ((SOON + DAY, None), (None, None)):
        asked = ask_role(noor.id, Asked(Role.CARE_PROFESSIONAL, WARD, ends_at), by=house.as_anna, now=SOON)
        approve_registration(asked, by=house.as_sam, now=SOON)
        lasting = RoleHeld.objects.filter(person=noor.id, until=None)
        assert [each.until for each in lasting] == [then]


@pytest.fixture
def second(house: House) -> Actor:
    """Is administrator until the first of December."""
    someone = admitted(
        Role.ADMINISTRATOR,
        "Bea",
        "bea",
        asked_by=house.as_anna,
        approved_by=house.as_sam,
        now=NOON,
        ends_at=NOON + 10 * DAY,
    )
    return acting(someone)


def test_standing_in_ends_when_the_role_of_the_other_was_planned_to_end(
    house: House, noor: Actor, second: Actor
) -> None:
    with pytest.raises(EndRefused):
        ask_delegation(noor.id, Asked(Role.ADMINISTRATOR, None, NOON + 11 * DAY), by=second, now=SOON)
    with pytest.raises(EndRefused):
        ask_delegation(noor.id, Asked(Role.ADMINISTRATOR), by=house.as_anna, now=SOON)
    asked = ask_delegation(noor.id, Asked(Role.ADMINISTRATOR, None, NOON + 10 * DAY), by=second, now=SOON)
    RoleHeld.objects.filter(person=second.id).update(until=NOON + 5 * DAY)
    approve_registration(asked, by=house.as_sam, now=SOON)
    held = RoleHeld.objects.get(person=noor.id, role="administrator")
    assert (held.until, held.delegated_by) == (NOON + 5 * DAY, second.id)


def test_nobody_stands_in_for_someone_who_lost_the_role_meanwhile(house: House, noor: Actor, second: Actor) -> None:
    asked = ask_delegation(noor.id, Asked(Role.ADMINISTRATOR, None, NOON + 9 * DAY), by=second, now=SOON)
    end_role(RoleHeld.objects.get(person=second.id).pk, "no longer", by=house.as_sam, now=SOON)
    with pytest.raises(RoleNotHeld):
        approve_registration(asked, by=house.as_sam, now=SOON)
    with pytest.raises(RoleNotHeld):
        ask_delegation(noor.id, Asked(Role.ADMINISTRATOR, None, NOON + 9 * DAY), by=second, now=SOON)


def test_standing_in_ends_with_the_other_and_cant_be_passed_on(house: House, noor: Actor, second: Actor) -> None:
    asked = ask_delegation(noor.id, Asked(Role.ADMINISTRATOR, None, NOON + 9 * DAY), by=second, now=SOON)
    approve_registration(asked, by=house.as_sam, now=SOON)
    stands_in = replace(noor, grants=house.as_anna.grants)
    with pytest.raises(RoleNotHeld):
        ask_delegation(house.as_anna.id, Asked(Role.ADMINISTRATOR, None, NOON + 8 * DAY), by=stands_in, now=SOON)
    leave(second.id, "gone", by=house.as_anna, now=SOON + DAY)
    assert RoleHeld.objects.get(person=noor.id, role="administrator").until == SOON + DAY


def test_who_only_stands_in_doesnt_let_the_last_administrator_go(house: House, noor: Actor) -> None:
    asked = ask_delegation(noor.id, Asked(Role.ADMINISTRATOR, None, NOON + 9 * DAY), by=house.as_anna, now=SOON)
    approve_registration(asked, by=house.as_sam, now=SOON)
    with pytest.raises(LastOfItsRole):
        leave(house.as_anna.id, "gone", by=house.as_sam, now=SOON)
    with pytest.raises(LastOfItsRole):
        end_role(RoleHeld.objects.get(person=house.as_anna.id).pk, "gone", by=house.as_sam, now=SOON)


def test_an_access_that_ended_before_it_was_taken_up_opens_nothing(house: House) -> None:
    issued = ask_registration("Piet", Asked(Role.DEVELOPER, None, NOON + DAY), by=house.as_anna, now=NOON)
    identify(issued.id, PASSPORT, by=house.as_anna, now=NOON)
    approve_registration(issued.id, by=house.as_sam, now=NOON)
    with pytest.raises(CodeUnknown):
        enrolled(issued, "Piet", "piet", now=NOON + DAY)
