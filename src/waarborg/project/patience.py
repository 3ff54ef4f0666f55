"""How long a client may take: a thread that waits for a request that never comes whole serves nobody else."""

import socket
import time
from contextlib import suppress
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

FOR_THE_HEAD = 10.0
"""Seconds for the TLS handshake, the request line and the headers."""
FOR_THE_WHOLE = 60.0
"""Seconds for the body, the answer, and the client's reading of it. An upload of the largest size needs 2 Mbit/s."""


class Patient(ThreadWorker):  # type: ignore[misc] # gunicorn has no types
    """gunicorn's threads, which let go of who takes too long. Who comes back slowly, again and again, is for a proxy to stop."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._until: dict[Any, float] = {}

    def handle(self, conn: Any) -> Any:
        self._until[conn] = time.monotonic() + FOR_THE_HEAD
        try:
            return super().handle(conn)
        finally:
            self._until.pop(conn, None)

    def handle_request(self, req: Any, conn: Any) -> Any:
        self._until[conn] = time.monotonic() + FOR_THE_WHOLE
        return super().handle_request(req, conn)

    def murder_pending(self) -> None:
        """Called about once a second; the thread itself finds its socket closed, and ends as for any client that left."""
        super().murder_pending()
        now = time.monotonic()
        for conn, until in list(self._until.items()):
            if until < now:
                with suppress(OSError):
                    # Not through the TLS layer, which belongs to the thread that reads.
                    socket.socket.shutdown(conn.sock, socket.SHUT_RDWR)
