"""A lost phone at night: Noor calls Anna, Sam approves, and Noor is in again with a new phone. Three browsers, every step counted.

With WAARBORG_TEST_STILLS the steps that docs/lost-phone.md shows are kept as pictures, as a telephone shows them to Noor.
"""

import os
import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from tests.browser.conftest import SUBMIT, Site, log_in, prove_password

from waarborg.accounts.rules.factors import code_at, step_at
from waarborg.accounts.testing import Someone

pytestmark = pytest.mark.browser
STILLS = os.environ.get("WAARBORG_TEST_STILLS")
PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1100, "height": 800}
FIVE_MINUTES = 300
SECONDS_PER_STEP = 15
"""What somebody needs for a step of which the machine does nothing: reading, typing, telling. Longer than any step here takes."""
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


class Walk:
    """Counts what people do, and looks whether each page on the way can be used by everyone."""

    def __init__(self) -> None:
        self.steps = 0
        self.faults = list[str]()

    def did(self, page: Page, still: str = "") -> None:
        self.steps += 1
        found = Axe().run(page, options=RULES).response["violations"]
        self.faults += [f"{page.url} {each['id']} {[node['target'] for node in each['nodes']][:2]}" for each in found]
        if STILLS and still:
            page.screenshot(path=Path(STILLS) / f"kwijt-{still}.png", full_page=True)


def window(chromium: Browser, size: dict[str, int]) -> Page:
    return chromium.new_context(locale="nl-NL", viewport={"width": size["width"], "height": size["height"]}).new_page()


def test_a_lost_phone_is_replaced_within_five_minutes_by_two_colleagues(
    site: Site, newcomer: Someone, chromium: Browser
) -> None:
    anna, sam, noor = (window(chromium, size) for size in (WIDE, WIDE, PHONE))
    walk, began = Walk(), time.monotonic()
    log_in(anna, site, site.anna, to="/personen/")
    log_in(sam, site, site.sam, to="/personen/")
    code = asked_for(anna, site, walk)
    stuck(noor, site, newcomer, walk)
    too_early(noor, code, walk)
    approved(sam, site, walk)
    secret = let_back_in(noor, code, walk)
    settled(noor, site, walk)
    assert walk.faults == []
    assert walk.steps * SECONDS_PER_STEP < FIVE_MINUTES, f"{walk.steps} steps"
    assert time.monotonic() - began < FIVE_MINUTES
    thief = window(chromium, PHONE)
    prove_password(thief, site, newcomer)
    thief.locator("[name=code]").fill(newcomer.code(datetime.now(UTC)))
    thief.locator(f"form:has([name=code]) {SUBMIT}").click()
    expect(thief.locator("[name=code]")).to_have_attribute("aria-invalid", "true")
    assert secret != newcomer.secret
    for page in (anna, sam, noor, thief):
        page.context.close()


def asked_for(anna: Page, site: Site, walk: Walk) -> str:
    """Anna was called, knows the voice, and asks."""
    anna.goto(f"{site.address}/personen/kwijt/")
    walk.did(anna)
    anna.locator("[name=q]").fill("noor")
    anna.locator("form[role=search] button").click()
    walk.did(anna, "1-zoeken")
    anna.locator(".helped a").click()
    anna.locator("[name=reason]").fill(
        "Telefoon in het water gevallen. Ik ken haar stem, en ze wist het rooster van vannacht."
    )
    walk.did(anna, "2-vragen")
    anna.locator(f"main form {SUBMIT}").click()
    code = anna.locator(".code-large").text_content() or ""
    walk.did(anna, "3-code")
    return code


def stuck(noor: Page, site: Site, newcomer: Someone, walk: Walk) -> None:
    """Noor logs in as far as she can, and finds what to do without asking anyone."""
    prove_password(noor, site, newcomer)
    walk.did(noor, "4-tweede-factor")
    noor.locator("a[href*='/tweede-factor/kwijt/']").click()
    walk.did(noor)


def too_early(noor: Page, code: str, walk: Walk) -> None:
    """One colleague isn't enough: before the second one says so the code opens nothing."""
    noor.locator("[name=recovery_code]").fill(code)
    noor.locator(f"main form {SUBMIT}").click()
    expect(noor.locator("[name=recovery_code]")).to_have_attribute("aria-invalid", "true")


def approved(sam: Page, site: Site, walk: Walk) -> None:
    sam.goto(f"{site.address}/personen/kwijt/")
    walk.did(sam, "5-goedkeuren")
    sam.locator("form[action$='/goedkeuren/'] button").click()
    expect(sam.locator(".message--success")).to_be_visible()
    walk.did(sam)


def let_back_in(noor: Page, code: str, walk: Walk) -> str:
    noor.locator("[name=recovery_code]").fill(code.replace("-", " ").lower())
    walk.did(noor, "6-code-typen")
    noor.locator(f"main form {SUBMIT}").click()
    expect(noor).to_have_url(re.compile("/factor-instellen/"))
    walk.did(noor, "7-nieuwe-telefoon")
    secret = "".join((noor.locator("main code").first.text_content() or "").split())
    noor.locator("[name=code]").fill(code_at(secret, step_at(datetime.now(UTC))))
    noor.locator(f"form:has([name=code]) {SUBMIT}").click()
    expect(noor).to_have_url(re.compile("/vertrouwelijkheid/"))
    walk.did(noor)
    noor.locator(f"main {SUBMIT}").click()
    return secret


def settled(noor: Page, site: Site, walk: Walk) -> None:
    """New recovery codes at once: the next loss needs nobody."""
    expect(noor).to_have_url(re.compile("/account/herstelcodes/"))
    noor.locator(f"main {SUBMIT}").click()
    expect(noor.locator(".keys li")).to_have_count(10)
    walk.did(noor, "8-herstelcodes")
    noor.goto(f"{site.address}/account/")
    expect(noor.locator("main table").first.locator("tbody tr")).to_have_count(1)
    walk.did(noor)


def test_with_a_recovery_code_on_paper_nobody_is_needed(site: Site, newcomer: Someone, chromium: Browser) -> None:
    noor = window(chromium, PHONE)
    log_in(noor, site, newcomer)
    noor.goto(f"{site.address}/account/herstelcodes/")
    noor.locator(f"main {SUBMIT}").click()
    paper = noor.locator(".keys li").first.text_content() or ""
    saved = noor.locator("a[download]").get_attribute("href") or ""
    assert paper in saved
    noor.locator("header form[action='/uitloggen/'] button").click()
    prove_password(noor, site, newcomer)
    noor.locator("a[href*='/tweede-factor/herstelcode/']").click()
    noor.locator("[name=recovery_code]").fill(paper)
    noor.locator(f"main form {SUBMIT}").click()
    expect(noor).to_have_url(re.compile("/vertrouwelijkheid/"))
    noor.context.close()
