"""A notice is met only on a log-in page that was read whole, in words that say it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarborg.assurance.checks.loading import load_check
from waarborg.assurance.checks.login_notice.judge import judge
from waarborg.assurance.checks.login_notice.values import Criteria, Observation, Passage
from waarborg.assurance.checks.pages import Page
from waarborg.assurance.values import Outcome, Verdict

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CHECK = load_check("login_notice")
URL = "https://zorg.test/inloggen"
PAGE = Page(asked=URL, address=URL, status=200, content_type="text/html; charset=utf-8", truncated=False, trusted=True)
NOTICE = Passage(language="nl", text="Patiëntgegevens zijn vertrouwelijk.", place="text")
SEEN = Observation(
    host="zorg.test",
    page=PAGE,
    readable=True,
    password_fields=1,
    log_in_controls=1,
    scripts=0,
    text_length=300,
    passages=(NOTICE,),
)


def judged(**change: object) -> Verdict:
    assert isinstance(CHECK.criteria, Criteria)
    return judge(SEEN.model_copy(update=change), criteria=CHECK.criteria, now=NOW)


def said(verdict: Verdict) -> tuple[Outcome, list[str]]:
    return verdict.outcome, [finding.code for finding in verdict.findings]


def passage(text: str, **change: object) -> Passage:
    return NOTICE.model_copy(update={"text": text, **change})


def test_a_notice_is_met_and_quoted() -> None:
    verdict = judged()
    assert said(verdict) == (Outcome.MET, ["notice"])
    assert verdict.findings[0].facts["sentence"] == "Patiëntgegevens zijn vertrouwelijk."


@pytest.mark.parametrize(("fields", "controls"), [(1, 0), (0, 1)])
def test_a_password_field_or_a_log_in_button_makes_a_log_in_page(fields: int, controls: int) -> None:
    assert judged(password_fields=fields, log_in_controls=controls).outcome is Outcome.MET


@pytest.mark.parametrize(
    ("scripts", "length", "code"),
    [(0, 20, "not_a_log_in_page"), (1, 200, "not_a_log_in_page"), (1, 199, "built_by_script")],
)
def test_a_page_with_scripts_and_hardly_any_text_builds_itself(scripts: int, length: int, code: str) -> None:
    bare = judged(password_fields=0, log_in_controls=0, scripts=scripts, text_length=length)
    assert said(bare) == (Outcome.UNKNOWN, [code])


def test_a_notice_beside_a_promise_is_met() -> None:
    assert judged(passages=(passage("Wij gaan vertrouwelijk om met uw zorggegevens."), NOTICE)).outcome is Outcome.MET


@pytest.mark.parametrize(
    ("passages", "outcome", "code"),
    [
        ((), Outcome.NOT_MET, "no_notice"),
        ((passage("Lees alles over vertrouwelijke zorggegevens", place="link"),), Outcome.NOT_MET, "only_a_link"),
        ((passage(NOTICE.text, place="perhaps_hidden"),), Outcome.UNKNOWN, "perhaps_hidden"),
        ((passage("Patiëntgegevens zijn niet vertrouwelijk."),), Outcome.UNKNOWN, "denied"),
        ((passage("Wij gaan vertrouwelijk om met uw zorggegevens."),), Outcome.UNKNOWN, "about_something_else"),
        ((passage("Welkom."),), Outcome.NOT_MET, "no_notice"),
        ((passage(NOTICE.text, language="de"),), Outcome.NOT_MET, "no_notice"),
    ],
)
def test_what_only_looks_like_a_notice_is_never_met(passages: tuple[Passage, ...], outcome: Outcome, code: str) -> None:
    assert said(judged(passages=passages)) == (outcome, [code])


def test_a_search_that_was_cut_off_is_unknown() -> None:
    assert said(judged(passages=(), passages_cut=True)) == (Outcome.UNKNOWN, ["too_many_passages"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"page": None}, "no_page"),
        ({"page": PAGE.model_copy(update={"failure": "dns"})}, "not_reached"),
        ({"page": PAGE.model_copy(update={"status": 500})}, "not_ok"),
        ({"page": PAGE.model_copy(update={"content_type": "application/pdf"})}, "not_html"),
        ({"page": PAGE.model_copy(update={"truncated": True})}, "too_large"),
        ({"page": PAGE.model_copy(update={"trusted": False})}, "not_trusted"),
        ({"page": PAGE.model_copy(update={"address": "https://sso.test/"})}, "other_host"),
        ({"page": PAGE.model_copy(update={"address": "http://zorg.test/inloggen"})}, "in_clear"),
        ({"readable": False}, "not_readable"),
        ({"readable": None}, "not_readable"),
        ({"scripts": None}, "not_readable"),
        ({"text_length": None}, "not_readable"),
        ({"password_fields": 0, "log_in_controls": 0}, "not_a_log_in_page"),
        ({"password_fields": None, "log_in_controls": None}, "not_a_log_in_page"),
        ({"password_fields": 0, "log_in_controls": 0, "scripts": 2, "text_length": 20}, "built_by_script"),
    ],
)
def test_a_page_that_cannot_be_judged_is_unknown_whatever_it_says(change: dict[str, object], code: str) -> None:
    assert said(judged(**change)) == (Outcome.UNKNOWN, [code])


observations = st.builds(
    Observation,
    host=st.just("zorg.test"),
    page=st.none()
    | st.builds(
        Page,
        asked=st.just(URL),
        address=st.sampled_from([URL, "", "https://["]),
        failure=st.sampled_from([None, None, "dns"]),
        status=st.sampled_from([None, 200, 200, 500]),
        content_type=st.sampled_from([None, "text/html", "text/html", "image/png"]),
        truncated=st.sampled_from([None, False, False, True]),
        trusted=st.sampled_from([None, True, True, False]),
    ),
    readable=st.sampled_from([None, True, True, False]),
    password_fields=st.sampled_from([None, 0, 1]),
    log_in_controls=st.sampled_from([None, 0, 1]),
    scripts=st.sampled_from([None, 0, 3]),
    text_length=st.sampled_from([None, 0, 500]),
    passages=st.lists(
        st.builds(
            Passage,
            language=st.sampled_from(["nl", "en", "xx"]),
            text=st.sampled_from([NOTICE.text, "geen vertrouwelijke patiëntgegevens", "patient data is confidential"])
            | st.text(max_size=30),
            place=st.sampled_from(["text", "link", "perhaps_hidden"]),
        ),
        max_size=3,
    ).map(tuple),
    passages_cut=st.booleans(),
)


@given(observations)
def test_only_a_whole_observation_is_ever_met(seen: Observation) -> None:
    assert isinstance(CHECK.criteria, Criteria)
    verdict = judge(seen, criteria=CHECK.criteria, now=NOW)
    page = seen.page
    whole = (
        page is not None
        and page.failure is None
        and page.status == 200
        and page.truncated is False
        and page.trusted is True
    )
    log_in = bool(seen.password_fields or seen.log_in_controls)
    says = any(said.place == "text" for said in seen.passages)
    assert verdict.outcome is not Outcome.MET or (whole and log_in and says and seen.readable is True)
    assert all(CHECK.sentence(finding, "saw", "nl") and finding.code in CHECK.words for finding in verdict.findings)
