"""A real server in its own process, and a real Chromium."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from tests.cast import SCOPE
from tests.simulators.databases import Engine

from waarborg.accounts.testing import Someone, found

PATIENCE_SECONDS = 60
# Playwright keeps an event loop in this thread, in which nothing of ours runs: Django needn't guard against it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@dataclass(frozen=True)
class Site:
    """A running Waarborg, and the two who registered there an hour ago."""

    address: str
    anna: Someone
    sam: Someone


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser that was never here before."""
    context = chromium.new_context(locale="nl-NL")
    yield context
    context.close()


@pytest.fixture
def site(database: Engine) -> Iterator[Site]:
    anna, sam = found(SCOPE, now=datetime.now(UTC) - timedelta(hours=1))
    with serving(database) as address:
        yield Site(address, anna, sam)


@contextlib.contextmanager
def serving(engine: Engine) -> Iterator[str]:
    """Run the web process on a free port of loopback, with the cookies of the demo: there is no https here."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "waarborg.project.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    options = ["--worker-class", "gthread", "--threads", "4", "--no-control-socket", "--log-level", "error"]
    process = subprocess.Popen(command + options, env={**engine.environment(), "WAARBORG_DEMO": "true"})
    try:
        wait_for(f"http://localhost:{port}/inloggen/")
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str) -> None:
    """Wait until the server answers. Raises TimeoutError."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):  # noqa: S310 - loopback, http
            return
        time.sleep(0.2)
    raise TimeoutError(address)
