"""Real servers on the loopback, well-behaved or not. Each is a context manager that yields its port."""

import contextlib
import socket
import ssl
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.simulators.certificates import Issued

Talk = Callable[[socket.socket], None]


@dataclass(frozen=True)
class Request:
    """What a page got asked. `headers` has lower-cased names."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    status: int = 200
    headers: Sequence[tuple[str, str]] = field(default_factory=tuple)
    body: bytes = b""


Pages = Callable[[Request], Answer]


@contextlib.contextmanager
def web_server(pages: Pages, *, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serve what `pages` answers, over TLS when a context is given."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = pages(Request(self.command, self.path, headers, body))
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = _answer  # noqa: N815  the library's names

        def log_message(self, *_: object) -> None:
            return

    with _running(_server(Handler, tls)) as port:
        yield port


def _server(handler: type[BaseHTTPRequestHandler], tls: ssl.SSLContext | None) -> ThreadingHTTPServer:
    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def finish_request(self, request: object, client_address: object) -> None:
            # The handshake happens in the connection's own thread, so that a slow client holds up no one.
            assert isinstance(request, socket.socket)
            with contextlib.suppress(OSError):  # a client may leave whenever it likes
                with tls.wrap_socket(request, server_side=True) if tls else request as wrapped:
                    handler(wrapped, client_address, self)

    return Server(("127.0.0.1", 0), handler)


@contextlib.contextmanager
def _running(server: ThreadingHTTPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def tls_context(
    issued: Issued,
    *,
    oldest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2,
    newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
) -> ssl.SSLContext:
    """Return a server's context for these versions, the outdated ones and short keys included."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(issued.certificate_file, issued.key_file)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # old on purpose: the check must see it
        context.minimum_version = oldest
        context.maximum_version = newest
    return context


@contextlib.contextmanager
def tls_server(issued: Issued, **versions: ssl.TLSVersion) -> Iterator[int]:
    """Serve an empty page over TLS of the given versions (`oldest`, `newest`)."""
    with web_server(lambda _: Answer(), tls=tls_context(issued, **versions)) as port:
        yield port


@contextlib.contextmanager
def raw_server(talk: Talk) -> Iterator[int]:
    """Accept connections and let `talk` do with them what it likes; the socket is closed when it returns."""
    listening = socket.create_server(("127.0.0.1", 0))
    open_now: list[socket.socket] = []

    def one(sock: socket.socket) -> None:
        with sock, contextlib.suppress(OSError):
            talk(sock)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _ = listening.accept()
                open_now.append(sock)
                threading.Thread(target=one, args=(sock,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield int(listening.getsockname()[1])
    finally:
        with contextlib.suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for sock in open_now:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


def stay_silent(sock: socket.socket) -> None:
    """Take everything, answer nothing, until the other side leaves."""
    while sock.recv(4096):
        pass


@contextlib.contextmanager
def counted(talk: Talk) -> Iterator[tuple[int, list[int]]]:
    """A raw server that also yields a list that grows by one for each connection."""
    seen: list[int] = []

    def counting(sock: socket.socket) -> None:
        seen.append(1)
        talk(sock)

    with raw_server(counting) as port:
        yield port, seen


@contextlib.contextmanager
def deaf_server(ip: str) -> Iterator[int]:
    """Listen without ever accepting, the queue full: a new connection gets no answer at all, as behind a firewall."""
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        listening.bind((ip, 0))
        listening.listen(0)
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(listening.getsockname())
        yield int(listening.getsockname()[1])


def closed_port() -> int:
    """Return a port at which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])
