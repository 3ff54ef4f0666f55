"""Ask in plain http for the start page, the log-in page and a page that doesn't exist, and follow where it sends us."""

from datetime import datetime
from urllib.parse import SplitResult, urlsplit, urlunsplit

from waarborg.assurance.checks import wire
from waarborg.assurance.checks.https_redirect.values import Criteria, Hop, Observation, Walk
from waarborg.assurance.checks.pages import bare_address, host_of, kept
from waarborg.assurance.checks.target import Target

MOST_REDIRECTS = 5
LARGEST = 65_536
# Shows whether everything is redirected, or only the pages someone thought of.
NO_SUCH_PAGE = "waarborg-no-such-page"


def observe(target: Target, *, criteria: Criteria, now: datetime) -> Observation:  # noqa: ARG001  one shape for all checks
    budget = wire.Budget()
    hosts = frozenset({target.host, *criteria.hosts})
    return Observation(
        host=target.host,
        plain_port=target.plain_port,
        secure=_hop(target.address_of(""), wire.fetch(target, "", limit=LARGEST, budget=budget)),
        walks=tuple(_walk(target, path, hosts=hosts, budget=budget) for path in _paths(target)),
    )


def _paths(target: Target) -> tuple[str, ...]:
    return ("", target.login_path, NO_SUCH_PAGE) if target.login_path else ("", NO_SUCH_PAGE)


def _walk(target: Target, path: str, *, hosts: frozenset[str], budget: wire.Budget) -> Walk:
    where: str | None = _in_clear(target, path)
    hops: list[Hop] = []
    visited: set[str] = set()
    while where is not None and where not in visited and len(hops) <= MOST_REDIRECTS:
        visited.add(where)
        answer = wire.fetch(target, where, limit=LARGEST, budget=budget)
        hops.append(_hop(where, answer))
        where = _next(answer, hosts=hosts)
        if path != "" and where is not None and where.startswith("https://"):
            where = None  # what follows on https is followed once, from the start page
    returned, unfinished = where in visited, where is not None and where.startswith("http://")
    return Walk(page=bare_address(target.address_of(path)), hops=tuple(hops), returned=returned, unfinished=unfinished)


def _next(answer: wire.Reply | wire.Failure, *, hosts: frozenset[str]) -> str | None:
    """Return the next address while it is still ours to ask: others' hosts are named, not visited."""
    if isinstance(answer, wire.Failure):
        return None
    where = answer.redirects_to
    return where if where is not None and host_of(where) in hosts else None


def _hop(address: str, answer: wire.Reply | wire.Failure) -> Hop:
    if isinstance(answer, wire.Failure):
        return Hop(address=bare_address(address), failure=answer.code)
    leads_to = answer.redirects_to
    return Hop(
        address=bare_address(address),
        status=answer.status,
        leads_to=None if leads_to is None else bare_address(leads_to),
        cookies=tuple(kept(line.partition("=")[0].strip(), 60) for line in answer.all("set-cookie")),
        body_size=None if answer.truncated else len(answer.body),
        trusted=answer.trusted,
    )


def _in_clear(target: Target, path: str) -> str:
    """Return the address of a page as a browser asks for it without https."""
    parts = urlsplit(target.address_of(path))
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return urlunsplit(SplitResult("http", f"{host}:{target.plain_port}", parts.path, parts.query, ""))
