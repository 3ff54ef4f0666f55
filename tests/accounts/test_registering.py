"""Registrations, passwords, a first factor: how someone gets in for the first time, and what keeps others out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from tests.accounts.conftest import House, logged
from tests.cast import NOON, SCOPE
from tests.simulators.databases import Engine

from waarborg.accounts.models import Authenticator, Identity, Registration, RoleHeld
from waarborg.accounts.operations import (
    AlreadyFounded,
    CodeRefused,
    CodeUnknown,
    DocumentRefused,
    LogInRefused,
    LoginTaken,
    NeedsAnother,
    NotAtThisStage,
    PasswordRefused,
    RegistrationRefused,
    RegistrationUnknown,
    approve_registration,
    ask_registration,
    confirm_factor,
    identify,
    log_in,
    open_factor_to_enrol,
    register,
    start_bootstrap,
    withdraw_registration,
)
from waarborg.accounts.permissions import REGISTER
from waarborg.accounts.queries import anonymous, is_founded
from waarborg.accounts.rules.factors import code_at, step_at
from waarborg.accounts.testing import CONSOLE, HOME, PASSPORT, PASSWORD, admitted, enrolled, entered, signed_in
from waarborg.accounts.values import Asked, DocumentKind, IdentityDocument, IssuedCode, NewPerson, Role, Stage
from waarborg.kernel.actor import Grant, NotAllowed, ProofTooOld, may
from waarborg.kernel.references import INSTALLATION
from waarborg.kernel.transactions import transaction

NOOR = NewPerson("Noor Bakker", "noor.bakker", "noor@example.org", PASSWORD)
SOON = NOON + timedelta(minutes=1)


def asked(house: House) -> IssuedCode:
    return ask_registration("Noor Bakker", Asked(Role.DEVOPS_LEAD), by=house.as_anna, now=NOON)


def identified(house: House) -> IssuedCode:
    issued = asked(house)
    identify(issued.id, PASSPORT, by=house.as_anna, now=NOON)
    return issued


def approved(house: House) -> IssuedCode:
    issued = identified(house)
    approve_registration(issued.id, by=house.as_sam, now=NOON)
    return issued


def test_identified_by_one_and_approved_by_another_someone_comes_in_with_that_role(house: House) -> None:
    noor = admitted(Role.DEVOPS_LEAD, "Noor", "noor", asked_by=house.as_anna, approved_by=house.as_sam, now=NOON)
    here = signed_in(entered(noor, now=NOON), now=SOON, stage=Stage.FULL)
    assert (here.name, here.actor.scope, here.actor.roles) == ("Noor", SCOPE, frozenset({"devops_lead"}))
    assert RoleHeld.objects.get(role="devops_lead").granted_by == house.as_sam.id
    assert Identity.objects.get().established_by == house.as_anna.id


def test_who_asked_cant_approve_and_the_table_refuses_it_too(house: House) -> None:
    issued = identified(house)
    with pytest.raises(NeedsAnother):
        approve_registration(issued.id, by=house.as_anna, now=NOON)
    with pytest.raises(IntegrityError), transaction():
        Registration.objects.filter(pk=issued.id).update(approved_by=house.as_anna.id, approved_at=NOON)


def test_who_established_the_identity_cant_approve_and_the_table_refuses_it_too(house: House) -> None:
    issued = asked(house)
    identify(issued.id, PASSPORT, by=house.as_sam, now=NOON)
    with pytest.raises(NeedsAnother):
        approve_registration(issued.id, by=house.as_sam, now=NOON)
    with pytest.raises(IntegrityError), transaction():
        Registration.objects.filter(pk=issued.id).update(approved_by=house.as_sam.id, approved_at=NOON)


def test_nobody_is_approved_before_their_identity_was_established_and_the_table_refuses_it_too(house: House) -> None:
    issued = asked(house)
    with pytest.raises(RegistrationRefused):
        approve_registration(issued.id, by=house.as_sam, now=NOON)
    with pytest.raises(IntegrityError), transaction():
        Registration.objects.filter(pk=issued.id).update(approved_by=house.as_sam.id, approved_at=NOON)


def test_approving_wants_a_second_factor_of_just_now(house: House) -> None:
    issued = identified(house)
    with pytest.raises(ProofTooOld):
        approve_registration(issued.id, by=replace(house.as_sam, fresh=False), now=NOON)
    with pytest.raises(CodeUnknown):
        register(issued.code, NOOR, by=anonymous(HOME), now=NOON)


@pytest.mark.parametrize(
    "document",
    [
        IdentityDocument(DocumentKind.PASSPORT, "  "),
        IdentityDocument(DocumentKind.PASSPORT, "X" * 21),
        IdentityDocument(DocumentKind.IDENTITY_CARD, "SPECI2014", date(2026, 11, 20)),
    ],
)
def test_a_document_that_proves_nothing_is_refused(house: House, document: IdentityDocument) -> None:
    issued = asked(house)
    with pytest.raises(DocumentRefused):
        identify(issued.id, document, by=house.as_anna, now=NOON)
    assert not Identity.objects.exists()


def test_a_document_of_which_this_is_the_last_day_still_proves_it_and_holds_no_longer(house: House) -> None:
    issued = asked(house)
    identify(issued.id, replace(PASSPORT, valid_until=date(2026, 11, 21)), by=house.as_anna, now=NOON)
    assert Identity.objects.get().holds_until - NOON < timedelta(hours=12)


@pytest.mark.parametrize("prepare", [asked, identified])
def test_a_registration_that_nobody_approved_opens_nothing(
    house: House, prepare: Callable[[House], IssuedCode]
) -> None:
    with pytest.raises(CodeUnknown):
        register(prepare(house).code, NOOR, by=anonymous(HOME), now=NOON)


def test_a_withdrawn_registration_opens_nothing(house: House) -> None:
    issued = approved(house)
    withdraw_registration(issued.id, by=house.as_anna, now=NOON)
    with pytest.raises(CodeUnknown):
        register(issued.code, NOOR, by=anonymous(HOME), now=NOON)
    with pytest.raises(RegistrationRefused):
        approve_registration(issued.id, by=house.as_sam, now=NOON)


def test_a_code_opens_once(house: House) -> None:
    issued = approved(house)
    register(issued.code, NOOR, by=anonymous(HOME), now=NOON)
    other = NewPerson("Piet", "piet.vos", "piet@example.org", PASSWORD)
    with pytest.raises(CodeUnknown):
        register(issued.code, other, by=anonymous(HOME), now=NOON)


def test_a_code_opens_nothing_after_two_weeks(house: House) -> None:
    with pytest.raises(CodeUnknown):
        register(approved(house).code, NOOR, by=anonymous(HOME), now=NOON + timedelta(days=14))


def test_a_registration_of_another_scope_is_not_there(house: House) -> None:
    grants = frozenset({Grant("administrator", INSTALLATION)})
    elsewhere = replace(house.as_sam, scope=INSTALLATION, grants=grants)
    issued = identified(house)
    for act in (approve_registration, withdraw_registration):
        with pytest.raises(RegistrationUnknown):
            act(issued.id, by=elsewhere, now=NOON)
    with pytest.raises(RegistrationUnknown):
        identify(issued.id, PASSPORT, by=elsewhere, now=NOON)


def test_a_log_in_name_is_someones_however_it_is_spelled_and_the_registration_is_kept(house: House) -> None:
    issued = approved(house)
    taken = NewPerson("Noor Bakker", "ANNA.deBoer", "noor@example.org", PASSWORD)
    with pytest.raises(LoginTaken):
        register(issued.code, taken, by=anonymous(HOME), now=NOON)
    assert register(issued.code, NOOR, by=anonymous(HOME), now=NOON).stage is Stage.ENROL


def test_a_weak_password_is_refused_and_the_registration_is_kept(house: House) -> None:
    issued = approved(house)
    weak = NewPerson("Noor Bakker", "noor.bakker", "noor@example.org", "Welkom-Zorg-2026")
    with pytest.raises(PasswordRefused):
        register(issued.code, weak, by=anonymous(HOME), now=NOON)
    assert register(issued.code, NOOR, by=anonymous(HOME), now=NOON).stage is Stage.ENROL


def test_without_a_registration_nobody_learns_whether_a_name_is_taken_or_a_password_weak(house: House) -> None:
    for new in (NewPerson("A", "anna.deboer", "a@example.org", PASSWORD), NewPerson("B", "b", "b@example.org", "b")):
        with pytest.raises(CodeUnknown):
            register("AAAA-BBBB", new, by=anonymous(HOME), now=NOON)


def test_a_wrong_code_doesnt_enrol_a_factor(house: House) -> None:
    token = register(approved(house).code, NOOR, by=anonymous(HOME), now=NOON).token
    here = signed_in(token, now=NOON, stage=Stage.ENROL)
    with pytest.raises(CodeRefused):
        confirm_factor("000000", session=here.session, by=here.actor, now=NOON)
    assert signed_in(token, now=NOON).stage is Stage.ENROL


def test_an_interrupted_registration_is_taken_up_again_by_logging_in_while_it_holds(house: House) -> None:
    issued = approved(house)
    register(issued.code, NOOR, by=anonymous(HOME), now=NOON)
    again = log_in("noor.bakker", PASSWORD, by=anonymous(HOME), now=NOON + timedelta(days=13))
    assert again.stage is Stage.ENROL
    with pytest.raises(LogInRefused):
        log_in("noor.bakker", PASSWORD, by=anonymous(HOME), now=issued.expires_at)


def test_the_secret_is_shown_while_it_is_enrolled_and_never_again(house: House) -> None:
    token = register(approved(house).code, NOOR, by=anonymous(HOME), now=NOON).token
    here = signed_in(token, now=NOON)
    shown = open_factor_to_enrol(session=here.session, by=here.actor, now=NOON)
    assert shown.secret in shown.uri
    confirm_factor(code_at(shown.secret, step_at(NOON)), session=here.session, by=here.actor, now=NOON)
    with pytest.raises(NotAtThisStage):
        open_factor_to_enrol(session=here.session, by=here.actor, now=NOON)
    assert Authenticator.objects.filter(confirmed_at=None).count() == 0


def test_a_lead_may_not_ask_for_registrations_and_the_refusal_is_logged(house: House) -> None:
    noor = admitted(Role.DEVOPS_LEAD, "Noor", "noor", asked_by=house.as_anna, approved_by=house.as_sam, now=NOON)
    as_noor = signed_in(entered(noor, now=NOON), now=SOON).actor
    with pytest.raises(NotAllowed):
        ask_registration("Noor again", Asked(Role.ADMINISTRATOR), by=as_noor, now=NOON)
    assert logged(SCOPE, "accounts.registration_asked")[0].outcome == "4"


def test_until_both_have_registered_the_first_waits(database: Engine) -> None:
    administrator, officer = start_bootstrap(SCOPE, by=CONSOLE, now=NOON)
    anna = enrolled(administrator, "Anna de Boer", "anna.deboer", now=NOON)
    token = entered(anna, now=NOON)
    here = signed_in(token, now=SOON)
    assert (here.stage, here.actor.roles, is_founded(NOON)) == (Stage.WAITING, frozenset({"anonymous"}), False)
    enrolled(officer, "Sam Visser", "sam.visser", now=NOON)
    here = signed_in(token, now=SOON)
    assert (here.stage, here.actor.roles, is_founded(NOON)) == (Stage.FULL, frozenset({"administrator"}), True)


def test_a_second_bootstrap_replaces_codes_that_werent_used_and_ends_when_both_are_there(database: Engine) -> None:
    lost = start_bootstrap(SCOPE, by=CONSOLE, now=NOON)
    administrator, officer = start_bootstrap(SCOPE, by=CONSOLE, now=NOON)
    with pytest.raises(CodeUnknown):
        register(lost[0].code, NOOR, by=anonymous(HOME), now=NOON)
    enrolled(administrator, "Anna de Boer", "anna.deboer", now=NOON)
    (officer,) = start_bootstrap(SCOPE, by=CONSOLE, now=NOON)
    enrolled(officer, "Sam Visser", "sam.visser", now=NOON)
    with pytest.raises(AlreadyFounded):
        start_bootstrap(SCOPE, by=CONSOLE, now=NOON)


def test_a_founders_code_opens_nothing_after_72_hours(database: Engine) -> None:
    administrator, _ = start_bootstrap(SCOPE, by=CONSOLE, now=NOON)
    with pytest.raises(CodeUnknown):
        register(administrator.code, NOOR, by=anonymous(HOME), now=NOON + timedelta(hours=72))


def test_only_the_console_founds(house: House) -> None:
    with pytest.raises(NotAllowed):
        start_bootstrap(SCOPE, by=house.as_anna, now=NOON)


def test_registering_is_an_act_that_anyone_on_the_way_in_may_try() -> None:
    assert may(anonymous(HOME), REGISTER)
