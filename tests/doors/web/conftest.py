"""A browser, a clock that is set by hand, and a house with two people in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.accounts.conftest import quick_hashes
from tests.cast import NOON, SCOPE
from tests.simulators.databases import Engine

from waarborg.accounts.testing import HOME, PASSWORD, Someone, found
from waarborg.kernel import clock

__all__ = ["quick_hashes"]


@dataclass
class Clock:
    """Tells the time that a test says it is."""

    moment: datetime = NOON

    def __call__(self) -> datetime:
        return self.moment

    def passes(self, **duration: float) -> None:
        self.moment += timedelta(**duration)


@pytest.fixture
def time() -> Iterator[Clock]:
    told = Clock()
    with clock.told_by(told):
        yield told


@dataclass(frozen=True)
class Pair:
    anna: Someone
    sam: Someone


@pytest.fixture
def pair(database: Engine, time: Clock, quick_hashes: None) -> Pair:
    """Administrator Anna and security officer Sam have registered, an hour ago."""
    registered = Pair(*found(SCOPE, now=NOON))
    time.passes(hours=1)
    return registered


class Browser(Client):
    """Django's test client over https, from one address, that keeps CSRF checks on."""

    def __init__(self, address: str = HOME, **more: Any) -> None:
        super().__init__(enforce_csrf_checks=True, REMOTE_ADDR=address, **more)

    def request(self, **request: Any) -> Any:
        return super().request(**request | {"wsgi.url_scheme": "https", "SERVER_PORT": "443"})

    def send(self, path: str, data: dict[str, str] | None = None, **more: Any) -> Any:
        """Post a form as the page with that form would: with the token that was in it, and the page as referrer."""
        token = {"csrfmiddlewaretoken": csrf_token(self)}
        return self.post(path, token | (data or {}), headers={"Referer": "https://testserver/"}, **more)

    @property
    def token(self) -> str:
        kept = self.cookies.get("__Host-waarborg")
        return kept.value if kept else ""


def csrf_token(browser: Browser) -> str:
    """Return the token of the forms on the log-in page, or on the page where that leads."""
    page = browser.get(reverse("web:log-in"), follow=True)
    return Fields.of(page.content.decode())["csrfmiddlewaretoken"]


class Fields(HTMLParser):
    """Collects the inputs of a page by name."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "input" and said.get("name"):
            self.found[str(said["name"])] = said.get("value") or ""

    @classmethod
    def of(cls, page: str) -> dict[str, str]:
        fields = cls()
        fields.feed(page)
        return fields.found


def come_in(browser: Browser, someone: Someone, now: datetime) -> Any:
    """Log in by the pages and return the last answer."""
    browser.send("/inloggen/", {"name": someone.login, "password": PASSWORD})
    browser.send("/tweede-factor/", {"code": someone.code(now)})
    return browser.send("/vertrouwelijkheid/")
