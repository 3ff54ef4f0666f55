"""Each fault alone fails the pages and is named; each doubt alone leaves them unknown."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarborg.assurance.checks.http_headers.cookies import cookies_of
from waarborg.assurance.checks.http_headers.judge import judge
from waarborg.assurance.checks.http_headers.values import Criteria, HeaderPage, Observation
from waarborg.assurance.checks.loading import load_check
from waarborg.assurance.checks.pages import Page
from waarborg.assurance.values import Outcome, Verdict

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CHECK = load_check("http_headers")
START = "https://zorg.test/"
PAGE = Page(
    asked=START, address=START, status=200, content_type="text/html; charset=utf-8", truncated=False, trusted=True
)
GOOD = {
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "content-security-policy": "default-src 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}


def criteria(**change: object) -> Criteria:
    assert isinstance(CHECK.criteria, Criteria)
    return CHECK.criteria.model_copy(update=change)


def with_headers(*more: tuple[str, str], without: str = "", **change: object) -> HeaderPage:
    kept = tuple((name, value) for name, value in GOOD.items() if name != without)
    return HeaderPage(page=PAGE, headers=(*kept, *more)).model_copy(update=change)


def instead(name: str, *values: str) -> HeaderPage:
    return with_headers(*((name, value) for value in values), without=name)


def judged(*pages: HeaderPage, **change: object) -> Verdict:
    return judge(Observation(host="zorg.test", pages=pages), criteria=criteria(**change), now=NOW)


def said(verdict: Verdict) -> tuple[Outcome, list[str]]:
    return verdict.outcome, [finding.code for finding in verdict.findings]


def test_pages_with_all_headers_are_met() -> None:
    assert said(judged(with_headers(), with_headers())) == (Outcome.MET, ["in_order"])


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (with_headers(without="strict-transport-security"), "hsts_missing"),
        (instead("strict-transport-security", "includeSubDomains"), "hsts_unreadable"),
        (instead("strict-transport-security", "max-age=31536000, max-age=0"), "hsts_unreadable"),
        (instead("strict-transport-security", "max-age=31536000; max-age=1"), "hsts_unreadable"),
        (instead("strict-transport-security", "max-age=-1"), "hsts_unreadable"),
        (instead("strict-transport-security", "max-age=86400"), "hsts_short"),
        (instead("strict-transport-security", "max-age=0", "max-age=31536000"), "hsts_short"),
        (instead("content-security-policy", "default-src *; frame-ancestors 'none'"), "csp_any_source"),
        (instead("content-security-policy", "frame-ancestors 'none'"), "csp_scripts_not_limited"),
        (
            instead("content-security-policy", "default-src 'self' 'unsafe-inline'; frame-ancestors 'none'"),
            "csp_unsafe_inline",
        ),
        (
            instead("content-security-policy", "default-src 'self' 'unsafe-eval'; frame-ancestors 'none'"),
            "csp_unsafe_eval",
        ),
        (with_headers(("x-frame-options", "DENY"), without="content-security-policy"), "csp_missing"),
        (
            with_headers(
                ("x-frame-options", "DENY"),
                ("content-security-policy-report-only", "default-src 'self'"),
                without="content-security-policy",
            ),
            "csp_only_reports",
        ),
        (
            instead("content-security-policy", "script-src 'nonce-…'; frame-ancestors 'none'").model_copy(
                update={"nonce_repeats": True}
            ),
            "csp_nonce_fixed",
        ),
        (with_headers(without="x-content-type-options"), "sniffing_allowed"),
        (instead("x-content-type-options", "none", "nosniff"), "sniffing_allowed"),
        (instead("content-security-policy", "default-src 'self'"), "framing_allowed"),
        (instead("content-security-policy", "default-src 'self'; frame-ancestors *").model_copy(), "framing_allowed"),
        (with_headers(without="referrer-policy"), "referrer_missing"),
        (instead("referrer-policy", "onzin"), "referrer_missing"),
        (instead("referrer-policy", "unsafe-url"), "referrer_leaks"),
        (instead("referrer-policy", "same-origin", "unsafe-url"), "referrer_leaks"),
        (with_headers(meta_referrer="always"), "referrer_leaks"),
    ],
)
def test_each_fault_alone_is_not_met_and_is_named(page: HeaderPage, code: str) -> None:
    assert said(judged(page)) == (Outcome.NOT_MET, [code])


@pytest.mark.parametrize(
    "page",
    [
        instead("strict-transport-security", 'MAX-AGE = "31536000"; preload'),
        instead("strict-transport-security", "max-age=31536000", "max-age=0"),
        instead("strict-transport-security", "max-age=15552000"),
        instead("x-content-type-options", "NoSniff"),
        instead("x-content-type-options", "nosniff, onzin"),
        with_headers(("x-frame-options", "ALLOWALL")),
        instead("content-security-policy", "default-src *", "script-src 'self'; frame-ancestors 'self'"),
        instead("referrer-policy", "unsafe-url, same-origin, onzin"),
        instead("referrer-policy", "unsafe-url").model_copy(update={"meta_referrer": "never"}),
    ],
)
def test_headers_are_read_as_a_browser_reads_them(page: HeaderPage) -> None:
    assert judged(page).outcome is Outcome.MET


@pytest.mark.parametrize(
    ("options", "refused"),
    [
        (["DENY"], True),
        (["sameorigin"], True),
        (["SAMEORIGIN", "SAMEORIGIN"], True),
        (["DENY, SAMEORIGIN"], True),
        (["ALLOW-FROM https://epd.test"], False),
        (["ALLOWALL"], False),
        (["ALLOWALL", "onzin"], True),
        (["onzin", "anders"], False),
        ([""], False),
    ],
)
def test_frame_options_count_where_the_policy_is_silent(options: list[str], *, refused: bool) -> None:
    silent = (("content-security-policy", "default-src 'self'"), *(("x-frame-options", option) for option in options))
    page = with_headers(*silent, without="content-security-policy")
    assert (judged(page).outcome is Outcome.MET) is refused


def test_frame_ancestors_goes_before_frame_options() -> None:
    both = (("content-security-policy", "default-src 'self'; frame-ancestors *"), ("x-frame-options", "DENY"))
    assert said(judged(with_headers(*both, without="content-security-policy"))) == (
        Outcome.NOT_MET,
        ["framing_allowed"],
    )


def test_a_meta_policy_limits_scripts_and_never_frames() -> None:
    meta = ("default-src 'self'; frame-ancestors 'none'",)
    bare = with_headers(without="content-security-policy", meta_policies=meta)
    assert said(judged(bare)) == (Outcome.NOT_MET, ["framing_allowed"])
    framed = with_headers(("x-frame-options", "DENY"), without="content-security-policy", meta_policies=meta)
    assert judged(framed).outcome is Outcome.MET


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (with_headers(page=PAGE.model_copy(update={"failure": "timeout"})), "not_reached"),
        (with_headers(page=PAGE.model_copy(update={"status": None})), "not_reached"),
        (with_headers(page=PAGE.model_copy(update={"status": 500})), "not_ok"),
        (with_headers(page=PAGE.model_copy(update={"status": 401})), "not_ok"),
        (with_headers(page=PAGE.model_copy(update={"content_type": "application/json"})), "not_html"),
        (with_headers(page=PAGE.model_copy(update={"content_type": None})), "not_html"),
        (with_headers(page=PAGE.model_copy(update={"truncated": True})), "too_large"),
        (with_headers(page=PAGE.model_copy(update={"trusted": False})), "not_trusted"),
        (with_headers(page=PAGE.model_copy(update={"address": "https://sso.test/"})), "other_host"),
        (with_headers(page=PAGE.model_copy(update={"hops": ("http://zorg.test/",)})), "in_clear"),
        (with_headers(cut=True), "header_cut_off"),
        (instead("content-security-policy", "script-src 'nonce-…'; frame-ancestors 'none'"), "nonce_not_compared"),
    ],
)
def test_one_page_that_cannot_be_judged_leaves_all_unknown(page: HeaderPage, code: str) -> None:
    assert said(judged(with_headers(), page)) == (Outcome.UNKNOWN, [code])


def test_a_header_that_was_cut_off_is_no_ground_for_a_fault() -> None:
    assert said(judged(with_headers(without="referrer-policy", cut=True))) == (Outcome.UNKNOWN, ["header_cut_off"])


def test_no_page_is_unknown() -> None:
    assert said(judged()) == (Outcome.UNKNOWN, ["no_page"])


def test_what_is_measured_by_address_keeps_no_https_rule() -> None:
    page = with_headers(page=PAGE.model_copy(update={"asked": "https://10.0.0.1/", "address": "https://10.0.0.1/"}))
    verdict = judge(Observation(host="10.0.0.1", pages=(page,)), criteria=criteria(), now=NOW)
    assert said(verdict) == (Outcome.UNKNOWN, ["measured_by_address"])


def cookie_page(*lines: str) -> HeaderPage:
    return with_headers(cookies=cookies_of(lines, now=NOW))


@pytest.mark.parametrize(
    ("line", "outcome", "codes"),
    [
        ("__Host-sessie=x; Secure; HttpOnly; Path=/; SameSite=Lax", Outcome.MET, ["in_order"]),
        ("csrftoken=x; Secure; SameSite=Lax", Outcome.MET, ["in_order"]),
        ("taal=nl; Secure; HttpOnly; SameSite=Lax", Outcome.MET, ["in_order"]),
        ("sessionid=x; HttpOnly; SameSite=Lax", Outcome.NOT_MET, ["cookie_not_secure"]),
        ("csrftoken=x; SameSite=Lax", Outcome.NOT_MET, ["cookie_not_secure"]),
        ("sessionid=x; Secure; SameSite=Lax", Outcome.NOT_MET, ["cookie_readable_by_script"]),
        ("sessionid=x; Secure; HttpOnly", Outcome.NOT_MET, ["cookie_same_site_missing"]),
        ("sessionid=x; Secure; HttpOnly; SameSite=onzin", Outcome.NOT_MET, ["cookie_same_site_missing"]),
        ("sessionid=x; Secure; HttpOnly; SameSite=None", Outcome.NOT_MET, ["cookie_same_site_wide"]),
        ("__Host-sid=x; Secure; HttpOnly; SameSite=Lax; Path=/app", Outcome.NOT_MET, ["cookie_prefix_broken"]),
        (
            "__Host-sid=x; Secure; HttpOnly; SameSite=Lax; Path=/; Domain=zorg.test",
            Outcome.NOT_MET,
            ["cookie_prefix_broken"],
        ),
        (
            "sid=x; Secure; HttpOnly; SameSite=Lax; Domain=.zorg.test",
            Outcome.MET,
            ["in_order", "cookie_for_subdomains"],
        ),
        ("wb=x; Secure; SameSite=Lax", Outcome.UNKNOWN, ["cookie_purpose_unknown"]),
        ("sessionid=; Max-Age=0", Outcome.MET, ["in_order"]),
        ("sessionid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", Outcome.MET, ["in_order"]),
        (
            "sessionid=x; Expires=onzin",
            Outcome.NOT_MET,
            ["cookie_not_secure", "cookie_readable_by_script", "cookie_same_site_missing"],
        ),
    ],
)
def test_a_cookie_is_judged_by_what_it_is_for(line: str, outcome: Outcome, codes: list[str]) -> None:
    assert said(judged(cookie_page(line))) == (outcome, codes)


def test_of_two_cookies_of_one_name_the_later_stays() -> None:
    assert judged(cookie_page("sid=x", "sid=y; Secure; HttpOnly; SameSite=Lax")).outcome is Outcome.MET


def test_a_version_in_a_banner_is_said_and_fails_only_by_criterion() -> None:
    page = with_headers(("server", "nginx/1.18.0"))
    assert said(judged(page)) == (Outcome.MET, ["in_order", "version_shown"])
    assert said(judged(page, version_banner_fails=True)) == (Outcome.NOT_MET, ["version_shown"])
    assert said(judged(with_headers(("server", "nginx")), version_banner_fails=True)) == (Outcome.MET, ["in_order"])


names = st.sampled_from([*GOOD, "content-security-policy-report-only", "x-frame-options", "server"])
headers = st.lists(
    st.tuples(names, st.text(max_size=40) | st.sampled_from([*GOOD.values(), "script-src 'nonce-…'"])), max_size=6
)
pages = st.builds(
    Page,
    asked=st.just(START),
    address=st.sampled_from([START, "", "https://[", "http://zorg.test/"]),
    failure=st.sampled_from([None, None, "timeout"]),
    status=st.sampled_from([None, 200, 200, 404]),
    content_type=st.sampled_from([None, "text/html", "text/html", "text/plain"]),
    truncated=st.sampled_from([None, False, False, True]),
    trusted=st.sampled_from([None, True, True, False]),
)


@given(
    page=pages,
    more=headers,
    complete=st.booleans(),
    cookies=st.lists(st.text(max_size=60), max_size=2),
    repeats=st.sampled_from([None, True, False]),
)
def test_only_a_whole_observation_is_ever_met(
    page: Page,
    more: list[tuple[str, str]],
    *,
    complete: bool,
    cookies: list[str],
    repeats: bool | None,
) -> None:
    kept = (*(GOOD.items() if complete else ()), *more)
    one = HeaderPage(page=page, headers=kept, cookies=cookies_of(cookies, now=NOW), nonce_repeats=repeats)
    verdict = judged(one)
    whole = page.failure is None and page.status == 200 and page.truncated is False and page.trusted is True
    protected = all(
        one.all(name) for name in ("strict-transport-security", "content-security-policy", "x-content-type-options")
    )
    assert verdict.outcome is not Outcome.MET or (whole and protected)
    assert all(CHECK.sentence(finding, "saw", "nl") and finding.code in CHECK.words for finding in verdict.findings)
