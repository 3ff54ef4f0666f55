"""One's own account in a browser: factors, sessions, a log-in from a new place; and no page of it that keeps anyone out.

With WAARBORG_TEST_STILLS each page is also kept as a picture, wide and on a phone.
"""

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.browser.conftest import SUBMIT, Site, authenticator, log_in, prove_password

from waarborg.accounts.rules.factors import code_at, step_at
from waarborg.accounts.testing import Someone, entered
from waarborg.doors.web import cookies

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
STILLS = os.environ.get("WAARBORG_TEST_STILLS")
PHONE, WIDE = 390, 1360


def faults(page: Page, name: str) -> list[str]:
    """Return what axe finds and what is too wide, at both widths."""
    found = list[str]()
    for width in (WIDE, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        if STILLS:
            page.screenshot(path=Path(STILLS) / f"{name}-{width}.png", full_page=True)
        violations = Axe().run(page, options=RULES).response["violations"]
        found += [
            f"{name} {width} {each['id']} {[node['target'] for node in each['nodes']][:2]}" for each in violations
        ]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{name} {width}: too wide")
    return found


def elsewhere(someone: Someone, address: str = "203.0.113.7") -> str:
    """Let someone else come in under a name, from another place; return the token."""
    return entered(someone, now=datetime.now(UTC) - timedelta(minutes=5), address=address)


def test_every_page_of_ones_own_can_be_used_by_everyone(site: Site, visitor: BrowserContext, newcomer: Someone) -> None:
    page, found = visitor.new_page(), list[str]()
    refused = list[str]()
    page.on("console", lambda said: refused.append(said.text) if "Content Security" in said.text else None)
    authenticator(page)
    for path, name in (("inloggen/", "inloggen"), ("kwijt/", "kwijt"), ("kwijt/wachtwoord/", "wachtwoord-kwijt")):
        page.goto(f"{site.address}/{path}")
        found += faults(page, name)
    prove_password(page, site, newcomer)
    found += faults(page, "tweede-factor")
    page.goto(f"{site.address}/tweede-factor/herstelcode/")
    found += faults(page, "herstelcode")
    page.goto(f"{site.address}/tweede-factor/kwijt/")
    found += faults(page, "telefoon-kwijt")
    page.locator("header .brand").click()
    log_in(page, site, newcomer)
    for path in ("", "app/", "passkey/", "wachtwoord/", "herstelcodes/", "niet-van-mij/"):
        page.goto(f"{site.address}/account/{path}")
        found += faults(page, f"account-{path.strip('/') or 'zelf'}")
    page.goto(f"{site.address}/account/herstelcodes/")
    page.locator(f"main {SUBMIT}").click()
    expect(page.locator(".keys li")).to_have_count(10)
    found += faults(page, "herstelcodes-nieuw")
    assert (found, refused) == ([], [])


def test_a_log_in_from_a_new_place_is_told_on_every_page_until_it_is_answered(
    site: Site, visitor: BrowserContext, chromium: Browser
) -> None:
    page = visitor.new_page()
    token = elsewhere(site.anna)
    log_in(page, site, site.anna)
    for path in ("/account/", "/personen/", "/"):
        page.goto(f"{site.address}{path}")
        expect(page.locator(".alert")).to_contain_text("203.0.113.7")
    assert faults(page, "nieuwe-plek") == []
    page.locator("form[action$='/niet-van-mij/'] button").click()
    expect(page).to_have_url(f"{site.address}/account/niet-van-mij/")
    expect(page.locator(".alert")).to_have_count(0)
    thief = chromium.new_context()
    kept = cookies.SESSION.removeprefix("__Host-")
    thief.add_cookies([{"name": kept, "value": token, "url": site.address}])
    opened = thief.new_page()
    opened.goto(f"{site.address}/account/")
    expect(opened).to_have_url(re.compile("/inloggen/"))
    thief.close()


def test_who_says_that_was_me_goes_on_where_they_were(site: Site, visitor: BrowserContext) -> None:
    elsewhere(site.anna)
    page = visitor.new_page()
    log_in(page, site, site.anna, to="/personen/")
    page.locator("form[action$='/van-mij/']:not([action$='/niet-van-mij/']) button").click()
    expect(page).to_have_url(f"{site.address}/personen/")
    expect(page.locator(".alert")).to_have_count(0)
    page.goto(f"{site.address}/account/")
    page.locator("form[action$='/andere-beeindigen/'] button").click()
    expect(page.locator("form[action$='/andere-beeindigen/']")).to_have_count(0)


def test_a_second_app_takes_the_place_of_the_first_and_a_passkey_stands_beside_it(
    site: Site, visitor: BrowserContext
) -> None:
    page = visitor.new_page()
    authenticator(page)
    log_in(page, site, site.anna)
    page.goto(f"{site.address}/account/app/")
    secret = "".join((page.locator("main code").first.text_content() or "").split())
    page.locator("[name=code]").fill("000000")
    page.locator(f"main form {SUBMIT}").click()
    expect(page.locator("[name=code]")).to_have_attribute("aria-invalid", "true")
    page.locator("[name=code]").fill(code_at(secret, step_at(datetime.now(UTC))))
    page.locator("[name=name]").fill("nieuwe telefoon")
    page.locator(f"main form {SUBMIT}").click()
    rows = page.locator("main table").first.locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("nieuwe telefoon")
    page.goto(f"{site.address}/account/passkey/")
    page.locator("[name=name]").fill("laptop")
    page.locator("[name=name]").press("Enter")
    expect(rows).to_have_count(2)
    rows.filter(has_text="nieuwe telefoon").locator("button").click()
    expect(rows).to_have_count(1)
