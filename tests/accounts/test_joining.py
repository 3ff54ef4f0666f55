"""A first role at another institution on the account one has: by what two others did there, and never by one's own hand."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from tests.accounts.conftest import House, logged
from tests.accounts.test_races import at_once
from tests.cast import ELSEWHERE, NOON, SCOPE, person

from waarborg.accounts.models import Person, ProfessionalNumber, Registration, RoleHeld
from waarborg.accounts.operations import (
    CodeUnknown,
    DutiesClash,
    TooManyAttempts,
    approve_registration,
    ask_registration,
    ask_return,
    identify,
    join,
    leave,
    register,
    start_bootstrap,
    switch_scope,
    withdraw_registration,
)
from waarborg.accounts.queries import anonymous
from waarborg.accounts.testing import CONSOLE, HOME, PASSPORT, PASSWORD, Someone, admitted, entered, signed_in
from waarborg.accounts.values import (
    Asked,
    DocumentKind,
    IdentityDocument,
    IssuedCode,
    NewPerson,
    NumberKind,
    PersonState,
    Role,
    Stage,
    StatedNumber,
)
from waarborg.kernel.actor import Actor, NotAllowed, ProofTooOld
from waarborg.kernel.references import new_id

SOON = NOON + timedelta(minutes=2)
MIA, OLE = person(11, "administrator", ELSEWHERE), person(12, "security_officer", ELSEWHERE)
"""Administrator and security officer of the other institution."""
NEW = NewPerson("Noor Bakker", "noor.elsewhere", "noor@example.org", PASSWORD)


@dataclass(frozen=True)
class Joiner:
    """Noor, a lead who is in."""

    someone: Someone
    token: str
    actor: Actor

    def row(self) -> Person:
        return Person.objects.get(pk=self.actor.id)


@pytest.fixture
def noor(house: House) -> Joiner:
    someone = admitted(Role.DEVOPS_LEAD, "Noor", "noor", asked_by=house.as_anna, approved_by=house.as_sam, now=NOON)
    token = entered(someone, now=NOON)
    return Joiner(someone, token, signed_in(token, now=SOON).actor)


def approved(
    role: Role = Role.DEVELOPER,
    *,
    asked_by: Actor = MIA,
    identified_by: Actor = MIA,
    approved_by: Actor = OLE,
    document: IdentityDocument = PASSPORT,
    now: datetime = NOON,
) -> IssuedCode:
    issued = ask_registration("Noor Bakker", Asked(role), by=asked_by, now=now)
    identify(issued.id, document, by=identified_by, now=now, numbers=(StatedNumber(NumberKind.BIG, "12345678901"),))
    approve_registration(issued.id, by=approved_by, now=now)
    return issued


def roles_there(who: Joiner) -> list[str]:
    return sorted(RoleHeld.objects.filter(person=who.actor.id, scope=ELSEWHERE).values_list("role", flat=True))


def test_a_code_of_another_institution_gives_the_account_one_has_a_role_there(noor: Joiner) -> None:
    issued = approved()
    assert join(issued.code, by=noor.actor, now=SOON) == ELSEWHERE
    here = signed_in(noor.token, now=SOON, stage=Stage.FULL)
    assert here.scopes == (SCOPE, ELSEWHERE)
    assert here.actor.roles == {"devops_lead"}, "nothing of there counts here"
    there = signed_in(
        switch_scope(ELSEWHERE, session=here.session, by=here.actor, now=SOON).token, now=SOON, stage=Stage.FULL
    )
    assert (there.actor.id, there.actor.scope, there.actor.roles) == (
        noor.actor.id,
        ELSEWHERE,
        frozenset({"developer"}),
    )
    used = Registration.objects.get(pk=issued.id)
    assert (used.person_id, used.used_at, used.kind) == (noor.actor.id, SOON, "new")
    assert ProfessionalNumber.objects.get(scope=ELSEWHERE).person_id == noor.actor.id


def test_joining_stands_in_the_log_of_both_institutions(noor: Joiner) -> None:
    join(approved().code, by=noor.actor, now=SOON)
    assert [entry.outcome for entry in logged(SCOPE, "accounts.joining")] == ["0"]
    (there,) = logged(ELSEWHERE, "accounts.joined")
    assert there.detail == {"role": "developer"}
    assert not logged(SCOPE, "accounts.joined")


@pytest.mark.parametrize("part", ["asked", "identified", "approved"])
def test_whoever_asked_identified_or_approved_hears_of_no_code(noor: Joiner, part: str) -> None:
    asker, identifier, approver = (
        replace(one, id=noor.actor.id) if did == part else one
        for did, one in (("asked", MIA), ("identified", MIA), ("approved", OLE))
    )
    issued = approved(asked_by=asker, identified_by=identifier, approved_by=approver)
    with pytest.raises(CodeUnknown):
        join(issued.code, by=noor.actor, now=SOON)
    assert roles_there(noor) == []
    assert Registration.objects.get(pk=issued.id).used_at is None


def asked_only() -> IssuedCode:
    return ask_registration("Noor", Asked(Role.DEVELOPER), by=MIA, now=NOON)


def identified_only() -> IssuedCode:
    issued = asked_only()
    identify(issued.id, PASSPORT, by=MIA, now=NOON)
    return issued


def withdrawn() -> IssuedCode:
    issued = approved()
    withdraw_registration(issued.id, by=OLE, now=NOON)
    return issued


def used_before() -> IssuedCode:
    issued = approved()
    register(issued.code, NEW, by=anonymous(HOME), now=NOON)
    return issued


def expired() -> IssuedCode:
    return approved(now=NOON - timedelta(days=14))


@pytest.mark.parametrize("made", [asked_only, identified_only, withdrawn, used_before, expired])
def test_only_what_was_identified_and_approved_and_waits_lets_anyone_join(
    noor: Joiner, made: Callable[[], IssuedCode]
) -> None:
    issued = made()
    with pytest.raises(CodeUnknown):
        join(issued.code, by=noor.actor, now=SOON)
    assert roles_there(noor) == []


def test_a_founders_code_or_a_returners_is_for_nobody_who_is_here(house: House, noor: Joiner) -> None:
    RoleHeld.objects.filter(role="security_officer").update(until=NOON)
    founders = start_bootstrap(ELSEWHERE, by=CONSOLE, now=NOON)
    RoleHeld.objects.filter(role="security_officer").update(until=None)
    admitted(Role.DEVELOPER, "Piet", "piet", asked_by=house.as_anna, approved_by=house.as_sam, now=NOON)
    piet = RoleHeld.objects.get(role="developer").person
    leave(piet.pk, "gone", by=house.as_anna, now=NOON)
    returning = ask_return(piet.pk, Asked(Role.DEVELOPER), by=house.as_anna, now=NOON)
    identify(returning.id, PASSPORT, by=house.as_anna, now=NOON)
    approve_registration(returning.id, by=house.as_sam, now=NOON)
    for code in (founders[0].code, returning.code, "AAAA-BBBB"):
        with pytest.raises(CodeUnknown):
            join(code, by=noor.actor, now=SOON)


def test_joining_wants_a_second_factor_of_just_now_and_somebody_who_is_in(noor: Joiner) -> None:
    issued = approved()
    with pytest.raises(ProofTooOld):
        join(issued.code, by=replace(noor.actor, fresh=False), now=SOON)
    with pytest.raises(NotAllowed):
        join(issued.code, by=anonymous(HOME), now=SOON)
    assert roles_there(noor) == []


def test_an_identity_holds_no_shorter_by_joining(noor: Joiner) -> None:
    before = noor.row().verify_before
    soon_over = IdentityDocument(DocumentKind.PASSPORT, "SPECI2014", date(2026, 12, 24))
    join(approved(document=soon_over).code, by=noor.actor, now=SOON)
    assert noor.row().verify_before == before


def test_an_identity_seen_later_holds_longer(noor: Joiner) -> None:
    later, before = NOON + timedelta(days=100), noor.row().verify_before
    join(approved(now=later).code, by=noor.actor, now=later)
    assert noor.row().verify_before == before + timedelta(days=100)


def test_duties_are_kept_apart_where_one_joins_and_only_there(noor: Joiner) -> None:
    join(approved(Role.AUDITOR).code, by=noor.actor, now=SOON)
    second = approved(Role.DEVELOPER)
    with pytest.raises(DutiesClash):
        join(second.code, by=noor.actor, now=SOON)
    assert roles_there(noor) == ["auditor"]
    assert Registration.objects.get(pk=second.id).used_at is None


def test_whoever_left_joins_nothing_with_a_page_that_was_still_open(house: House, noor: Joiner) -> None:
    issued = approved()
    leave(noor.actor.id, "gone", by=house.as_anna, now=NOON)
    with pytest.raises(CodeUnknown):
        join(issued.code, by=noor.actor, now=SOON)
    assert (roles_there(noor), noor.row().state) == ([], PersonState.LEFT)


def test_an_identity_that_is_out_of_date_joins_nothing(noor: Joiner) -> None:
    issued = approved()
    Person.objects.filter(pk=noor.actor.id).update(verify_before=NOON)
    with pytest.raises(CodeUnknown):
        join(issued.code, by=noor.actor, now=SOON)
    assert roles_there(noor) == []


def test_who_guesses_codes_waits(noor: Joiner) -> None:
    for number in range(10):
        with pytest.raises(CodeUnknown):
            join(f"AAAA-{number}", by=noor.actor, now=SOON)
    with pytest.raises(TooManyAttempts):
        join(approved().code, by=noor.actor, now=SOON)


def test_someone_who_went_from_one_institution_stays_at_the_other(house: House, noor: Joiner) -> None:
    join(approved().code, by=noor.actor, now=SOON)
    leave(noor.actor.id, "elsewhere now", by=house.as_anna, now=SOON)
    again = entered(noor.someone, now=SOON)
    here = signed_in(again, now=SOON + timedelta(minutes=2), stage=Stage.FULL)
    assert (here.actor.scope, here.scopes) == (ELSEWHERE, (ELSEWHERE,))


def test_a_code_is_used_once_when_two_use_it_at_the_same_moment(noor: Joiner) -> None:
    issued = approved()
    new = replace(NEW, login=f"noor.{new_id()}")
    came_to = at_once(
        [
            lambda: join(issued.code, by=noor.actor, now=SOON),
            lambda: join(issued.code, by=noor.actor, now=SOON),
            lambda: register(issued.code, new, by=anonymous(HOME), now=SOON),
        ]
    )
    assert sorted(came_to) == ["CodeUnknown", "CodeUnknown", "done"]
    assert len(roles_there(noor)) == came_to[:2].count("done")


def test_who_leaves_at_the_moment_of_joining_is_out_or_there_but_never_both(house: House, noor: Joiner) -> None:
    issued = approved()
    joined, left = at_once(
        [
            lambda: join(issued.code, by=noor.actor, now=SOON),
            lambda: leave(noor.actor.id, "gone", by=house.as_anna, now=SOON),
        ]
    )
    assert left == "done"
    assert (noor.row().state == PersonState.ACTIVE) is (joined == "done")
    assert (roles_there(noor) == ["developer"]) is (joined == "done")
