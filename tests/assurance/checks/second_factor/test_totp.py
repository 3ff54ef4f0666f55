"""Codes are those of the standard, fresh, and used once."""

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from waarborg.assurance.checks.second_factor.recipe import Totp
from waarborg.assurance.checks.second_factor.totp import STEPS_AROUND, Clock, Codes, CodesUsedUp, NotATotpSecret

NOON = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@dataclass(frozen=True)
class TurnedClock(Clock):
    """A clock that stands still until someone sleeps."""

    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.start + timedelta(seconds=sum(self.slept))

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


class StandingClock(TurnedClock):
    """A clock that stands still even then: what a run at the same moment sees."""

    def sleep(self, seconds: float) -> None:
        """No time passes."""


def codes(secret: bytes = b"12345678901234567890", **totp: object) -> Codes:
    return Codes(base64.b32encode(secret).decode(), Totp.model_validate(totp))


@pytest.mark.parametrize(
    ("moment", "code"),
    [(59, "94287082"), (1111111109, "07081804"), (1234567890, "89005924"), (20000000000, "65353130")],
)
def test_the_vectors_of_rfc_6238(moment: int, code: str) -> None:
    assert codes(digits=8).code(moment // 30) == code


@pytest.mark.parametrize(("algorithm", "size", "code"), [("sha256", 32, "46119246"), ("sha512", 64, "90693936")])
def test_the_vectors_of_the_other_algorithms(algorithm: str, size: int, code: str) -> None:
    secret = (b"1234567890" * 7)[:size]
    assert codes(secret, digits=8, algorithm=algorithm).code(59 // 30) == code


def test_a_code_is_used_once_and_the_next_one_waited_for() -> None:
    clock = TurnedClock(NOON)
    ours = codes(b"used once")
    first, second = (ours.next_code(clock, seconds_left=4) for _ in range(2))
    assert first != second
    assert clock.slept == [pytest.approx(30, abs=0.1)]


def test_another_run_with_the_same_secret_knows_what_was_used() -> None:
    clock = TurnedClock(NOON)
    sent = {codes(b"used by another run").next_code(clock, seconds_left=4) for _ in range(2)}
    assert len(sent) == 2


def test_a_third_run_at_once_does_not_wait_for_ever() -> None:
    used = codes(b"three at once")
    for _ in range(2):
        used.next_code(StandingClock(NOON), seconds_left=4)
    with pytest.raises(CodesUsedUp):
        used.next_code(StandingClock(NOON), seconds_left=4)


def test_a_code_that_ends_at_once_is_not_sent() -> None:
    clock = TurnedClock(NOON + timedelta(seconds=27))
    codes(b"ends at once").next_code(clock, seconds_left=4)
    assert clock.slept == [pytest.approx(3, abs=0.1)]


@pytest.mark.parametrize("hours", range(0, 200, 7))
def test_a_wrong_code_is_wrong_in_every_step_around(hours: int) -> None:
    clock = TurnedClock(NOON + timedelta(hours=hours))
    now = int(clock.now().timestamp()) // 30
    assert codes().wrong_code(clock) not in {codes().code(now + shift) for shift in range(-STEPS_AROUND, STEPS_AROUND)}


def test_a_left_behind_code_that_is_valid_now_is_not_called_wrong() -> None:
    ours = codes()
    step = next(step for step in range(10_000_000) if ours.code(step) == "000000")
    assert ours.wrong_code(TurnedClock(datetime.fromtimestamp(step * 30, UTC))) == "123456"


@pytest.mark.parametrize("written", ["gezd gnbv", "GEZD-GNBV", "GEZDGNBV===", "gezdgnbv"])
def test_a_secret_may_be_written_as_people_copy_it(written: str) -> None:
    assert Codes(written, Totp()).code(1) == codes(b"12345").code(1)


def test_what_is_no_secret_is_refused_without_showing_it() -> None:
    with pytest.raises(NotATotpSecret) as caught:
        Codes("hunter2-0189", Totp())
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None
