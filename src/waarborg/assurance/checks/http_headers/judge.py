"""Does the browser get the protection it can give? Each page alone; one page that can't be judged leaves it unknown."""

import re
from collections.abc import Iterator
from datetime import datetime
from ipaddress import ip_address

from waarborg.assurance.checks.http_headers.cookie_rules import cookie_doubts, cookie_faults, cookie_remarks
from waarborg.assurance.checks.http_headers.policy import frames_refused, policies, script_holes, uses_nonce
from waarborg.assurance.checks.http_headers.values import Criteria, HeaderPage, Observation
from waarborg.assurance.checks.pages import host_of, obstacle
from waarborg.assurance.values import Finding, Outcome, Verdict

CSP = "content-security-policy"
REFERRER_WORDS = frozenset(
    {
        "no-referrer",
        "no-referrer-when-downgrade",
        "same-origin",
        "origin",
        "strict-origin",
        "origin-when-cross-origin",
        "strict-origin-when-cross-origin",
        "unsafe-url",
    }
)
# Words that only a meta element may use (HTML, section 4.2.5.1).
OLD_WORDS = {
    "never": "no-referrer",
    "default": "strict-origin-when-cross-origin",
    "always": "unsafe-url",
    "origin-when-crossorigin": "origin-when-cross-origin",
}
BANNERS = ("server", "x-powered-by", "x-aspnet-version", "x-aspnetmvc-version", "x-generator")
VERSION = re.compile(r"\d\.\d|/v?\d")
HSTS = re.compile(r'max-age\s*=\s*(?:(\d+)|"(\d+)")', re.IGNORECASE)


def judge(seen: Observation, *, criteria: Criteria, now: datetime) -> Verdict:  # noqa: ARG001  one shape for all checks
    hosts = frozenset({seen.host, *criteria.hosts})
    obstacles = [found for page in seen.pages if (found := obstacle(page.page, hosts=hosts))]
    judged = [page for page in seen.pages if obstacle(page.page, hosts=hosts) is None and not page.cut]
    faults = [fault for page in judged for fault in _faults(page, criteria)]
    if faults:
        return Verdict(Outcome.NOT_MET, _once(faults))
    doubts = obstacles + [doubt for page in judged for doubt in _doubts(page, criteria)]
    doubts += [Finding("header_cut_off", {"page": page.page.asked}) for page in seen.pages if page.cut]
    if doubts or not judged:
        return Verdict(Outcome.UNKNOWN, _once(doubts or [Finding("no_page")]))
    return Verdict(Outcome.MET, _once([_good(judged), *(said for page in judged for said in _remarks(page, criteria))]))


def _good(judged: list[HeaderPage]) -> Finding:
    cookies = {cookie.name for page in judged for cookie in page.cookies}
    return Finding("in_order", {"pages": ", ".join(page.page.address for page in judged), "cookies": len(cookies)})


def _faults(page: HeaderPage, criteria: Criteria) -> Iterator[Finding]:
    asked: dict[str, str | int] = {"page": page.page.asked}
    yield from _hsts_faults(page, criteria)
    yield from _script_faults(page, criteria)
    if not _nosniff(page):
        yield Finding("sniffing_allowed", asked)
    if not _framing_refused(page):
        yield Finding("framing_allowed", asked)
    yield from _referrer_faults(page, criteria)
    for cookie in page.cookies:
        yield from cookie_faults(cookie, criteria)
    if criteria.version_banner_fails:
        yield from _banners(page)


def _doubts(page: HeaderPage, criteria: Criteria) -> Iterator[Finding]:
    if _is_address(host_of(page.page.address)):
        yield Finding("measured_by_address", {"page": page.page.asked})
    if page.nonce_repeats is None and _rests_on_nonce(page, criteria):
        yield Finding("nonce_not_compared", {"page": page.page.asked})
    for cookie in page.cookies:
        yield from cookie_doubts(cookie, criteria)


def _remarks(page: HeaderPage, criteria: Criteria) -> Iterator[Finding]:
    yield from _banners(page)
    for cookie in page.cookies:
        yield from cookie_remarks(cookie, criteria)


def _hsts_faults(page: HeaderPage, criteria: Criteria) -> Iterator[Finding]:
    """Of several headers a browser reads the first; one it can't read is none (RFC 6797, sections 6.1 and 8.1)."""
    found = page.all("strict-transport-security")
    days = _hsts_days(found[0]) if found else None
    if not found:
        yield Finding("hsts_missing", {"page": page.page.asked})
    elif days is None:
        yield Finding("hsts_unreadable", {"page": page.page.asked})
    elif days < criteria.hsts_days:
        yield Finding("hsts_short", {"page": page.page.asked, "days": days, "needed": criteria.hsts_days})


def _hsts_days(value: str) -> int | None:
    directives = [directive.strip() for directive in value.split(";") if directive.strip()]
    names = [directive.partition("=")[0].strip().lower() for directive in directives]
    ages = [match for directive in directives if (match := HSTS.fullmatch(directive))]
    if len(names) != len(set(names)) or len(ages) != 1:
        return None
    # Beyond ten digits a number says nothing more, and very long ones aren't worth reading.
    return int((ages[0][1] or ages[0][2])[:10]) // 86_400


def _script_faults(page: HeaderPage, criteria: Criteria) -> Iterator[Finding]:
    asked = page.page.asked
    enforced = policies((*page.all(CSP), *page.meta_policies))
    if not enforced:
        only_reports = bool(page.all(f"{CSP}-report-only"))
        yield Finding("csp_only_reports" if only_reports else "csp_missing", {"page": asked})
        return
    holes = [script_holes(policy, eval_fails=criteria.eval_fails) for policy in enforced]
    if all(holes):
        yield from (_hole(asked, hole) for hole in min(holes, key=len))
    elif page.nonce_repeats and _rests_on_nonce(page, criteria):
        yield Finding("csp_nonce_fixed", {"page": asked})


def _hole(asked: str, hole: str) -> Finding:
    code, _, source = hole.partition(" ")
    return Finding(f"csp_{code}", {"page": asked, "source": source} if source else {"page": asked})


def _rests_on_nonce(page: HeaderPage, criteria: Criteria) -> bool:
    enforced = policies((*page.all(CSP), *page.meta_policies))
    sound = [policy for policy in enforced if not script_holes(policy, eval_fails=criteria.eval_fails)]
    return bool(sound) and all(uses_nonce(policy) for policy in sound)


def _values(page: HeaderPage, name: str) -> list[str]:
    """Several headers read as one list, as the Fetch standard reads them."""
    return [value.strip().lower() for value in ",".join(page.all(name)).split(",")]


def _nosniff(page: HeaderPage) -> bool:
    return _values(page, "x-content-type-options")[0] == "nosniff"


def _framing_refused(page: HeaderPage) -> bool:
    """frame-ancestors goes before X-Frame-Options; a meta element can carry neither (HTML, section 7.8)."""
    said = [answer for policy in policies(page.all(CSP)) if (answer := frames_refused(policy)) is not None]
    if said:
        return any(said)
    options = set(_values(page, "x-frame-options"))
    if len(options) > 1:
        return bool(options & {"deny", "sameorigin", "allowall"})
    return bool(options & {"deny", "sameorigin"})


def _referrer_faults(page: HeaderPage, criteria: Criteria) -> Iterator[Finding]:
    """The last word a browser knows counts, and a meta element after that."""
    known = [word for word in _values(page, "referrer-policy") if word in REFERRER_WORDS]
    meta = OLD_WORDS.get(page.meta_referrer or "", page.meta_referrer)
    policy = meta if meta in REFERRER_WORDS else (known[-1] if known else None)
    if policy is None:
        yield Finding("referrer_missing", {"page": page.page.asked})
    elif policy not in criteria.referrer_policies:
        yield Finding("referrer_leaks", {"page": page.page.asked, "policy": policy})


def _banners(page: HeaderPage) -> Iterator[Finding]:
    for name, value in page.headers:
        if name in BANNERS and VERSION.search(value):
            yield Finding("version_shown", {"header": name, "value": value[:100]})


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _once(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for index, finding in enumerate(findings) if finding not in findings[:index])
