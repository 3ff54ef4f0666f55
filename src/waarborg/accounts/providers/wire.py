"""One question to a provider over HTTP: bounded in time and size, over verified TLS, to where it was addressed and nowhere else."""

import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

SECONDS = 8.0
"""For one question with its answer, whatever the other side does in between."""
LARGEST = 256 * 1024
AT_ONCE = 3
"""Questions at the same time in one process: a slow provider holds no more of its threads."""
WAIT_FOR_TURN = 2.0
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
PORTS = {"http": 80, "https": 443}
_turns = threading.BoundedSemaphore(AT_ONCE)


class ProviderUnreachable(Exception):
    """The provider doesn't answer, or answers what isn't understood. Nothing it said is in the message.

    `down` says that it didn't answer at all, so that the next one needn't wait for it.
    """

    def __init__(self, problem: str, *, down: bool = False) -> None:
        self.down = down
        super().__init__(problem)


@dataclass(frozen=True)
class Wire:
    """How one provider is reached."""

    clear: bool
    """Without TLS: only when its issuer is on this machine, for the demonstration."""
    authority: Path | None

    def ask(
        self, url: str, *, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Return status and document. Follows no redirect. Raises ProviderUnreachable."""
        if not _turns.acquire(timeout=WAIT_FOR_TURN):
            raise ProviderUnreachable("too many questions at once")
        until = time.monotonic() + SECONDS
        try:
            return self._asked(url, form, dict(headers or {}))
        except (OSError, http.client.HTTPException) as error:
            raise ProviderUnreachable(type(error).__name__, down=True) from None
        except (ValueError, RecursionError) as error:
            raise ProviderUnreachable(type(error).__name__, down=time.monotonic() >= until) from None
        finally:
            _turns.release()

    def _asked(self, url: str, form: Mapping[str, str] | None, headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
        headers |= {"Accept": "application/json", "Accept-Encoding": "identity", "Connection": "close"}
        body = None if form is None else urlencode(form)
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        parts = urlsplit(url)
        headers["Host"] = parts.netloc
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        with self._connected(url) as connection:
            connection.request("GET" if form is None else "POST", target, body, headers)
            answer = connection.getresponse()
            return answer.status, _document(answer)

    @contextmanager
    def _connected(self, url: str) -> Iterator[http.client.HTTPConnection]:
        """Connect with one deadline over everything: a server that sends a byte now and then is cut off by it as well."""
        scheme, host, port = self.address(url)
        until = time.monotonic() + SECONDS
        with ExitStack() as stack:
            plain = stack.enter_context(socket.create_connection((host, port), timeout=SECONDS))
            # A second handle on the connection: closing that down ends a read on the first, also inside TLS.
            alarm = threading.Timer(max(until - time.monotonic(), 0), _cut_off, (stack.enter_context(plain.dup()),))
            alarm.daemon = True
            alarm.start()
            stack.callback(alarm.cancel)
            connection = http.client.HTTPConnection(host, port)
            connection.sock = self._secured(plain, host) if scheme == "https" else plain
            stack.callback(connection.close)
            yield connection

    def address(self, url: str) -> tuple[str, str, int]:
        """Return scheme, host and port of an address that may be asked. Raises ProviderUnreachable."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise ProviderUnreachable("no address") from None
        scheme, host = parts.scheme, parts.hostname or ""
        printable = url.isascii() and url.isprintable() and " " not in url
        allowed = scheme == "https" or (scheme == "http" and self.clear and host in LOOPBACK)
        if not host or not allowed or not printable or parts.username is not None or parts.fragment:
            raise ProviderUnreachable("no address that may be asked")
        return scheme, host, port or PORTS[scheme]

    def _secured(self, plain: socket.socket, host: str) -> ssl.SSLSocket:
        context = ssl.create_default_context(cafile=self.authority)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context.wrap_socket(plain, server_hostname=host)


def _document(answer: http.client.HTTPResponse) -> dict[str, Any]:
    if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
        raise ProviderUnreachable("it points elsewhere")
    body = answer.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise ProviderUnreachable("too large")
    said = json.loads(body)
    if not isinstance(said, dict):
        raise ProviderUnreachable("no document")
    return said


def _cut_off(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
