"""Servers that are down, slow, endless or strange: every check of an address ends in time, and concludes nothing from it."""

import contextlib
import itertools
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from tests.simulators.certificates import Authority
from tests.simulators.servers import Talk, closed_port, raw_server, stay_silent, tls_context

from waarborg.assurance.checks.guard import Guard
from waarborg.assurance.checks.loading import load_checks, run_check
from waarborg.assurance.checks.target import Secret, Secrets, Target
from waarborg.assurance.values import Measurement, Outcome
from waarborg.kernel.canonical import canonical

SECONDS = 45
LARGEST_OBSERVATION = 50_000
RECIPE = {
    "login": {"path": "/in", "fields": {"user": "{secret:login}", "password": "{secret:password}"}},
    "factor": {"fields": {"code": "{totp:totp}"}},
    "protected": {"path": "/alarmen", "shows": "Alarmen van vandaag", "refused": {"redirect_to": "/in"}},
}
SECRETS = {"login": "proef", "password": "nergens-anders", "totp": "GEZDGNBVGY3TQOJQ"}
URL_CHECKS = [name for name, check in load_checks().items() if "url" in check.targets]


def drip_body(sock: socket.socket) -> None:
    """Answer at once, and then one letter at a time for ever."""
    sock.recv(4096)
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<!doctype html>")
    while True:
        sock.sendall(b"x")
        time.sleep(0.2)


def drip_head(sock: socket.socket) -> None:
    sock.recv(4096)
    for letter in itertools.chain(b"HTTP/1.1 200 OK\r\nX-Slow: ", itertools.repeat(120)):
        sock.sendall(bytes([letter]))
        time.sleep(0.2)


def endless_body(sock: socket.socket) -> None:
    sock.recv(4096)
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<!doctype html>")
    while True:
        sock.sendall(b"x" * 65_536)


def endless_head(sock: socket.socket) -> None:
    sock.recv(4096)
    sock.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in itertools.count():
        sock.sendall(b"X-%d: y\r\n" % number)


def answering(head: bytes, body: bytes = b"") -> Talk:
    def talk(sock: socket.socket) -> None:
        sock.recv(4096)
        length = b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
        sock.sendall(b"HTTP/1.1 " + head + b"\r\n" + length + body)

    return talk


def redirect_for_ever(sock: socket.socket) -> None:
    sock.recv(4096)
    where = b"/in/%d" % time.monotonic_ns()
    sock.sendall(b"HTTP/1.1 302 Found\r\nLocation: " + where + b"\r\nContent-Length: 0\r\n\r\n")


def cut_short(sock: socket.socket) -> None:
    sock.recv(4096)
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9999\r\n\r\n<!doctype html><form>")


def hang_up(sock: socket.socket) -> None:
    sock.recv(4096)


def talk_nonsense(sock: socket.socket) -> None:
    sock.recv(4096)
    sock.sendall(b"220 mail ready\r\n" * 50)


HTTP: dict[str, Talk] = {
    "drips its body": drip_body,
    "drips its headers": drip_head,
    "has an endless body": endless_body,
    "has endless headers": endless_head,
    "answers 200 to everything": answering(b"200 OK\r\nContent-Type: text/html", b"<!doctype html><h1>Welkom</h1>"),
    "answers 200 with nothing": answering(b"200 OK\r\nContent-Type: text/html"),
    "has an error for everything": answering(b"500 Internal Server Error"),
    "asks everyone to wait": answering(b"429 Too Many Requests\r\nRetry-After: 3600"),
    "redirects for ever": redirect_for_ever,
    "redirects to a broken address": answering(b"302 Found\r\nLocation: https://[broken/"),
    "redirects to a forbidden address": answering(b"302 Found\r\nLocation: https://169.254.169.254/latest/"),
    "cuts its answers short": cut_short,
    "hangs up": hang_up,
    "talks nonsense": talk_nonsense,
}
BEFORE_TLS: dict[str, Talk] = {"never shakes hands": stay_silent, "speaks no TLS": talk_nonsense}
DOWN = "is down"
# Where something else than "unknown" is right, since the check did see what it is about.
SEEN_ALL_THE_SAME: dict[tuple[str, str], tuple[Outcome, str]] = {
    # Whatever is said over it, the handshake was sound.
    **{(kind, "tls"): (Outcome.MET, "negotiated_tls") for kind in HTTP},
    # Content came without https, or the way to https leads elsewhere.
    ("has an endless body", "https_redirect"): (Outcome.NOT_MET, "served_in_clear"),
    ("answers 200 to everything", "https_redirect"): (Outcome.NOT_MET, "served_in_clear"),
    ("answers 200 with nothing", "https_redirect"): (Outcome.NOT_MET, "served_in_clear"),
    ("redirects for ever", "https_redirect"): (Outcome.NOT_MET, "redirect_stays_clear"),
    ("redirects to a forbidden address", "https_redirect"): (Outcome.NOT_MET, "redirect_elsewhere"),
    # The page is there and so are its headers, all but the ones that matter.
    ("answers 200 to everything", "http_headers"): (Outcome.NOT_MET, "hsts_missing"),
    ("answers 200 with nothing", "http_headers"): (Outcome.NOT_MET, "hsts_missing"),
}
KINDS = [*HTTP, *BEFORE_TLS, DOWN]


class Ended(NamedTuple):
    measurement: Measurement
    seconds: float


@contextlib.contextmanager
def hostile(kind: str, context: ssl.SSLContext) -> Iterator[tuple[int, int]]:
    """Run such a server on two ports, one for https and one for http."""
    if kind == DOWN:
        yield closed_port(), closed_port()
        return
    plain = HTTP.get(kind) or BEFORE_TLS[kind]
    secure = over_tls(plain, context) if kind in HTTP else plain
    with raw_server(secure) as secure_port, raw_server(plain) as plain_port:
        yield secure_port, plain_port


def over_tls(talk: Talk, context: ssl.SSLContext) -> Talk:
    def secured(sock: socket.socket) -> None:
        with context.wrap_socket(sock, server_side=True) as wrapped:
            talk(wrapped)

    return secured


def timed(check: str, target: Target) -> Ended:
    started = time.monotonic()
    measurement = run_check(load_checks()[check], target, datetime.now(UTC))
    return Ended(measurement, time.monotonic() - started)


@pytest.fixture(scope="module")
def ended(authority: Authority) -> Iterator[Callable[[str, str], Ended]]:
    """All checks on all targets, at once: most of the time is spent waiting."""
    context = tls_context(authority.issue())
    futures: dict[tuple[str, str], Future[Ended]] = {}
    with contextlib.ExitStack() as stack, ThreadPoolExecutor(max_workers=40) as pool:
        for kind in KINDS:
            secure_port, plain_port = stack.enter_context(hostile(kind, context))
            host = f"localhost:{secure_port}"
            target = Target(
                url=f"https://{host}/",
                ca_file=authority.file,
                login_path="/in",
                plain_port=plain_port,
                recipe=RECIPE,
                secrets=Secrets(*(Secret(host=host, name=name, value=value) for name, value in SECRETS.items())),
                guard=Guard(allow_private=True),
            )
            futures |= {(kind, check): pool.submit(timed, check, target) for check in URL_CHECKS}
        yield lambda kind, check: futures[kind, check].result(timeout=300)


@pytest.mark.parametrize("check", URL_CHECKS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_misbehaves_is_unknown_in_time(ended: Callable[[str, str], Ended], kind: str, check: str) -> None:
    measurement, seconds = ended(kind, check)
    verdict = measurement.verdict
    outcome, code = SEEN_ALL_THE_SAME.get((kind, check), (Outcome.UNKNOWN, verdict.findings[0].code))
    assert (verdict.outcome, verdict.findings[0].code) == (outcome, code)
    assert seconds < SECONDS


@pytest.mark.parametrize("check", URL_CHECKS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_kept_of_a_misbehaving_server_has_words_and_one_form(
    ended: Callable[[str, str], Ended], kind: str, check: str
) -> None:
    measurement, _ = ended(kind, check)
    unworded = [
        finding.code for finding in measurement.verdict.findings if finding.code not in load_checks()[check].words
    ]
    assert unworded == []
    assert len(canonical(measurement.observation)) < LARGEST_OBSERVATION
