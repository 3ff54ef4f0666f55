"""Is this a security.txt that a finder can rely on today? Every sentence of RFC 9116 that says MUST, and its dates."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from waarborg.assurance.checks.pages import OK, Page, host_of, way_obstacle
from waarborg.assurance.checks.security_txt.values import ABSENT, PLAIN, Criteria, Observation, Text
from waarborg.assurance.values import Finding, Outcome, Verdict

# RFC 3339, section 5.6: a date and time with its zone. Python alone would take "2026-01-01" and week dates as well.
TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
REFERS = ("contact", "encryption", "acknowledgments", "canonical", "policy", "hiring")


def judge(seen: Observation, *, criteria: Criteria, now: datetime) -> Verdict:
    page = seen.well_known
    if page.in_clear is not None:
        return _not_met(Finding("through_clear", {"address": page.in_clear}))
    unsure = way_obstacle(page, hosts=frozenset({seen.host, *criteria.hosts}))
    if unsure is not None:
        return _unknown(unsure)
    if page.status in ABSENT:
        return _not_met(Finding("only_at_old_place" if seen.old_place else "no_file"))
    return _judge_answer(seen, criteria=criteria, now=now)


def _judge_answer(seen: Observation, *, criteria: Criteria, now: datetime) -> Verdict:
    page, text = seen.well_known, seen.text
    if page.status != OK:
        return _unknown(Finding("not_ok", {"page": page.asked, "status": page.status or 0}))
    if page.media_type != PLAIN:
        return _judge_other_type(seen)
    if page.truncated is not False or text is None or text.cut:
        return _unknown(Finding("too_large", {"page": page.asked}))
    faults = tuple(_faults(text, page, criteria=criteria, now=now))
    return _not_met(*faults) if faults else _met(text, criteria=criteria, now=now)


def _judge_other_type(seen: Observation) -> Verdict:
    """A page instead of the file. Of a site that gives a page for every address, this says nothing about the file."""
    if seen.answers_everything is False:
        return _not_met(Finding("not_plain_text", {"content_type": seen.well_known.media_type or "?"}))
    return _unknown(Finding("page_for_everything"))


def _met(text: Text, *, criteria: Criteria, now: datetime) -> Verdict:
    expires = time_of(text.all("expires")[0]) or now
    facts: dict[str, str | int] = {"contacts": len(text.all("contact")), "expires": f"{expires:%Y-%m-%d}"}
    remarks = [Finding("in_order", facts)]
    if expires > now + timedelta(days=criteria.farthest_expiry_days):
        remarks.append(Finding("expires_far", {"expires": f"{expires:%Y-%m-%d}"}))
    if text.signature == "unverified":
        remarks.append(Finding("signature_not_verified"))
    return Verdict(Outcome.MET, tuple(remarks), holds_until=expires)


def _faults(text: Text, page: Page, *, criteria: Criteria, now: datetime) -> Iterator[Finding]:
    yield from _form_faults(text, page)
    yield from _contact_faults(text.all("contact"), criteria=criteria)
    yield from _expiry_faults(text.all("expires"), now=now)
    yield from _reference_faults(text, page)


def _form_faults(text: Text, page: Page) -> Iterator[Finding]:
    charset = re.search(r"charset\s*=\s*\"?([^\s\";]+)", page.content_type or "", re.IGNORECASE)
    if charset and charset[1].lower() != "utf-8":
        yield Finding("wrong_charset", {"charset": charset[1]})
    if not text.utf8:
        yield Finding("not_utf8")
    if text.signature == "broken":
        yield Finding("signature_broken")
    elif text.broken_lines:
        yield Finding("line_not_understood", {"count": text.broken_lines})


def _contact_faults(contacts: tuple[str, ...], *, criteria: Criteria) -> Iterator[Finding]:
    if not contacts:
        yield Finding("no_contact")
    for contact in contacts:
        if not re.match(r"(https://[^/]|mailto:.+@.|tel:\+?\d)", contact, re.IGNORECASE):
            yield Finding("contact_unusable", {"contact": contact})
        elif _placeholder(contact, criteria.placeholder_domains):
            yield Finding("contact_placeholder", {"contact": contact})


def _placeholder(contact: str, domains: tuple[str, ...]) -> bool:
    host = host_of(contact) or contact.rpartition("@")[2].lower()
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def _expiry_faults(expires: tuple[str, ...], *, now: datetime) -> Iterator[Finding]:
    if len(expires) != 1:
        yield Finding("expires_more_than_once" if expires else "no_expires")
        return
    until = time_of(expires[0])
    if until is None:
        yield Finding("expires_not_a_time", {"value": expires[0][:60]})
    elif until <= now:
        yield Finding("expired", {"expires": f"{until:%Y-%m-%d}"})


def _reference_faults(text: Text, page: Page) -> Iterator[Finding]:
    for name in REFERS:
        if any(value.lower().startswith("http://") for value in text.all(name)):
            yield Finding("field_in_clear", {"field": name})
    canonical = {same_address(value) for value in text.all("canonical")}
    if canonical and not canonical & {same_address(page.asked), same_address(page.address)}:
        yield Finding("not_canonical", {"address": page.asked})
    if len(text.all("preferred-languages")) > 1:
        yield Finding("languages_more_than_once")


def time_of(text: str) -> datetime | None:
    """Return the moment an RFC 3339 text names, in UTC; None when it names none."""
    if not TIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(re.sub(r"\.\d+", "", text).upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def same_address(address: str) -> str:
    """Return a form in which two spellings of one address are equal (scheme, host and default port)."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port or 443
    except ValueError:
        return address
    return f"{parts.scheme.lower()}://{(parts.hostname or '')}:{port}{parts.path}?{parts.query}"


def _not_met(*findings: Finding) -> Verdict:
    return Verdict(Outcome.NOT_MET, findings)


def _unknown(finding: Finding) -> Verdict:
    return Verdict(Outcome.UNKNOWN, (finding,))
