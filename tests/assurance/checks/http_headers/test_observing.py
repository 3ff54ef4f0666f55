"""The whole check against real servers that protect their pages, or seem to."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.simulators.certificates import Authority, self_signed
from tests.simulators.servers import Answer, Pages, Request, closed_port, tls_context, web_server

from waarborg.assurance.checks.http_headers.markup import read_head
from waarborg.assurance.checks.loading import load_check, run_check
from waarborg.assurance.checks.target import Target
from waarborg.assurance.values import Measurement, Outcome

LocalTarget = Callable[..., Target]
Measure = Callable[[Pages], Measurement]
NOW = datetime.now(UTC)
HTML = ("Content-Type", "text/html; charset=utf-8")
FRAMES = ("X-Frame-Options", "DENY")
CSP = ("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'")
REST = (
    ("Strict-Transport-Security", "max-age=31536000"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
)


def page(*headers: tuple[str, str], body: bytes = b"<!doctype html><title>Zorg</title>", status: int = 200) -> Answer:
    return Answer(status, (HTML, *REST, *headers), body)


@pytest.fixture
def measure(authority: Authority, local: LocalTarget) -> Measure:
    def one(pages: Pages) -> Measurement:
        with web_server(pages, tls=tls_context(authority.issue())) as port:
            return run_check(load_check("http_headers"), replace(local(port), login_path="/inloggen"), NOW)

    return one


def said(measured: Measurement) -> tuple[Outcome, list[str]]:
    return measured.verdict.outcome, [finding.code for finding in measured.verdict.findings]


def test_a_protected_site_is_met_and_its_banner_said(measure: Measure) -> None:
    assert said(measure(lambda _: page(CSP))) == (Outcome.MET, ["in_order", "version_shown"])


def test_a_log_in_page_without_protection_fails_a_protected_start_page(measure: Measure) -> None:
    def site(request: Request) -> Answer:
        return page(CSP) if request.path == "/" else Answer(200, (HTML,), b"<form>")

    outcome, codes = said(measure(site))
    assert (outcome, codes.count("csp_missing")) == (Outcome.NOT_MET, 1)


@pytest.mark.parametrize(
    ("answer", "outcome", "code"),
    [
        (Answer(404, (HTML, *REST, CSP)), Outcome.UNKNOWN, "not_ok"),
        (Answer(200, (("Content-Type", "application/json"), *REST, CSP), b"{}"), Outcome.UNKNOWN, "not_html"),
        (page(CSP, body=b"x" * 1_200_000), Outcome.UNKNOWN, "too_large"),
        (page(("Content-Security-Policy", "img-src " + "a" * 20_000), CSP), Outcome.UNKNOWN, "header_cut_off"),
        (
            page(("Content-Security-Policy-Report-Only", "default-src 'self'"), FRAMES),
            Outcome.NOT_MET,
            "csp_only_reports",
        ),
        (Answer(302, (("Location", "https://sso.test.invalid/"), *REST, CSP)), Outcome.UNKNOWN, "not_reached"),
    ],
)
def test_what_is_not_the_applications_own_page_is_not_judged(
    measure: Measure, answer: Answer, outcome: Outcome, code: str
) -> None:
    seen, codes = said(measure(lambda _: answer))
    assert (seen, code in codes) == (outcome, True)


def nonce_site(values: "itertools.count[int] | itertools.repeat[int]") -> Pages:
    return lambda _: page(("Content-Security-Policy", f"script-src 'nonce-zzz{next(values)}'; frame-ancestors 'none'"))


def test_a_nonce_that_changes_is_met_and_not_kept(measure: Measure) -> None:
    measured = measure(nonce_site(itertools.count()))
    assert measured.verdict.outcome is Outcome.MET
    assert "zzz" not in str(measured.observation)


def test_a_nonce_that_stays_the_same_is_not_met(measure: Measure) -> None:
    assert "csp_nonce_fixed" in said(measure(nonce_site(itertools.repeat(7))))[1]


META = b'<meta http-equiv="Content-Security-Policy" content="default-src \'self\'">'


@pytest.mark.parametrize(
    ("body", "counts"),
    [
        (b"<head>" + META + b"</head>", True),
        (b"<title>x</title>" + META, True),
        (b"<head></head><body>" + META, False),
        (b"<head><script></script>" + META, False),
        (b"<head><noscript>" + META + b"</noscript>", False),
        (b"<p>Welkom</p>" + META, False),
        (b"<title>" + META + b"</title>", False),
        (b"<template>" + META + b"</template>", False),
        (b"<!-- " + META + b" -->", False),
        (b"<![onzin" + META, False),
    ],
)
def test_a_meta_policy_counts_only_in_the_head_and_before_any_script(body: bytes, *, counts: bool) -> None:
    assert bool(read_head(body).policies) is counts


@pytest.mark.parametrize("inert", ["template", "noscript", "title"])
def test_a_referrer_policy_that_is_not_in_force_is_not_read(inert: str) -> None:
    meta = '<meta name="referrer" content="same-origin">'
    assert read_head(meta.encode()).referrer == "same-origin"
    assert read_head(f"<{inert}>{meta}</{inert}>".encode()).referrer is None


def test_cookies_of_the_whole_way_are_judged_and_only_their_names_kept(measure: Measure) -> None:
    def site(request: Request) -> Answer:
        if request.path == "/":
            return Answer(302, (("Location", "/start"), ("Set-Cookie", "sessie=geheim; Secure; HttpOnly")))
        return page(CSP, ("Set-Cookie", "csrftoken=verborgen; Secure"))

    measured = measure(site)
    assert said(measured) == (Outcome.NOT_MET, ["cookie_same_site_missing"])
    assert "sessie" in str(measured.observation)
    assert not [value for value in ("geheim", "verborgen") if value in str(measured.observation)]


def test_a_query_in_a_policy_or_an_address_stays_out_of_the_observation(measure: Measure) -> None:
    reporting = ("Content-Security-Policy", "default-src 'self'; report-uri /csp?key=geheim; frame-ancestors 'none'")

    def site(request: Request) -> Answer:
        return Answer(302, (("Location", "/x?token=geheim"),)) if request.path == "/" else page(reporting)

    measured = measure(site)
    assert measured.verdict.outcome is Outcome.MET
    assert "geheim" not in str(measured.observation)


def test_a_server_that_is_not_trusted_or_not_there_is_unknown(local: LocalTarget, tmp_path: Path) -> None:
    with web_server(lambda _: page(CSP), tls=tls_context(self_signed(tmp_path))) as port:
        distrusted = run_check(load_check("http_headers"), local(port), NOW)
    assert said(distrusted) == (Outcome.UNKNOWN, ["not_trusted"])
    assert said(run_check(load_check("http_headers"), local(closed_port()), NOW)) == (Outcome.UNKNOWN, ["not_reached"])
