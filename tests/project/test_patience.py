"""Clients that never come to the point hold up nobody else for long."""

import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.project.installed import Installation, installation, serving
from tests.simulators.databases import Engine

from waarborg.project import patience

THREADS = 8


@pytest.fixture
def made(database: Engine, tmp_path: Path) -> Installation:
    return installation(tmp_path, database)


@pytest.fixture
def lingering(made: Installation) -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_as_many_half_requests_as_there_are_threads_are_let_go(made: Installation, lingering: ExitStack) -> None:
    made.init()
    with serving(made):
        for _ in range(THREADS):
            half = lingering.enter_context(socket.create_connection(("127.0.0.1", made.port)))
            half.sendall(b"GET /inlog")
        asked = time.monotonic()
        address = f"http://localhost:{made.port}/inloggen/"
        with urllib.request.urlopen(address, timeout=3 * patience.FOR_THE_HEAD) as answer:
            assert answer.status == 200
        assert time.monotonic() - asked < patience.FOR_THE_HEAD + 5
