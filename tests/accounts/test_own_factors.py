"""One's own factors: seen, replaced, removed but for the last, recovery codes, and a proof once more."""

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections
from tests.accounts.conftest import House, logged
from tests.accounts.test_across_processes import at_once
from tests.cast import NOON, SCOPE
from tests.simulators.authenticator import Authenticator
from tests.simulators.databases import Engine

from waarborg.accounts.models import Authenticator as Kept
from waarborg.accounts.models import RecoveryCode, Session
from waarborg.accounts.operations import (
    CodeRefused,
    FactorUnknown,
    LastFactor,
    LogInRefused,
    NotAtThisStage,
    OldPasswordRefused,
    PasswordRefused,
    TooManyAttempts,
    acknowledge_notice,
    add_passkey,
    begin_passkey,
    begin_totp,
    change_password,
    confirm_totp,
    log_in,
    make_recovery_codes,
    note_seen,
    open_account,
    prove_again,
    prove_factor,
    remove_authenticator,
    use_recovery_code,
)
from waarborg.accounts.queries import actor_for, anonymous
from waarborg.accounts.rules.factors import code_at, step_at
from waarborg.accounts.rules.passwords import Weakness
from waarborg.accounts.rules.registrations import ALPHABET
from waarborg.accounts.testing import HOME, PASSWORD, entered, signed_in
from waarborg.accounts.values import FactorKind, SignedIn, Stage
from waarborg.kernel.actor import ProofTooOld

REMOVER = Path(__file__).with_name("remove_factor.py")
LATER = NOON + timedelta(hours=1)
IN = LATER + timedelta(minutes=1)
NEXT = IN + timedelta(minutes=2)
NEW_PASSWORD = "drie knotwilgen aan 't water"


@pytest.fixture
def here(house: House) -> SignedIn:
    return signed_in(entered(house.anna, now=LATER), now=IN)


def at_factor(house: House, *, now: timedelta = timedelta(0)) -> SignedIn:
    return signed_in(log_in(house.anna.login, PASSWORD, by=anonymous(HOME), now=NEXT + now).token, now=NEXT + now)


def add_phone(here: SignedIn) -> None:
    options = begin_passkey(session=here.session, by=here.actor, now=IN)
    add_passkey(Authenticator().create(options), "phone", session=here.session, by=here.actor, now=IN)


def living(here: SignedIn) -> list[Kept]:
    return list(Kept.objects.filter(person=here.actor.id, removed_at=None).order_by("created_at"))


def test_an_account_says_what_there_is_and_reading_it_is_logged(here: SignedIn) -> None:
    account = open_account(session=here.session, by=here.actor, now=IN)
    assert (account.name, account.login, account.email) == ("Anna de Boer", "anna.deboer", "anna.deboer@example.org")
    (app,) = account.authenticators
    assert (app.kind, app.last_used_at) == (FactorKind.TOTP, IN)
    assert (account.recovery_codes_left, account.password_changed_at, account.elsewhere) == (0, NOON, ())
    assert "Anna" not in repr(account)
    assert len(logged(SCOPE, "accounts.own_account_read")) == 1


def test_nobody_reads_of_an_account_in_anothers_session_or_halfway_in(house: House, here: SignedIn) -> None:
    with pytest.raises(NotAtThisStage):
        open_account(session=here.session, by=house.as_sam, now=IN)
    coming = at_factor(house)
    with pytest.raises(NotAtThisStage):
        open_account(session=coming.session, by=coming.actor, now=NEXT)


def test_a_second_app_takes_the_place_of_the_first_once_it_is_proven(house: House, here: SignedIn) -> None:
    (first,) = living(here)
    new = begin_totp(by=here.actor, now=IN)
    assert living(here) == [first]
    with pytest.raises(CodeRefused):
        confirm_totp("000000", "new phone", by=here.actor, now=IN)
    assert living(here) == [first]
    confirm_totp(code_at(new.secret, step_at(IN)), "new phone", by=here.actor, now=IN)
    (second,) = living(here)
    assert second.pk != first.pk
    old, found = at_factor(house), replace(house.anna, secret=new.secret)
    with pytest.raises(CodeRefused):
        prove_factor(house.anna.code(NEXT), session=old.session, by=old.actor, now=NEXT)
    assert prove_factor(found.code(NEXT), session=old.session, by=old.actor, now=NEXT).stage is Stage.NOTICE
    assert logged(SCOPE, "accounts.app_added")[0].detail == {"replaced": 1}


def test_the_code_that_confirmed_an_app_proves_nothing_more(house: House, here: SignedIn) -> None:
    new = begin_totp(by=here.actor, now=IN)
    code = code_at(new.secret, step_at(IN))
    confirm_totp(code, "", by=here.actor, now=IN)
    with pytest.raises(FactorUnknown):
        confirm_totp(code, "", by=here.actor, now=IN)
    with pytest.raises(CodeRefused):
        prove_again(code, session=here.session, by=here.actor, now=IN)


def test_an_app_that_took_too_long_or_was_begun_by_another_is_not_there(house: House, here: SignedIn) -> None:
    code = code_at(begin_totp(by=here.actor, now=IN).secret, step_at(IN))
    with pytest.raises(FactorUnknown):
        confirm_totp(code, "", by=house.as_sam, now=IN)
    late = IN + timedelta(minutes=15)
    with pytest.raises(FactorUnknown):
        confirm_totp(code, "", by=here.actor, now=late)


def test_guessing_codes_for_a_new_app_ends(here: SignedIn) -> None:
    begin_totp(by=here.actor, now=IN)
    for _ in range(10):
        with pytest.raises(CodeRefused):
            confirm_totp("000000", "", by=here.actor, now=IN)
    with pytest.raises(TooManyAttempts):
        confirm_totp("000000", "", by=here.actor, now=IN)


def test_the_second_factor_cant_be_switched_off(house: House, here: SignedIn) -> None:
    make_recovery_codes(by=here.actor, now=IN)
    (only,) = living(here)
    with pytest.raises(LastFactor):
        remove_authenticator(only.pk, by=here.actor, now=IN)
    add_phone(here)
    with pytest.raises(FactorUnknown):
        remove_authenticator(only.pk, by=house.as_sam, now=IN)
    remove_authenticator(only.pk, by=here.actor, now=IN)
    (phone,) = living(here)
    assert phone.kind == FactorKind.PASSKEY
    with pytest.raises(LastFactor):
        remove_authenticator(phone.pk, by=here.actor, now=IN)
    with pytest.raises(FactorUnknown):
        remove_authenticator(only.pk, by=here.actor, now=IN)
    coming = at_factor(house)
    with pytest.raises(CodeRefused):
        prove_factor(house.anna.code(NEXT), session=coming.session, by=coming.actor, now=NEXT)
    assert logged(SCOPE, "accounts.factor_removed")[0].detail == {"kind": "totp", "left": 1}


def test_a_begun_app_is_no_factor_that_could_stay_behind(here: SignedIn) -> None:
    begin_totp(by=here.actor, now=IN)
    with pytest.raises(LastFactor):
        remove_authenticator(living(here)[0].pk, by=here.actor, now=IN)


def test_two_processes_that_remove_the_two_that_are_left_leave_one(
    house: House, here: SignedIn, database: Engine
) -> None:
    add_phone(here)
    token = prove_again(house.anna.code(NEXT), session=here.session, by=here.actor, now=NEXT).token
    each = [str(kept.pk) for kept in living(here)]
    connections.close_all()
    removing = [
        subprocess.Popen(
            [sys.executable, str(REMOVER), token, authenticator, NEXT.isoformat()],
            env=dict(database.environment()),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for authenticator in each
    ]
    assert at_once(removing) == ["kept", "removed"]
    assert len(living(here)) == 1


def test_ten_codes_of_sixty_bits_and_more_that_each_work_once(house: House, here: SignedIn) -> None:
    codes = make_recovery_codes(by=here.actor, now=IN)
    assert len(set(codes)) == 10
    assert {len(code.replace("-", "")) for code in codes} == {16}
    assert set("".join(codes)) <= {*ALPHABET, "-"}
    assert len(ALPHABET) ** 16 > 2**60
    coming = at_factor(house)
    typed = f" {codes[3].lower().replace('-', ' ')} "
    used = use_recovery_code(typed, session=coming.session, by=coming.actor, now=NEXT)
    assert (used.stage, used.codes_left) == (Stage.NOTICE, 9)
    full = acknowledge_notice("1", session=coming.session, by=coming.actor, now=NEXT)
    assert open_account(session=coming.session, by=signed_in(full.token, now=NEXT).actor, now=NEXT)
    assert logged(SCOPE, "accounts.recovery_code_used")[0].detail == {"left": 9}
    again = at_factor(house)
    with pytest.raises(CodeRefused):
        use_recovery_code(codes[3], session=again.session, by=again.actor, now=NEXT)


def test_a_new_set_takes_the_place_of_the_old(house: House, here: SignedIn) -> None:
    old = make_recovery_codes(by=here.actor, now=IN)
    new = make_recovery_codes(by=here.actor, now=IN)
    coming = at_factor(house)
    with pytest.raises(CodeRefused):
        use_recovery_code(old[0], session=coming.session, by=coming.actor, now=NEXT)
    assert use_recovery_code(new[0], session=coming.session, by=coming.actor, now=NEXT).codes_left == 9
    assert logged(SCOPE, "accounts.recovery_codes_made")[0].detail == {"codes": 10, "replaced": 10}


def test_nobody_uses_anothers_recovery_codes_and_only_digests_are_kept(house: House, here: SignedIn) -> None:
    codes = make_recovery_codes(by=here.actor, now=IN)
    sam = signed_in(log_in(house.sam.login, PASSWORD, by=anonymous(HOME), now=NEXT).token, now=NEXT)
    with pytest.raises(CodeRefused):
        use_recovery_code(codes[0], session=sam.session, by=sam.actor, now=NEXT)
    kept = {bytes(row.digest) for row in RecoveryCode.objects.all()}
    assert {len(digest) for digest in kept} == {32}
    assert not any(code.replace("-", "").encode() in digest for code in codes for digest in kept)


def test_recovery_codes_and_codes_of_the_app_are_counted_together(house: House) -> None:
    coming = at_factor(house)
    for prove in [use_recovery_code, prove_factor] * 5:
        with pytest.raises(CodeRefused):
            prove("ABCD-EFGH-JKMN-PQRS", session=coming.session, by=coming.actor, now=NEXT)
    with pytest.raises(TooManyAttempts):
        use_recovery_code("ABCD-EFGH-JKMN-PQRS", session=coming.session, by=coming.actor, now=NEXT)


def test_a_proof_once_more_makes_fresh_under_a_new_token_and_lengthens_nothing(house: House) -> None:
    token = entered(house.anna, now=LATER)
    here, later = signed_in(token, now=IN), IN + timedelta(minutes=11)
    note_seen(session=here.session, by=here.actor, now=IN + timedelta(minutes=5))
    here = signed_in(token, now=later)
    assert not here.actor.fresh
    with pytest.raises(ProofTooOld):
        make_recovery_codes(by=here.actor, now=later)
    with pytest.raises(CodeRefused):
        prove_again("000000", session=here.session, by=here.actor, now=later)
    proven = prove_again(house.anna.code(later), session=here.session, by=here.actor, now=later)
    assert actor_for(token, later, HOME) is None
    fresh = signed_in(proven.token, now=later, stage=Stage.FULL)
    assert (fresh.session, fresh.actor.fresh) == (here.session, True)
    assert make_recovery_codes(by=fresh.actor, now=later)
    assert Session.objects.get(pk=here.session).started_at == IN
    with pytest.raises(CodeRefused):
        prove_again(house.anna.code(later), session=here.session, by=fresh.actor, now=later)


def test_who_isnt_in_yet_proves_nothing_again(house: House) -> None:
    coming = at_factor(house)
    with pytest.raises(NotAtThisStage):
        prove_again(house.anna.code(NEXT), session=coming.session, by=coming.actor, now=NEXT)


def test_a_new_password_ends_every_other_session(house: House, here: SignedIn) -> None:
    other = entered(house.anna, now=NEXT)
    change_password(PASSWORD, NEW_PASSWORD, session=here.session, by=here.actor, now=NEXT)
    assert actor_for(other, NEXT + timedelta(minutes=1), HOME) is None
    with pytest.raises(LogInRefused):
        log_in(house.anna.login, PASSWORD, by=anonymous(HOME), now=NEXT)
    assert log_in(house.anna.login, NEW_PASSWORD, by=anonymous(HOME), now=NEXT).stage is Stage.FACTOR
    account = open_account(session=here.session, by=here.actor, now=NEXT)
    assert account.password_changed_at == NEXT
    (entry,) = logged(SCOPE, "accounts.password_changed")
    assert entry.detail == {"sessions": 3, "recoveries_withdrawn": 0}


def test_the_old_password_has_to_be_known(house: House, here: SignedIn) -> None:
    for _ in range(10):
        with pytest.raises(OldPasswordRefused):
            change_password("een ander", NEW_PASSWORD, session=here.session, by=here.actor, now=IN)
    with pytest.raises(TooManyAttempts):
        change_password(PASSWORD, NEW_PASSWORD, session=here.session, by=here.actor, now=IN)
    assert log_in(house.anna.login, PASSWORD, by=anonymous(HOME), now=IN)


@pytest.mark.parametrize(
    ("new", "weakness"),
    [
        ("kort", Weakness.TOO_SHORT),
        ("wij zijn anna en boer", Weakness.ABOUT_YOU),
        ("in de morgenster is het", Weakness.ABOUT_YOU),
        ("Ziekenhuis-Welkom-2026", Weakness.PREDICTABLE),
    ],
)
def test_a_new_password_is_judged_as_a_first_one_is(here: SignedIn, new: str, weakness: Weakness) -> None:
    with pytest.raises(PasswordRefused) as refused:
        change_password(
            PASSWORD, new, session=here.session, by=here.actor, now=IN, institution="Zorggroep De Morgenster"
        )
    assert weakness in refused.value.weaknesses


def test_a_password_is_changed_after_a_proof_of_just_now_only(here: SignedIn) -> None:
    with pytest.raises(ProofTooOld):
        change_password(PASSWORD, NEW_PASSWORD, session=here.session, by=replace(here.actor, fresh=False), now=IN)
