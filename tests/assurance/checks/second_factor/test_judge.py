"""One thing changed at a time in a run that was good."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from waarborg.assurance.checks import second_factor
from waarborg.assurance.checks.loading import load_check
from waarborg.assurance.checks.second_factor.judge import judge
from waarborg.assurance.checks.second_factor.values import (
    Criteria,
    Gave,
    Observation,
    Page,
    Refusal,
    Step,
    Stop,
    Visit,
)
from waarborg.assurance.values import Outcome

PACKAGE = Path(second_factor.__file__).parent
NOON = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
CRITERIA = Criteria(pause_after_wrong_code_ms=0, seconds_left_in_step=4, most_codes=1)


def login(visit: Visit) -> Step:
    return Step(
        at=NOON,
        visit=visit,
        gave=Gave.PASSWORD,
        method="POST",
        path="/in",
        page=Page.LOGIN,
        status=302,
        redirect_to="/code",
    )


def refused(visit: Visit, gave: Gave) -> Step:
    return Step(
        at=NOON, visit=visit, gave=gave, method="GET", path="/a", page=Page.PROTECTED, status=302, redirect_to="/in"
    )


CONTROL = Step(
    at=NOON, visit=Visit.CONTROL, gave=Gave.CODE, method="GET", path="/a", page=Page.PROTECTED, status=200, marker=True
)
GOOD = Observation(
    account="rol zorgverlener",
    protected_path="/a",
    refusal=Refusal(redirects=("/in",)),
    steps=(
        refused(Visit.ANONYMOUS, Gave.NOTHING),
        login(Visit.FIRST),
        refused(Visit.FIRST, Gave.PASSWORD),
        refused(Visit.FIRST, Gave.WRONG_CODE),
        login(Visit.CONTROL),
        CONTROL,
        login(Visit.AFTERWARDS),
        refused(Visit.AFTERWARDS, Gave.PASSWORD),
    ),
    login_attempts=3,
)


def with_step(number: int, **changes: object) -> Observation:
    steps = list(GOOD.steps)
    steps[number] = steps[number].model_copy(update=changes)
    return GOOD.model_copy(update={"steps": tuple(steps)})


def without_step(number: int) -> Observation:
    return GOOD.model_copy(update={"steps": GOOD.steps[:number] + GOOD.steps[number + 1 :]})


def said(seen: Observation) -> tuple[Outcome, str]:
    verdict = judge(seen, criteria=CRITERIA, now=NOON + timedelta(days=1))
    return verdict.outcome, verdict.findings[0].code


def test_a_good_run_is_met() -> None:
    assert said(GOOD) == (Outcome.MET, "refused_without_factor")


@pytest.mark.parametrize(
    ("number", "code"),
    [(2, "password_alone"), (3, "wrong_code_accepted"), (7, "password_alone_afterwards")],
)
def test_the_marker_seen_without_the_factor_is_not_met_even_if_all_else_failed(number: int, code: str) -> None:
    seen = with_step(number, marker=True)
    stopped = seen.model_copy(update={"stopped": Stop(code="unreachable"), "steps": seen.steps[: number + 1]})
    assert (said(seen), said(stopped)) == ((Outcome.NOT_MET, code), (Outcome.NOT_MET, code))


@pytest.mark.parametrize("number", [0, 2, 3, 7])
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"status": 500, "redirect_to": None}, "answer_unclear"),
        ({"redirect_to": "/elsewhere"}, "answer_unclear"),
        ({"status": 200, "redirect_to": None}, "answers_like_inside"),
        ({"status": None, "redirect_to": None, "failure": "timeout"}, "answer_unclear"),
        ({"failure": "reset"}, "answer_unclear"),
    ],
)
def test_an_answer_that_is_not_the_refusal_is_unknown(number: int, changes: dict[str, object], code: str) -> None:
    assert said(with_step(number, **changes)) == (Outcome.UNKNOWN, code)


@pytest.mark.parametrize("number", [0, 2, 3, 7])
def test_a_refusal_that_was_not_tried_is_unknown(number: int) -> None:
    assert said(without_step(number)) == (Outcome.UNKNOWN, "answer_unclear")


@pytest.mark.parametrize("changes", [{"marker": False}, {"page": Page.OTHER}, {"gave": Gave.PASSWORD, "marker": False}])
def test_without_a_passed_control_no_refusal_counts(changes: dict[str, object]) -> None:
    assert said(with_step(5, **changes)) == (Outcome.UNKNOWN, "control_failed")


def test_a_run_that_was_broken_off_is_unknown_with_its_reason() -> None:
    assert said(GOOD.model_copy(update={"stopped": Stop(code="throttled")})) == (Outcome.UNKNOWN, "throttled")


@pytest.mark.parametrize("number", [1, 4, 6])
def test_a_login_that_went_otherwise_is_unknown(number: int) -> None:
    assert said(with_step(number, redirect_to="/blocked")) == (Outcome.UNKNOWN, "login_differs")


@pytest.mark.parametrize("page", [Page.LOGIN, Page.FACTOR])
def test_a_marker_on_a_page_before_the_factor_proves_nothing(page: Page) -> None:
    extra = login(Visit.FIRST).model_copy(update={"page": page, "marker": True})
    seen = with_step(2, marker=True)
    assert said(seen.model_copy(update={"steps": (*seen.steps, extra)})) == (Outcome.UNKNOWN, "marker_public")


def test_a_marker_on_another_page_is_unknown_but_never_hides_a_way_in() -> None:
    extra = login(Visit.FIRST).model_copy(update={"page": Page.OTHER, "marker": True})
    assert said(GOOD.model_copy(update={"steps": (*GOOD.steps, extra)})) == (Outcome.UNKNOWN, "marker_public")
    seen = with_step(2, marker=True)
    assert said(seen.model_copy(update={"steps": (*seen.steps, extra)})) == (Outcome.NOT_MET, "password_alone")


def test_a_remembered_browser_is_for_a_person_to_decide() -> None:
    seen = with_step(7, marker=True).model_copy(update={"remembered": True})
    assert said(seen) == (Outcome.UNKNOWN, "device_remembered")


def test_nothing_seen_is_unknown() -> None:
    assert said(Observation()) == (Outcome.UNKNOWN, "control_failed")


def test_every_reason_that_is_given_has_words() -> None:
    code = re.compile(r"""(?:Stopped\(|_unknown\(|code=)\s*"(\w+)\"""")
    given = {found for path in PACKAGE.glob("*.py") for found in code.findall(path.read_text(encoding="utf-8"))}
    assert len(given) > 20
    assert given - set(load_check("second_factor").words) == set()


def test_every_reason_has_words_in_both_languages() -> None:
    check = load_check("second_factor")
    unworded = [
        (code, part, language)
        for code, parts in check.words.items()
        for part in ("saw", "why")
        for language in ("nl", "en")
        if not parts.get(part, {}).get(language)
    ]
    assert unworded == []
