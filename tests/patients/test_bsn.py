"""The number rules: published samples, the test ranges, and what a fault may say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarborg.patients.values import Bsn, BsnFault, BsnInvalid, BsnRange, BsnRules, passes_eleven_test, residue

TEST_RANGE = BsnRange("9999", "9999", "support text of the Dutch care messages")
PRODUCTION = BsnRules(production=True, test_ranges=(TEST_RANGE,))
ELSEWHERE = BsnRules(production=False, test_ranges=(TEST_RANGE,), shadow_residue=5)

nine = st.text("0123456789", min_size=9, max_size=9)


def fault_of(text: str, rules: BsnRules) -> BsnFault:
    with pytest.raises(BsnInvalid) as caught:
        Bsn.parse(text, rules=rules)
    return caught.value.fault


def shadow(start: int) -> str:
    return next(f"{number:09}" for number in range(start, start + 100) if residue(f"{number:09}") == 5)


@pytest.mark.parametrize("digits", ["111222333", "123456782", "249566758", "999911120", "999900006", "999999990"])
def test_published_numbers_pass_the_eleven_test(digits: str) -> None:
    assert passes_eleven_test(digits)


@pytest.mark.parametrize("digits", ["999999999", "900000000", "999944087", "123456789", "000000000"])
def test_published_wrong_numbers_and_all_zeros_fail(digits: str) -> None:
    assert not passes_eleven_test(digits)


@pytest.mark.parametrize(
    "text", ["111222333", "1112.22.333", "1112 22 333", "111-222-333", "111.222.333", "1112\u00a022\u00a0333"]
)
def test_a_number_is_read_as_people_write_it(text: str) -> None:
    assert Bsn.parse(text, rules=PRODUCTION).digits == "111222333"


def test_a_leading_zero_that_a_spreadsheet_lost_is_put_back() -> None:
    valid = next(f"{number:09}" for number in range(10_000_000, 10_000_100) if passes_eleven_test(f"{number:09}"))
    assert Bsn.parse(valid[1:], rules=PRODUCTION).digits == valid


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("12345678a", BsnFault.NOT_DIGITS),
        ("", BsnFault.NOT_DIGITS),
        ("١١١٢٢٢٣٣٣", BsnFault.NOT_DIGITS),
        ("1234567", BsnFault.WRONG_LENGTH),
        ("1234567890", BsnFault.WRONG_LENGTH),
        ("000000000", BsnFault.ALL_ZEROS),
        ("00000000", BsnFault.ALL_ZEROS),
        ("123456789", BsnFault.FAILS_CHECK),
        ("999900006", BsnFault.TEST_NUMBER),
    ],
)
def test_production_says_why_a_number_is_refused(text: str, fault: BsnFault) -> None:
    assert fault_of(text, PRODUCTION) == fault


def test_outside_production_only_test_numbers_and_shadow_numbers_are_taken() -> None:
    assert Bsn.parse("999900006", rules=ELSEWHERE)
    assert Bsn.parse(shadow(200_000_000), rules=ELSEWHERE)
    assert fault_of("111222333", ELSEWHERE) == BsnFault.REAL_NUMBER


def test_production_refuses_shadow_numbers() -> None:
    assert fault_of(shadow(200_000_000), PRODUCTION) == BsnFault.FAILS_CHECK


def test_a_residue_of_zero_would_make_real_numbers_shadows_and_is_refused() -> None:
    with pytest.raises(ValueError, match="between 1 and 10"):
        BsnRules(production=False, test_ranges=(), shadow_residue=0)


def test_the_9999_range_holds_9091_numbers() -> None:
    assert sum(passes_eleven_test(f"9999{number:05}") for number in range(100_000)) == 9_091


@given(nine, st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_never_makes_another_valid_number(digits: str, place: int, more: int) -> None:
    wrong = digits[:place] + str((int(digits[place]) + more) % 10) + digits[place + 1 :]
    assert residue(wrong) != residue(digits)


@given(nine, st.integers(0, 8), st.integers(0, 8))
def test_no_swap_of_two_digits_makes_another_valid_number(digits: str, one: int, other: int) -> None:
    swapped = list(digits)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    assert digits[one] == digits[other] or residue("".join(swapped)) != residue(digits)


@given(st.text(max_size=20))
def test_any_text_gives_a_number_or_a_named_fault(text: str) -> None:
    try:
        assert Bsn.parse(text, rules=PRODUCTION).digits.isdigit()
    except BsnInvalid as invalid:
        assert invalid.fault in BsnFault  # noqa: PT017 (either way is right)


def test_neither_repr_nor_error_shows_the_number() -> None:
    assert "111222333" not in repr(Bsn.parse("111222333", rules=PRODUCTION))
    assert Bsn.parse("111222333", rules=PRODUCTION).mask == "11•••"
    with pytest.raises(BsnInvalid) as caught:
        Bsn.parse("111222334", rules=PRODUCTION)
    assert "111222334" not in str(caught.value)
