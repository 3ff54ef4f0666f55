"""Only what the server itself says of an old version counts: not silence, not a fault, not what we can't offer."""

import os
import socket
import ssl
import struct
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from tests.assurance.checks.tls.measuring import codes, measure, of
from tests.simulators.certificates import Authority, Issued
from tests.simulators.servers import Talk, counted, raw_server, stay_silent, tls_context, tls_server

from waarborg.assurance.values import Outcome

# What the first bytes of a ClientHello hold: record header 5, handshake header 4, then the version offered.
OFFERED = slice(9, 11)
OLD = {b"\x03\x01", b"\x03\x02"}
RC4_SUITE = b"\x00\x05"
HANDSHAKE_FAILURE, INTERNAL_ERROR = (b"\x15\x03\x01\x00\x02\x02" + kind for kind in (b"\x28", b"\x50"))
# A machine whose policy forbids the old versions, whatever a program asks.
STRICT_MACHINE = """
openssl_conf = conf
[conf]
ssl_conf = ssl
[ssl]
system_default = policy
[policy]
Protocol = ALL,-TLSv1,-TLSv1.1
"""
MEASURE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from waarborg.assurance.checks.guard import Guard
from waarborg.assurance.checks.loading import load_check, run_check
from waarborg.assurance.checks.target import Target
target = Target(url=sys.argv[1], ca_file=Path(sys.argv[2]), guard=Guard(allow_private=True))
verdict = run_check(load_check("tls"), target, datetime.now(UTC)).verdict
print(verdict.outcome, *[finding.code for finding in verdict.findings])
"""


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


def _ssl_3(sock: socket.socket) -> None:
    """Answer an old version with an even older one: no refusal of what is bad."""
    sock.recv(4096)
    body = b"\x03\x00" + bytes(32) + b"\x00\x00\x2f\x00"
    handshake = b"\x02" + len(body).to_bytes(3, "big") + body
    sock.sendall(b"\x16\x03\x00" + len(handshake).to_bytes(2, "big") + handshake)


def _offers_rc4(hello: bytes) -> bool:
    suites = hello[46 : 46 + int.from_bytes(hello[44:46], "big")]
    return RC4_SUITE in [suites[at : at + 2] for at in range(0, len(suites), 2)]


def _fails_when_asked_again(sock: socket.socket) -> None:
    sock.send(INTERNAL_ERROR if _offers_rc4(sock.recv(4096)) else HANDSHAKE_FAILURE)
    stay_silent(sock)


def _only_rc4(sock: socket.socket) -> None:
    """Do the old version only with a cipher that today's libraries no longer have."""
    hello = sock.recv(4096)
    if _offers_rc4(hello):
        sock.send(_chooses_rc4(hello))
    else:
        sock.send(HANDSHAKE_FAILURE)


def _hangs_up_late(sock: socket.socket) -> None:
    """Choose the old version, then hang up on who has no certificate to show: that is no refusal of the version."""
    hello = sock.recv(4096)
    if _offers_rc4(hello):
        sock.send(_chooses_rc4(hello))


def _chooses_rc4(hello: bytes) -> bytes:
    body = hello[OFFERED] + bytes(32) + b"\x00" + RC4_SUITE + b"\x00"
    handshake = b"\x02" + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x01" + len(handshake).to_bytes(2, "big") + handshake


@pytest.mark.parametrize(
    ("instead", "outcome", "code"),
    [
        (stay_silent, Outcome.UNKNOWN, "version_timed_out"),
        (_reset, Outcome.UNKNOWN, "version_reset"),
        (_alert(80), Outcome.UNKNOWN, "version_unclear"),
        (_alert(112), Outcome.UNKNOWN, "version_unclear"),
        (_fails_when_asked_again, Outcome.UNKNOWN, "version_unclear"),
        (_ssl_3, Outcome.UNKNOWN, "version_unclear"),
        (_only_rc4, Outcome.NOT_MET, "outdated_version"),
        (_hangs_up_late, Outcome.NOT_MET, "outdated_version"),
        (_alert(70), Outcome.MET, "negotiated_tls"),
        (_alert(40), Outcome.MET, "negotiated_tls"),
        (_close, Outcome.MET, "negotiated_tls"),
    ],
    ids=[
        "silence",
        "reset",
        "internal error",
        "unknown name",
        "error when asked again",
        "ssl 3",
        "old cipher",
        "hangs up late",
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


def test_a_machine_that_can_not_offer_old_versions_says_so_and_never_met(
    good: tuple[Authority, Issued], tmp_path: Path
) -> None:
    policy = tmp_path / "openssl.cnf"
    policy.write_text(STRICT_MACHINE, encoding="ascii")
    with tls_server(good[1], oldest=ssl.TLSVersion.TLSv1) as port:
        typed = [sys.executable, "-c", MEASURE, f"https://localhost:{port}", str(good[0].file)]
        environ = {**os.environ, "OPENSSL_CONF": str(policy)}
        told = subprocess.run(typed, capture_output=True, text=True, check=True, env=environ).stdout
    assert told.split() == ["unknown", "version_not_offered", "version_not_offered"]
