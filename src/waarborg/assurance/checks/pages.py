"""A page as it was met on the way: where it ended and how it was served, without its content. Pure: judges read it."""

import unicodedata
from urllib.parse import urlsplit, urlunsplit

from pydantic import BaseModel

from waarborg.assurance.values import Finding

HTML = frozenset({"text/html", "application/xhtml+xml"})
OK = 200
LONGEST = 300


class Page(BaseModel, frozen=True, extra="forbid"):
    """`hops` are the addresses passed on the way, `address` is the last; none of them keeps its query.

    `trusted` is true only when every hop had a certificate that chains to a trusted authority.
    """

    asked: str
    address: str
    hops: tuple[str, ...] = ()
    failure: str | None = None
    status: int | None = None
    content_type: str | None = None
    truncated: bool | None = None
    trusted: bool | None = None

    @property
    def media_type(self) -> str:
        return (self.content_type or "").partition(";")[0].strip().lower()

    @property
    def in_clear(self) -> str | None:
        """Return the first address on the way that isn't https."""
        return next((address for address in (*self.hops, self.address) if not address.startswith("https://")), None)


def host_of(address: str) -> str:
    """Return the host name in lower case, "" when the text holds none."""
    try:
        return urlsplit(as_browser(address)).hostname or ""
    except ValueError:
        return ""


def bare_address(url: str) -> str:
    """Return an address without query, fragment or user: those can carry secrets."""
    try:
        parts = urlsplit(as_browser(url))
    except ValueError:
        return ""
    return kept(urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", "")))


def as_browser(url: str) -> str:
    """Read a backslash as browsers do, as a slash: in "https://a\\@b/" the host is a, whatever Python's library says."""
    return url.replace("\\", "/")


def kept(text: str, longest: int = LONGEST) -> str:
    """Return text in the form evidence can hold: bounded, Unicode NFC, no lone surrogates."""
    return unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))[:longest]


def obstacle(page: Page, *, hosts: frozenset[str]) -> Finding | None:
    """Say why a page can't be judged as the application's own HTML page; None when it can."""
    return way_obstacle(page, hosts=hosts) or _content_obstacle(page)


def way_obstacle(page: Page, *, hosts: frozenset[str]) -> Finding | None:
    """Say why it isn't established that this application answered; None when it is."""
    if page.failure is not None or page.status is None:
        return Finding("not_reached", {"page": page.asked, "failure": page.failure or "unknown"})
    if page.in_clear is not None:
        return Finding("in_clear", {"page": page.asked, "address": page.in_clear})
    if host_of(page.address) not in hosts:
        return Finding("other_host", {"page": page.asked, "host": host_of(page.address)})
    if page.trusted is not True:
        return Finding("not_trusted", {"page": page.asked})
    return None


def _content_obstacle(page: Page) -> Finding | None:
    if page.status != OK:
        return Finding("not_ok", {"page": page.asked, "status": page.status or 0})
    if page.media_type not in HTML:
        return Finding("not_html", {"page": page.asked, "content_type": page.media_type or "?"})
    if page.truncated is not False:
        return Finding("too_large", {"page": page.asked})
    return None
