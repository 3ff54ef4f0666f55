"""Every page in a real browser, in Dutch: no accessibility fault, nothing refused by the content policy, wide and on a phone.

With WAARBORG_TEST_STILLS the pages are also kept as pictures, to be looked at.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from demo.applications.definitions import APPLICATIONS
from demo.applications.running import running
from demo.house import House, build
from demo.people import Login, invent
from demo.register import invent as invent_register
from django.conf import settings
from django.test import override_settings
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page
from tests.browser.conftest import serving
from tests.simulators.databases import Engine

from waarborg.accounts.testing import Someone, entered
from waarborg.assurance.operations import start_measuring
from waarborg.assurance.queries.evidence import evidence_page
from waarborg.audit.operations.sealing import seal_all
from waarborg.doors.web import cookies
from waarborg.kernel import clock, jobs
from waarborg.kernel.references import Reference
from waarborg.project.wiring import HANDLERS, console
from waarborg.registers.operations.organisations import found_organisation
from waarborg.registers.values.classification import OrganisationKind
from waarborg.registers.values.inputs import NewOrganisation

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
PHONE, WIDE = 390, 1360
EARLIER = timedelta(hours=1)
STILLS = os.environ.get("WAARBORG_TEST_STILLS")


@dataclass(frozen=True)
class Filled:
    """A Waarborg with an invented register that was really measured, and who works there."""

    address: str
    people: dict[str, Login]
    tokens: dict[str, str]
    application: UUID
    evidence: UUID
    run: UUID


@pytest.fixture
def filled(database: Engine, tmp_path: Path) -> Iterator[Filled]:
    house = build(tmp_path / "house")
    roots = settings.WAARBORG.measuring.model_copy(
        update={"roots": (house.folder,), "secrets_file": house.secrets_file}
    )
    with ExitStack() as stack:
        stack.enter_context(override_settings(WAARBORG=settings.WAARBORG.model_copy(update={"measuring": roots})))
        scope, people, applications = _registered(house, stack)
        lead = people["devops_lead"].actor(scope)
        runs = {
            key: start_measuring(Reference("application", each), by=lead, now=clock.now())
            for key, each in applications.items()
            if key == "meldkamer-thuis"
        }
        while jobs.work_once(HANDLERS, clock.now()):
            pass
        seal_all(clock.now())
        (kept, *_) = evidence_page(scope, outcome="not_met", only=None).items
        tokens = {role: entered(_someone(each), now=clock.now()) for role, each in people.items()}
        address = stack.enter_context(serving(database))
        yield Filled(address, people, tokens, applications["meldkamer-thuis"], kept.id, runs["meldkamer-thuis"])


def _registered(house: House, stack: ExitStack) -> tuple[UUID, dict[str, Login], dict[str, UUID]]:
    """Let people in and register an hour ago, so that their codes of now are new."""
    started = [
        stack.enter_context(
            running(one, house.folder / one.id, ca_certificate=house.ca_certificate, ca_key=house.ca_key)
        )
        for one in APPLICATIONS
    ]
    house.secrets_file.write_text("\n".join(one.secrets_file.read_text() for one in started))
    moment = clock.now() - EARLIER

    def then() -> datetime:
        return moment

    with clock.told_by(then):
        agency = NewOrganisation(name="Softwarebureau Kade 12", kind=OrganisationKind.AGENCY)
        scope = found_organisation(agency, by=console(), now=moment)
        people = invent(scope)
        lead, officer = people["devops_lead"].actor(scope), people["security_officer"].actor(scope)
        summaries = [one.summary() for one in started]
        return scope, people, invent_register(house, summaries, lead=lead, officer=officer)


def _someone(login: Login) -> Someone:
    return Someone(login.login, login.secret, login.password)


PAGES = {
    "overzicht": ("devops_lead", "/"),
    "applicatie": ("devops_lead", "/applicaties/{application}"),
    "bewijs": ("devops_lead", "/bewijs/{evidence}"),
    "bewijzen": ("auditor", "/bewijs"),
    "catalogus": ("auditor", "/catalogus"),
    "zorgpunt": ("auditor", "/catalogus/C5"),
    "meting": ("devops_lead", "/metingen/{run}"),
    "verklaren": ("devops_lead", "/applicaties/{application}/C7/verklaren"),
    "van-toepassing": ("devops_lead", "/applicaties/{application}/C8/van-toepassing"),
    "logboek": ("auditor", "/logboek"),
    "personen": ("administrator", "{people}"),
    "collega-aanmelden": ("administrator", "/personen/nieuw/"),
    "invallen": ("administrator", "/personen/vervangen/"),
    "persoon": ("administrator", "{person}"),
    "rechten": ("administrator", "/rechten/"),
    "rollen": ("auditor", "/rollen/"),
    "register": ("devops_lead", "{applications}"),
    "register-applicatie": ("devops_lead", "{application_new}"),
    "register-soorten": ("devops_lead", "{kinds}"),
    "register-meetadressen": ("devops_lead", "/meetadressen"),
    "meetadressen": ("security_officer", "/meetadressen"),
    "register-projecten": ("devops_lead", "{projects}"),
    "register-bestand": ("devops_lead", "{assets}"),
    "inloggen": ("", "{log_in}"),
    "registreren": ("", "{register}"),
    "niet-gevonden": ("auditor", "/bestaat-niet"),
}


def test_every_page_is_accessible_and_keeps_to_its_policy(filled: Filled, visitor: BrowserContext) -> None:
    faults = [fault for name in PAGES for fault in _faults(filled, visitor, name)]
    assert faults == []


def _faults(filled: Filled, visitor: BrowserContext, name: str) -> list[str]:
    role, path = PAGES[name]
    visitor.clear_cookies()
    if role:
        name_in_clear = cookies.SESSION.removeprefix("__Host-")
        visitor.add_cookies([{"name": name_in_clear, "value": filled.tokens[role], "url": filled.address}])
    page = visitor.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    found = [each for width in (WIDE, PHONE) for each in _at_width(page, filled, _path(filled, path), width, name)]
    page.close()
    refused = [text for text in said if "Content Security Policy" in text or "Refused to" in text]
    return found + [f"{name}: {text}" for text in refused]


def _at_width(page: Page, filled: Filled, path: str, width: int, name: str) -> list[str]:
    page.set_viewport_size({"width": width, "height": 1000})
    answer = page.goto(f"{filled.address}{path}")
    expected = 404 if name == "niet-gevonden" else 200
    if answer is None or answer.status != expected:
        return [f"{name}: answered {answer and answer.status}"]
    if STILLS:
        page.screenshot(path=Path(STILLS) / f"{name}-{width}.png", full_page=width == PHONE)
    found = Axe().run(page, options=RULES).response["violations"]
    faults = [f"{name} at {width}: {each['id']} {[node['target'] for node in each['nodes']][:3]}" for each in found]
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return faults + ([f"{name} at {width}: {too_wide} px too wide"] if too_wide > 0 else [])


def _path(filled: Filled, path: str) -> str:
    names = ("people", "applications", "application-new", "kinds", "projects", "assets", "log-in", "register")
    places = {name.replace("-", "_"): name for name in names}
    person = reverse("web:person", args=[filled.people["auditor"].id])
    addresses = {"person": person} | {
        place: reverse(f"web:{name}") for place, name in places.items() if f"{{{place}}}" in path
    }
    ids = {"application": filled.application, "evidence": filled.evidence, "run": filled.run}
    return path.format(**addresses, **ids)
