"""From what a patient suffers to a risk class, and from a risk class to a cadence."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta

from waarborg.registers.values.classification import HIGHEST_LEVEL, ApplicationState, Biv, Harm, RiskClass
from waarborg.registers.values.faults import NoKeyInName
from waarborg.registers.values.text import KEY

BY_HARM: Mapping[Harm, RiskClass] = {
    Harm.NONE: RiskClass.LOW,
    Harm.DISCOMFORT: RiskClass.LOW,
    Harm.TEMPORARY: RiskClass.MIDDLE,
    Harm.LASTING: RiskClass.HIGH,
    Harm.DEATH: RiskClass.CRITICAL,
}
REVIEWED_EVERY: Mapping[RiskClass, timedelta] = {
    RiskClass.LOW: timedelta(days=730),
    RiskClass.MIDDLE: timedelta(days=365),
    RiskClass.HIGH: timedelta(days=182),
    RiskClass.CRITICAL: timedelta(days=91),
}
NEXT_STATES: Mapping[ApplicationState, frozenset[ApplicationState]] = {
    ApplicationState.ACTIVE: frozenset({ApplicationState.RETIRED}),
    ApplicationState.RETIRED: frozenset({ApplicationState.ACTIVE}),
}


def risk_class(harm: Harm, biv: Biv | None) -> RiskClass:
    """Return the risk class: what a patient suffers decides, the BIV classification can only raise it.

    It raises to middle and no further. All health information has confidentiality 3: if that made a risk high, nearly
    every application would be, and the class would no longer tell which one can hurt someone. And what was said to harm
    nobody, yet has an aspect at 3, still deserves a second look within a year: it is never low.
    """
    floor = RiskClass.MIDDLE if biv and biv.highest == HIGHEST_LEVEL else RiskClass.LOW
    return max(BY_HARM[harm], floor)


def review_due(last_review: date | None, risk: RiskClass) -> date | None:
    """Return the day before which the next security review is due; None when there was none, so that it is due now."""
    return last_review + REVIEWED_EVERY[risk] if last_review else None


def key_from(name: str) -> str:
    """Return a key for a name: "Thuiszorg Het Veer" is `thuiszorg-het-veer`. Raises NoKeyInName."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    key = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:KEY].strip("-")
    if not key:
        raise NoKeyInName(name=name)
    return key


def may_become(old: ApplicationState, new: ApplicationState) -> bool:
    return new in NEXT_STATES[old]
