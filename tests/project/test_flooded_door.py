"""While the places for logging in are taken, whoever else logs in is told so, and pages open as always."""

import socket
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.project.installed import Installation, installation, serving
from tests.simulators.databases import Engine

from waarborg.project import door, patience
from waarborg.project.patience import is_costly

HALF = (
    b"POST /inloggen/ HTTP/1.1\r\nHost: localhost\r\nCookie: __Host-waarborg-csrf=" + b"a" * 32 + b"\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nname="
)
"""Its body is waited for, since it may hold the form's token."""


@pytest.fixture
def made(database: Engine, tmp_path: Path) -> Installation:
    return installation(tmp_path, database)


def asked(made: Installation, form: bytes | None) -> tuple[int, str, float]:
    """Open the log-in page, or send it a form; return status, Retry-After and seconds."""
    began = time.monotonic()
    try:
        with urllib.request.urlopen(f"http://localhost:{made.port}/inloggen/", data=form, timeout=30) as answer:
            return answer.status, "", time.monotonic() - began
    except urllib.error.HTTPError as refused:
        refused.read()
        return refused.code, refused.headers.get("Retry-After", ""), time.monotonic() - began


def test_who_finds_no_place_is_told_so_without_keeping_a_thread_and_pages_open(made: Installation) -> None:
    made.init()
    with serving(made), ExitStack() as stack:
        for _ in range(door.PLACES):
            half = stack.enter_context(socket.create_connection(("127.0.0.1", made.port)))
            half.sendall(HALF)
        time.sleep(1)
        status, later, took = asked(made, b"x" * 4000)
        assert (status, later) == (503, str(patience.TRY_AGAIN_SECONDS))
        assert took >= patience.REFUSED_AFTER
        assert asked(made, None)[0] == 200
        time.sleep(patience.FOR_THE_HEAD)
        until = time.monotonic() + 40
        while (status := asked(made, b"name=x")[0]) == 503 and time.monotonic() < until:
            time.sleep(0.2)
        assert status == 403, "the form lacks its token, which is said by the page itself"


@pytest.mark.parametrize(
    ("method", "path", "costly"),
    [
        ("POST", "/inloggen/", True),
        ("POST", "/registreren/", True),
        ("POST", "/kwijt/wachtwoord/", True),
        ("GET", "/inloggen/", False),
        ("POST", "/uitloggen/", False),
        ("POST", "/", False),
    ],
)
def test_what_lets_a_stranger_have_a_password_hashed_is_costly(*, method: str, path: str, costly: bool) -> None:
    assert is_costly(method, path) is costly
