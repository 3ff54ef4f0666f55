"""Who waits, and who works on."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import NOON

from waarborg.accounts.rules.throttling import (
    PER_ADDRESS,
    PER_NAME,
    PER_NAME_AND_ADDRESS,
    WINDOW,
    Attempts,
    counted_as,
    is_told,
    until_below,
    wait,
)


def tried(here: int = 0, name: int = 0, address: int = 0) -> Attempts:
    """Return attempts that were all made this minute."""
    return Attempts({NOON: here}, {NOON: name}, {NOON: address})


@pytest.mark.parametrize(
    ("attempts", "known", "waits"),
    [
        (tried(here=PER_NAME_AND_ADDRESS, name=PER_NAME, address=PER_ADDRESS), False, False),
        (tried(here=PER_NAME_AND_ADDRESS + 1, name=11, address=11), False, True),
        (tried(here=PER_NAME_AND_ADDRESS + 1, name=11, address=11), True, True),
        (tried(here=1, name=PER_NAME + 1, address=1), False, True),
        (tried(here=1, name=1_000_000, address=1), True, False),
        (tried(here=1, name=1, address=PER_ADDRESS + 1), False, True),
        (tried(here=1, name=1, address=PER_ADDRESS + 1), True, False),
    ],
    ids=[
        "ten times is still allowed",
        "an eleventh time waits",
        "and from a known address too",
        "a name that is flooded waits where it never came in",
        "its owner works on where they came in before",
        "an address that tries a hundred names waits",
        "but not for the names that work there",
    ],
)
def test_who_waits(*, attempts: Attempts, known: bool, waits: bool) -> None:
    assert (wait(attempts, known=known, now=NOON) is not None) is waits


@given(st.dictionaries(st.integers(0, 9), st.integers(0, 30)), st.integers(1, 20))
def test_after_the_wait_there_is_room_and_not_a_minute_before(counts: dict[int, int], limit: int) -> None:
    minutes = {NOON - timedelta(minutes=ago): count for ago, count in counts.items()}

    def inside(moment: timedelta) -> int:
        return sum(count for minute, count in minutes.items() if minute > NOON + moment - WINDOW - timedelta(minutes=1))

    needed = until_below(minutes, limit, NOON)
    assert inside(needed) <= limit
    if needed:
        assert inside(needed - timedelta(minutes=1)) > limit


def test_the_log_hears_of_the_first_the_tenth_and_the_hundredth() -> None:
    assert [count for count in range(1, 2001) if is_told(count)] == [1, 10, 100, 1000]


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "::ffff:198.51.100.7", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("", "nonsense", False),
    ],
)
def test_an_ipv6_household_counts_as_one_address(*, one: str, other: str, together: bool) -> None:
    assert (counted_as(one) == counted_as(other)) is together
