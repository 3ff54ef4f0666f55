"""Each way of serving in the clear alone fails; each silence alone leaves it unknown."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarborg.assurance.checks.https_redirect.judge import judge
from waarborg.assurance.checks.https_redirect.values import Criteria, Hop, Observation, Walk
from waarborg.assurance.checks.loading import load_check
from waarborg.assurance.values import Outcome, Verdict

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CHECK = load_check("https_redirect")
CLEAR, SAFE = "http://zorg.test:80/", "https://zorg.test/"
SENT_ON = Hop(address=CLEAR, status=301, leads_to=SAFE, body_size=169, trusted=False)
ARRIVED = Hop(address=SAFE, status=200, body_size=5000, trusted=True)
REFUSED = Hop(address=CLEAR, failure="refused")


def criteria(**change: object) -> Criteria:
    assert isinstance(CHECK.criteria, Criteria)
    return CHECK.criteria.model_copy(update=change)


def seen(*hops: Hop, secure: Hop | None = ARRIVED, returned: bool = False, unfinished: bool = False) -> Observation:
    walks = (
        Walk(page=SAFE, hops=hops, returned=returned, unfinished=unfinished),
        Walk(page=f"{SAFE}none", hops=(SENT_ON,) if hops != (REFUSED,) else (REFUSED,)),
    )
    return Observation(host="zorg.test", plain_port=80, walks=walks, secure=secure)


def sent_on(**change: object) -> Hop:
    return SENT_ON.model_copy(update=change)


def said(verdict: Verdict) -> tuple[Outcome, list[str]]:
    return verdict.outcome, [finding.code for finding in verdict.findings]


def judged(observation: Observation, **change: object) -> Verdict:
    return judge(observation, criteria=criteria(**change), now=NOW)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_any_redirect_to_https_is_met_and_says_which(status: int) -> None:
    verdict = judged(seen(sent_on(status=status), ARRIVED))
    assert said(verdict) == (Outcome.MET, ["redirects"])
    assert verdict.findings[0].facts["status"] == status


def test_a_closed_port_serves_nothing_and_is_met() -> None:
    assert said(judged(seen(REFUSED))) == (Outcome.MET, ["port_closed"])


@pytest.mark.parametrize(
    ("hops", "code"),
    [
        ((sent_on(status=200, leads_to=None),), "served_in_clear"),
        ((sent_on(status=204, leads_to=None),), "served_in_clear"),
        ((sent_on(cookies=("sessie",)), ARRIVED), "cookie_in_clear"),
        ((sent_on(body_size=50_000), ARRIVED), "content_with_redirect"),
        ((sent_on(body_size=None), ARRIVED), "content_with_redirect"),
        (
            (sent_on(leads_to="http://zorg.test/nl/"), sent_on(address="http://zorg.test/nl/"), ARRIVED),
            "redirect_stays_clear",
        ),
        ((sent_on(leads_to="https://ander.test/"),), "redirect_elsewhere"),
        ((SENT_ON, ARRIVED.model_copy(update={"status": 302, "leads_to": CLEAR})), "returns_to_clear"),
    ],
)
def test_each_fault_alone_is_not_met_and_is_named(hops: tuple[Hop, ...], code: str) -> None:
    assert said(judged(seen(*hops))) == (Outcome.NOT_MET, [code])


def test_a_circle_and_a_long_way_in_the_clear_are_named() -> None:
    around = sent_on(leads_to=CLEAR)
    assert "loop" in said(judged(seen(around, returned=True, unfinished=True)))[1]
    assert "too_many_redirects" in said(judged(seen(around, unfinished=True)))[1]


def test_a_listed_host_may_be_led_to() -> None:
    assert judged(seen(sent_on(leads_to="https://www.zorg.test/")), hosts=("www.zorg.test",)).outcome is Outcome.MET


@pytest.mark.parametrize(
    "failure", ["timeout", "reset", "tls", "too_slow", "address_refused", "bad_response", "budget", "dns"]
)
def test_a_port_that_does_not_answer_plainly_is_unknown(failure: str) -> None:
    assert said(judged(seen(Hop(address=CLEAR, failure=failure)))) == (Outcome.UNKNOWN, ["no_answer"])


def test_a_refusal_counts_only_when_every_page_was_refused() -> None:
    half = Observation(
        host="zorg.test",
        plain_port=80,
        secure=ARRIVED,
        walks=(Walk(page=SAFE, hops=(REFUSED,)), Walk(page=SAFE, hops=(SENT_ON,))),
    )
    assert judged(half).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("secure", "code"),
    [
        (None, "https_silent"),
        (Hop(address=SAFE, failure="refused"), "https_silent"),
        (ARRIVED.model_copy(update={"trusted": False}), "not_trusted"),
    ],
)
def test_a_refusal_says_nothing_while_https_is_not_there_either(secure: Hop | None, code: str) -> None:
    assert said(judged(seen(REFUSED, secure=secure))) == (Outcome.UNKNOWN, [code])


@pytest.mark.parametrize("status", [300, 304, 400, 403, 404, 426, 500, 503])
def test_an_error_in_the_clear_is_unknown(status: int) -> None:
    assert said(judged(seen(sent_on(status=status, leads_to=None)))) == (Outcome.UNKNOWN, ["answers_with_error"])


def test_only_the_pages_that_someone_thought_of_being_redirected_is_unknown() -> None:
    walks = (
        Walk(page=SAFE, hops=(SENT_ON, ARRIVED)),
        Walk(page=f"{SAFE}x", hops=(sent_on(status=404, leads_to=None),)),
    )
    assert judged(Observation(host="zorg.test", plain_port=80, walks=walks, secure=ARRIVED)).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("hops", "code"),
    [
        ((), "not_asked"),
        ((ARRIVED,), "not_asked"),
        ((Hop(address=CLEAR),), "no_answer"),
        ((sent_on(leads_to=None),), "answers_with_error"),
        ((SENT_ON, Hop(address=SAFE, failure="timeout")), "no_answer"),
    ],
)
def test_a_walk_that_is_not_understood_is_unknown(hops: tuple[Hop, ...], code: str) -> None:
    assert said(judged(seen(*hops))) == (Outcome.UNKNOWN, [code])


def test_a_redirects_body_may_be_as_large_as_the_criteria_say() -> None:
    assert judged(seen(sent_on(body_size=4096), ARRIVED)).outcome is Outcome.MET
    assert judged(seen(sent_on(body_size=4097), ARRIVED)).outcome is Outcome.NOT_MET


hops = st.builds(
    Hop,
    address=st.sampled_from([CLEAR, SAFE, "https://[", ""]),
    failure=st.sampled_from([None, "refused", "timeout"]),
    status=st.sampled_from([None, 200, 301, 404]),
    leads_to=st.sampled_from([None, SAFE, CLEAR, "https://[", ""]),
    cookies=st.sampled_from([(), ("a",)]),
    body_size=st.sampled_from([None, 0, 9000]),
    trusted=st.sampled_from([None, True, False]),
)
walks = st.builds(
    Walk,
    page=st.just(SAFE),
    hops=st.lists(hops, max_size=3).map(tuple),
    returned=st.booleans(),
    unfinished=st.booleans(),
)


@given(st.lists(walks, max_size=3).map(tuple), st.none() | hops)
def test_only_a_whole_observation_is_ever_met(several: tuple[Walk, ...], secure: Hop | None) -> None:
    verdict = judged(Observation(host="zorg.test", plain_port=80, walks=several, secure=secure))
    firsts = [walk.hops[0] if walk.hops else None for walk in several]
    understood = bool(firsts) and all(
        hop is not None
        and hop.in_clear
        and (hop.failure == "refused" or (hop.failure is None and hop.status == 301 and hop.leads_to == SAFE))
        for hop in firsts
    )
    assert verdict.outcome is not Outcome.MET or (understood and secure is not None and secure.trusted is True)
    assert all(CHECK.sentence(finding, "saw", "nl") and finding.code in CHECK.words for finding in verdict.findings)
