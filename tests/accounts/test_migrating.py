"""From tickets to registrations: a database of the first version, with everyone in every state, comes along without a loss."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from tests.cast import SCOPE
from tests.simulators.databases import Engine

from waarborg.accounts.models import Identity, Person, Registration, RoleHeld
from waarborg.accounts.operations import CodeUnknown, register
from waarborg.accounts.queries import actor_for, anonymous
from waarborg.accounts.rules.registrations import code_digest, state_of
from waarborg.accounts.rules.sessions import normal_login, token_digest
from waarborg.accounts.testing import HOME, PASSWORD
from waarborg.accounts.values import NewPerson, PersonState, RegistrationKind, RegistrationState, Stage
from waarborg.kernel import clock
from waarborg.kernel.keyring import look_up, seal_text
from waarborg.kernel.references import INSTALLATION, new_id
from waarborg.kernel.sealing import Place
from waarborg.project.installing import grant

FIRST, ADDRESSES = (
    "0001_initial",
    {"default": "WAARBORG_DATABASE__OWNER_URL", "keys": "WAARBORG_DATABASE__KEYS_OWNER_URL"},
)
DAY = timedelta(days=1)
TICKETS = {  # state: (asked days ago, approved, used by, withdrawn)
    "asked": (0, False, "", False),
    "approved": (0, True, "", False),
    "used": (1, True, "active", False),
    "enrolling": (1, True, "approved", False),
    "gone": (9, True, "left", False),
    "withdrawn": (1, True, "", True),
    "expired": (9, True, "", False),
}


@contextmanager
def owning(engine: Engine) -> Iterator[None]:
    """Migrate as the databases' owner does; the application may change no table."""
    usual = {alias: dict(connections[alias].settings_dict) for alias in ADDRESSES}
    if engine.name == "postgresql":
        for alias, variable in ADDRESSES.items():
            owner = urlsplit(engine.environment()[variable])
            connections[alias].close()
            connections[alias].settings_dict.update(USER=owner.username, PASSWORD=owner.password)
    yield
    if engine.name == "postgresql":
        grant("default", str(usual["default"]["USER"]))
        for alias, settings in usual.items():
            connections[alias].close()
            connections[alias].settings_dict.update(settings)


def at_first_version() -> Any:
    """Bring accounts back to how the first version made it, empty, and return its models."""
    for target in ("zero", FIRST):
        call_command("migrate", "accounts", target, database="default", verbosity=0)
    return MigrationExecutor(connections["default"]).loader.project_state(("accounts", FIRST)).apps


def sealed(text: str, name: str, row: Any) -> bytes:
    return seal_text(text, Place(row.scope, name, row.pk))


def somebody(apps: Any, state: str, now: datetime) -> Any:
    row = apps.get_model("accounts", "Person")(id=new_id(), scope=INSTALLATION, language="nl", state=state)
    row.name, row.login = sealed(f"Iemand {state}", "person.name", row), sealed(state, "person.login", row)
    row.email = sealed(f"{state}@example.org", "person.email", row)
    row.login_index = look_up(normal_login(state), scope=INSTALLATION, field="person.login")
    row.enrol_before, row.registered_at, row.left_at = now + DAY, now - 9 * DAY, now if state == "left" else None
    row.save()
    return row


def ticket(apps: Any, name: str, people: dict[str, Any], now: datetime, *, founding: bool = False) -> UUID:
    days, approved, used_by, withdrawn = TICKETS[name]
    made = now - days * DAY
    row = apps.get_model("accounts", "Ticket")(id=new_id(), scope=SCOPE, role="devops_lead", founding=founding)
    row.code, row.label = code_digest(f"{name}{founding}"), sealed(f"voor {name}", "ticket.label", row)
    row.made_by, row.made_at, row.expires_at = new_id(), made, made + 3 * DAY
    row.approved_by, row.approved_at = (new_id(), made) if approved else (None, None)
    row.used_by, row.used_at = (people[used_by], made) if used_by else (None, None)
    row.withdrawn_at = made if withdrawn else None
    row.save()
    return UUID(str(row.pk))


def role(apps: Any, person: Any, name: str, now: datetime, until: datetime | None = None) -> None:
    held = apps.get_model("accounts", "RoleHeld")(id=new_id(), scope=SCOPE, person=person, role=name)
    held.granted_by, held.at, held.until = new_id(), now - 8 * DAY, until
    held.save()


def session(apps: Any, person: Any, token: str, stage: str, now: datetime) -> None:
    row = apps.get_model("accounts", "Session")(id=new_id(), scope=SCOPE, person=person, token=token_digest(token))
    row.stage, row.started_at, row.last_seen_at = stage, now, now
    row.save()


@pytest.fixture
def first_version(database: Engine) -> dict[str, UUID]:
    """A database of the first version, brought to this one; with the ids of its tickets."""
    now = clock.now()
    with owning(database):
        apps = at_first_version()
        people = {state: somebody(apps, state, now) for state in ("approved", "active", "left")}
        tickets = {name: ticket(apps, name, people, now) for name in TICKETS}
        tickets["founding"] = ticket(apps, "approved", people, now, founding=True)
        role(apps, people["active"], "administrator", now)
        role(apps, people["active"], "security_officer", now)
        role(apps, people["left"], "devops_lead", now, until=now)
        session(apps, people["active"], "full-token", "full", now)
        call_command("migrate", "accounts", database="default", verbosity=0)
    return tickets


def test_every_ticket_becomes_a_registration_and_what_waited_is_withdrawn(first_version: dict[str, UUID]) -> None:
    now = clock.now()
    rows = {name: Registration.objects.get(pk=each) for name, each in first_version.items()}
    assert Registration.objects.count() == len(first_version)
    assert {name: state_of(row.facts, now) for name, row in rows.items()} == {
        "asked": RegistrationState.WITHDRAWN,
        "approved": RegistrationState.WITHDRAWN,
        "used": RegistrationState.USED,
        "enrolling": RegistrationState.USED,
        "gone": RegistrationState.USED,
        "withdrawn": RegistrationState.WITHDRAWN,
        "expired": RegistrationState.WITHDRAWN,
        "founding": RegistrationState.APPROVED,
    }
    assert {name: row.opened_label for name, row in rows.items() if name != "founding"} == {
        name: f"voor {name}" for name in TICKETS
    }
    assert {row.kind for name, row in rows.items() if name != "founding"} == {RegistrationKind.EARLIER}
    assert rows["used"].person == Person.objects.get(state=PersonState.ACTIVE)


def test_a_ticket_that_waited_lets_nobody_in(first_version: dict[str, UUID]) -> None:
    new = NewPerson("Iemand Nieuw", "nieuw", "nieuw@example.org", PASSWORD)
    for name in ("asked", "approved", "expired"):
        with pytest.raises(CodeUnknown):
            register(f"{name}False", new, by=anonymous(HOME), now=clock.now())


def test_people_come_along_in_their_state_with_their_roles_and_have_thirty_days(first_version: dict[str, UUID]) -> None:
    now = clock.now()
    people = list(Person.objects.all())
    assert sorted((row.state, row.opened_name) for row in people) == [
        ("active", "Iemand active"),
        ("approved", "Iemand approved"),
        ("left", "Iemand left"),
    ]
    assert {row.verify_before > now + 29 * DAY and row.verify_before <= now + 30 * DAY for row in people} == {True}
    assert {
        (row.role, row.until is None, row.confirmed_at == row.at, row.within) for row in RoleHeld.objects.all()
    } == {
        ("administrator", True, True, ""),
        ("security_officer", True, True, ""),
        ("devops_lead", False, True, ""),
    }
    assert not Identity.objects.exists()


def test_who_was_in_stays_in_until_the_thirty_days_are_over(first_version: dict[str, UUID]) -> None:
    here = actor_for("full-token", clock.now(), HOME)
    assert here is not None
    assert here.stage is Stage.FULL
    Person.objects.update(verify_before=clock.now())
    lapsed = actor_for("full-token", clock.now(), HOME)
    assert lapsed is not None
    assert (lapsed.stage, lapsed.actor.roles) == (Stage.LAPSED, frozenset({"anonymous"}))
