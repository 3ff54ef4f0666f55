"""A real server in its own process, and a real Chromium."""

import contextlib
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import CDPSession, Page
from tests.cast import SCOPE
from tests.simulators.databases import Engine

from waarborg.accounts.operations import approve_registration, ask_registration, identify
from waarborg.accounts.testing import PASSPORT, Someone, admitted, entered, found, signed_in
from waarborg.accounts.values import Asked, Role
from waarborg.kernel.actor import Actor

PATIENCE_SECONDS = 60
SUBMIT = "button:not([type=button])"
"""The button that sends a form, beside those that only ask the browser for a passkey."""


@dataclass(frozen=True)
class Site:
    """A running Waarborg, and the two who registered there an hour ago."""

    address: str
    anna: Someone
    sam: Someone


@pytest.fixture
def site(database: Engine) -> Iterator[Site]:
    anna, sam = found(SCOPE, now=datetime.now(UTC) - timedelta(hours=1))
    with serving(database) as address:
        yield Site(address, anna, sam)


@pytest.fixture
def newcomer(site: Site) -> Someone:
    """A colleague beside Anna and Sam, who came in an hour ago as everyone does."""
    earlier = datetime.now(UTC) - timedelta(minutes=58)
    as_anna, as_sam = (here(each, earlier) for each in (site.anna, site.sam))
    names = ("Noor Bakker", "noor.bakker")
    return admitted(Role.DEVOPS_LEAD, *names, asked_by=as_anna, approved_by=as_sam, now=earlier)


def registration_code(site: Site) -> str:
    """Return the code of a registration that Anna asked for and Sam approved, half an hour ago."""
    then = datetime.now(UTC) - timedelta(minutes=30)
    as_anna, as_sam = (here(each, then) for each in (site.anna, site.sam))
    issued = ask_registration("Noor Bakker", Asked(Role.DEVOPS_LEAD), by=as_anna, now=then)
    identify(issued.id, PASSPORT, by=as_anna, now=then)
    approve_registration(issued.id, by=as_sam, now=then)
    return issued.code


def here(someone: Someone, now: datetime) -> Actor:
    """Return someone who came in just now."""
    return signed_in(entered(someone, now=now), now=now + timedelta(minutes=1)).actor


def log_in(page: Page, site: Site, someone: Someone, *, to: str = "/account/") -> None:
    """Come in by name, password and the code of this moment, and leave recovery codes for later."""
    prove_password(page, site, someone, to=to)
    page.locator("[name=code]").fill(someone.code(datetime.now(UTC)))
    page.locator(f"form:has([name=code]) {SUBMIT}").click()
    page.wait_for_url("**/vertrouwelijkheid/**")
    page.locator(f"main {SUBMIT}").click()
    page.wait_for_url(lambda address: "vertrouwelijkheid" not in address)
    if "/herstelcodes/" in page.url:
        page.locator("main .buttons a").click()
        page.wait_for_url(f"{site.address}{to}")


def prove_password(page: Page, site: Site, someone: Someone, *, to: str = "/account/") -> None:
    page.goto(f"{site.address}/inloggen/?next={to}")
    page.locator("[name=name]").fill(someone.login)
    page.locator("[name=password]").fill(someone.password)
    page.locator(f"form:has([name=password]) {SUBMIT}").click()
    page.wait_for_url("**/tweede-factor/**")


def authenticator(page: Page, *, verified: bool = True) -> CDPSession:
    """Put a passkey authenticator into this page's browser, of which the finger fits or doesn't."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verified,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devtools


@contextlib.contextmanager
def serving(engine: Engine) -> Iterator[str]:
    """Run the web process on a free port of loopback, with the cookies of the demo: there is no https here."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "waarborg.project.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    options = ["--worker-class", "gthread", "--threads", "4", "--no-control-socket", "--log-level", "error"]
    address = f"http://localhost:{port}"
    demo = {"WAARBORG_DEMO": "true", "WAARBORG_WEB__ADDRESS": address}
    process = subprocess.Popen(command + options, env={**engine.environment(), **demo})
    try:
        wait_for(f"{address}/inloggen/")
        yield address
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
