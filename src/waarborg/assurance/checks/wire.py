"""One HTTP request at a time: pinned, bounded, polite, and never following a redirect by itself."""

import secrets
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from importlib.metadata import version
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import h11

from waarborg.assurance.checks.connection import (
    Budget,
    Failure,
    FailureCode,
    NoAnswer,
    connect,
    seconds_left,
    secure,
    tls_failures,
)
from waarborg.assurance.checks.target import Target, as_asked

__all__ = ["Budget", "Failure", "FailureCode", "Headers", "Reply", "answers_everything", "fetch", "follow"]

Headers = tuple[tuple[str, str], ...]
LONGEST_HEADERS = 65_536
MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
SERVER_ERROR = HTTPStatus.INTERNAL_SERVER_ERROR
TOO_MANY = HTTPStatus.TOO_MANY_REQUESTS
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Reply:
    """What the server said. `headers` keeps every line apart, names in lower case; `truncated`: there was more body."""

    status: int
    headers: Headers
    body: bytes
    truncated: bool
    url: str
    elapsed: float
    trusted: bool
    peer: str

    def header(self, name: str) -> str | None:
        """Return the first value of a header."""
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self.headers if key == name.lower())

    @property
    def redirects_to(self) -> str | None:
        """Return the full address that a redirect points to; None also when it points to nothing that is an address."""
        where = self.header("location")
        try:
            return urljoin(self.url, where) if self.status in REDIRECTS and where else None
        except ValueError:
            return None


def fetch(
    target: Target,
    path_or_url: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: Sequence[tuple[str, str]] = (),
    limit: int = 1_000_000,
    budget: Budget | None = None,
    require_trust: bool = False,
) -> Reply | Failure:
    """Ask once. `require_trust` sends nothing to a server whose certificate isn't trusted: set it for every secret."""
    budget = budget or Budget()
    try:
        parts = _address(target, path_or_url)
        exchange = _Exchange(parts, limit=limit, deadline=budget.deadline(), started=time.monotonic())
        request = exchange.request(method, body=body, headers=headers)
        sock, trusted = _open(target, parts, budget=budget, deadline=exchange.deadline)
        with sock:
            if require_trust and not trusted:
                return Failure("tls", "the certificate isn't trusted")
            return exchange.run(sock, request, body or b"", trusted=trusted)
    except NoAnswer as error:
        return error.failure


def follow(
    target: Target,
    path_or_url: str,
    *,
    headers: Sequence[tuple[str, str]] = (),
    limit: int = 1_000_000,
    budget: Budget | None = None,
) -> tuple[Reply | Failure, ...]:
    """Follow at most five redirects and return every answer, the last one last. Each hop passes the same guard."""
    budget = budget or Budget()
    chain: list[Reply | Failure] = []
    where: str | None = path_or_url
    while where is not None and len(chain) <= MOST_REDIRECTS:
        answer = fetch(target, where, headers=headers, limit=limit, budget=budget)
        chain.append(answer)
        where = answer.redirects_to if isinstance(answer, Reply) else None
    if where is not None:
        chain.append(Failure("bad_response", "too many redirects"))
    return tuple(chain)


def answers_everything(target: Target, *, budget: Budget | None = None) -> bool | None:
    """Ask for a page that can't exist. True: it is "there" all the same, so no path proves anything. None: unknown."""
    last = follow(target, f"waarborg-{secrets.token_hex(12)}", limit=1, budget=budget)[-1]
    if isinstance(last, Failure) or last.status >= SERVER_ERROR or last.status == TOO_MANY:
        return None
    return HTTPStatus.OK <= last.status < HTTPStatus.MULTIPLE_CHOICES


def _address(target: Target, path_or_url: str) -> SplitResult:
    try:
        parts = as_asked(urlsplit(target.address_of(path_or_url)))
        usable = parts.scheme in PORTS and bool(parts.hostname) and parts.port != 0 and not parts.username
    except ValueError:
        usable = False
    if not usable:
        raise NoAnswer(Failure("bad_response", "not an http address"))
    return parts


def _port(parts: SplitResult) -> int:
    return parts.port or PORTS[parts.scheme]


def _open(target: Target, parts: SplitResult, *, budget: Budget, deadline: float) -> tuple[socket.socket, bool]:
    host, port = parts.hostname or "", _port(parts)
    if parts.scheme == "https":
        return secure(target, host, port, budget=budget, deadline=deadline)
    return connect(target, host, port, budget=budget, deadline=deadline), False


@lru_cache(maxsize=1)
def user_agent() -> str:
    return f"Waarborg/{version('waarborg')} (+meting)"


@dataclass
class _Exchange:
    """One request and its answer. The protocol is h11's; reading within limits is ours."""

    parts: SplitResult
    limit: int
    deadline: float
    started: float

    def __post_init__(self) -> None:
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=LONGEST_HEADERS)
        self._heard = False
        self._body = bytearray()

    def request(self, method: str, *, body: bytes | None, headers: Sequence[tuple[str, str]]) -> bytes:
        """Return the head of the request. Raises NoAnswer when a caller's header can't be sent."""
        path = quote(self.parts.path or "/", safe="/%:@!$&'()*+,;=~")
        query = "?" + quote(self.parts.query, safe="/%:@!$&'()*+,;=~?") if self.parts.query else ""
        lines = [("Host", self._host()), ("User-Agent", user_agent()), ("Accept-Encoding", "identity")]
        lines += [("Accept", "*/*"), ("Connection", "close"), *headers]
        if body is not None:
            lines.append(("Content-Length", str(len(body))))
        try:
            return self._http.send(h11.Request(method=method, target=path + query, headers=lines)) or b""
        except (h11.LocalProtocolError, UnicodeError) as error:
            raise NoAnswer(Failure("bad_response", "the request can't be sent")) from error

    def run(self, sock: socket.socket, request: bytes, body: bytes, *, trusted: bool) -> Reply:
        with tls_failures():
            self._send(sock, request, body)
            response = self._response(sock)
            truncated = self._read_body(sock)
        return Reply(
            status=response.status_code,
            headers=tuple(
                (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in response.headers
            ),
            body=bytes(self._body),
            truncated=truncated,
            url=self.parts.geturl(),
            elapsed=time.monotonic() - self.started,
            trusted=trusted,
            peer=str(sock.getpeername()[0]),
        )

    def _host(self) -> str:
        host = self.parts.hostname or ""
        named = f"[{host}]" if ":" in host else host
        return named if _port(self.parts) == PORTS[self.parts.scheme] else f"{named}:{_port(self.parts)}"

    def _send(self, sock: socket.socket, request: bytes, body: bytes) -> None:
        data = self._http.send(h11.Data(data=body)) if body else b""
        end = self._http.send(h11.EndOfMessage())
        try:
            sock.settimeout(seconds_left(self.deadline))
            sock.sendall(request + (data or b"") + (end or b""))
        except (BrokenPipeError, ConnectionResetError):
            return  # it may have answered before it stopped listening
        except TimeoutError as error:
            raise NoAnswer(Failure("timeout", "the request was not taken")) from error

    def _response(self, sock: socket.socket) -> h11.Response:
        while not isinstance(event := self._next(sock), h11.Response):
            if not isinstance(event, h11.InformationalResponse):
                raise NoAnswer(Failure("bad_response", "no answer in HTTP"))
        return event

    def _read_body(self, sock: socket.socket) -> bool:
        while isinstance(event := self._next(sock), h11.Data):
            self._body += event.data
            if len(self._body) > self.limit:
                del self._body[self.limit :]
                return True
        return False

    def _next(self, sock: socket.socket) -> object:
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                self._http.receive_data(self._receive(sock))
        except h11.RemoteProtocolError as error:
            raise NoAnswer(self._broken()) from error
        return event

    def _broken(self) -> Failure:
        return (
            Failure("bad_response", "not HTTP, or cut short") if self._heard else Failure("reset", "closed, no answer")
        )

    def _receive(self, sock: socket.socket) -> bytes:
        too_late = Failure("too_slow" if self._heard else "timeout", "no complete answer in time")
        if time.monotonic() >= self.deadline:
            raise NoAnswer(too_late)
        try:
            sock.settimeout(seconds_left(self.deadline))
            data = sock.recv(65_536)
        except TimeoutError as error:
            raise NoAnswer(too_late) from error
        except (ConnectionResetError, BrokenPipeError) as error:
            raise NoAnswer(Failure("reset", "while answering")) from error
        self._heard = self._heard or bool(data)
        return data
