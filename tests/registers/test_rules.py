from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarborg.registers.rules.classification import NEXT_STATES, key_from, review_due, risk_class
from waarborg.registers.values.classification import ApplicationState, Biv, Harm, RiskClass
from waarborg.registers.values.faults import NoKeyInName

LEVEL = st.integers(1, 3)
BIV = st.builds(Biv, LEVEL, LEVEL, LEVEL)


@pytest.mark.parametrize(
    ("harm", "risk"),
    [
        (Harm.NONE, RiskClass.LOW),
        (Harm.DISCOMFORT, RiskClass.LOW),
        (Harm.TEMPORARY, RiskClass.MIDDLE),
        (Harm.LASTING, RiskClass.HIGH),
        (Harm.DEATH, RiskClass.CRITICAL),
    ],
)
def test_what_a_patient_suffers_decides_the_risk_class(harm: Harm, risk: RiskClass) -> None:
    assert risk_class(harm, None) is risk
    assert risk_class(harm, Biv(1, 2, 2)) is risk


@pytest.mark.parametrize("biv", [Biv(3, 1, 1), Biv(1, 3, 1), Biv(1, 1, 3)])
def test_one_aspect_at_its_highest_is_never_low_risk(biv: Biv) -> None:
    assert risk_class(Harm.NONE, biv) is RiskClass.MIDDLE


@given(st.sampled_from(Harm), BIV)
def test_the_classification_never_lowers_what_a_patient_suffers(harm: Harm, biv: Biv) -> None:
    assert risk_class(harm, biv) >= risk_class(harm, None)


@given(st.sampled_from(Harm), BIV, BIV)
def test_more_to_protect_is_never_less_risk(harm: Harm, one: Biv, other: Biv) -> None:
    together = Biv.over([one, other])
    assert risk_class(harm, together) >= max(risk_class(harm, one), risk_class(harm, other))


def test_risk_classes_have_an_order() -> None:
    assert sorted(RiskClass, reverse=True) == [RiskClass.CRITICAL, RiskClass.HIGH, RiskClass.MIDDLE, RiskClass.LOW]
    assert [RiskClass.ranked(risk.rank) for risk in RiskClass] == list(RiskClass)


def test_each_aspect_is_inherited_on_its_own() -> None:
    assert Biv.over([Biv(1, 3, 2), Biv(2, 1, 1)]) == Biv(2, 3, 2)


def test_nothing_is_inherited_from_nothing() -> None:
    assert Biv.over([]) is None


@pytest.mark.parametrize(
    ("risk", "due"),
    [
        (RiskClass.CRITICAL, date(2026, 4, 2)),
        (RiskClass.HIGH, date(2026, 7, 2)),
        (RiskClass.MIDDLE, date(2027, 1, 1)),
        (RiskClass.LOW, date(2028, 1, 1)),
    ],
)
def test_the_graver_the_risk_the_sooner_the_next_review(risk: RiskClass, due: date) -> None:
    assert review_due(date(2026, 1, 1), risk) == due


def test_what_was_never_reviewed_has_no_date_to_wait_for() -> None:
    assert review_due(None, RiskClass.LOW) is None


def test_every_state_says_what_may_follow() -> None:
    assert set(NEXT_STATES) == set(ApplicationState)
    assert all(state not in following for state, following in NEXT_STATES.items())


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Thuiszorg Het Veer", "thuiszorg-het-veer"),
        ("  Coöperatie d'Oude Hoeve (noord) ", "cooperatie-d-oude-hoeve-noord"),
        ("Meldkamer 3.8", "meldkamer-3-8"),
        ("a" * 90, "a" * 64),
    ],
)
def test_a_key_reads_like_its_name(name: str, key: str) -> None:
    assert key_from(name) == key


@pytest.mark.parametrize("name", ["…", "救", "--"])
def test_a_name_without_letters_or_digits_gives_no_key(name: str) -> None:
    with pytest.raises(NoKeyInName):
        key_from(name)
