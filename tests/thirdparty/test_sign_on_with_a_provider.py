"""Signing on at an OpenID provider that others made (`oidc-provider-mock`, a package), in Chromium, against a running Waarborg.

It speaks plain http on the loopback, so Waarborg runs as the demonstration does. It says no `acr`: our own factor is asked.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.browser.conftest import wait_for as answers
from tests.cast import SCOPE
from tests.simulators.databases import Engine
from tests.thirdparty.peers import Command, free_port, started, wait_for

from waarborg.accounts.models import ExternalIdentity, Person
from waarborg.accounts.testing import Someone, found

pytestmark = [pytest.mark.thirdparty, pytest.mark.browser]


@dataclass(frozen=True)
class Site:
    address: str
    provider: str
    sam: Someone


@pytest.fixture
def site(peers: None, database: Engine, tmp_path: Path) -> Iterator[Site]:
    _, sam = found(SCOPE, now=datetime.now(UTC) - timedelta(hours=1))
    port = free_port()
    command = Command("oidc-provider-mock", ("--port", str(port), "--require-nonce", "true"), tmp_path, {})
    with started(command, tmp_path / "provider.log") as running:
        wait_for(port, running, tmp_path / "provider.log")
        with serving(database, f"http://localhost:{port}") as address:
            yield Site(address, f"http://localhost:{port}", sam)


@contextmanager
def serving(engine: Engine, issuer: str) -> Iterator[str]:
    port = free_port()
    address = f"http://localhost:{port}"
    provider = {"key": "huis", "name": "De Linde", "issuer": issuer, "client_id": "waarborg", "client_secret": "noot"}
    settings = {"DEMO": "true", "WEB__ADDRESS": address, "SIGN_ON__PROVIDERS": json.dumps([provider])}
    environment = {**engine.environment(), **{f"WAARBORG_{name}": value for name, value in settings.items()}}
    command = [sys.executable, "-m", "gunicorn", "waarborg.project.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    options = ["--worker-class", "gthread", "--threads", "4", "--no-control-socket", "--log-level", "error"]
    process = subprocess.Popen(command + options, env=environment)
    try:
        answers(f"{address}/inloggen/")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=60)


def to_the_provider(site: Site, page: Page) -> None:
    page.goto(f"{site.address}/inloggen/?next=/personen/")
    page.locator("a[href^='/aanmelden/huis/']").click()
    expect(page).to_have_url(re.compile(re.escape(site.provider)))


def allow(page: Page, sub: str) -> None:
    page.locator("input[name=sub]").fill(sub)
    page.get_by_role("button", name="Authorize").click()


def give_code(page: Page, site: Site) -> None:
    page.locator("[name=code]").fill(site.sam.code(datetime.now(UTC)))
    page.locator("main form button").first.click()
    expect(page).to_have_url(re.compile("/vertrouwelijkheid/"))
    page.locator("main form button").click()


def link(site: Site, page: Page) -> None:
    """Come in with a password and link an account there."""
    page.goto(f"{site.address}/inloggen/")
    page.locator("[name=name]").fill(site.sam.login)
    page.locator("[name=password]").fill(site.sam.password)
    page.locator("main form button").first.click()
    expect(page).to_have_url(re.compile("/tweede-factor/"))
    give_code(page, site)
    expect(page.locator("header form[action='/uitloggen/']")).to_be_attached()
    page.goto(f"{site.address}/account/")
    page.locator("main form[action='/aanmelden/huis/koppelen/'] button").click()
    page.locator("main a.button").click()
    expect(page).to_have_url(re.compile(re.escape(site.provider)))
    allow(page, "sam-1")
    expect(page).to_have_url(f"{site.address}/account/")


def test_sam_links_an_account_and_comes_in_with_it_to_where_he_was_going(site: Site, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    complaints = list[str]()
    link(site, page)
    assert ExternalIdentity.objects.get().person.opened_name == "Sam Visser"
    visitor.clear_cookies()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    to_the_provider(site, page)
    allow(page, "sam-1")
    expect(page).to_have_url(f"{site.address}/tweede-factor/?next=%2Fpersonen%2F")
    assert [each for each in complaints if "Content Security Policy" in each] == []
    assert page.evaluate("document.cookie") == ""


def test_the_wrong_person_gets_one_neutral_page_and_nobody_is_made(site: Site, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    to_the_provider(site, page)
    allow(page, "sam.visser@example.org")
    expect(page).to_have_url(re.compile("/aanmelden/huis/terug/"))
    expect(page.locator("main h1")).to_have_count(1)
    assert "sam.visser" not in page.content()
    page.goto(f"{site.address}/personen/")
    expect(page).to_have_url(re.compile("/inloggen/"))
    assert Person.objects.count() == 2


def test_who_says_no_there_hears_our_words_and_can_log_in_here(site: Site, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    to_the_provider(site, page)
    page.get_by_role("button", name="Deny").click()
    expect(page).to_have_url(re.compile("/aanmelden/huis/terug/.*error=access_denied"))
    assert "denied" not in page.locator("main").inner_text()
    page.locator("main a.button").click()
    expect(page).to_have_url(f"{site.address}/inloggen/")
