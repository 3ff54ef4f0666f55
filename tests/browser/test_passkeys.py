"""Passkeys in a real browser, with an authenticator that Chromium plays: made, used beside a password, and used alone."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.browser.conftest import SUBMIT, Site, authenticator, log_in, prove_password, registration_code

from waarborg.accounts.testing import PASSWORD

pytestmark = pytest.mark.browser
BUTTON = "button[data-passkey]"


def add_passkey(page: Page, site: Site, name: str) -> None:
    page.goto(f"{site.address}/account/passkey/")
    page.locator("[name=name]").fill(name)
    page.locator(BUTTON).click()


def log_out(page: Page, site: Site) -> None:
    page.locator("header form[action='/uitloggen/'] button").click()
    expect(page).to_have_url(f"{site.address}/inloggen/")


def agree(page: Page) -> None:
    expect(page).to_have_url(re.compile("/vertrouwelijkheid/"))
    page.locator(f"main {SUBMIT}").click()


@pytest.fixture
def with_passkey(site: Site, visitor: BrowserContext) -> Page:
    """A browser in which Anna made a passkey beside her app, and left."""
    page = visitor.new_page()
    refused = list[str]()
    page.on("console", lambda said: refused.append(said.text) if "Content Security" in said.text else None)
    authenticator(page)
    log_in(page, site, site.anna)
    add_passkey(page, site, "laptop")
    expect(page).to_have_url(f"{site.address}/account/")
    expect(page.locator("main table").first).to_contain_text("laptop")
    assert refused == []
    log_out(page, site)
    return page


def test_a_passkey_beside_the_app_proves_the_second_factor(site: Site, with_passkey: Page) -> None:
    prove_password(with_passkey, site, site.anna, to="/personen/")
    with_passkey.locator(BUTTON).click()
    agree(with_passkey)
    expect(with_passkey).to_have_url(re.compile("/account/herstelcodes/"))


def test_a_passkey_alone_lets_its_owner_in_to_where_they_were_going(site: Site, with_passkey: Page) -> None:
    with_passkey.goto(f"{site.address}/inloggen/?next=/personen/")
    with_passkey.locator(BUTTON).click()
    agree(with_passkey)
    expect(with_passkey).to_have_url(re.compile(r"/account/herstelcodes/\?next=%2Fpersonen%2F"))
    assert with_passkey.evaluate("document.cookie") == ""


def test_someone_new_chooses_a_passkey_instead_of_an_app(site: Site, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    authenticator(page)
    page.goto(f"{site.address}/registreren/")
    typed = {
        "ticket": registration_code(site),
        "name": "Noor Bakker",
        "login": "noor.bakker",
        "email": "noor@example.org",
    }
    for field, text in (typed | {"password": PASSWORD, "password_again": PASSWORD}).items():
        page.locator(f"[name={field}]").fill(text)
    page.locator(f"main {SUBMIT}").click()
    expect(page).to_have_url(re.compile("/factor-instellen/"))
    page.locator(BUTTON).click()
    agree(page)
    page.goto(f"{site.address}/account/")
    expect(page.locator("main table").first.locator("tbody tr")).to_have_count(1)
    log_out(page, site)
    page.locator(BUTTON).click()
    agree(page)
    expect(page).to_have_url(re.compile("/account/herstelcodes/"))


def test_a_device_that_cant_tell_who_holds_it_makes_no_passkey(site: Site, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    authenticator(page, verified=False)
    log_in(page, site, site.anna)
    add_passkey(page, site, "without a finger")
    expect(page.locator(".passkey-said")).to_have_text(page.locator(BUTTON).get_attribute("data-cancelled") or "")
    page.goto(f"{site.address}/account/")
    expect(page.locator("main table").first.locator("tbody tr")).to_have_count(1)


def test_who_cancels_is_told_what_to_do_and_can_try_again(site: Site, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    authenticator(page, verified=False)
    page.goto(f"{site.address}/inloggen/")
    button, said = page.locator(BUTTON), page.locator(".passkey-said")
    button.click()
    cancelled = button.get_attribute("data-cancelled") or ""
    expect(said).to_have_text(cancelled)
    expect(button).to_be_enabled()
    expect(page).to_have_url(f"{site.address}/inloggen/")


def test_a_browser_that_cant_says_so_and_one_without_scripts_shows_no_button(
    site: Site, visitor: BrowserContext
) -> None:
    visitor.add_init_script("delete window.PublicKeyCredential")
    page = visitor.new_page()
    page.goto(f"{site.address}/inloggen/")
    cannot = page.locator(BUTTON).get_attribute("data-cannot") or ""
    expect(page.locator(".passkey-said")).to_have_text(cannot)
    expect(page.locator(BUTTON)).to_be_hidden()
