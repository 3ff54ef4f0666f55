"""The invented register: two institutions served, the two bundled applications, and Waarborg itself."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from demo.house import House
from waarborg.assurance.operations import allow_target, confirm_statement, decide_applicability, state
from waarborg.kernel import clock
from waarborg.kernel.actor import Actor
from waarborg.kernel.references import Reference
from waarborg.registers.operations.applications import register_application
from waarborg.registers.operations.environments import register_environment
from waarborg.registers.operations.information import register_information_kind
from waarborg.registers.operations.organisations import register_customer
from waarborg.registers.operations.projects import register_project
from waarborg.registers.values.inputs import (
    NewApplication,
    NewCustomer,
    NewEnvironment,
    NewKind,
    NewProject,
)

CUSTOMERS = (
    ("het-veer", "Thuiszorg Het Veer"),
    ("de-linde", "Woonzorg De Linde"),
    ("kade-12", "Softwarebureau Kade 12"),
)
KINDS = (
    ("alarmen", "Alarmen van cliënten", 3, 3, 3, True),
    ("dagrapportage", "Dagrapportage", 2, 2, 3, True),
    ("bewijs", "Bewijs en logboek", 2, 3, 2, False),
)


@dataclass(frozen=True)
class Invented:
    """One application as it is registered here."""

    key: str
    name: str
    customer: str
    harm: str
    harm_explained: str
    information: tuple[str, ...]
    login_path: str


APPLICATIONS = (
    Invented(
        "meldkamer-thuis", "Meldkamer Thuis", "het-veer", "death",
        "Valt deze applicatie uit of liegt zij, dan blijft een alarm van een cliënt thuis onbeantwoord.",
        ("alarmen",), "/inloggen",
    ),
    Invented(
        "zorgdagboek", "Zorgdagboek", "de-linde", "temporary_harm",
        "Ontbreekt een regel, dan kan een cliënt zorg dubbel of niet krijgen tot het volgende bezoek.",
        ("dagrapportage",), "/inloggen",
    ),
    Invented(
        "waarborg", "Waarborg", "kade-12", "discomfort",
        "Liegt Waarborg, dan lijkt iets veilig dat het niet is. Een patiënt merkt dat pas door een andere fout.",
        ("bewijs",), "/inloggen",
    ),
)  # fmt: skip


def invent(house: House, started: Sequence[Mapping[str, Any]], *, lead: Actor, officer: Actor) -> dict[str, UUID]:
    """Register everything, allow it to be reached, and decide and state a little. Returns applications by key."""
    for key, name in CUSTOMERS:
        register_customer(NewCustomer(key=key, name=name), by=lead, now=clock.now())
    for key, name, availability, integrity, confidentiality, health in KINDS:
        register_information_kind(
            NewKind(
                key=key, name=name, availability=availability, integrity=integrity,
                confidentiality=confidentiality, personal_health=health,
            ),
            by=lead, now=clock.now(),
        )  # fmt: skip
    applications = {each.key: _application(each, by=lead) for each in APPLICATIONS}
    for one in started:
        _environments(applications[one["id"]], one, by=lead)
        _allow(str(one["url"]), by=officer)
        _allow(f"http://{urlsplit(str(one['url'])).hostname}:{one['plain_port']}/", by=officer)
    _own_environment(house, applications["waarborg"], by=lead)
    _allow(f"https://localhost:{house.secure_port}/", by=officer)
    project = {"name": "Meldkamer 3.8", "customer": "het-veer", "applications": ("meldkamer-thuis",)}
    register_project(NewProject(**project, started_on=clock.now().date()), by=lead, now=clock.now())
    _decide_and_state(applications, lead=lead, officer=officer)
    return applications


def _application(each: Invented, *, by: Actor) -> UUID:
    new = NewApplication.model_validate(
        {
            "key": each.key, "name": each.name, "customer": each.customer, "kind": "web", "harm": each.harm,
            "harm_explained": each.harm_explained, "information": each.information, "login_path": each.login_path,
        }
    )  # fmt: skip
    return register_application(new, by=by, now=clock.now())


def _environments(application: UUID, one: Mapping[str, Any], *, by: Actor) -> None:
    """Register the address as production and acceptance at once, and its files as the test environment."""
    config = tomllib.loads(Path(one["config"]).read_text(encoding="utf-8"))
    certificates = (Path(one["repository"]) / "ca.pem").read_text(encoding="utf-8")
    reached = {
        "url": one["url"], "plain_port": one["plain_port"], "ca_certificates": certificates,
        "recipe": config.get("recipe"),
    }  # fmt: skip
    for kind in ("production", "acceptance"):
        new = NewEnvironment.model_validate({"kind": kind, "holds_real_data": kind == "production", **reached})
        register_environment(application, new, by=by, now=clock.now())
    for kind in ("test", "development"):
        files = NewEnvironment.model_validate({"kind": kind, "folder": one["repository"]})
        register_environment(application, files, by=by, now=clock.now())


OWN_RECIPE = {
    "account": "auditor",
    "login": {
        "path": "/inloggen/",
        "fields": {"name": "{secret:login}", "password": "{secret:password}"},
        "csrf": {"field": "csrfmiddlewaretoken", "from": "form"},
    },
    "factor": {
        "path": "/tweede-factor/",
        "fields": {"code": "{totp:totp}"},
        "csrf": {"field": "csrfmiddlewaretoken", "from": "form"},
    },
    "protected": {
        "path": "/vertrouwelijkheid/",
        "shows": "Wat u hier ziet, is vertrouwelijk",
        "refused": {"redirect_to": ["/inloggen/", "/tweede-factor/"]},
    },
}
"""How Waarborg measures that nobody enters Waarborg with a password alone: as far as the notice that follows the factor."""


def _own_environment(house: House, application: UUID, *, by: Actor) -> None:
    new = NewEnvironment.model_validate(
        {
            "kind": "production",
            "url": f"https://localhost:{house.secure_port}/",
            "ca_certificates": house.ca_certificate.read_text(encoding="utf-8"),
            "recipe": OWN_RECIPE,
        }
    )
    register_environment(application, new, by=by, now=clock.now())


def _allow(url: str, *, by: Actor) -> None:
    parts = urlsplit(url)
    allow_target(parts.hostname or "", parts.port or 443, private=True, by=by, now=clock.now())


def _decide_and_state(applications: Mapping[str, UUID], *, lead: Actor, officer: Actor) -> None:
    own = Reference("application", applications["waarborg"])
    for control in ("C8", "C9", "C10"):
        reason = "Waarborg houdt geen gegevens van zorgvragers bij: alleen medewerkers en bewijs."
        decide_applicability(own, control, applies=False, reason=reason, by=lead, now=clock.now())
    diary = Reference("application", applications["zorgdagboek"])
    text = "Rollen, aanvraag, identiteitscontrole en goedkeuring doorgelopen met twee steekproeven uit oktober."
    said = state(diary, "C7", "registration", text=text, file=None, by=lead, now=clock.now())
    confirm_statement(said, confirmed=True, reason="Zelf nagekeken.", by=officer, now=clock.now())
