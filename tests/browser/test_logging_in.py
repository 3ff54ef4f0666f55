"""Logging in as people do: in Chromium, with the code of this moment, against a server that is really running."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.browser.conftest import SUBMIT, Site, registration_code

from waarborg.accounts.rules.factors import code_at, step_at
from waarborg.accounts.testing import PASSWORD, Someone

pytestmark = pytest.mark.browser
WHOLE = """() => {
  const frame = document.querySelector('.qr svg').getBoundingClientRect();
  return [...document.querySelectorAll('.qr svg path')].every(path => {
    const drawn = path.getBoundingClientRect();
    return drawn.left >= frame.left && drawn.right <= frame.right && drawn.top >= frame.top && drawn.bottom <= frame.bottom;
  });
}"""


def proven_password(site: Site, visitor: BrowserContext, someone: Someone) -> Page:
    """Go to a page that isn't open and get as far as the second factor."""
    page = visitor.new_page()
    page.goto(f"{site.address}/personen/")
    expect(page).to_have_url(f"{site.address}/inloggen/?next=%2Fpersonen%2F")
    page.locator("[name=name]").fill(someone.login)
    page.locator("[name=password]").fill(someone.password)
    page.locator(f"form:has([name=password]) {SUBMIT}").click()
    expect(page).to_have_url(re.compile("/tweede-factor/"))
    return page


def give_code(page: Page, code: str) -> None:
    page.locator("[name=code]").fill(code)
    page.locator(f"form:has([name=code]) {SUBMIT}").click()


def test_name_password_code_and_notice_lead_to_the_page_one_was_going_to(site: Site, visitor: BrowserContext) -> None:
    page = proven_password(site, visitor, site.anna)
    complaints = list[str]()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    give_code(page, site.anna.code(datetime.now(UTC)))
    expect(page).to_have_url(re.compile("/vertrouwelijkheid/"))
    page.locator("main form button").click()
    expect(page).to_have_url(re.compile("/account/herstelcodes/"))
    page.locator("main .buttons a").click()
    expect(page).to_have_url(f"{site.address}/personen/")
    expect(page.locator("main")).to_contain_text("Sam Visser")
    assert complaints == [], "the browser refused something the policy doesn't allow"
    assert page.evaluate("document.cookie") == ""
    page.locator("header form[action='/uitloggen/'] button").click()
    expect(page).to_have_url(f"{site.address}/inloggen/")
    page.goto(f"{site.address}/personen/")
    expect(page).to_have_url(re.compile("/inloggen/"))


def test_a_code_that_was_looked_over_ones_shoulder_doesnt_work_again(site: Site, visitor: BrowserContext) -> None:
    code = site.anna.code(datetime.now(UTC))
    give_code(proven_password(site, visitor, site.anna), code)
    visitor.clear_cookies()
    thief = proven_password(site, visitor, site.anna)
    give_code(thief, code)
    expect(thief).to_have_url(re.compile("/tweede-factor/"))
    expect(thief.locator("[name=code]")).to_have_attribute("aria-invalid", "true")


def test_someone_registers_with_a_ticket_and_the_app_on_their_phone(site: Site, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto(f"{site.address}/registreren/")
    typed = {
        "ticket": registration_code(site),
        "name": "Noor Bakker",
        "login": "noor.bakker",
        "email": "noor@example.org",
    }
    for field, text in (typed | {"password": PASSWORD, "password_again": PASSWORD}).items():
        page.locator(f"[name={field}]").fill(text)
    page.locator("main form button").click()
    expect(page.locator(".qr svg")).to_be_visible()
    assert page.evaluate(WHOLE), "a code that is cut off can't be scanned"
    secret = "".join((page.locator("main code").first.text_content() or "").split())
    give_code(page, code_at(secret, step_at(datetime.now(UTC))))
    expect(page).to_have_url(re.compile("/vertrouwelijkheid/"))
    page.locator("main form button").click()
    expect(page).to_have_url(re.compile("/account/herstelcodes/"))
