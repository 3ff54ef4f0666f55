"""Bounded connections: pinned to a checked address, counted, and never longer than their budget."""

import contextlib
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from waarborg.assurance.checks.guard import Address, AddressRefused, NameNotResolved
from waarborg.assurance.checks.target import Target

FailureCode = Literal[
    "dns", "refused", "timeout", "reset", "tls", "too_slow", "address_refused", "bad_response", "budget"
]


@dataclass(frozen=True)
class Failure:
    """Why there is no answer. `refused`: every address itself refused; `too_slow`: bytes came, but too few."""

    code: FailureCode
    detail: str = ""


class NoAnswer(Exception):
    """Carries a Failure out of the depths; it never leaves the checks."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.code, failure.detail)
        self.failure = failure


class Budget:
    """What one check may spend on a target: time in all, time a request, connections."""

    def __init__(self, *, seconds: float = 30, request_seconds: float = 10, connections: int = 8) -> None:
        self._ends = time.monotonic() + seconds
        self._request_seconds = request_seconds
        self._connections = connections
        self.distrusted: set[tuple[str, int]] = set()

    def deadline(self) -> float:
        """Return when (monotonic) a request that starts now must have ended. Raises NoAnswer when all is spent."""
        if time.monotonic() >= self._ends:
            raise NoAnswer(Failure("budget", "the time for this check is used up"))
        return min(self._ends, time.monotonic() + self._request_seconds)

    def take_connection(self) -> None:
        if self._connections == 0:
            raise NoAnswer(Failure("budget", "the connections for this check are used up"))
        self._connections -= 1


def seconds_left(deadline: float) -> float:
    """Return the time until `deadline`, at least a millisecond: zero would mean "don't wait" to a socket."""
    return max(0.001, deadline - time.monotonic())


def connect(target: Target, host: str, port: int, *, budget: Budget, deadline: float) -> socket.socket:
    """Connect to the first address of `host` that answers. Raises NoAnswer."""
    failures = []
    for address in permitted(target, host, port, deadline=deadline):
        try:
            budget.take_connection()
            return socket.create_connection(address, timeout=seconds_left(deadline))
        except OSError as error:
            failures.append(_of_connecting(error))
    # "Refused" is a statement about the server, so one address that stayed silent is enough not to make it.
    raise NoAnswer(next((failure for failure in failures if failure.code != "refused"), failures[0]))


def permitted(target: Target, host: str, port: int, *, deadline: float) -> tuple[Address, ...]:
    """Return the addresses that may be used for `host`. Raises NoAnswer."""
    try:
        return target.guard.permit(host, port, seconds=min(5, seconds_left(deadline)))
    except AddressRefused as error:
        raise NoAnswer(Failure("address_refused", error.code)) from error
    except NameNotResolved as error:
        raise NoAnswer(Failure("dns", "the name could not be resolved")) from error


def _of_connecting(error: OSError) -> Failure:
    match error:
        case ConnectionRefusedError():
            return Failure("refused")
        case ConnectionResetError():
            return Failure("reset")
        case TimeoutError():
            return Failure("timeout", "no connection")
        case _:
            return Failure("timeout", error.strerror or type(error).__name__)


def strict_context(ca_file: Path | None) -> ssl.SSLContext:
    """Trust what the system trusts, or only the named authority. Raises OSError when that file can't be read."""
    context = ssl.create_default_context(cafile=ca_file)
    context.set_alpn_protocols(["http/1.1"])
    return context


@lru_cache(maxsize=1)
def lax_context() -> ssl.SSLContext:
    """Talk to whatever is there: what is wrong with it is for the tls check to say, not for the wire to hide."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.set_alpn_protocols(["http/1.1"])
    return context


def secure(target: Target, host: str, port: int, *, budget: Budget, deadline: float) -> tuple[ssl.SSLSocket, bool]:
    """Return a TLS connection and whether its certificate was trusted; without trust it is made again, untrusting."""
    if (host, port) not in budget.distrusted:
        try:
            context = strict_context(target.ca_file)
            return wrap(connect(target, host, port, budget=budget, deadline=deadline), context, host, deadline), True
        except OSError:
            budget.distrusted.add((host, port))
    sock = connect(target, host, port, budget=budget, deadline=deadline)
    with tls_failures():
        return wrap(sock, lax_context(), host, deadline), False


def wrap(sock: socket.socket, context: ssl.SSLContext, host: str, deadline: float) -> ssl.SSLSocket:
    """Shake hands within the deadline. Raises ssl.SSLError, or NoAnswer for what isn't about TLS; then it is closed."""
    try:
        sock.settimeout(seconds_left(deadline))
        return context.wrap_socket(sock, server_hostname=host)
    except BaseException as error:
        sock.close()
        if isinstance(error, OSError) and not isinstance(error, ssl.SSLError):
            raise NoAnswer(_of_handshake(error)) from error
        raise


def _of_handshake(error: OSError) -> Failure:
    if isinstance(error, TimeoutError):
        return Failure("timeout", "the TLS handshake was not answered")
    return Failure("reset", "during the TLS handshake")


@contextlib.contextmanager
def tls_failures() -> Iterator[None]:
    try:
        yield
    except ssl.SSLError as error:
        raise NoAnswer(Failure("tls", error.reason or "handshake")) from error
