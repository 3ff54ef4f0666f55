"""The whole check against real servers: log-in pages found, told, hidden, built by script or elsewhere."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.simulators.certificates import Authority, self_signed
from tests.simulators.servers import Answer, Pages, Request, closed_port, tls_context, web_server

from waarborg.assurance.checks.loading import load_check, run_check
from waarborg.assurance.checks.target import Target
from waarborg.assurance.values import Measurement, Outcome

LocalTarget = Callable[..., Target]
Measure = Callable[..., Measurement]
NOW = datetime.now(UTC)
HTML = ("Content-Type", "text/html; charset=utf-8")
FORM = "<form method=post><input name=naam><input type=password name=wachtwoord><button>Inloggen</button></form>"
WORDS = "<p>Patiëntgegevens zijn vertrouwelijk.</p>"


def page(*parts: str, headers: tuple[tuple[str, str], ...] = (HTML,)) -> Answer:
    return Answer(200, headers, "".join(("<!doctype html><title>Zorg</title>", *parts)).encode())


def site(pages: Mapping[str, Answer]) -> Pages:
    def answer(request: Request) -> Answer:
        return pages.get(request.path, Answer(404, (HTML,)))

    return answer


@pytest.fixture
def measure(authority: Authority, local: LocalTarget) -> Measure:
    def one(pages: Mapping[str, Answer], login_path: str = "") -> Measurement:
        with web_server(site(pages), tls=tls_context(authority.issue())) as port:
            return run_check(load_check("login_notice"), replace(local(port), login_path=login_path), NOW)

    return one


def said(measured: Measurement) -> tuple[Outcome, list[str]]:
    return measured.verdict.outcome, [finding.code for finding in measured.verdict.findings]


def test_the_given_log_in_page_is_read(measure: Measure) -> None:
    assert said(measure({"/in": page(WORDS, FORM)}, "/in")) == (Outcome.MET, ["notice"])
    assert said(measure({"/in": page(FORM)}, "/in")) == (Outcome.NOT_MET, ["no_notice"])


@pytest.mark.parametrize(
    "start",
    [
        page(WORDS, FORM),
        page("<nav><a href='/zorg/in'>Inloggen</a></nav>"),
        page("<a href='/zorg/in'>  Log in </a>"),
        page("<a href='/over'>Over ons</a><a href='/account/login'><img></a>"),
        Answer(302, (("Location", "/zorg/in"),)),
    ],
)
def test_a_log_in_page_is_found_from_the_start_page(measure: Measure, start: Answer) -> None:
    pages = {"/": start, "/zorg/in": page(WORDS, FORM), "/account/login": page(WORDS, FORM), "/over": page("Over ons")}
    assert said(measure(pages)) == (Outcome.MET, ["notice"])


@pytest.mark.parametrize(
    ("start", "outcome", "code"),
    [
        (page(WORDS), Outcome.UNKNOWN, "not_a_log_in_page"),
        (page(WORDS, "<a href='/weg'>Inloggen</a>"), Outcome.UNKNOWN, "not_a_log_in_page"),
        (page(WORDS, "<a href='https://elders.test/login'>Inloggen</a>"), Outcome.UNKNOWN, "not_a_log_in_page"),
        (page(WORDS, "<a href='https://[/login'>Inloggen</a>"), Outcome.UNKNOWN, "not_a_log_in_page"),
        (page(WORDS, "<input type=password><input type=password>"), Outcome.UNKNOWN, "not_a_log_in_page"),
        (page("<div id=root></div><script src=/app.js></script>"), Outcome.UNKNOWN, "built_by_script"),
        (page(f"<!-- {WORDS} -->", FORM), Outcome.NOT_MET, "no_notice"),
        (page(f"<div hidden>{WORDS}</div>", FORM), Outcome.NOT_MET, "no_notice"),
        (page("<img alt='Patiëntgegevens zijn vertrouwelijk.'>", FORM), Outcome.NOT_MET, "no_notice"),
        (
            page("<style>.stil{display:none}</style><div class=stil>", WORDS, "</div>", FORM),
            Outcome.UNKNOWN,
            "perhaps_hidden",
        ),
        (
            page("<link rel=stylesheet href=/s.css><div class=stil>", WORDS, "</div>", FORM),
            Outcome.UNKNOWN,
            "perhaps_hidden",
        ),
        (page("<p>Patiëntgegevens zijn niet vertrouwelijk.</p>", FORM), Outcome.UNKNOWN, "denied"),
        (page("<a href=/p>Vertrouwelijk omgaan met zorggegevens</a>", FORM), Outcome.NOT_MET, "only_a_link"),
        (page("<p>Wij gaan vertrouwelijk om met uw zorggegevens.</p>", FORM), Outcome.UNKNOWN, "about_something_else"),
        (page(WORDS, FORM, "<!-- nooit gesloten"), Outcome.UNKNOWN, "not_readable"),
        (Answer(200, (("Content-Type", "application/json"),), b"{}"), Outcome.UNKNOWN, "not_html"),
        (Answer(200, (HTML,), b"\xff\xfe" + FORM.encode()), Outcome.UNKNOWN, "not_readable"),
        (page(WORDS, FORM, headers=(("Content-Type", "text/html; charset=rot13"),)), Outcome.UNKNOWN, "not_readable"),
        (page(WORDS, FORM, " " * 600_000), Outcome.UNKNOWN, "too_large"),
        (Answer(500, (HTML,), (WORDS + FORM).encode()), Outcome.UNKNOWN, "not_ok"),
    ],
)
def test_what_would_wrongly_be_called_met_is_not(measure: Measure, start: Answer, outcome: Outcome, code: str) -> None:
    css = Answer(200, (("Content-Type", "text/css"),), b".stil { display: none }")
    assert said(measure({"/": start, "/s.css": css})) == (outcome, [code])


def test_a_page_in_another_character_set_is_read(measure: Measure) -> None:
    latin = Answer(200, (("Content-Type", "text/html; charset=iso-8859-1"),), (WORDS + FORM).encode("latin-1"))
    assert said(measure({"/": latin})) == (Outcome.MET, ["notice"])


def test_a_log_in_with_another_service_counts_as_a_log_in_page(measure: Measure) -> None:
    assert said(measure({"/": page(WORDS, "<a href=/oidc>Inloggen met ZORG-ID</a>")})) == (Outcome.MET, ["notice"])


def test_personal_data_on_the_page_stays_out_of_the_observation(measure: Measure) -> None:
    words = "<p>Patiëntgegevens zijn vertrouwelijk, mail jan@zorg.test of noem 123456782.</p>"
    measured = measure({"/": page(words, FORM)})
    assert measured.verdict.outcome is Outcome.MET
    assert not [leak for leak in ("jan@", "123456782") if leak in str(measured.observation)]


def test_a_server_that_is_not_trusted_or_not_there_is_unknown(local: LocalTarget, tmp_path: Path) -> None:
    with web_server(site({"/": page(WORDS, FORM)}), tls=tls_context(self_signed(tmp_path))) as port:
        distrusted = run_check(load_check("login_notice"), local(port), NOW)
    assert said(distrusted) == (Outcome.UNKNOWN, ["not_trusted"])
    assert said(run_check(load_check("login_notice"), local(closed_port()), NOW)) == (Outcome.UNKNOWN, ["not_reached"])
