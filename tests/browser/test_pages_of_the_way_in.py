"""The pages of the way in can be used by everyone: checked by axe in Chromium, in both languages and on a phone."""

import re
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect
from tests.browser.conftest import SUBMIT, Site

pytestmark = pytest.mark.browser


def faults(page: Page) -> list[str]:
    """Return what axe finds, by rule and place."""
    found = Axe().run(page).response["violations"]
    return [f"{page.url} {each['id']}: {node['target']}" for each in found for node in each["nodes"]]


def overflows(page: Page) -> bool:
    """Tell whether the page must be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def test_nothing_on_the_way_in_keeps_anyone_out(site: Site, visitor: BrowserContext) -> None:
    page, found, wide = visitor.new_page(), list[str](), list[str]()

    def look() -> None:
        found.extend(faults(page))
        page.set_viewport_size({"width": 320, "height": 640})
        wide.extend([page.url] if overflows(page) else [])
        page.set_viewport_size({"width": 1280, "height": 800})

    page.goto(f"{site.address}/registreren/")
    page.locator("main form button").click()
    look()
    page.goto(f"{site.address}/inloggen/?next=/personen/")
    look()
    page.locator("[name=name]").fill(site.anna.login)
    page.locator("[name=password]").fill(site.anna.password)
    page.locator(f"form:has([name=password]) {SUBMIT}").click()
    look()
    page.locator("[name=code]").fill(site.anna.code(datetime.now(UTC)))
    page.locator(f"form:has([name=code]) {SUBMIT}").click()
    expect(page).to_have_url(re.compile("/vertrouwelijkheid/"))
    look()
    page.locator("main form button").click()
    expect(page).to_have_url(re.compile("/account/herstelcodes/"))
    look()
    page.locator("main .buttons a").click()
    expect(page).to_have_url(f"{site.address}/personen/")
    look()
    page.locator("header form[action='/taal/'] button").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    look()
    assert (found, wide) == ([], [])
