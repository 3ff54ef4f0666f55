"""Both ports of an application, on the loopback: https, and http beside it."""

import ssl
import threading
import warnings
from collections.abc import Callable
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from typing import Any

from demo.applications.definitions import Application, Fault
from demo.applications.site import Request, Response, fields_of

LOOPBACK = "127.0.0.1"
SECONDS = 10
LARGEST_BODY = 10_000

Answer = Callable[[Request], Response]


class Server(ThreadingHTTPServer):
    """One port. The handshake is made in the connection's own thread, so that a slow client holds up no one."""

    daemon_threads = True

    def __init__(self, port: int, *, tls: ssl.SSLContext | None) -> None:
        super().__init__((LOOPBACK, port), Handler)
        self._tls = tls
        self.answer: Answer = lambda _: Response(503)

    def finish_request(self, request: Any, client_address: Any) -> None:
        connection: socket = request
        connection.settimeout(SECONDS)
        with suppress(OSError):
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            Handler(connection, client_address, self)
            connection.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """What a client leaves half done is its own affair; nothing is printed about it."""


class Handler(BaseHTTPRequestHandler):
    """From the wire to a Request and back."""

    server: Server
    server_version = "demo"
    sys_version = ""

    def do_GET(self) -> None:
        self._answer("GET", b"")

    def do_HEAD(self) -> None:
        self._answer("GET", b"")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            self.send_error(413)
            return
        self._answer("POST", self.rfile.read(int(length)))

    def _answer(self, method: str, body: bytes) -> None:
        path = self.path.partition("?")[0]
        response = self.server.answer(Request(method, path, self._cookies(), fields_of(body)))
        self.send_response(response.status)
        for name, value in response.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def _cookies(self) -> dict[str, str]:
        try:
            return {name: morsel.value for name, morsel in SimpleCookie(self.headers.get("Cookie", "")).items()}
        except CookieError:
            return {}

    def log_message(self, *_: object) -> None:
        """Nothing is logged: a request line may hold what a person typed."""


class Ports:
    """An application's https and http server, running until closed."""

    def __init__(self, application: Application, certificate: Path) -> None:
        self._application = application
        self._secure = Server(0, tls=_tls(application, certificate))
        self._plain = Server(0, tls=None)

    @property
    def address(self) -> str:
        return f"https://localhost:{self._secure.server_port}"

    @property
    def plain_port(self) -> int:
        return self._plain.server_port

    def serve(self, answer: Answer) -> None:
        self._secure.answer = answer
        self._plain.answer = answer if self._application.has(Fault.SERVED_IN_CLEAR) else self._redirect
        for server in (self._secure, self._plain):
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        for server in (self._secure, self._plain):
            server.shutdown()
            server.server_close()

    def _redirect(self, request: Request) -> Response:
        return Response(301, b"", (("Location", f"{self.address}{request.path}"),))


def _tls(application: Application, certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate)
    if application.has(Fault.OLD_TLS):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # old on purpose: this is the planted fault
            context.minimum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context
