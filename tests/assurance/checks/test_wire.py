"""One request: bounded in time, size and number, and honest about trust."""

import gzip
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.simulators.certificates import Authority, self_signed
from tests.simulators.servers import (
    Answer,
    Pages,
    Request,
    closed_port,
    counted,
    raw_server,
    stay_silent,
    tls_context,
    tls_server,
    web_server,
)

from waarborg.assurance.checks.guard import Guard
from waarborg.assurance.checks.target import Target
from waarborg.assurance.checks.wire import Budget, Failure, Reply, answers_everything, fetch, follow

LocalTarget = Callable[..., Target]


def over(port: int) -> str:
    return f"http://localhost:{port}/"


ANY = Target(url="https://localhost", guard=Guard(allow_private=True))


def quick() -> Budget:
    return Budget(request_seconds=0.5)


def reply(answer: Reply | Failure) -> Reply:
    assert isinstance(answer, Reply), answer
    return answer


def test_an_answer_is_given_as_it_came(authority: Authority, local: LocalTarget) -> None:
    cookies = (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2, c"), ("X-Test", "é"))
    pages: Pages = lambda _: Answer(404, cookies, b"niet hier")  # noqa: E731  a page in one line
    with web_server(pages, tls=tls_context(authority.issue())) as port:
        got = reply(fetch(local(port), "/"))
    assert (got.status, got.body, got.truncated, got.trusted) == (404, b"niet hier", False, True)
    assert got.all("Set-Cookie") == ("a=1", "b=2, c")
    assert got.peer == "127.0.0.1"


def test_the_server_hears_who_asks_and_under_which_name(authority: Authority, local: LocalTarget) -> None:
    heard: list[Request] = []

    def pages(request: Request) -> Answer:
        heard.append(request)
        return Answer()

    with web_server(pages, tls=tls_context(authority.issue())) as port:
        fetch(local(port), "/a b?q=ë", method="POST", body=b"x=1", headers=[("X-Own", "1")])
    (request,) = heard
    assert (request.method, request.path, request.body) == ("POST", "/a%20b?q=%C3%AB", b"x=1")
    assert request.headers["host"] == f"localhost:{port}"
    assert request.headers["user-agent"].startswith("Waarborg/")
    assert request.headers["accept-encoding"] == "identity"
    assert request.headers["x-own"] == "1"


def test_an_untrusted_server_is_heard_and_said_to_be_untrusted(authority: Authority, local: LocalTarget) -> None:
    with tls_server(self_signed(authority.folder)) as port:
        assert reply(fetch(local(port), "/")).trusted is False


def test_where_trust_is_required_nothing_is_sent(authority: Authority, local: LocalTarget) -> None:
    heard: list[Request] = []

    def pages(request: Request) -> Answer:
        heard.append(request)
        return Answer()

    with web_server(pages, tls=tls_context(self_signed(authority.folder))) as port:
        refused = fetch(local(port), "/", method="POST", body=b"geheim", require_trust=True)
        plain = fetch(local(port), over(port), require_trust=True)
    assert isinstance(refused, Failure)
    assert isinstance(plain, Failure)
    assert heard == []


def test_a_missing_authority_file_is_no_trust_and_no_crash(authority: Authority, local: LocalTarget) -> None:
    with tls_server(authority.issue()) as port:
        assert reply(fetch(local(port, ca_file=Path("/nergens.pem")), "/")).trusted is False


@pytest.mark.parametrize(
    ("target", "code"),
    [
        (Target(url="https://bestaat-niet.invalid"), "dns"),
        (Target(url="https://127.0.0.1"), "address_refused"),
        (Target(url="https://169.254.169.254", guard=Guard(allow_private=True)), "address_refused"),
        (Target(url=f"https://localhost:{closed_port()}", guard=Guard(allow_private=True)), "refused"),
    ],
)
def test_a_server_that_is_not_reached_is_a_failure_with_a_code(target: Target, code: str) -> None:
    answer = fetch(target, "/")
    assert isinstance(answer, Failure)
    assert answer.code == code


def _say(data: bytes) -> Callable[[socket.socket], None]:
    def talk(sock: socket.socket) -> None:
        sock.recv(65_536)
        sock.sendall(data)

    return talk


def _drip(start: bytes) -> Callable[[socket.socket], None]:
    def talk(sock: socket.socket) -> None:
        sock.recv(65_536)
        sock.sendall(start)
        while True:
            sock.sendall(b"a")
            time.sleep(0.02)

    return talk


def _flood(sock: socket.socket) -> None:
    sock.recv(65_536)
    sock.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        sock.sendall(b"X-Filler: " + b"a" * 1000 + b"\r\n")


def _interim(sock: socket.socket) -> None:
    sock.recv(65_536)
    while True:
        sock.sendall(b"HTTP/1.1 103 Early Hints\r\n\r\n")


@pytest.mark.parametrize(
    ("talk", "code"),
    [
        (stay_silent, "timeout"),
        (_drip(b"HTTP/1.1 200 OK\r\nX: "), "too_slow"),
        (_drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"), "too_slow"),
        (_interim, "too_slow"),
        (_flood, "bad_response"),
        (_say(b"SSH-2.0-OpenSSH_9.2\r\n"), "bad_response"),
        (_say(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort"), "bad_response"),
        (_say(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx"), "bad_response"),
        (_say(b""), "reset"),
    ],
    ids=[
        "silence",
        "slow headers",
        "slow body",
        "interim",
        "endless headers",
        "other",
        "cut short",
        "two lengths",
        "hang up",
    ],
)
def test_a_server_that_misbehaves_costs_half_a_second_and_no_more(
    talk: Callable[[socket.socket], None], code: str
) -> None:
    started = time.monotonic()
    with raw_server(talk) as port:
        answer = fetch(ANY, over(port), budget=quick())
    assert isinstance(answer, Failure)
    assert answer.code == code
    assert time.monotonic() - started < 1


def test_a_handshake_that_never_comes_is_a_time_out(local: LocalTarget) -> None:
    with raw_server(stay_silent) as port:
        answer = fetch(local(port), "/", budget=quick())
    assert answer == Failure("timeout", "the TLS handshake was not answered")


def test_plain_http_where_tls_was_asked_is_a_tls_failure(local: LocalTarget) -> None:
    with web_server(lambda _: Answer()) as port:
        answer = fetch(local(port), "/")
    assert isinstance(answer, Failure)
    assert answer.code == "tls"


def test_a_large_body_is_cut_off_and_said_to_be_cut_off() -> None:
    with web_server(lambda _: Answer(body=b"a" * 5000)) as port:
        got = reply(fetch(ANY, over(port), limit=1000))
    assert (len(got.body), got.truncated) == (1000, True)


def test_a_packed_body_is_never_unpacked() -> None:
    bomb = gzip.compress(bytes(10_000_000))
    with web_server(lambda _: Answer(headers=[("Content-Encoding", "gzip")], body=bomb)) as port:
        assert reply(fetch(ANY, over(port))).body == bomb


def test_a_check_makes_no_more_connections_than_its_budget() -> None:
    with counted(_say(b"HTTP/1.1 204 No Content\r\n\r\n")) as (port, connections):
        budget = Budget(connections=3)
        answers = [fetch(ANY, over(port), budget=budget) for _ in range(5)]
    assert [isinstance(answer, Reply) for answer in answers] == [True, True, True, False, False]
    assert answers[-1] == Failure("budget", "the connections for this check are used up")
    assert len(connections) == 3


def test_a_check_takes_no_more_time_than_its_budget() -> None:
    with raw_server(stay_silent) as port:
        budget = Budget(seconds=0.3)
        answers = [fetch(ANY, over(port), budget=budget) for _ in range(2)]
    assert [answer.code for answer in answers if isinstance(answer, Failure)] == ["timeout", "budget"]


@pytest.mark.parametrize("path", ["http://", "http://[", "http://x:0/", "http://anna:x@localhost/", "ftp://localhost/"])
def test_what_is_no_http_address_is_not_asked(path: str) -> None:
    assert fetch(ANY, path) == Failure("bad_response", "not an http address")


def test_a_header_that_would_split_the_request_is_not_sent() -> None:
    answer = fetch(ANY, over(1), headers=[("X", "a\r\nY: b")])
    assert answer == Failure("bad_response", "the request can't be sent")


def _redirect(to: str) -> Answer:
    return Answer(302, [("Location", to)])


def test_a_redirect_is_followed_only_when_asked() -> None:
    with web_server(lambda request: _redirect("/b") if request.path == "/a" else Answer(body=b"b")) as port:
        assert reply(fetch(ANY, over(port) + "a")).redirects_to == over(port) + "b"
        chain = follow(ANY, over(port) + "a")
    assert [reply(answer).status for answer in chain] == [302, 200]


def test_a_redirect_without_end_is_given_up() -> None:
    with web_server(lambda _: _redirect("/x")) as port:
        chain = follow(ANY, over(port))
    assert chain[-1] == Failure("bad_response", "too many redirects")
    assert len(chain) == 7


def test_a_redirect_to_an_address_that_may_not_be_reached_is_not_followed() -> None:
    with web_server(lambda _: _redirect("http://169.254.169.254/latest/meta-data/")) as port:
        chain = follow(ANY, over(port))
    assert chain[-1] == Failure("address_refused", "link_local")


@pytest.mark.parametrize(
    ("pages", "everything"),
    [
        (lambda _: Answer(200), True),
        (lambda _: Answer(404), False),
        (lambda _: Answer(403), False),
        (lambda _: Answer(503), None),
        (lambda _: Answer(429), None),
        (lambda request: Answer(200) if request.path == "/" else _redirect("/"), True),
        (lambda request: Answer(401) if request.path == "/in" else _redirect("/in"), False),
    ],
)
def test_a_site_that_has_every_page_is_noticed(
    authority: Authority,
    local: LocalTarget,
    pages: Pages,
    everything: bool | None,  # noqa: FBT001  a table
) -> None:
    with web_server(pages, tls=tls_context(authority.issue())) as port:
        assert answers_everything(local(port)) is everything


def test_whether_a_site_has_every_page_is_unknown_when_it_is_not_there() -> None:
    assert answers_everything(replace(ANY, url=f"https://localhost:{closed_port()}")) is None
