"""Numbers of people who may exist: made when a test runs, from a seed, and never written in the repository."""

import random

from waarborg.patients.values import passes_eleven_test

_SET_APART = ("9999", "0000", "9001", "111222333", "123456782", "249566758")


def real_looking(count: int, *, seed: int = 7, lowest: int = 100_000_000) -> list[str]:
    """Return different well-formed numbers outside the test ranges and the documented samples."""
    source = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        digits = f"{source.randrange(lowest, 899_999_999):09}"
        if passes_eleven_test(digits) and not digits.startswith(_SET_APART):
            found[digits] = None
    return list(found)


def with_leading_zero(*, seed: int = 7) -> str:
    """Return a well-formed number that a spreadsheet makes eight digits of."""
    source = random.Random(seed)
    while True:
        digits = f"{source.randrange(10_000_000, 89_999_999):09}"
        if passes_eleven_test(digits):
            return digits


def set_apart(count: int) -> list[str]:
    """Return well-formed numbers that may be used in tests."""
    return [digits for number in range(99_999) if passes_eleven_test(digits := f"9999{number:05}")][:count]


def ordinary(count: int, *, seed: int = 7) -> list[str]:
    """Return numbers of nine digits that are nobody's: they fail the eleven test."""
    source = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        digits = f"{source.randrange(100_000_000, 999_999_999)}"
        if not passes_eleven_test(digits):
            found[digits] = None
    return list(found)
