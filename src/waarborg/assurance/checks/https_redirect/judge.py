"""Does plain http serve nothing but the way to https? A closed port does; a silent one says nothing."""

from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus

from waarborg.assurance.checks.https_redirect.values import Criteria, Hop, Observation, Walk
from waarborg.assurance.checks.pages import host_of
from waarborg.assurance.values import Finding, Outcome, Verdict

REDIRECTS = frozenset({301, 302, 303, 307, 308})


def judge(seen: Observation, *, criteria: Criteria, now: datetime) -> Verdict:  # noqa: ARG001  one shape for all checks
    faults = tuple(fault for walk in seen.walks for fault in _faults(walk, seen, criteria=criteria))
    if faults:
        return Verdict(Outcome.NOT_MET, faults)
    doubts = tuple(_doubts(seen))
    if doubts:
        return Verdict(Outcome.UNKNOWN, doubts)
    return Verdict(Outcome.MET, (_good(seen),))


def _good(seen: Observation) -> Finding:
    first = seen.walks[0].hops[0]
    if first.failure == "refused":
        return Finding("port_closed", {"port": seen.plain_port})
    return Finding(
        "redirects", {"status": first.status or 0, "address": first.leads_to or "", "pages": len(seen.walks)}
    )


def _faults(walk: Walk, seen: Observation, *, criteria: Criteria) -> Iterator[Finding]:
    hosts = frozenset({seen.host, *criteria.hosts})
    for hop in walk.hops:
        if hop.in_clear:
            yield from _faults_in_clear(hop, hosts=hosts, criteria=criteria)
        elif (hop.leads_to or "").startswith("http://"):
            yield Finding("returns_to_clear", {"page": walk.page, "address": hop.leads_to or ""})
    if walk.unfinished:
        yield Finding("loop" if walk.returned else "too_many_redirects", {"page": walk.page})


def _faults_in_clear(hop: Hop, *, hosts: frozenset[str], criteria: Criteria) -> Iterator[Finding]:
    if hop.cookies:
        yield Finding("cookie_in_clear", {"page": hop.address, "cookies": ", ".join(hop.cookies)})
    if hop.status is not None and HTTPStatus.OK <= hop.status < HTTPStatus.MULTIPLE_CHOICES:
        yield Finding("served_in_clear", {"page": hop.address, "status": hop.status})
    elif hop.status in REDIRECTS and hop.leads_to is not None:
        yield from _redirect_faults(hop, hop.leads_to, hosts=hosts, criteria=criteria)


def _redirect_faults(hop: Hop, leads_to: str, *, hosts: frozenset[str], criteria: Criteria) -> Iterator[Finding]:
    if hop.body_size is None or hop.body_size > criteria.largest_redirect_body:
        yield Finding("content_with_redirect", {"page": hop.address})
    if not leads_to.startswith("https://"):
        yield Finding("redirect_stays_clear", {"page": hop.address, "address": leads_to})
    elif host_of(leads_to) not in hosts:
        yield Finding("redirect_elsewhere", {"page": hop.address, "host": host_of(leads_to)})


def _doubts(seen: Observation) -> Iterator[Finding]:
    if seen.secure is None or seen.secure.status is None:
        yield Finding("https_silent", {"failure": (seen.secure and seen.secure.failure) or "unknown"})
    elif seen.secure.trusted is not True:
        yield Finding("not_trusted", {"page": seen.secure.address})
    if not seen.walks:
        yield Finding("not_asked")
    firsts = [walk.hops[0] if walk.hops else None for walk in seen.walks]
    if firsts and all(hop is not None and hop.in_clear and hop.failure == "refused" for hop in firsts):
        return
    for walk in seen.walks:
        yield from _walk_doubts(walk)


def _walk_doubts(walk: Walk) -> Iterator[Finding]:
    """A walk is understood when plain http answered it with a redirect to https, and what followed answered."""
    if not walk.hops or not walk.hops[0].in_clear:
        yield Finding("not_asked")
    for hop in walk.hops:
        if hop.failure is not None or hop.status is None:
            yield Finding("no_answer", {"page": hop.address, "failure": hop.failure or "unknown"})
        elif hop.in_clear and (hop.status not in REDIRECTS or hop.leads_to is None):
            yield Finding("answers_with_error", {"page": hop.address, "status": hop.status})
