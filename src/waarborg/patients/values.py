"""What patients hands to others: frozen values, pure."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

LENGTH = 9
_SEPARATORS = re.compile(r"[. \u00a0-]")
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


class BsnFault(StrEnum):
    """Why a text is no BSN here."""

    NOT_DIGITS = "not_digits"
    WRONG_LENGTH = "wrong_length"
    ALL_ZEROS = "all_zeros"
    FAILS_CHECK = "fails_check"
    TEST_NUMBER = "test_number"
    REAL_NUMBER = "real_number"


class BsnInvalid(ValueError):
    """The text is no BSN under the given rules; the message names the fault and never the number."""

    def __init__(self, fault: BsnFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class BsnRange:
    """Numbers set apart for tests: all that start with `prefix`. `source` says who says so."""

    name: str
    prefix: str
    source: str

    def holds(self, digits: str) -> bool:
        return digits.startswith(self.prefix)


@dataclass(frozen=True)
class BsnRules:
    """Which numbers an environment takes.

    Production takes real numbers only. Elsewhere only the test ranges count, and shadow numbers: those whose weighted
    sum leaves `shadow_residue` (1-10) modulo 11, so that they can never be anybody's.
    """

    production: bool
    test_ranges: tuple[BsnRange, ...]
    shadow_residue: int | None = None

    def __post_init__(self) -> None:
        if self.shadow_residue is not None and not 1 <= self.shadow_residue <= 10:  # noqa: PLR2004 (residues modulo 11)
            raise ValueError("a shadow residue lies between 1 and 10")

    def is_test(self, digits: str) -> bool:
        return any(item.holds(digits) for item in self.test_ranges)

    def fault(self, digits: str) -> BsnFault | None:
        """Say what is wrong with nine digits under these rules, or None."""
        left = residue(digits)
        if self.production:
            return _production_fault(left, is_test=self.is_test(digits))
        if left == self.shadow_residue or (left == 0 and self.is_test(digits)):
            return None
        return BsnFault.REAL_NUMBER if left == 0 else BsnFault.FAILS_CHECK


def _production_fault(left: int, *, is_test: bool) -> BsnFault | None:
    if left:
        return BsnFault.FAILS_CHECK
    return BsnFault.TEST_NUMBER if is_test else None


def residue(digits: str) -> int:
    """Return the weighted sum of nine digits modulo 11.

    Weights 9 8 7 6 5 4 3 2 -1 (Logisch Ontwerp GBA, element 01.20; the eleven test of the former sofi-number). It finds
    every single wrong digit and every swap of two, so two valid numbers are never one typing error apart.
    """
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 11


def passes_eleven_test(digits: str) -> bool:
    """Tell whether nine digits are a well-formed BSN; 000000000 sums to 0 and isn't one."""
    return digits != "0" * LENGTH and residue(digits) == 0


def nine_digits(text: str) -> str:
    """Return the nine digits in `text`, without dots, dashes and spaces and with a lost leading zero put back.

    Raises BsnInvalid.
    """
    digits = _SEPARATORS.sub("", text)
    if not (digits.isascii() and digits.isdigit()):
        raise BsnInvalid(BsnFault.NOT_DIGITS)
    if len(digits) not in (LENGTH - 1, LENGTH):
        raise BsnInvalid(BsnFault.WRONG_LENGTH)
    return digits.zfill(LENGTH)


@dataclass(frozen=True)
class Bsn:
    """A citizen service number that is well-formed under the rules of its environment. Made by `parse` only."""

    digits: str = field(repr=False)

    @classmethod
    def parse(cls, text: str, *, rules: BsnRules) -> "Bsn":
        """Read a number as people and systems write it. Raises BsnInvalid."""
        digits = nine_digits(text)
        if digits == "0" * LENGTH:
            raise BsnInvalid(BsnFault.ALL_ZEROS)
        if fault := rules.fault(digits):
            raise BsnInvalid(fault)
        return cls(digits)

    @property
    def mask(self) -> str:
        return mask(self.digits)


def mask(digits: str) -> str:
    """Return what may be shown: the first two digits. Seven unknown digits leave some 900,000 candidates."""
    return f"{digits[:2]}•••"
