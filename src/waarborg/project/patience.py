"""How long a client may take, and how many may come in at once: a thread that waits for someone serves nobody else.

A flood of log-ins is stopped here, before a word of its body was read. What costs most on the server (a hash is a fifth of a second
of a processor) has few places of its own; who finds none is kept waiting without a thread, and then told so.
"""

import socket
import time
from contextlib import suppress
from heapq import heappop, heappush
from typing import Any, Final

from django.http import parse_cookie
from django.urls import reverse
from gunicorn.workers.gthread import ThreadWorker

from waarborg.accounts.queries import is_ours
from waarborg.doors.web.cookies import DEVICE
from waarborg.project.door import Door, Doors

FOR_THE_HEAD = 10.0
"""Seconds for the TLS handshake, the request line and the headers; and for all of a log-in, which is as short."""
FOR_THE_WHOLE = 60.0
"""Seconds for the body, the answer, and the client's reading of it. An upload of the largest size needs 2 Mbit/s."""
COSTLY = ("web:log-in", "web:register", "web:password-lost")
"""Pages to which nobody has to be known to have a password hashed."""
MOST_WAITING = 200
"""How many are kept so; of more the connection is closed without a word."""
REFUSED_AFTER = 3.0
"""Seconds that who finds no place waits for that answer, so that whoever tries again and again does so that seldom."""
LINGER = 1.0
"""Seconds that a client has to read the last of an answer before its connection is closed."""
TRY_AGAIN_SECONDS = 5
SAID = "Er loggen op dit moment te veel mensen in. Probeer het over enkele seconden opnieuw.\n"
BUSY: Final = (
    "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nContent-Language: nl\r\n"
    f"Retry-After: {TRY_AGAIN_SECONDS}\r\nContent-Length: {len(SAID.encode())}\r\n\r\n{SAID}"
).encode()


class Patient(ThreadWorker):  # type: ignore[misc] # gunicorn has no types
    """gunicorn's threads, which let go of who takes too long, and leave a place to who is in.

    Who comes back slowly, again and again, is for a proxy to stop.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._until: dict[Any, float] = {}
        self._doors = Doors.of(self.cfg.threads)
        self._refused: set[Any] = set()
        self._leaving: list[tuple[float, int, Any]] = []
        """A heap of connections by the moment at which they are closed."""

    def handle(self, conn: Any) -> Any:
        self._until[conn] = time.monotonic() + FOR_THE_HEAD
        try:
            return super().handle(conn)
        finally:
            self._until.pop(conn, None)

    def handle_request(self, req: Any, conn: Any) -> Any:
        if not is_costly(req.method, req.path):
            self._until[conn] = time.monotonic() + FOR_THE_WHOLE
            return super().handle_request(req, conn)
        self._until[conn] = time.monotonic() + FOR_THE_HEAD
        door, came = self._door_for(req), time.monotonic()
        if not door.enter(came):
            self._refused.add(conn)
            return False
        try:
            return super().handle_request(req, conn)
        finally:
            door.leave(came, time.monotonic())

    def _door_for(self, req: Any) -> Door:
        cookies = parse_cookie("; ".join(value for name, value in req.headers if name == "COOKIE"))
        return self._doors.known if is_ours(cookies.get(DEVICE, "")) else self._doors.strangers

    def finish_request(self, conn: Any, fs: Any) -> None:
        """Called in the one thread that accepts connections: closing one as gunicorn does would hold up all others for two seconds."""
        if fs.cancelled() or fs.exception() or fs.result():
            super().finish_request(conn, fs)
        elif len(self._leaving) >= MOST_WAITING:
            self._refused.discard(conn)
            self._close(conn)
        else:
            with suppress(OSError):
                conn.sock.settimeout(0.0)
                if conn not in self._refused:
                    conn.sock.shutdown(socket.SHUT_WR)
            until = time.monotonic() + (REFUSED_AFTER if conn in self._refused else LINGER)
            heappush(self._leaving, (until, id(conn), conn))

    def murder_pending(self) -> None:
        """Called at least once a second; a thread itself finds its socket closed, and ends as for any client that left."""
        super().murder_pending()
        now = time.monotonic()
        while self._leaving and self._leaving[0][0] <= now:
            self._let_go(heappop(self._leaving)[-1])
        for conn, until in list(self._until.items()):
            if until < now:
                with suppress(OSError):
                    # Not through the TLS layer, which belongs to the thread that reads.
                    socket.socket.shutdown(conn.sock, socket.SHUT_RDWR)

    def _let_go(self, conn: Any) -> None:
        """Close a connection without waiting; what it sent and nobody read is thrown away first, or the answer would be lost."""
        with suppress(OSError):
            while conn.sock.recv(65536):
                pass
        if conn in self._refused:
            self._refused.discard(conn)
            with suppress(OSError):
                conn.sock.send(BUSY)
                conn.sock.shutdown(socket.SHUT_WR)
        self._close(conn)

    def _close(self, conn: Any) -> None:
        self.nr_conns -= 1
        conn.close()


def is_costly(method: str, path: str) -> bool:
    """Tell whether a request may make a stranger's password be hashed."""
    return method == "POST" and path in {reverse(name) for name in COSTLY}
