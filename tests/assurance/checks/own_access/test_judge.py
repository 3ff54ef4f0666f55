"""Who can come in is met only when every count that has to be nought is nought, and somebody was counted."""

import pytest
from tests.cast import NOON

from waarborg.assurance.checks.loading import find_check, run_check
from waarborg.assurance.checks.own_access.values import Counted
from waarborg.assurance.checks.target import Target
from waarborg.assurance.values import Outcome, Verdict

SOUND = dict.fromkeys(Counted.model_fields, 0) | {"people": 12, "systems": 2}
WRONG = sorted(set(SOUND) - {"people", "systems"})


def measured(**counts: int) -> Verdict:
    return run_check(find_check("own_access"), Target(own_access=lambda: SOUND | counts), NOON).verdict


def test_people_who_all_came_in_the_proper_way_are_met_with_their_number() -> None:
    (finding,) = measured().findings
    assert (measured().outcome, finding.code, finding.facts) == (
        Outcome.MET,
        "all_as_it_should",
        {"people": 12, "systems": 2},
    )


@pytest.mark.parametrize("name", WRONG)
def test_a_single_one_of_any_wrong_kind_is_not_met_and_named(name: str) -> None:
    verdict = measured(**{name: 1})
    assert (verdict.outcome, [(each.code, each.facts) for each in verdict.findings]) == (
        Outcome.NOT_MET,
        [(name, {"count": 1})],
    )


def test_all_that_is_wrong_is_named_at_once() -> None:
    assert {each.code for each in measured(**dict.fromkeys(WRONG, 3)).findings} == set(WRONG)


def test_an_installation_that_nobody_can_enter_proves_nothing() -> None:
    assert measured(people=0).outcome is Outcome.UNKNOWN


def test_a_count_that_fails_or_lacks_a_name_is_unknown() -> None:
    def broken() -> dict[str, int]:
        raise OSError

    for counts in (broken, lambda: {"people": 3}, lambda: SOUND | {"people": "many"}):
        verdict = run_check(find_check("own_access"), Target(own_access=counts), NOON).verdict  # type: ignore[arg-type] # on purpose
        assert (verdict.outcome, verdict.findings[0].code) == (Outcome.UNKNOWN, "could_not_be_counted")


def test_from_outside_it_is_unknown() -> None:
    verdict = run_check(find_check("own_access"), Target(own_log=list), NOON).verdict
    assert (verdict.outcome, verdict.findings[0].code) == (Outcome.UNKNOWN, "only_from_inside")
