"""What the judge makes of an observation; each change alone decides."""

from typing import get_args

import pytest

from waarborg.assurance.checks.loading import load_check
from waarborg.assurance.checks.real_person_data.judge import judge
from waarborg.assurance.checks.real_person_data.values import Context, Criteria, Hit, Kind, Observation
from waarborg.assurance.values import Finding, Outcome, Verdict

from .conftest import NOW

CLEAN = Observation(folder="read", files=12, bytes=48_000)
HIT = Hit(path="a.csv", line=3, column="bsn", context="column", mask="12•••", digest="0" * 16)


def judged(criteria: Criteria, **changes: object) -> Verdict:
    return judge(CLEAN.model_copy(update=changes), criteria=criteria, now=NOW)


def codes(verdict: Verdict) -> list[str]:
    return [finding.code for finding in verdict.findings]


def test_a_folder_that_was_read_whole_and_holds_nobody_is_met(criteria: Criteria) -> None:
    verdict = judged(criteria)
    assert (verdict.outcome, verdict.findings) == (
        Outcome.MET,
        (Finding("all_read", {"files": 12, "kilobytes": 48}),),
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"folder": "none"}, "no_folder"),
        ({"folder": "unreadable"}, "folder_unreadable"),
        ({"files": 0}, "nothing_there"),
        ({"unread_counts": {"pdf": 1}}, "not_read_pdf"),
        ({"nine_digits": 3, "coincidences": 3}, "more_than_chance"),
        ({"nine_digits": 1_000, "coincidences": 150}, "more_than_chance"),
    ],
)
def test_each_doubt_alone_makes_it_unknown_and_is_named(
    changes: dict[str, object], code: str, criteria: Criteria
) -> None:
    verdict = judged(criteria, **changes)
    assert (verdict.outcome, codes(verdict)[0]) == (Outcome.UNKNOWN, code)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"unread_counts": {"font": 3, "compiled": 1, "icon": 9}}, "harmless_unread"),
        ({"test_numbers": 4}, "test_numbers"),
        ({"samples": 1}, "documented_samples"),
        ({"nine_digits": 2, "coincidences": 2}, "coincidences"),
        ({"nine_digits": 1_000, "coincidences": 135}, "coincidences"),
    ],
)
def test_what_does_not_decide_is_said(changes: dict[str, object], code: str, criteria: Criteria) -> None:
    verdict = judged(criteria, **changes)
    assert (verdict.outcome, codes(verdict)) == (Outcome.MET, ["all_read", code])


def test_one_find_is_not_met_whatever_else(criteria: Criteria) -> None:
    verdict = judged(criteria, places=1, numbers=1, files_with=1, hits=(HIT,), unread_counts={"pdf": 2}, files=0)
    assert (verdict.outcome, codes(verdict)) == (Outcome.NOT_MET, ["real_numbers", "found_by_column", "not_read_pdf"])
    assert verdict.findings[1].facts["place"] == "a.csv:3"


def test_a_kind_that_criteria_no_longer_call_harmless_decides(criteria: Criteria) -> None:
    strict = criteria.model_copy(update={"harmless": frozenset()})
    assert judged(strict, unread_counts={"font": 1}).outcome is Outcome.UNKNOWN


def test_every_context_and_every_kind_has_its_words() -> None:
    words = load_check("real_person_data").words
    assert {f"found_by_{context}" for context in get_args(Context)} - {"found_by_none"} <= set(words)
    assert {f"not_read_{kind}" for kind in get_args(Kind)} <= set(words)


def test_a_find_is_a_sentence_with_its_place_and_mask() -> None:
    check = load_check("real_person_data")
    facts: dict[str, str | int] = {
        "place": "a.csv:3",
        "path": "a.csv",
        "line": 3,
        "column": "bsn",
        "mask": "12•••",
        "digest": "0" * 16,
    }
    said = check.sentence(Finding("found_by_column", facts), "saw", "nl")
    assert said == "a.csv:3: nummer 12••• in de kolom “bsn”."
