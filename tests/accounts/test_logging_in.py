"""Password, factor, notice: what is refused, what is the same for everyone, and what the log hears."""

from collections.abc import Callable
from datetime import datetime, timedelta

import argon2.low_level
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.accounts.conftest import House, logged
from tests.cast import NOON, SCOPE

from waarborg.accounts.models import Session
from waarborg.accounts.operations import (
    CodeRefused,
    LogInRefused,
    NotAtThisStage,
    TooManyAttempts,
    acknowledge_notice,
    ask_registration,
    leave,
    log_in,
    prove_factor,
)
from waarborg.accounts.queries import actor_for, anonymous, is_ours, new_device
from waarborg.accounts.testing import HOME, NOTICE, PASSWORD, Someone, admitted, entered, signed_in
from waarborg.accounts.values import Asked, Role, Stage
from waarborg.kernel.actor import NotAllowed
from waarborg.kernel.references import INSTALLATION

ELSEWHERE = "198.51.100.7"
LATER = NOON + timedelta(hours=1)


def fail(name: str, *, address: str = ELSEWHERE, times: int = 1) -> list[type[Exception]]:
    """Try a wrong password some times over and return how each was refused."""
    refusals = []
    for _ in range(times):
        with pytest.raises((LogInRefused, TooManyAttempts)) as refused:
            log_in(name, "een ander wachtwoord", by=anonymous(address), now=LATER)
        refusals.append(refused.type)
    return refusals


def password_proven(someone: Someone, *, address: str = HOME) -> str:
    return log_in(someone.login, PASSWORD, by=anonymous(address), now=LATER).token


def test_each_stage_has_a_token_of_its_own_and_the_one_before_opens_nothing(house: House) -> None:
    first = password_proven(house.anna)
    here = signed_in(first, now=LATER, stage=Stage.FACTOR)
    second = prove_factor(house.anna.code(LATER), session=here.session, by=here.actor, now=LATER).token
    here = signed_in(second, now=LATER, stage=Stage.NOTICE)
    third = acknowledge_notice(NOTICE, session=here.session, by=here.actor, now=LATER).token
    assert signed_in(third, now=LATER).stage is Stage.FULL
    assert [actor_for(token, LATER, HOME) for token in (first, second)] == [None, None]
    assert len({first, second, third}) == 3


def test_someone_halfway_in_holds_no_role(house: House) -> None:
    here = signed_in(password_proven(house.anna), now=LATER)
    assert here.actor.roles == {"anonymous"}
    with pytest.raises(NotAllowed):
        ask_registration("Aart", Asked(Role.AUDITOR), by=here.actor, now=LATER)


def test_a_step_cant_be_skipped_or_done_twice(house: House) -> None:
    here = signed_in(password_proven(house.anna), now=LATER)
    with pytest.raises(NotAtThisStage):
        acknowledge_notice(NOTICE, session=here.session, by=here.actor, now=LATER)
    prove_factor(house.anna.code(LATER), session=here.session, by=here.actor, now=LATER)
    with pytest.raises(NotAtThisStage):
        prove_factor(house.anna.code(LATER), session=here.session, by=here.actor, now=LATER)


def test_anothers_session_cant_be_carried_on(house: House) -> None:
    annas = signed_in(password_proven(house.anna), now=LATER)
    sams = signed_in(password_proven(house.sam), now=LATER)
    with pytest.raises(NotAtThisStage):
        prove_factor(house.sam.code(LATER), session=annas.session, by=sams.actor, now=LATER)


def test_a_code_works_once_in_another_session_too(house: House) -> None:
    entered(house.anna, now=LATER)
    at = LATER + timedelta(minutes=1)
    again = signed_in(log_in(house.anna.login, PASSWORD, by=anonymous(HOME), now=at).token, now=at)
    with pytest.raises(CodeRefused):
        prove_factor(house.anna.code(at), session=again.session, by=again.actor, now=at)


def test_a_name_that_doesnt_exist_is_refused_by_the_same_answer_the_same_statements_and_the_same_hash(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_sam(house)
    hashed = count_hashes(monkeypatch)

    def attempt(name: str) -> tuple[list[type[Exception]], list[str], int]:
        before = hashed()
        with CaptureQueriesContext(connection) as statements:
            refused = fail(name, address=f"2001:db8:{len(name)}::1")
        verbs = [statement["sql"].split(" WHERE ")[0][:60] for statement in statements]
        return refused, verbs, hashed() - before

    known, unknown, gone = (attempt(name) for name in (house.anna.login, "niemand.hier", house.sam.login))
    assert known[0] == unknown[0] == gone[0] == [LogInRefused]
    assert known[2] == unknown[2] == gone[2] == 1
    assert known[1] == unknown[1] == gone[1]


def leave_sam(house: House) -> None:
    admitted(Role.SECURITY_OFFICER, "Nel", "nel", asked_by=house.as_anna, approved_by=house.as_sam, now=NOON)
    leave(house.as_sam.id, "another job", by=house.as_anna, now=NOON)


def count_hashes(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Count the Argon2 computations themselves, which still are made."""
    counted = list[int]()

    def counting(context: object, kind: int) -> int:
        counted.append(1)
        return argon2.low_level.core(context, kind)

    monkeypatch.setattr("waarborg.accounts.operations.hashing.core", counting)
    return lambda: len(counted)


def test_the_eleventh_try_waits_and_says_how_long(house: House) -> None:
    refusals = fail(house.anna.login, times=12)
    assert refusals == [LogInRefused] * 10 + [TooManyAttempts] * 2
    with pytest.raises(TooManyAttempts) as refused:
        log_in(house.anna.login, PASSWORD, by=anonymous(ELSEWHERE), now=LATER)
    assert refused.value.retry_after == timedelta(minutes=11)
    after = LATER + refused.value.retry_after
    assert log_in(house.anna.login, PASSWORD, by=anonymous(ELSEWHERE), now=after).stage is Stage.FACTOR


def test_names_that_dont_exist_wait_just_the_same(house: House) -> None:
    assert fail("niemand.hier", times=12) == [LogInRefused] * 10 + [TooManyAttempts] * 2


def test_someone_who_floods_a_name_doesnt_keep_its_owner_from_their_usual_place(house: House) -> None:
    fail(house.anna.login, times=12)
    assert password_proven(house.anna, address=HOME)
    with pytest.raises(TooManyAttempts):
        password_proven(house.anna, address="203.0.113.9")


def test_one_person_who_forgot_their_password_doesnt_lock_out_the_ward(house: House) -> None:
    fail(house.anna.login, address=HOME, times=12)
    assert password_proven(house.sam, address=HOME)


def test_a_colleague_who_floods_a_name_behind_the_same_address_doesnt_make_its_owner_wait_on_their_own_device(
    house: House,
) -> None:
    device = known_device(house.anna)
    assert TooManyAttempts in fail(house.anna.login, address=HOME, times=100)
    fail(house.anna.login, address=ELSEWHERE, times=12)
    assert log_in(house.anna.login, PASSWORD, by=anonymous(HOME), now=LATER, device=device).stage is Stage.FACTOR
    assert (
        log_in(house.anna.login, PASSWORD, by=anonymous("203.0.113.9"), now=LATER, device=device).stage is Stage.FACTOR
    )


@pytest.mark.parametrize("of", ["another name", "nobody", "no length", "made up"])
def test_a_device_on_which_a_name_never_came_in_counts_for_nothing(house: House, of: str) -> None:
    device = {
        "another name": known_device(house.sam),
        "nobody": new_device(),
        "no length": "x" * 5000,
        "made up": made_up(),
    }[of]
    fail(house.anna.login, times=12)
    with pytest.raises(TooManyAttempts):
        log_in(house.anna.login, PASSWORD, by=anonymous("203.0.113.9"), now=LATER, device=device)


def made_up() -> str:
    random, _, mark = new_device().partition(".")
    return f"{random}.{mark[:-1]}{'1' if mark[-1] == '0' else '0'}"


def test_a_browser_that_shows_a_value_of_ours_is_told_from_one_that_made_it_up() -> None:
    assert is_ours(new_device())
    assert not [each for each in ("", ".", made_up(), "é" * 108, new_device() + " ") if is_ours(each)]


def test_a_known_device_has_ten_guesses_too_and_after_ninety_days_it_is_known_no_more(house: House) -> None:
    device = known_device(house.anna)

    def guess(now: datetime) -> None:
        log_in(house.anna.login, "een ander wachtwoord", by=anonymous(ELSEWHERE), now=now, device=device)

    for expected in [LogInRefused] * 10 + [TooManyAttempts]:
        with pytest.raises(expected):
            guess(LATER)
    long_after = LATER + timedelta(days=90)
    for address in range(10):
        with pytest.raises(LogInRefused):
            log_in(house.anna.login, "fout", by=anonymous(f"203.0.113.{address}"), now=long_after)
    with pytest.raises(TooManyAttempts):
        guess(long_after)


def test_a_botnet_with_a_new_device_for_each_guess_has_ten_guesses(house: House) -> None:
    made = 0
    for number in range(50):
        with pytest.raises((LogInRefused, TooManyAttempts)) as refused:
            log_in(house.anna.login, "fout", by=anonymous(f"198.51.100.{number}"), now=LATER, device=new_device())
        made += refused.type is LogInRefused
    assert made == 10


def known_device(someone: Someone) -> str:
    """Return the device on which this person came in half an hour ago, from somewhere else."""
    device, then = new_device(), LATER - timedelta(minutes=30)
    with_password = log_in(someone.login, PASSWORD, by=anonymous("192.0.2.77"), now=then, device=device)
    here = signed_in(with_password.token, now=then)
    prove_factor(someone.code(then), session=here.session, by=here.actor, now=then)
    return device


def test_a_success_gives_its_attempt_back(house: House) -> None:
    for minute in range(15):
        at = LATER + timedelta(seconds=minute)
        log_in(house.anna.login, PASSWORD, by=anonymous(HOME), now=at)


def test_codes_are_throttled_as_well(house: House) -> None:
    here = signed_in(password_proven(house.anna, address=ELSEWHERE), now=LATER, address=ELSEWHERE)
    for expected in [CodeRefused] * 10 + [TooManyAttempts]:
        with pytest.raises(expected):
            prove_factor("000000", session=here.session, by=here.actor, now=LATER)


def test_the_log_hears_of_the_first_and_the_tenth_failure_and_of_the_first_that_waits(house: House) -> None:
    fail(house.anna.login, times=14)
    told = logged(INSTALLATION, "accounts.password_proven")
    failures = [(entry.outcome, entry.detail["count"]) for entry in reversed(told) if entry.outcome != "0"]
    assert failures == [("8", 1), ("8", 10), ("4", 1)]


def test_every_step_on_the_way_in_is_logged(house: House) -> None:
    for event in ("accounts.logged_in", "accounts.notice_acknowledged", "accounts.factor_confirmed"):
        assert len(logged(SCOPE, event)) == 2
    assert logged(SCOPE, "accounts.notice_acknowledged")[0].detail == {"version": NOTICE}
    assert len(logged(INSTALLATION, "accounts.bootstrap_started")) == 1
    assert logged(INSTALLATION, "accounts.bootstrap_started")[0].reason == "bootstrap"


def test_what_a_log_in_asks_of_the_database_is_pinned(house: House) -> None:
    with CaptureQueriesContext(connection) as log_in_statements:
        token = password_proven(house.anna)
    with CaptureQueriesContext(connection) as request_statements:
        signed_in(token, now=LATER)
    full = entered(house.anna, now=LATER)
    with CaptureQueriesContext(connection) as full_statements:
        signed_in(full, now=LATER)
    asked = [
        len([each for each in captured if each["sql"].split()[0] not in {"BEGIN", "COMMIT"}])
        for captured in (log_in_statements, request_statements, full_statements)
    ]
    assert asked == [16, 1, 2]


def test_only_digests_of_tokens_are_kept(house: House) -> None:
    token = password_proven(house.anna)
    kept = {bytes(each) for each in Session.objects.values_list("token", flat=True)}
    assert token.encode() not in kept
    assert {len(each) for each in kept} == {32}
