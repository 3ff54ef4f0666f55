"""Numbers of care professionals: BIG, UZI and AGB. None has a public checksum, so only their shape can be judged. Pure."""

import re
from datetime import timedelta

from waarborg.accounts.values import NumberKind, NumberStatus, StatedNumber

DIGITS = {NumberKind.BIG: 11, NumberKind.UZI: 9, NumberKind.AGB: 8}
"""As the BIG register, the UZI register and Vektis (AGB) give them out, with leading zeros."""
CHECKED_EVERY = timedelta(days=365)
"""After a year somebody looks in the register again: an entry can end, or be limited by a measure."""


class NumberRefused(Exception):
    """It hasn't the digits that numbers of this kind have."""

    def __init__(self, kind: NumberKind) -> None:
        self.kind, self.digits = kind, DIGITS[kind]
        super().__init__(kind)


class OnlyARegisterVerifies(Exception):
    """A person says of a number that it was stated, or that they looked it up. That the register answered, only a machine says."""


def digits_of(number: StatedNumber) -> str:
    """Return a number without the spaces, points and dashes by which people read it out."""
    return re.sub(r"[\s.-]", "", number.number)


def require_sayable(number: StatedNumber) -> None:
    """Raise NumberRefused or OnlyARegisterVerifies when a person can't say this."""
    if number.status is NumberStatus.VERIFIED:
        raise OnlyARegisterVerifies
    if not re.fullmatch(f"[0-9]{{{DIGITS[number.kind]}}}", digits_of(number)):
        raise NumberRefused(number.kind)
