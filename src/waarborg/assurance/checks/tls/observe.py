"""Shake hands with a server, each version in a connection of its own, seven connections at most."""

import socket
import ssl
from datetime import datetime
from typing import NamedTuple

from waarborg.assurance.checks.connection import Budget, Failure, NoAnswer, connect, permitted, seconds_left, wrap
from waarborg.assurance.checks.target import Target
from waarborg.assurance.checks.tls.certificate import read_certificate
from waarborg.assurance.checks.tls.hello import ENOUGH, WIRE_VERSIONS, client_hello, is_enough, server_chose
from waarborg.assurance.checks.tls.library import can_offer, offering_only, trusting
from waarborg.assurance.checks.tls.values import VERSIONS, Attempt, Certificate, Chain, Criteria, Observation, Version

REFUSED_VERSION = "TLSV1_ALERT_PROTOCOL_VERSION"
# The server chose an older version than we offered. Below the oldest that can't be a refusal.
CHOSE_ANOTHER = frozenset({"UNSUPPORTED_PROTOCOL", "WRONG_SSL_VERSION"})
# May mean "not this version", but also "none of these ciphers" or "you have no certificate": an old version is asked again.
ABOUT_VERSION_OR_CIPHER = frozenset({"SSLV3_ALERT_HANDSHAKE_FAILURE", "TLSV1_ALERT_INSUFFICIENT_SECURITY", "closed"})
NOT_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "UNKNOWN_PROTOCOL"})
CERT_NOT_YET_VALID, CERT_HAS_EXPIRED = 9, 10


class Chained(NamedTuple):
    chain: Chain
    detail: str = ""


class _Line(NamedTuple):
    """One target and what may be spent on it."""

    target: Target
    budget: Budget

    def connect(self) -> tuple[socket.socket, float]:
        deadline = self.budget.deadline()
        host, port = self.target.host, self.target.port
        return connect(self.target, host, port, budget=self.budget, deadline=deadline), deadline


def observe(target: Target, *, criteria: Criteria, now: datetime) -> Observation:  # noqa: ARG001  one shape for all checks
    line = _Line(target, Budget(request_seconds=criteria.seconds_a_try))
    blank = Observation(host=target.host, port=target.port, authority="named" if target.ca_file else "system")
    try:
        addresses = permitted(target, target.host, target.port, deadline=line.budget.deadline())
        sock, deadline = line.connect()
    except NoAnswer as error:
        return blank.model_copy(update={"failure": error.failure.code})
    peer = str(sock.getpeername()[0])
    attempts, der = _attempts(line, (sock, deadline))
    certificate = read_certificate(der) if der else None
    chained = _chain(line, certificate) if certificate else Chained("not_measured")
    return blank.model_copy(
        update={
            "peer": peer,
            "other_addresses": len(addresses) - 1,
            "attempts": attempts,
            "certificate": certificate,
            "chain": chained.chain,
            "chain_detail": chained.detail,
        }
    )


def _attempts(line: _Line, opened: tuple[socket.socket, float]) -> tuple[tuple[Attempt, ...], bytes]:
    """Try from new to old, the first on the connection that is there. A deaf server isn't asked all four."""
    attempts: list[Attempt] = []
    certificate = b""
    with opened[0]:
        for version in VERSIONS:
            if [attempt.result for attempt in attempts[:2]] == ["timeout", "timeout"]:
                attempts.append(Attempt(version=version, result="not_tried"))
                continue
            attempt, der = _attempt(line, version, opened if not attempts else None)
            attempts.append(attempt)
            certificate = certificate or der
    return tuple(attempts), certificate


def _attempt(line: _Line, version: Version, opened: tuple[socket.socket, float] | None) -> tuple[Attempt, bytes]:
    if not can_offer(version):
        return Attempt(version=version, result="not_offered"), b""
    try:
        sock, deadline = opened or line.connect()
        with wrap(sock, offering_only(version), line.target.host, deadline) as tls:
            cipher = (tls.cipher() or ("",))[0]
            return Attempt(version=version, result="negotiated", cipher=cipher), tls.getpeercert(
                binary_form=True
            ) or b""
    except NoAnswer as error:
        return _silent(version, error.failure), b""
    except ssl.SSLError as error:
        return _answered(line, version, error), b""


def _silent(version: Version, failure: Failure) -> Attempt:
    if failure.code in {"timeout", "reset"}:
        return Attempt(version=version, result="reset" if failure.code == "reset" else "timeout", detail=failure.detail)
    return Attempt(version=version, result="unclear", detail=failure.code)


def _answered(line: _Line, version: Version, error: ssl.SSLError) -> Attempt:
    closed = isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError)
    reason = "closed" if closed else error.reason or type(error).__name__
    if reason in NOT_TLS:
        return Attempt(version=version, result="not_tls", detail=reason)
    if reason in ABOUT_VERSION_OR_CIPHER:
        return _asked_again(line, version, reason) if version in WIRE_VERSIONS else _refused(version, reason)
    chose_another = reason in CHOSE_ANOTHER and version != VERSIONS[-1]
    return _refused(version, reason) if chose_another or reason == REFUSED_VERSION else _unclear(version, reason)


def _refused(version: Version, reason: str) -> Attempt:
    return Attempt(version=version, result="refused", detail=reason)


def _unclear(version: Version, reason: str) -> Attempt:
    return Attempt(version=version, result="unclear", detail=reason)


def _asked_again(line: _Line, version: Version, reason: str) -> Attempt:
    """Offer every cipher that the version ever had: a server may do the version with ciphers we no longer have."""
    try:
        sock, deadline = line.connect()
        with sock:
            sock.sendall(client_hello(version, line.target.host))
            answer = _read(sock, deadline)
            chosen = server_chose(answer, version) if answer else None
    except NoAnswer as error:
        return _silent(version, error.failure)
    except (OSError, ValueError):
        return _unclear(version, reason)
    if chosen is None:
        return _refused(version, reason)
    return Attempt(version=version, result="negotiated", cipher=chosen)


def _read(sock: socket.socket, deadline: float) -> bytes:
    """Return the start of the answer, nothing when the server closed at once. Raises NoAnswer for silence and resets."""
    data = b""
    while not is_enough(data):
        sock.settimeout(seconds_left(deadline))
        try:
            more = sock.recv(ENOUGH)
        except TimeoutError as error:
            raise NoAnswer(Failure("timeout", "asked again")) from error
        except ConnectionResetError as error:
            raise NoAnswer(Failure("reset", "asked again")) from error
        if not more:
            break
        data += more
    return data


def _chain(line: _Line, certificate: Certificate) -> Chained:
    try:
        context = trusting(line.target.ca_file)
    except OSError:
        return Chained("not_measured", "ca_file")
    try:
        sock, deadline = line.connect()
        with wrap(sock, context, line.target.host, deadline):
            return Chained("trusted")
    except ssl.SSLCertVerificationError as error:
        return _of_chain(error, certificate)
    except ssl.SSLError as error:
        return Chained("not_measured", error.reason or "tls")
    except NoAnswer as error:
        return Chained("not_measured", error.failure.code)


def _of_chain(error: ssl.SSLCertVerificationError, certificate: Certificate) -> Chained:
    """Dates are the library's to compare, by the clock of this machine, as it compares those of the whole chain."""
    if error.verify_code in {CERT_HAS_EXPIRED, CERT_NOT_YET_VALID} and _own_dates_are_off(
        certificate, error.verify_code
    ):
        return Chained("out_of_date", error.verify_message)
    return Chained("untrusted", error.verify_message)


def _own_dates_are_off(certificate: Certificate, code: int) -> bool:
    clock = datetime.now(certificate.not_after.tzinfo)
    return clock >= certificate.not_after if code == CERT_HAS_EXPIRED else clock < certificate.not_before
