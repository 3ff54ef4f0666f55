"""Reading Set-Cookie as RFC 6265bis says, without its value. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from waarborg.assurance.checks.http_headers.values import Cookie
from waarborg.assurance.checks.pages import kept


def cookies_of(lines: Iterable[str], *, now: datetime) -> tuple[Cookie, ...]:
    """Of two with the same name, domain and path the later stays, as in a browser."""
    read = [read_cookie(line, now=now) for line in lines]
    return tuple({(cookie.name, cookie.domain, cookie.path): cookie for cookie in read}.values())


def read_cookie(line: str, *, now: datetime) -> Cookie:
    pair, *attributes = line.split(";")
    said: dict[str, str] = {}
    for attribute in attributes:
        name, _, value = attribute.partition("=")
        said[name.strip().lower()] = value.strip()
    return Cookie(
        name=kept(pair.partition("=")[0].strip(), 60) if "=" in pair else "",
        secure="secure" in said,
        http_only="httponly" in said,
        same_site=kept(said.get("samesite", "").lower(), 20),
        domain=kept(said.get("domain", "").lstrip(".").lower(), 255),
        path=kept(said.get("path", ""), 100),
        clears=_clears(said, now=now),
    )


def _clears(said: dict[str, str], *, now: datetime) -> bool:
    """Max-Age goes before Expires; a date that can't be read is ignored."""
    age = said.get("max-age", "")
    if age.removeprefix("-").isdecimal():
        return age.startswith("-") or not age.strip("0")
    try:
        expires = parsedate_to_datetime(said.get("expires", ""))
    except (ValueError, TypeError, IndexError, OverflowError):
        return False
    return (expires if expires.tzinfo else expires.replace(tzinfo=UTC)) <= now
