"""One visitor's session with one application: cookies and a bearer token, and never a step off its own host."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from waarborg.assurance.checks import wire
from waarborg.assurance.checks.pages import kept
from waarborg.assurance.checks.target import Target

LARGEST_PAGE = 1_000_000
LONG_PART = re.compile(r"(?=[^/]*\d)[^/]{20,}")
MASK = "‹…›"
ELSEWHERE = "elsewhere"


class LeftSite(Exception):
    """The application points to another host; nothing is sent there."""


@dataclass(frozen=True)
class Cookie:
    value: str = field(repr=False)
    path: str
    lasting: bool
    """It outlives the browser's session: Max-Age or Expires was given."""

    def goes_to(self, path: str) -> bool:
        """RFC 6265, section 5.1.4."""
        return path == self.path or path.startswith(self.path.rstrip("/") + "/")


class Jar:
    """The cookies of one session. One host only, so Domain says nothing here."""

    def __init__(self) -> None:
        self.cookies: dict[str, Cookie] = {}

    def take(self, lines: Sequence[str], *, asked: str, now: datetime) -> None:
        for line in lines:
            pair, *attributes = line.split(";")
            name, _, value = (part.strip() for part in pair.partition("="))
            said = dict(_attribute(attribute) for attribute in attributes)
            if _gone(said, now=now):
                self.cookies.pop(name, None)
            elif name:
                path = said.get("path", "")
                default = asked.rpartition("/")[0] or "/"
                lasting = "max-age" in said or "expires" in said
                self.cookies[name] = Cookie(value, path if path.startswith("/") else default, lasting=lasting)

    def header(self, path: str) -> str:
        return "; ".join(f"{name}={cookie.value}" for name, cookie in self.cookies.items() if cookie.goes_to(path))


class Session:
    """Asks as one visitor. Nothing goes to a server whose certificate isn't trusted, since secrets are part of it."""

    def __init__(self, target: Target, *, budget: wire.Budget) -> None:
        self._target = target
        self._budget = budget
        self.jar = Jar()
        self.bearer = ""

    def __repr__(self) -> str:
        return f"<Session: {len(self.jar.cookies)} cookies>"

    def ask(
        self,
        method: str,
        where: str,
        *,
        now: datetime,
        body: bytes | None = None,
        headers: Sequence[tuple[str, str]] = (),
    ) -> wire.Reply | wire.Failure:
        """Ask once and keep the cookies of the answer. Raises LeftSite."""
        path = self.own_path(where)
        sent = [*headers, *self._identity(path)]
        answer = wire.fetch(
            self._target,
            self._target.address_of(where),
            method=method,
            body=body,
            headers=sent,
            limit=LARGEST_PAGE,
            budget=self._budget,
            require_trust=True,
        )
        if isinstance(answer, wire.Reply):
            self.jar.take(answer.all("set-cookie"), asked=path, now=now)
        return answer

    def own_path(self, where: str) -> str:
        """Return the path of an address on the application itself. Raises LeftSite."""
        if not self._is_own(where):
            raise LeftSite
        return urlsplit(self._target.address_of(where)).path or "/"

    def shown_path(self, where: str) -> str:
        """Return a path as it may be kept: without query, and without the parts that may be a token."""
        if not self._is_own(where):
            return ELSEWHERE
        path = urlsplit(self._target.address_of(where)).path or "/"
        return kept(LONG_PART.sub(MASK, path.partition(";")[0]))

    def origin(self, page: str) -> list[tuple[str, str]]:
        """Return the headers by which an application sees that a form was sent from its own page."""
        referer = self._target.address_of(page)
        parts = urlsplit(referer)
        return [("Origin", f"{parts.scheme}://{parts.netloc}"), ("Referer", referer)]

    def _is_own(self, where: str) -> bool:
        own = urlsplit(self._target.url or "")
        try:
            parts = urlsplit(self._target.address_of(where))
            same = (parts.scheme, parts.hostname, parts.port or 443) == ("https", own.hostname, own.port or 443)
        except ValueError:
            return False
        return same and not parts.username

    def _identity(self, path: str) -> list[tuple[str, str]]:
        cookies = self.jar.header(path)
        lines = [("Cookie", cookies)] if cookies else []
        return [*lines, ("Authorization", f"Bearer {self.bearer}")] if self.bearer else lines


def _attribute(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip().lower(), value.strip()


def _gone(said: dict[str, str], *, now: datetime) -> bool:
    if "max-age" in said:
        return said["max-age"].startswith("-") or not said["max-age"].strip("0")
    try:
        return parsedate_to_datetime(said["expires"]).timestamp() <= now.timestamp()
    except (KeyError, ValueError, TypeError, OverflowError):
        return False
