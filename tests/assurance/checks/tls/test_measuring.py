"""The whole check against real servers: what each server is, and what is said of it."""

import socket
import ssl
import struct
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.assurance.checks.telling import tell
from tests.simulators.certificates import Authority, Issued, make_authority, self_signed
from tests.simulators.servers import (
    Answer,
    Talk,
    closed_port,
    counted,
    raw_server,
    stay_silent,
    tls_context,
    tls_server,
    web_server,
)

from waarborg.assurance.checks.guard import Guard
from waarborg.assurance.checks.loading import load_check
from waarborg.assurance.checks.target import Target
from waarborg.assurance.checks.tls.values import Criteria, Observation
from waarborg.assurance.values import Outcome, Verdict

LocalTarget = Callable[..., Target]
V = ssl.TLSVersion
# What the first bytes of a ClientHello hold: record header 5, handshake header 4, then the version offered.
OFFERED = slice(9, 11)
OLD = {b"\x03\x01", b"\x03\x02"}
RC4_SUITE = b"\x00\x05"


def measure(target: Target) -> tuple[Observation, Verdict]:
    """Look with one second a try, so that silence is short."""
    check = load_check("tls")
    now = datetime.now(UTC)
    assert isinstance(check.criteria, Criteria)
    criteria = check.criteria.model_copy(update={"seconds_a_try": 1})
    seen = check.observe(target, criteria=criteria, now=now)
    assert isinstance(seen, Observation)
    verdict = check.judge(seen, criteria=criteria, now=now)
    tell(check, verdict)
    return seen, verdict


def codes(verdict: Verdict) -> set[str]:
    return {finding.code for finding in verdict.findings}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> tuple[Authority, Issued]:
    authority = make_authority(tmp_path_factory.mktemp("good"))
    return authority, authority.issue()


def of(port: int, good: tuple[Authority, Issued]) -> Target:
    return Target(url=f"https://localhost:{port}", ca_file=good[0].file, guard=Guard(allow_private=True))


@pytest.mark.parametrize(("oldest", "newest"), [(V.TLSv1_2, V.TLSv1_3), (V.TLSv1_2, V.TLSv1_2), (V.TLSv1_3, V.TLSv1_3)])
def test_a_server_with_only_modern_versions_and_a_right_certificate_is_met(
    good: tuple[Authority, Issued], oldest: V, newest: V
) -> None:
    with tls_server(good[1], oldest=oldest, newest=newest) as port:
        _, verdict = measure(of(port, good))
    assert verdict.outcome == Outcome.MET
    assert codes(verdict) == {"negotiated_tls", "certificate_named"}
    assert verdict.holds_until == good[1].expires - timedelta(days=14)


@pytest.mark.parametrize(("oldest", "named"), [(V.TLSv1, {"TLS 1.0", "TLS 1.1"}), (V.TLSv1_1, {"TLS 1.1"})])
def test_each_outdated_version_that_is_negotiated_is_named(
    good: tuple[Authority, Issued], oldest: V, named: set[str]
) -> None:
    with tls_server(good[1], oldest=oldest) as port:
        _, verdict = measure(of(port, good))
    assert verdict.outcome == Outcome.NOT_MET
    assert {finding.facts["version"] for finding in verdict.findings} == named


def test_a_server_with_only_tls_1_0_lacks_a_modern_version_too(good: tuple[Authority, Issued]) -> None:
    with tls_server(good[1], oldest=V.TLSv1, newest=V.TLSv1) as port:
        _, verdict = measure(of(port, good))
    assert (verdict.outcome, codes(verdict)) == (Outcome.NOT_MET, {"outdated_version", "no_modern_version"})


@pytest.mark.parametrize(
    ("issue", "code"),
    [
        (lambda ca: ca.issue(starts=timedelta(days=-30), ends=timedelta(hours=-1)), "expired"),
        (lambda ca: ca.issue(ends=timedelta(days=13)), "renewal_due"),
        (lambda ca: ca.issue(starts=timedelta(days=2)), "not_yet_valid"),
        (lambda ca: ca.issue("elders.example"), "wrong_name"),
        (lambda ca: ca.issue(key_kind="rsa-1024"), "small_key"),
        (lambda ca: self_signed(ca.folder), "untrusted_named"),
        (lambda ca: make_authority(ca.folder / "other").issue(), "untrusted_named"),
    ],
)
def test_each_fault_of_a_certificate_alone_is_not_met_and_named(
    good: tuple[Authority, Issued], issue: Callable[[Authority], Issued], code: str
) -> None:
    with tls_server(issue(good[0])) as port:
        _, verdict = measure(of(port, good))
    assert (verdict.outcome, codes(verdict)) == (Outcome.NOT_MET, {code})


def test_an_authority_that_nobody_named_is_not_trusted(good: tuple[Authority, Issued]) -> None:
    with tls_server(good[1]) as port:
        _, verdict = measure(Target(url=f"https://localhost:{port}", guard=Guard(allow_private=True)))
    assert (verdict.outcome, codes(verdict)) == (Outcome.NOT_MET, {"untrusted_system"})


def test_an_expired_certificate_in_between_is_not_met(good: tuple[Authority, Issued], tmp_path: Path) -> None:
    between = good[0].intermediate(tmp_path, ends=timedelta(hours=-1))
    with tls_server(between.issue()) as port:
        seen, verdict = measure(of(port, good))
    assert (verdict.outcome, codes(verdict)) == (Outcome.NOT_MET, {"untrusted_named"})
    assert seen.chain_detail == "certificate has expired"


def test_a_good_certificate_in_between_is_met(good: tuple[Authority, Issued], tmp_path: Path) -> None:
    with tls_server(good[0].intermediate(tmp_path).issue()) as port:
        _, verdict = measure(of(port, good))
    assert verdict.outcome == Outcome.MET


def test_an_authority_file_that_cannot_be_read_leaves_trust_unknown(
    good: tuple[Authority, Issued], tmp_path: Path
) -> None:
    with tls_server(good[1]) as port:
        url = f"https://localhost:{port}"
        _, verdict = measure(Target(url=url, ca_file=tmp_path / "none.pem", guard=Guard(allow_private=True)))
    assert (verdict.outcome, codes(verdict)) == (Outcome.UNKNOWN, {"chain_not_measured"})


def test_plain_http_at_the_port_is_unknown(good: tuple[Authority, Issued]) -> None:
    with web_server(lambda _: Answer()) as port:
        _, verdict = measure(of(port, good))
    assert (verdict.outcome, codes(verdict)) == (Outcome.UNKNOWN, {"not_tls"})


def test_nothing_at_the_port_is_unknown(good: tuple[Authority, Issued]) -> None:
    _, verdict = measure(of(closed_port(), good))
    assert (verdict.outcome, codes(verdict)) == (Outcome.UNKNOWN, {"no_connection_refused"})


def test_a_port_that_says_nothing_is_unknown_and_is_not_asked_on_and_on(good: tuple[Authority, Issued]) -> None:
    started = time.monotonic()
    with counted(stay_silent) as (port, connections):
        _, verdict = measure(of(port, good))
    assert (verdict.outcome, codes(verdict)) == (Outcome.UNKNOWN, {"silent"})
    assert len(connections) == 2
    assert time.monotonic() - started < 4


def test_a_handshake_that_drips_is_cut_off(good: tuple[Authority, Issued]) -> None:
    def drip(sock: socket.socket) -> None:
        for byte in b"\x16\x03\x03\x40\x00" + b"\x02" * 200:
            sock.send(bytes([byte]))
            time.sleep(0.1)

    started = time.monotonic()
    with raw_server(drip) as port:
        _, verdict = measure(of(port, good))
    assert verdict.outcome == Outcome.UNKNOWN
    assert time.monotonic() - started < 4


def test_a_name_that_does_not_exist_is_unknown() -> None:
    _, verdict = measure(Target(url="https://bestaat-niet.invalid"))
    assert (verdict.outcome, codes(verdict)) == (Outcome.UNKNOWN, {"no_connection_dns"})


def test_an_address_that_may_not_be_reached_is_not_reached(good: tuple[Authority, Issued]) -> None:
    with counted(stay_silent) as (port, connections):
        _, verdict = measure(Target(url=f"https://localhost:{port}"))
    assert (codes(verdict), connections) == ({"no_connection_address_refused"}, [])


def _but_for_old_versions(issued: Issued, instead: Talk) -> AbstractContextManager[int]:
    """A server that is modern, and does `instead` when an old version is offered."""
    context = tls_context(issued)

    def talk(sock: socket.socket) -> None:
        if sock.recv(11, socket.MSG_PEEK | socket.MSG_WAITALL)[OFFERED] in OLD:
            instead(sock)
        else:
            context.wrap_socket(sock, server_side=True).close()

    return raw_server(talk)


def _reset(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _alert(kind: int) -> Talk:
    def send(sock: socket.socket) -> None:
        sock.recv(4096)
        sock.send(b"\x15\x03\x01\x00\x02\x02" + bytes([kind]))
        stay_silent(sock)

    return send


def _close(sock: socket.socket) -> None:
    sock.recv(4096)


def _only_rc4(sock: socket.socket) -> None:
    """Do the old version only with a cipher that today's libraries no longer have."""
    hello = sock.recv(4096)
    suites = hello[46 : 46 + int.from_bytes(hello[44:46], "big")]
    if RC4_SUITE not in [suites[at : at + 2] for at in range(0, len(suites), 2)]:
        sock.send(b"\x15\x03\x01\x00\x02\x02\x28")
        return
    body = hello[OFFERED] + bytes(32) + b"\x00" + RC4_SUITE + b"\x00"
    handshake = b"\x02" + len(body).to_bytes(3, "big") + body
    sock.send(b"\x16\x03\x01" + len(handshake).to_bytes(2, "big") + handshake)


@pytest.mark.parametrize(
    ("instead", "outcome", "code"),
    [
        (stay_silent, Outcome.UNKNOWN, "version_timed_out"),
        (_reset, Outcome.UNKNOWN, "version_reset"),
        (_alert(80), Outcome.UNKNOWN, "version_unclear"),
        (_alert(112), Outcome.UNKNOWN, "version_unclear"),
        (_only_rc4, Outcome.NOT_MET, "outdated_version"),
        (_alert(70), Outcome.MET, "negotiated_tls"),
        (_alert(40), Outcome.MET, "negotiated_tls"),
        (_close, Outcome.MET, "negotiated_tls"),
    ],
    ids=[
        "silence",
        "reset",
        "internal error",
        "unknown name",
        "old cipher",
        "version alert",
        "handshake alert",
        "close",
    ],
)
def test_only_the_servers_own_word_counts_as_refusing_an_old_version(
    good: tuple[Authority, Issued], instead: Talk, outcome: Outcome, code: str
) -> None:
    with _but_for_old_versions(good[1], instead) as port:
        _, verdict = measure(of(port, good))
    assert verdict.outcome == outcome
    assert code in codes(verdict)


def test_a_server_that_chooses_a_weak_cipher_is_not_met(good: tuple[Authority, Issued]) -> None:
    context = tls_context(good[1], newest=V.TLSv1_2)
    context.set_ciphers("AECDH-NULL-SHA:AECDH-AES128-SHA:@SECLEVEL=0")
    with web_server(lambda _: Answer(), tls=context) as port:
        _, verdict = measure(of(port, good))
    assert (verdict.outcome, codes(verdict)) == (Outcome.NOT_MET, {"weak_cipher"})


def test_a_server_is_asked_no_more_than_eight_times(good: tuple[Authority, Issued]) -> None:
    context = tls_context(good[1])

    def talk(sock: socket.socket) -> None:
        if sock.recv(11, socket.MSG_PEEK | socket.MSG_WAITALL)[OFFERED] in OLD:
            _alert(40)(sock)
        else:
            context.wrap_socket(sock, server_side=True).close()

    with counted(talk) as (port, connections):
        _, verdict = measure(of(port, good))
    assert verdict.outcome == Outcome.MET
    assert len(connections) == 7
