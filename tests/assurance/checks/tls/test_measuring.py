"""The whole check against real servers: what each server is, and what is said of it."""

import socket
import ssl
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from tests.assurance.checks.tls.measuring import codes, measure, of
from tests.simulators.certificates import Authority, Issued, make_authority, self_signed
from tests.simulators.servers import (
    Answer,
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
from waarborg.assurance.values import Outcome

V = ssl.TLSVersion


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


def test_a_server_that_chooses_a_weak_cipher_is_not_met(good: tuple[Authority, Issued]) -> None:
    context = tls_context(good[1], newest=V.TLSv1_2)
    context.set_ciphers("AECDH-NULL-SHA:AECDH-AES128-SHA:@SECLEVEL=0")
    with web_server(lambda _: Answer(), tls=context) as port:
        _, verdict = measure(of(port, good))
    assert (verdict.outcome, codes(verdict)) == (Outcome.NOT_MET, {"weak_cipher"})
