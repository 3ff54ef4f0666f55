"""Two at the same moment, on threads with connections of their own: what may happen once happens once, and who left is out."""

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

import pytest
from django.db import connections
from tests.accounts.conftest import House
from tests.cast import NOON

from waarborg.accounts.models import Person, Registration, RoleHeld, Session
from waarborg.accounts.operations import (
    CodeRefused,
    CodeUnknown,
    DutiesClash,
    LastOfItsRole,
    LogInRefused,
    NotAtThisStage,
    PersonUnknown,
    RegistrationRefused,
    acknowledge_notice,
    approve_registration,
    ask_registration,
    ask_return,
    ask_role,
    confirm_factor,
    identify,
    leave,
    log_in,
    note_seen,
    open_factor_to_enrol,
    prove_factor,
    register,
    withdraw_registration,
)
from waarborg.accounts.operations.machines import NameTaken, ask_service
from waarborg.accounts.queries import actor_for, anonymous
from waarborg.accounts.rules.factors import code_at, step_at
from waarborg.accounts.testing import HOME, NOTICE, PASSPORT, PASSWORD, Someone, admitted, entered, signed_in
from waarborg.accounts.values import Asked, IssuedCode, NewPerson, PersonState, Role, Stage
from waarborg.accounts.values.machines import MachineKind, NewMachine

REFUSED = (
    CodeRefused,
    CodeUnknown,
    DutiesClash,
    LastOfItsRole,
    LogInRefused,
    NameTaken,
    NotAtThisStage,
    PersonUnknown,
    RegistrationRefused,
)
LATER = NOON + timedelta(minutes=5)
NEW = NewPerson("Noor Bakker", "noor", "noor@example.org", PASSWORD)
ROUNDS = 4


def at_once(acts: Sequence[Callable[[], object]]) -> list[str]:
    """Do all of them at the same moment and return what each came to, in their order: done, or the refusal's name."""
    came_to, together = [""] * len(acts), threading.Barrier(len(acts))

    def one(place: int) -> None:
        together.wait()
        try:
            acts[place]()
            came_to[place] = "done"
        except REFUSED as refused:
            came_to[place] = type(refused).__name__
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert "" not in came_to, "none may break off or wait for ever"
    return came_to


def waiting(house: House) -> IssuedCode:
    issued = ask_registration("Noor", Asked(Role.DEVOPS_LEAD), by=house.as_anna, now=NOON)
    identify(issued.id, PASSPORT, by=house.as_anna, now=NOON)
    return issued


def approved(house: House) -> IssuedCode:
    issued = waiting(house)
    approve_registration(issued.id, by=house.as_sam, now=NOON)
    return issued


@pytest.fixture
def noor(house: House) -> Someone:
    return admitted(Role.DEVOPS_LEAD, "Noor", "noor", asked_by=house.as_anna, approved_by=house.as_sam, now=NOON)


def id_of(house: House) -> "Person":
    return RoleHeld.objects.get(role="devops_lead", until=None).person


def test_two_approvals_at_once_are_one(house: House) -> None:
    issued = waiting(house)
    approve = lambda: approve_registration(issued.id, by=house.as_sam, now=NOON)  # noqa: E731 - done four times at once
    assert sorted(at_once([approve] * 4)) == ["RegistrationRefused"] * 3 + ["done"]


def test_a_role_that_is_approved_twice_at_once_is_held_once(house: House, noor: Someone) -> None:
    asked = [ask_role(id_of(house).pk, Asked(Role.DEVELOPER), by=house.as_anna, now=NOON) for _ in range(3)]
    acts = [lambda each=each: approve_registration(each, by=house.as_sam, now=NOON) for each in asked]
    assert at_once(acts) == ["done"] * 3
    assert RoleHeld.objects.filter(role="developer", until=None).count() == 1


def test_of_two_roles_that_clash_approved_at_once_one_is_held(house: House, noor: Someone) -> None:
    person = id_of(house)
    person.roles.update(until=NOON)
    asked = [ask_role(person.pk, Asked(role), by=house.as_anna, now=NOON) for role in (Role.AUDITOR, Role.DEVELOPER)]
    acts = [lambda each=each: approve_registration(each, by=house.as_sam, now=NOON) for each in asked]
    assert sorted(at_once(acts)) == ["DutiesClash", "done"]
    assert person.roles.filter(until=None).count() == 1


def test_approving_while_withdrawing_comes_to_withdrawn(house: House) -> None:
    for _ in range(ROUNDS):
        issued = waiting(house)
        came_to = at_once(
            [
                partial(approve_registration, issued.id, by=house.as_sam, now=NOON),
                partial(withdraw_registration, issued.id, by=house.as_anna, now=NOON),
            ]
        )
        assert came_to[1] == "done"
        assert Registration.objects.get(pk=issued.id).withdrawn_at is not None
        with pytest.raises(CodeUnknown):
            register(issued.code, NEW, by=anonymous(HOME), now=NOON)


def test_two_uses_of_one_code_make_one_person(house: House) -> None:
    issued = approved(house)
    before = Person.objects.count()
    people = [NewPerson("Iemand", f"iemand.{number}", "i@example.org", PASSWORD) for number in range(4)]
    acts = [lambda new=new: register(issued.code, new, by=anonymous(HOME), now=NOON) for new in people]
    assert sorted(at_once(acts)) == ["CodeUnknown"] * 3 + ["done"]
    assert Person.objects.count() == before + 1


def test_using_a_code_while_it_is_withdrawn_is_one_or_the_other(house: House) -> None:
    issued = approved(house)
    came_to = at_once(
        [
            lambda: register(issued.code, NEW, by=anonymous(HOME), now=NOON),
            lambda: withdraw_registration(issued.id, by=house.as_anna, now=NOON),
        ]
    )
    assert sorted(came_to) in (["CodeUnknown", "done"], ["RegistrationRefused", "done"])
    row = Registration.objects.get(pk=issued.id)
    assert (row.used_at is None) != (row.withdrawn_at is None)


def test_two_leaves_to_return_used_at_once_bring_one_back(house: House, noor: Someone) -> None:
    person = id_of(house)
    leave(person.pk, "away", by=house.as_anna, now=NOON)
    codes = [ask_return(person.pk, Asked(Role.DEVOPS_LEAD), by=house.as_anna, now=NOON) for _ in range(2)]
    for each in codes:
        identify(each.id, PASSPORT, by=house.as_anna, now=NOON)
        approve_registration(each.id, by=house.as_sam, now=NOON)
    acts = [
        lambda code=code: register(code.code, NEW, by=anonymous(HOME), now=NOON) for code in (each for each in codes)
    ]
    assert sorted(at_once(acts)) == ["CodeUnknown", "done"]


def out(house: House, tokens: Sequence[str]) -> None:
    """Hold that nothing opens for who left: no token, no password."""
    assert [actor_for(token, LATER, HOME) for token in tokens] == [None] * len(tokens)
    gone = Person.objects.get(state=PersonState.LEFT)
    assert not gone.roles.filter(until=None).exists()
    with pytest.raises(LogInRefused):
        log_in("noor", PASSWORD, by=anonymous(HOME), now=LATER)


def test_leaving_while_logging_in(house: House, noor: Someone) -> None:
    person, tokens = id_of(house), list[str]()
    acts: list[Callable[[], object]] = [
        lambda: tokens.append(log_in("noor", PASSWORD, by=anonymous(HOME), now=LATER).token) for _ in range(3)
    ]
    acts.insert(1, lambda: leave(person.pk, "gone", by=house.as_anna, now=LATER))
    assert at_once(acts)[1] == "done"
    out(house, tokens)


def test_leaving_while_confirming_a_first_factor(house: House) -> None:
    issued = approved(house)
    token = register(issued.code, NEW, by=anonymous(HOME), now=LATER).token
    here = signed_in(token, now=LATER, stage=Stage.ENROL)
    secret = open_factor_to_enrol(session=here.session, by=here.actor, now=LATER).secret
    tokens = [token]

    def confirm() -> None:
        code = code_at(secret, step_at(LATER))
        tokens.append(confirm_factor(code, session=here.session, by=here.actor, now=LATER).token)

    came_to = at_once([confirm, lambda: leave(here.actor.id, "gone", by=house.as_anna, now=LATER)])
    assert came_to[1] == "done"
    out(house, tokens)


def test_leaving_while_a_session_comes_further_and_is_used(house: House, noor: Someone) -> None:
    person = id_of(house)
    used = entered(noor, now=NOON)
    using = signed_in(used, now=NOON + timedelta(minutes=1))
    halfway = signed_in(log_in("noor", PASSWORD, by=anonymous(HOME), now=LATER).token, now=LATER)
    tokens = [used]

    def further() -> None:
        code = noor.code(LATER)
        notice = prove_factor(code, session=halfway.session, by=halfway.actor, now=LATER).token
        tokens.append(notice)
        here = actor_for(notice, LATER, HOME)
        if here is not None:
            tokens.append(acknowledge_notice(NOTICE, session=here.session, by=here.actor, now=LATER).token)

    came_to = at_once(
        [
            further,
            lambda: leave(person.pk, "gone", by=house.as_anna, now=LATER),
            *[lambda: note_seen(session=using.session, by=using.actor, now=LATER)] * 2,
        ]
    )
    assert came_to[1] == "done"
    out(house, tokens)
    assert not Session.objects.filter(person=person.pk, ended_at=None, stage=Stage.FULL).exists()


def test_leaving_while_another_role_is_approved_leaves_none(house: House, noor: Someone) -> None:
    person = id_of(house)
    asked = ask_role(person.pk, Asked(Role.DEVELOPER), by=house.as_anna, now=NOON)
    came_to = at_once(
        [
            lambda: approve_registration(asked, by=house.as_sam, now=LATER),
            lambda: leave(person.pk, "gone", by=house.as_anna, now=LATER),
        ]
    )
    assert came_to[1] == "done"
    out(house, [])


def test_two_administrators_who_leave_at_once_leave_one(house: House) -> None:
    admitted(Role.ADMINISTRATOR, "Bea", "bea", asked_by=house.as_anna, approved_by=house.as_sam, now=NOON)
    both = list(RoleHeld.objects.filter(role="administrator").values_list("person", flat=True))
    acts = [lambda each=each: leave(each, "gone", by=house.as_sam, now=LATER) for each in both]
    assert sorted(at_once(acts)) == ["LastOfItsRole", "done"]


@pytest.mark.parametrize("name", [f"Belsysteem {number}" for number in range(ROUNDS)])
def test_two_who_ask_a_machine_of_one_name_hear_who_was_first(house: House, name: str) -> None:
    wanted = NewMachine(MachineKind.SYSTEM, name, "sam.visser", NOON + timedelta(days=30))
    acts = [partial(ask_service, wanted, by=by, now=LATER) for by in (house.as_anna, house.as_sam) * 3]
    assert sorted(at_once(acts)) == ["NameTaken"] * 5 + ["done"]
