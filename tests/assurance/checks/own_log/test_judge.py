"""The own log is met only when all of it was recomputed and nearly all of it is signed."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from tests.cast import NOON

from waarborg.assurance.checks.loading import find_check, run_check
from waarborg.assurance.checks.target import Target
from waarborg.assurance.values import Outcome, Verdict

SOUND = {"origin": "waarborg/1", "entries": 20, "waiting": 3, "checkpoint": 20, "faults": []}


def measured(*logs: Mapping[str, Any]) -> Verdict:
    return run_check(find_check("own_log"), Target(own_log=lambda: logs), NOON).verdict


def found(verdict: Verdict) -> tuple[Outcome, list[str]]:
    return verdict.outcome, [finding.code for finding in verdict.findings]


def test_a_log_that_verifies_is_met() -> None:
    assert found(measured(SOUND, SOUND)) == (Outcome.MET, ["log_verifies"])
    assert measured(SOUND, SOUND).findings[0].facts == {"logs": 2, "entries": 40}


def test_one_fault_in_one_of_many_logs_is_not_met_and_named() -> None:
    verdict = measured(SOUND, SOUND | {"faults": ["entry_changed 7"]}, SOUND)
    assert found(verdict) == (Outcome.NOT_MET, ["log_broken"])
    assert verdict.findings[0].facts == {"fault": "entry_changed", "place": "7", "origin": "waarborg/1"}


def test_a_thousand_faults_are_told_by_the_first_twenty() -> None:
    verdict = measured(SOUND | {"faults": [f"entry_changed {place}" for place in range(1000)]})
    assert len(verdict.findings) == 20


@pytest.mark.parametrize(
    ("logs", "code"),
    [
        ((), "nothing_sealed_yet"),
        ((SOUND | {"entries": 0, "checkpoint": 0},), "nothing_sealed_yet"),
        ((SOUND | {"waiting": 1001},), "too_much_waits"),
        ((SOUND | {"waiting": 600}, SOUND | {"waiting": 401}), "too_much_waits"),
        (({"origin": "waarborg/1"},), "could_not_be_read"),
        ((SOUND | {"faults": None},), "could_not_be_read"),
    ],
)
def test_what_was_not_seen_whole_is_unknown(logs: Sequence[Mapping[str, Any]], code: str) -> None:
    assert found(measured(*logs)) == (Outcome.UNKNOWN, [code])


def test_a_thousand_that_wait_are_still_met() -> None:
    assert found(measured(SOUND | {"waiting": 1000}))[0] is Outcome.MET


def test_a_log_that_breaks_while_it_is_read_is_unknown_and_quotes_nothing() -> None:
    def broken() -> Sequence[Mapping[str, Any]]:
        raise OSError("/srv/secret")

    measurement = run_check(find_check("own_log"), Target(own_log=broken), NOON)
    assert found(measurement.verdict) == (Outcome.UNKNOWN, ["could_not_be_read"])
    assert "secret" not in str(measurement)


def test_from_outside_it_is_unknown() -> None:
    measurement = run_check(find_check("own_log"), Target(url="https://waarborg.example/"), NOON)
    assert found(measurement.verdict) == (Outcome.UNKNOWN, ["only_from_inside"])
