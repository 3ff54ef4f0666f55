"""Separation of duties: which roles one person can't hold together, why, and that no way leads around it."""

from datetime import timedelta
from itertools import combinations

import pytest
from tests.accounts.conftest import House
from tests.cast import NOON, SCOPE

from waarborg.accounts.models import Person, RoleHeld
from waarborg.accounts.operations import (
    DutiesClash,
    ScopeUnfit,
    approve_registration,
    ask_delegation,
    ask_registration,
    ask_role,
    confirm_factor,
    identify,
    open_factor_to_enrol,
    register,
)
from waarborg.accounts.queries import anonymous
from waarborg.accounts.rules.duties import CONFLICTS, NARROWED_TO, Conflict, clashes, require_fitting, require_separate
from waarborg.accounts.rules.factors import code_at, step_at
from waarborg.accounts.testing import HOME, PASSPORT, PASSWORD, admitted, signed_in
from waarborg.accounts.values import Asked, NewPerson, Role, Stage
from waarborg.kernel.references import Reference, new_id

REVIEWED = {
    ("administrator", "auditor"): "judges_own_work",
    ("administrator", "log_administrator"): "covers_tracks",
    ("administrator", "privacy_officer"): "not_independent",
    ("administrator", "security_officer"): "approves_own",
    ("auditor", "board_member"): "judges_own_work",
    ("auditor", "developer"): "judges_own_work",
    ("auditor", "device_manager"): "judges_own_work",
    ("auditor", "devops_lead"): "judges_own_work",
    ("auditor", "log_administrator"): "judges_own_work",
    ("auditor", "privacy_officer"): "judges_own_work",
    ("auditor", "security_officer"): "judges_own_work",
    ("auditor", "team_manager"): "judges_own_work",
    ("board_member", "privacy_officer"): "not_independent",
    ("care_professional", "log_administrator"): "covers_tracks",
    ("developer", "log_administrator"): "covers_tracks",
    ("developer", "privacy_officer"): "not_independent",
    ("device_manager", "privacy_officer"): "not_independent",
    ("devops_lead", "log_administrator"): "covers_tracks",
    ("devops_lead", "privacy_officer"): "not_independent",
    ("log_administrator", "security_officer"): "covers_tracks",
    ("log_administrator", "team_manager"): "covers_tracks",
}
"""The pairs as they were reviewed; never made from the table."""
TRIED = [("administrator", "security_officer"), ("auditor", "developer"), ("board_member", "privacy_officer")]
"""Three of them, of a reason each, with rows; that every pair clashes is a rule, tried without."""


def test_the_pairs_are_the_reviewed_ones_and_each_has_one_reason() -> None:
    assert {tuple(sorted(role.value for role in pair)): why.value for pair, why in CONFLICTS.items()} == REVIEWED


@pytest.mark.parametrize(("one", "other"), list(combinations(Role, 2)))
def test_a_pair_clashes_both_ways_or_not_at_all(one: Role, other: Role) -> None:
    why = REVIEWED.get((min(one, other), max(one, other)))
    for held, asked in ((one, other), (other, one)):
        found = clashes([held], asked)
        assert [(clash.held, clash.asked, clash.why.value) for clash in found] == ([(held, asked, why)] if why else [])


@pytest.mark.parametrize(("held", "asked"), sorted(REVIEWED))
def test_every_reviewed_pair_is_refused_whatever_is_held_beside(held: str, asked: str) -> None:
    for one, other in ((held, asked), (asked, held)):
        with pytest.raises(DutiesClash) as refused:
            require_separate([Role.CARE_PROFESSIONAL, Role(one)], Role(other))
        assert Conflict(REVIEWED[held, asked]) in [clash.why for clash in refused.value.clashes]


def test_a_role_doesnt_clash_with_itself() -> None:
    assert [clashes([role], role) for role in Role] == [()] * len(Role)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("kind", ["ward", "device_group", "application", "person"])
def test_a_role_is_narrowed_to_one_kind_of_thing_or_to_none(role: Role, kind: str) -> None:
    thing = Reference(kind, new_id())
    require_fitting(role, None)
    if NARROWED_TO.get(role) == kind:
        require_fitting(role, thing)
        return
    with pytest.raises(ScopeUnfit):
        require_fitting(role, thing)


def someone_with(role: Role, house: House) -> Person:
    admitted(role, "Iemand", "iemand", asked_by=house.as_anna, approved_by=house.as_sam, now=NOON)
    return RoleHeld.objects.filter(role=role).latest("at", "pk").person


@pytest.mark.parametrize(("held", "asked"), TRIED)
def test_a_clash_is_refused_at_the_request(house: House, held: str, asked: str) -> None:
    someone = someone_with(Role(held), house)
    with pytest.raises(DutiesClash) as refused:
        ask_role(someone.pk, Asked(Role(asked)), by=house.as_anna, now=NOON)
    assert [clash.why for clash in refused.value.clashes] == [Conflict(REVIEWED[held, asked])]


@pytest.mark.parametrize(("held", "asked"), TRIED)
def test_two_requests_that_clash_are_not_both_approved(house: House, held: str, asked: str) -> None:
    someone = someone_with(Role(held), house)
    someone.roles.update(until=NOON)
    waiting = [ask_role(someone.pk, Asked(Role(role)), by=house.as_anna, now=NOON) for role in (held, asked)]
    approve_registration(waiting[0], by=house.as_sam, now=NOON)
    with pytest.raises(DutiesClash):
        approve_registration(waiting[1], by=house.as_sam, now=NOON)
    assert not someone.roles.filter(role=asked).exists()


@pytest.mark.parametrize(("held", "asked"), TRIED)
def test_a_clash_is_refused_at_first_use(house: House, held: str, asked: str) -> None:
    issued = ask_registration("Iemand", Asked(Role(asked)), by=house.as_anna, now=NOON)
    identify(issued.id, PASSPORT, by=house.as_anna, now=NOON)
    approve_registration(issued.id, by=house.as_sam, now=NOON)
    new = NewPerson("Iemand", "iemand", "iemand@example.org", PASSWORD)
    token = register(issued.code, new, by=anonymous(HOME), now=NOON).token
    here = signed_in(token, now=NOON, stage=Stage.ENROL)
    RoleHeld.objects.create(  # as if it came in between, by whatever way
        id=new_id(), scope=SCOPE, person_id=here.actor.id, role=held, granted_by=new_id(), at=NOON, confirmed_at=NOON
    )
    secret = open_factor_to_enrol(session=here.session, by=here.actor, now=NOON).secret
    with pytest.raises(DutiesClash):
        confirm_factor(code_at(secret, step_at(NOON)), session=here.session, by=here.actor, now=NOON)
    assert signed_in(token, now=NOON).stage is Stage.ENROL


def test_who_stands_in_is_held_to_the_same(house: House) -> None:
    auditor = someone_with(Role.AUDITOR, house)
    with pytest.raises(DutiesClash):
        ask_delegation(
            auditor.pk, Asked(Role.ADMINISTRATOR, None, NOON + timedelta(days=7)), by=house.as_anna, now=NOON
        )


def test_an_ended_role_stands_in_nobodys_way(house: House) -> None:
    someone = someone_with(Role.AUDITOR, house)
    someone.roles.update(until=NOON)
    admitted_later = ask_role(someone.pk, Asked(Role.DEVOPS_LEAD), by=house.as_anna, now=NOON)
    approve_registration(admitted_later, by=house.as_sam, now=NOON)
    assert someone.roles.filter(role="devops_lead", until=None).exists()
