"""An application that really answers, registered, on the list, and measured by the worker's own hands."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.cast import NOON, NOOR, SAM, SCOPE
from tests.simulators.certificates import make_authority
from tests.simulators.databases import Engine
from tests.simulators.servers import Answer, Pages, closed_port, tls_context, web_server

from waarborg.assurance.models import Evidence
from waarborg.assurance.operations import allow_target, start_measuring
from waarborg.audit.queries.reading import page_of_entries
from waarborg.audit.values import Entry
from waarborg.kernel import clock, jobs
from waarborg.kernel.actor import Actor
from waarborg.kernel.references import Reference
from waarborg.project.wiring import HANDLERS
from waarborg.registers.testing import a_customer, a_kind, an_application, an_environment


@dataclass
class Clock:
    moment: datetime = NOON

    def __call__(self) -> datetime:
        return self.moment

    def passes(self, **duration: float) -> datetime:
        self.moment += timedelta(**duration)
        return self.moment


@pytest.fixture
def time() -> Iterator[Clock]:
    told = Clock()
    with clock.told_by(told):
        yield told


def ordinary_pages(_request: object) -> Answer:
    return Answer(200, [("Content-Type", "text/html"), ("X-Frame-Options", "DENY")], b"<title>Inloggen</title>")


@dataclass
class Registered:
    """One application in the register, with what it takes to measure it."""

    id: UUID
    environment: UUID
    port: int = 0
    by: Actor = NOOR
    runs: list[UUID] = field(default_factory=list)

    @property
    def reference(self) -> Reference:
        return Reference("application", self.id)

    def ask(self, now: datetime = NOON) -> UUID:
        self.runs.append(start_measuring(self.reference, by=self.by, now=now))
        return self.runs[-1]

    def measure(self, now: datetime = NOON) -> UUID:
        run = self.ask(now)
        work(now)
        return run

    def kept(self, check: str) -> Evidence:
        return Evidence.objects.filter(application=self.id, check_id=check).latest("observed_at")


def work(now: datetime = NOON) -> None:
    """Do all jobs that are due, as the worker does them."""
    while jobs.work_once(HANDLERS, now):
        pass


def registered(key: str = "meldkamer-thuis", *, by: Actor = NOOR, **environment: Any) -> Registered:
    """Register an application with one environment."""
    application = an_application(by=by, now=NOON, key=key, name=key.title(), information=["alarmmeldingen"])
    return Registered(application, an_environment(application, by=by, now=NOON, **environment), by=by)


@pytest.fixture
def customer(database: Engine, time: Clock) -> None:
    a_customer(by=NOOR, now=NOON)
    a_kind(by=NOOR, now=NOON)


@contextmanager
def running(
    home: Path, pages: Pages = ordinary_pages, *, listed: bool = True, private: bool = True, **more: Any
) -> Iterator[Registered]:
    """An application that serves these pages over TLS, from an authority of its own."""
    with ExitStack() as stack:
        authority = make_authority(home / "ca")
        port = stack.enter_context(web_server(pages, tls=tls_context(authority.issue())))
        addresses = {"plain_port": closed_port()} | more
        made = registered(
            url=f"https://localhost:{port}/",
            ca_certificates=authority.file.read_text(),
            **addresses,
        )
        made.port = port
        if listed:
            for each in (port, addresses["plain_port"]):
                allow_target("localhost", each, private=private, by=SAM, now=NOON)
        yield made


def logged(event: str, scope: UUID = SCOPE) -> list[Entry]:
    """Return the entries of one event, newest first."""
    return [entry for _, entry in page_of_entries(scope, size=2000) if entry.event == event]


def codes(kept: Evidence) -> list[str]:
    return [finding["code"] for finding in kept.findings]
