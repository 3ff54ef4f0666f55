"""The whole check against real servers that serve the file well, badly, elsewhere or not at all."""

import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.simulators.certificates import Authority, self_signed
from tests.simulators.servers import Answer, Pages, Request, closed_port, tls_context, web_server

from waarborg.assurance.checks.loading import load_check, run_check
from waarborg.assurance.checks.target import Target
from waarborg.assurance.values import Measurement, Outcome

LocalTarget = Callable[..., Target]
NOW = datetime.now(UTC)
UNTIL = NOW + timedelta(days=100)
BODY = f"Contact: mailto:security@zorg.test\r\nExpires: {UNTIL:%Y-%m-%dT%H:%M:%SZ}\r\n".encode()
PLAIN = (("Content-Type", "text/plain; charset=utf-8"),)
FILE = Answer(200, PLAIN, BODY)
HTML = Answer(200, (("Content-Type", "text/html"),), b"<h1>Welkom</h1>")
NOTHING = Answer(404)
NEW, OLD = "/.well-known/security.txt", "/security.txt"


@pytest.fixture
def measure(authority: Authority, local: LocalTarget) -> Callable[[Pages], Measurement]:
    def one(pages: Pages) -> Measurement:
        with web_server(pages, tls=tls_context(authority.issue())) as port:
            return run_check(load_check("security_txt"), local(port), NOW)

    return one


def site(pages: Mapping[str, Answer], otherwise: Answer = NOTHING) -> Pages:
    def answer(request: Request) -> Answer:
        return pages.get(request.path, otherwise)

    return answer


def said(measured: Measurement) -> tuple[Outcome, list[str]]:
    return measured.verdict.outcome, [finding.code for finding in measured.verdict.findings]


def test_a_good_file_is_met_for_as_long_as_it_says(measure: Callable[[Pages], Measurement]) -> None:
    measured = measure(site({NEW: FILE}))
    assert said(measured) == (Outcome.MET, ["in_order"])
    assert measured.verdict.holds_until == UNTIL.replace(microsecond=0)


@pytest.mark.parametrize(
    ("pages", "otherwise", "outcome", "code"),
    [
        ({}, Answer(404), Outcome.NOT_MET, "no_file"),
        ({OLD: FILE}, Answer(404), Outcome.NOT_MET, "only_at_old_place"),
        ({OLD: HTML}, Answer(404), Outcome.NOT_MET, "no_file"),
        ({NEW: HTML}, Answer(404), Outcome.NOT_MET, "not_plain_text"),
        ({}, HTML, Outcome.UNKNOWN, "page_for_everything"),
        ({NEW: HTML}, Answer(503), Outcome.UNKNOWN, "page_for_everything"),
        ({NEW: Answer(200, PLAIN, b"# " + b"x" * 200_000)}, Answer(404), Outcome.UNKNOWN, "too_large"),
        ({NEW: Answer(302, (("Location", OLD),)), OLD: FILE}, Answer(404), Outcome.MET, "in_order"),
        ({NEW: Answer(302, (("Location", NEW),))}, Answer(404), Outcome.UNKNOWN, "not_reached"),
        ({NEW: Answer(403)}, Answer(404), Outcome.UNKNOWN, "not_ok"),
    ],
)
def test_what_is_at_the_place_decides(
    measure: Callable[[Pages], Measurement], pages: dict[str, Answer], otherwise: Answer, outcome: Outcome, code: str
) -> None:
    assert said(measure(site(pages, otherwise))) == (outcome, [code])


def test_a_file_at_a_host_that_is_not_listed_is_unknown(authority: Authority, local: LocalTarget) -> None:
    tls: ssl.SSLContext = tls_context(authority.issue())
    with web_server(site({OLD: FILE}), tls=tls) as other:
        moved = Answer(301, (("Location", f"https://127.0.0.1:{other}{OLD}"),))
        with web_server(site({NEW: moved}), tls=tls) as port:
            measured = run_check(load_check("security_txt"), local(port), NOW)
    assert said(measured) == (Outcome.UNKNOWN, ["other_host"])


def test_a_file_by_way_of_plain_http_is_not_met(authority: Authority, local: LocalTarget) -> None:
    with web_server(site({OLD: FILE})) as plain:
        moved = Answer(301, (("Location", f"http://localhost:{plain}{OLD}"),))
        with web_server(site({NEW: moved}), tls=tls_context(authority.issue())) as port:
            measured = run_check(load_check("security_txt"), local(port), NOW)
    assert said(measured) == (Outcome.NOT_MET, ["through_clear"])


def test_a_file_from_a_server_that_is_not_trusted_is_unknown(local: LocalTarget, tmp_path: Path) -> None:
    with web_server(site({NEW: FILE}), tls=tls_context(self_signed(tmp_path))) as port:
        measured = run_check(load_check("security_txt"), local(port), NOW)
    assert said(measured) == (Outcome.UNKNOWN, ["not_trusted"])


def test_a_server_that_is_not_there_is_unknown(local: LocalTarget) -> None:
    assert said(run_check(load_check("security_txt"), local(closed_port()), NOW)) == (Outcome.UNKNOWN, ["not_reached"])
