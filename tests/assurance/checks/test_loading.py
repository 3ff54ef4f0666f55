"""Checks are found by listing, and what they see is kept in one form."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from waarborg.assurance.checks import loading
from waarborg.assurance.checks.loading import (
    Check,
    NoSuchCheck,
    check_ids,
    find_check,
    load_check,
    load_checks,
    run_check,
)
from waarborg.assurance.checks.target import Target
from waarborg.assurance.values import Finding, Outcome, Verdict
from waarborg.kernel.canonical import digest

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TARGET = Target(url="https://care.example.nl")


class Seen(BaseModel, frozen=True):
    words: tuple[str, ...]


class Measure(BaseModel, frozen=True):
    most: int = 1


def a_check(*words: str) -> Check:
    def observe(target: Target, *, criteria: Measure, now: datetime) -> Seen:
        return Seen(words=words)

    def judge(seen: Seen, *, criteria: Measure, now: datetime) -> Verdict:
        return Verdict(Outcome.MET, (Finding("seen", {"first": seen.words[0]}),))

    text = {"nl": "x", "en": "x"}
    return Check("a", 1, ("url",), Measure(), text, text, {}, Seen, observe, judge)


def test_every_folder_with_criteria_is_a_check() -> None:
    assert set(load_checks()) == {path.parent.name for path in Path(loading.__file__).parent.glob("*/criteria.toml")}
    assert "tls" in check_ids()


@pytest.mark.parametrize("name", ["", "nergens", "../tls", "tls/", "TLS"])
def test_a_check_that_does_not_exist_is_refused_with_those_that_do(name: str) -> None:
    with pytest.raises(NoSuchCheck, match="tls"):
        find_check(name)


@pytest.mark.parametrize("hostile", ["e\u0301", "\ud800", "\ufb01"])
def test_whatever_a_target_says_has_one_form_and_a_digest(hostile: str) -> None:
    measured = run_check(a_check(hostile), TARGET, NOON)
    assert digest(measured.observation) == digest(dict(measured.observation))


def test_what_is_judged_is_what_is_kept() -> None:
    measured = run_check(a_check("e\u0301"), TARGET, NOON)
    assert measured.observation == {"words": ["\u00e9"]}
    assert measured.verdict.findings[0].facts == {"first": "\u00e9"}


def test_the_measure_is_fixed_by_its_digest() -> None:
    check = load_check("tls")
    assert check.criteria_digest == digest(check.criteria.model_dump(mode="json"))
    assert run_check(a_check("x"), TARGET, NOON).criteria_digest == digest({"most": 1})


def test_an_observation_of_another_kind_is_not_judged() -> None:
    with pytest.raises(ValidationError):
        load_check("tls").judge_again({"words": ["x"]}, now=NOON)


def test_a_check_fits_only_its_own_kind_of_target() -> None:
    assert load_check("tls").fits(TARGET)
    assert not load_check("tls").fits(Target(folder=Path("/srv/code")))
