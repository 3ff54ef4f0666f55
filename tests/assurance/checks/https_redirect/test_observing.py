"""The whole check against two real servers: one that speaks https, one (or none) that doesn't."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.simulators.certificates import Authority, self_signed
from tests.simulators.servers import Answer, Pages, Request, closed_port, raw_server, tls_context, web_server

from waarborg.assurance.checks import wire
from waarborg.assurance.checks.loading import load_check, run_check
from waarborg.assurance.checks.target import Target
from waarborg.assurance.values import Measurement, Outcome

LocalTarget = Callable[..., Target]
Measure = Callable[[Callable[[int], Pages]], Measurement]
NOW = datetime.now(UTC)
PAGE = Answer(200, (("Content-Type", "text/html"),), b"<h1>Welkom</h1>")


def said(measured: Measurement) -> tuple[Outcome, list[str]]:
    return measured.verdict.outcome, [finding.code for finding in measured.verdict.findings]


def redirect(to: str, *headers: tuple[str, str], body: bytes = b"") -> Answer:
    return Answer(301, (("Location", to), *headers), body)


def everything_to_https(port: int) -> Pages:
    return lambda request: redirect(f"https://localhost:{port}{request.path}")


@pytest.fixture
def measure(authority: Authority, local: LocalTarget) -> Measure:
    """Measure a site whose plain port answers with the given pages (made from the https port)."""

    def one(plain: Callable[[int], Pages]) -> Measurement:
        with (
            web_server(lambda _: PAGE, tls=tls_context(authority.issue())) as port,
            web_server(plain(port)) as plain_port,
        ):
            target = replace(local(port), plain_port=plain_port, login_path="/inloggen")
            return run_check(load_check("https_redirect"), target, NOW)

    return one


def test_everything_sent_on_to_https_is_met(measure: Measure) -> None:
    measured = measure(everything_to_https)
    assert said(measured) == (Outcome.MET, ["redirects"])
    assert measured.verdict.findings[0].facts["pages"] == 3


@pytest.mark.parametrize(
    ("plain", "outcome", "code"),
    [
        (lambda _: lambda _: PAGE, Outcome.NOT_MET, "served_in_clear"),
        (lambda _: lambda _: Answer(404), Outcome.UNKNOWN, "answers_with_error"),
        (lambda _: lambda _: redirect("https://ander.test/"), Outcome.NOT_MET, "redirect_elsewhere"),
        (lambda _: lambda _: redirect("https://ander.test\\@localhost/"), Outcome.NOT_MET, "redirect_elsewhere"),
        (lambda _: lambda _: redirect("https://localhost@ander.test/"), Outcome.NOT_MET, "redirect_elsewhere"),
        (lambda _: lambda _: redirect("/"), Outcome.NOT_MET, "loop"),
        (lambda _: lambda request: redirect(f"{request.path}x"), Outcome.NOT_MET, "too_many_redirects"),
        (lambda _: lambda _: redirect("https://[/"), Outcome.UNKNOWN, "answers_with_error"),
        (
            lambda port: lambda _: redirect(f"https://localhost:{port}/", ("Set-Cookie", "sessie=geheim; Secure")),
            Outcome.NOT_MET,
            "cookie_in_clear",
        ),
        (
            lambda port: lambda _: redirect(f"https://localhost:{port}/", body=b"dossier " * 5000),
            Outcome.NOT_MET,
            "content_with_redirect",
        ),
    ],
)
def test_what_the_plain_port_answers_decides(
    measure: Measure, plain: Callable[[int], Pages], outcome: Outcome, code: str
) -> None:
    seen, codes = said(measure(plain))
    assert (seen, code in codes) == (outcome, True)


@pytest.mark.parametrize("path", ["/inloggen", "/waarborg-no-such-page"])
def test_a_page_left_out_of_the_redirect_is_not_called_met(measure: Measure, path: str) -> None:
    def plain(port: int) -> Pages:
        rest = everything_to_https(port)
        return lambda request: PAGE if request.path == path else rest(request)

    assert said(measure(plain))[0] is Outcome.NOT_MET


def test_a_cookies_value_stays_out_of_the_observation(measure: Measure) -> None:
    measured = measure(lambda _: lambda _: Answer(200, (("Set-Cookie", "sessie=geheim"),), b"inhoud"))
    assert "geheim" not in str(measured.observation)
    assert "inhoud" not in str(measured.observation)


def test_https_that_sends_back_to_http_is_not_met(authority: Authority, local: LocalTarget) -> None:
    ports: list[int] = []

    def back(_: Request) -> Answer:
        return redirect(f"http://localhost:{ports[0]}/terug")

    with (
        web_server(back, tls=tls_context(authority.issue())) as port,
        web_server(everything_to_https(port)) as plain_port,
    ):
        ports.append(plain_port)
        measured = run_check(load_check("https_redirect"), replace(local(port), plain_port=plain_port), NOW)
    seen, codes = said(measured)
    assert (seen, "returns_to_clear" in codes) == (Outcome.NOT_MET, True)


def test_a_closed_port_is_met_while_https_answers(authority: Authority, local: LocalTarget) -> None:
    with web_server(lambda _: PAGE, tls=tls_context(authority.issue())) as port:
        measured = run_check(load_check("https_redirect"), replace(local(port), plain_port=closed_port()), NOW)
    assert said(measured) == (Outcome.MET, ["port_closed"])


def test_a_closed_port_says_nothing_while_the_server_is_down(local: LocalTarget) -> None:
    measured = run_check(load_check("https_redirect"), replace(local(closed_port()), plain_port=closed_port()), NOW)
    assert said(measured) == (Outcome.UNKNOWN, ["https_silent"])


def test_a_closed_port_says_nothing_when_we_do_not_know_who_answers(local: LocalTarget, tmp_path: Path) -> None:
    with web_server(lambda _: PAGE, tls=tls_context(self_signed(tmp_path))) as port:
        measured = run_check(load_check("https_redirect"), replace(local(port), plain_port=closed_port()), NOW)
    assert said(measured) == (Outcome.UNKNOWN, ["not_trusted"])


def test_a_port_that_hangs_up_is_unknown(authority: Authority, local: LocalTarget) -> None:
    with (
        web_server(lambda _: PAGE, tls=tls_context(authority.issue())) as port,
        raw_server(lambda _: None) as plain_port,
    ):
        measured = run_check(load_check("https_redirect"), replace(local(port), plain_port=plain_port), NOW)
    assert said(measured)[0] is Outcome.UNKNOWN


def test_others_hosts_are_named_and_not_visited(measure: Measure, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    fetch = wire.fetch

    def watched(target: Target, where: str, *, limit: int, budget: wire.Budget) -> wire.Reply | wire.Failure:
        asked.append(where)
        return fetch(target, where, limit=limit, budget=budget)

    monkeypatch.setattr(wire, "fetch", watched)
    measure(lambda _: lambda _: redirect("https://ander.test/"))
    assert not [where for where in asked if "ander.test" in where]
