"""A ward manager registers a colleague, an officer approves, the colleague comes in on a phone: by the pages, counted."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect
from tests.browser.conftest import Site
from tests.browser.test_pages_of_the_way_in import faults, overflows

from waarborg.accounts.rules.factors import code_at, step_at
from waarborg.accounts.testing import PASSWORD, Someone, admitted, entered, signed_in
from waarborg.accounts.values import Role
from waarborg.doors.web import cookies
from waarborg.kernel.actor import Actor
from waarborg.kernel.references import Reference
from waarborg.registers.operations.units import register_unit
from waarborg.registers.values.classification import UnitKind
from waarborg.registers.values.inputs import NewUnit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
CODE = re.compile(r"(?:[A-Z0-9]{4}-){4}[A-Z0-9]{4}")
PHONE: ViewportSize = {"width": 390, "height": 844}
MOST_OF_MANAGER, MOST_OF_OFFICER, MOST_OF_COLLEAGUE = 6, 1, 12
"""Fields filled and buttons pressed, by each of the three. One more is a step that everybody takes who ever comes in."""


class Hand:
    """Somebody at a page; counts what they have to do."""

    def __init__(self, page: Page) -> None:
        self.page, self.steps = page, 0

    def types(self, name: str, text: str) -> None:
        self.page.locator(f"main [name={name}]").fill(text)
        self.steps += 1

    def chooses(self, name: str, value: str) -> None:
        self.page.locator(f"main [name={name}]").select_option(value)
        self.steps += 1

    def presses(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.steps += 1


def just_now(someone: Someone) -> str:
    """Log someone in so that they proved their second factor a second ago."""
    return entered(someone, now=datetime.now(UTC) - timedelta(seconds=61))


def at_work(chromium: Browser, site: Site, token: str) -> Page:
    """A browser of one person's own, already logged in."""
    context = chromium.new_context(locale="nl-NL")
    name = cookies.SESSION.removeprefix("__Host-")
    context.add_cookies([{"name": name, "value": token, "url": site.address}])
    return context.new_page()


@pytest.fixture
def mara(site: Site) -> tuple[Someone, str]:
    """Mara manages De Linde alone; Sam, who approved her, is at his desk with this token."""
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    tokens = [just_now(each) for each in (site.anna, site.sam)]
    anna, sam = (_actor(token) for token in tokens)
    ward = Reference("ward", register_unit(NewUnit(kind=UnitKind.WARD, name="De Linde"), by=anna, now=hour_ago))
    login = admitted(Role.TEAM_MANAGER, "Mara Smit", "mara", asked_by=anna, approved_by=sam, now=hour_ago, within=ward)
    return login, tokens[1]


def _actor(token: str) -> Actor:
    return signed_in(token, now=datetime.now(UTC)).actor


def test_a_colleague_is_in_after_a_manager_and_an_officer_did_their_part(
    site: Site, mara: tuple[Someone, str], chromium: Browser, visitor: BrowserContext
) -> None:
    manager, officers_token = mara
    desk = Hand(at_work(chromium, site, just_now(manager)))
    code = register(desk, site)
    officer = Hand(at_work(chromium, site, officers_token))
    officer.page.goto(f"{site.address}/personen/")
    expect(officer.page.locator(".waits li h3")).to_have_text("Saskia Vermeer")
    officer.presses("form[action$='/goedkeuren/'] button")
    expect(officer.page.locator(".waits")).to_contain_text("Saskia Vermeer")
    expect(officer.page.locator("form[action$='/goedkeuren/']")).to_have_count(0)
    phone = visitor.new_page()
    phone.set_viewport_size(PHONE)
    colleague = Hand(phone)
    come_in(colleague, site, code)
    counted = (desk.steps, officer.steps, colleague.steps)
    assert counted == (MOST_OF_MANAGER, MOST_OF_OFFICER, MOST_OF_COLLEAGUE)
    desk.page.goto(f"{site.address}/personen/")
    expect(desk.page.locator("main")).to_contain_text("saskia.vermeer")


def register(desk: Hand, site: Site) -> str:
    """Fill in one form, with the document at hand; return the code on the card."""
    page = desk.page
    page.goto(f"{site.address}/personen/")
    desk.presses("a[href='/personen/nieuw/']")
    expect(page.locator("[name=role]:checked")).to_have_value("care_professional")
    desk.types("name", "Saskia Vermeer")
    desk.chooses("document_kind", "passport")
    desk.types("document_number", "SPECI2014")
    desk.types("document_until", "2034-05-04")
    desk.presses("main form button.button")
    expect(page.locator(".handover")).to_contain_text("Saskia Vermeer")
    assert faults(page) == []
    (code,) = CODE.findall(page.locator(".handover").text_content() or "")
    assert code not in page.url
    assert "SPECI2014" not in page.content()
    return str(code)


def come_in(colleague: Hand, site: Site, code: str) -> None:
    """Register at the address of the card, enrol an app, read the notice, keep recovery codes."""
    page = colleague.page
    page.goto(f"{site.address}/registreren/")
    typed = {"ticket": code, "name": "Saskia Vermeer", "login": "saskia.vermeer", "email": "saskia@example.org"}
    for field, text in (typed | {"password": PASSWORD, "password_again": PASSWORD}).items():
        colleague.types(field, text)
    colleague.presses("main form button.button")
    expect(page).to_have_url(re.compile("/factor-instellen/"))
    assert not overflows(page)
    secret = "".join((page.locator("main code").first.text_content() or "").split())
    colleague.types("code", code_at(secret, step_at(datetime.now(UTC))))
    colleague.presses("main form:has([name=code]) button.button")
    expect(page).to_have_url(re.compile("/vertrouwelijkheid/"))
    assert not overflows(page)
    colleague.presses("main form button.button")
    expect(page).to_have_url(re.compile("/account/herstelcodes/"))
    assert not overflows(page)
    colleague.presses("main form button")
    expect(page.locator(".keys li")).to_have_count(10)
    assert not overflows(page)
    colleague.presses("main a.button:not([download])")
    expect(page).not_to_have_url(re.compile("herstelcodes"))
    expect(page.locator("header")).to_contain_text("Saskia Vermeer")
