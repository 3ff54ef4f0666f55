"""Find the log-in page as a visitor would, and keep of it the sentences that may be a notice."""

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urljoin

from waarborg.assurance.checks import wire
from waarborg.assurance.checks.login_notice.markup import Screen, matches
from waarborg.assurance.checks.login_notice.sentences import fold, passages_in
from waarborg.assurance.checks.login_notice.stylesheet import hidden_names
from waarborg.assurance.checks.login_notice.values import Criteria, Observation, Passage
from waarborg.assurance.checks.pages import HTML, OK, host_of
from waarborg.assurance.checks.target import Target
from waarborg.assurance.checks.visiting import Visit, visit

MOST_PASSAGES = 20
MOST_LINKS = 2
MOST_SHEETS = 2
LARGEST = 500_000
CHARSET = re.compile(rb"charset\s*=\s*[\"']?([a-z0-9_-]+)", re.IGNORECASE)
READ_AS = {"utf-8": "utf-8-sig", "utf8": "utf-8-sig", "us-ascii": "utf-8", "iso-8859-15": "iso-8859-15"}
READ_AS |= dict.fromkeys(("iso-8859-1", "latin1", "windows-1252"), "cp1252")


def observe(target: Target, *, criteria: Criteria, now: datetime) -> Observation:  # noqa: ARG001  one shape for all checks
    budget = wire.Budget()
    seen = visit(target, target.login_path or "", budget=budget, limit=LARGEST)
    if not target.login_path:
        seen = _log_in_page(target, seen, criteria, budget) or seen
    html, readable = _decoded(seen)
    if html is None:
        return Observation(host=target.host, page=seen.page)
    return _read(target, seen, html, readable=readable, criteria=criteria, budget=budget)


def _log_in_page(target: Target, start: Visit, criteria: Criteria, budget: wire.Budget) -> Visit | None:
    """Return the page behind the first link that leads to a log-in form; None when the start page is all there is."""
    html, _ = _decoded(start)
    if html is None:
        return None
    screen = Screen(criteria).read(html)
    if is_log_in(screen):
        return None
    found = (visit(target, where, budget=budget, limit=LARGEST) for where in _links(target, start, screen, criteria))
    return next((page for page in found if _has_log_in(page, criteria)), None)


def _links(target: Target, start: Visit, screen: Screen, criteria: Criteria) -> tuple[str, ...]:
    base = start.replies[-1].url
    named = [link.href for link in screen.links if matches(criteria.log_in, fold(link.text))]
    named += [link.href for link in screen.links if matches(criteria.log_in, fold(link.href.replace("/", " ")))]
    addresses = [joined(base, href) for href in named]
    hosts = {target.host, *criteria.hosts}
    ours = [address for address in addresses if address.startswith("https://") and host_of(address) in hosts]
    return tuple(dict.fromkeys(ours))[:MOST_LINKS]


def joined(base: str, href: str) -> str:
    """Return the full address of a link, "" when it is none."""
    try:
        return urljoin(base, href)
    except ValueError:
        return ""


def _has_log_in(seen: Visit, criteria: Criteria) -> bool:
    html, _ = _decoded(seen)
    return html is not None and is_log_in(Screen(criteria).read(html))


def is_log_in(screen: Screen) -> bool:
    """One password to fill in is a log-in; two, or a new one, is a registration or a change."""
    return bool(_passwords(screen) or screen.controls)


def _passwords(screen: Screen) -> int:
    return 1 if screen.password_fields == 1 and not screen.new_passwords else 0


def _decoded(seen: Visit) -> tuple[str | None, bool]:
    """Return the page as text, and whether every character could be read. None when it isn't a page."""
    page = seen.page
    if page.failure is not None or page.status != OK or page.media_type not in HTML:
        return None, False
    said = CHARSET.search((page.content_type or "").encode()) or CHARSET.search(seen.body[:2048])
    codec = READ_AS.get(said[1].decode().lower() if said else "utf-8")
    text = seen.body.decode(codec or "utf-8", "replace")
    # The last character may have been cut through, where the page itself was cut off.
    return text, codec is not None and "\ufffd" not in text[:-1]


def _read(
    target: Target, seen: Visit, html: str, *, readable: bool, criteria: Criteria, budget: wire.Budget
) -> Observation:
    first = Screen(criteria).read(html)
    sheets = "\n".join((*first.styles, *_sheets(target, seen, first, budget)))
    screen = Screen(criteria, doubtful=hidden_names(sheets)).read(html)
    passages = list(dict.fromkeys(_passages(screen, criteria)))
    return Observation(
        host=target.host,
        page=seen.page,
        readable=readable and screen.whole,
        password_fields=_passwords(screen),
        log_in_controls=screen.controls,
        scripts=screen.scripts,
        text_length=screen.text_length,
        passages=tuple(passages[:MOST_PASSAGES]),
        passages_cut=len(passages) > MOST_PASSAGES,
    )


def _passages(screen: Screen, criteria: Criteria) -> Iterator[Passage]:
    for place, block in screen.blocks:
        for language, text in passages_in(block, criteria):
            yield Passage(language=language, text=text, place=place)


def _sheets(target: Target, seen: Visit, screen: Screen, budget: wire.Budget) -> Iterator[str]:
    """Read the application's own style sheets, a few: a rule in them can hide the text that was found."""
    addresses = [joined(seen.replies[-1].url, href) for href in screen.sheets]
    own = [where for where in addresses if where.startswith("https://") and host_of(where) == target.host]
    for where in own[:MOST_SHEETS]:
        answer = wire.fetch(target, where, budget=budget, limit=LARGEST)
        if isinstance(answer, wire.Reply) and answer.status == OK:
            yield answer.body.decode("utf-8", "replace")
