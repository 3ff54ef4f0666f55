"""Open the start page and the log-in page as a browser would, and keep what they say about protection."""

import re
from collections.abc import Iterable
from datetime import datetime

from waarborg.assurance.checks import wire
from waarborg.assurance.checks.http_headers.cookies import cookies_of
from waarborg.assurance.checks.http_headers.markup import read_head
from waarborg.assurance.checks.http_headers.values import Criteria, HeaderPage, Observation
from waarborg.assurance.checks.pages import host_of, kept
from waarborg.assurance.checks.target import Target
from waarborg.assurance.checks.visiting import Visit, visit

ABOUT_PROTECTION = frozenset(
    {
        "strict-transport-security",
        "content-security-policy",
        "content-security-policy-report-only",
        "x-content-type-options",
        "x-frame-options",
        "referrer-policy",
    }
)
BANNERS = frozenset({"server", "x-powered-by", "x-aspnet-version", "x-aspnetmvc-version", "x-generator"})
LONGEST = 16_000
NONCE = re.compile(r"'nonce-([a-z0-9+/_-]+=*)'", re.IGNORECASE)
QUERY = re.compile(r"\?[^\s;,]*")


def observe(target: Target, *, criteria: Criteria, now: datetime) -> Observation:
    budget = wire.Budget()
    hosts = frozenset({target.host, *criteria.hosts})
    paths = ("", target.login_path) if target.login_path else ("",)
    pages = tuple(_page(target, path, hosts=hosts, budget=budget, now=now) for path in paths)
    return Observation(host=target.host, pages=pages)


def _page(target: Target, path: str, *, hosts: frozenset[str], budget: wire.Budget, now: datetime) -> HeaderPage:
    seen = visit(target, path, budget=budget)
    if seen.page.failure is not None:
        return HeaderPage(page=seen.page)
    head, last = read_head(seen.body), seen.replies[-1]
    said = [(name, value) for name, value in last.headers if name in ABOUT_PROTECTION | BANNERS]
    return HeaderPage(
        page=seen.page,
        headers=tuple((name, _masked(value)) for name, value in said),
        cut=any(len(text) > LONGEST for text in (*head.policies, *(value for _, value in said))),
        meta_policies=tuple(_masked(policy) for policy in head.policies),
        meta_referrer=None if head.referrer is None else kept(head.referrer, 60),
        cookies=cookies_of(_set_cookies(seen, hosts), now=now),
        nonce_repeats=_nonce_repeats(target, last, meta=head.policies, budget=budget),
    )


def _set_cookies(seen: Visit, hosts: frozenset[str]) -> Iterable[str]:
    ours = (reply for reply in seen.replies if host_of(reply.url) in hosts)
    return (line for reply in ours for line in reply.all("set-cookie"))


def _nonce_repeats(target: Target, first: wire.Reply, *, meta: list[str], budget: wire.Budget) -> bool | None:
    """Ask the page again: a nonce that stays the same can be copied by whoever injects a script."""
    nonces = _nonces(first, meta)
    if not nonces:
        return None
    again = wire.fetch(target, first.url, budget=budget)
    if isinstance(again, wire.Failure):
        return None
    fresh = _nonces(again, read_head(again.body).policies)
    return bool(nonces & fresh) if fresh else None


def _nonces(reply: wire.Reply, meta: list[str]) -> frozenset[str]:
    found = (*reply.all("content-security-policy"), *meta)
    return frozenset(nonce for policy in found for nonce in NONCE.findall(policy))


def _masked(value: str) -> str:
    """A nonce is replaced and a query dropped (report addresses carry keys there)."""
    return kept(QUERY.sub("?…", NONCE.sub("'nonce-…'", value)), LONGEST)
