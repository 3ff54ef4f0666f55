"""What a cookie must carry. A cookie we can't place is a doubt, not a guess: it could be the session. Pure."""

import re
from collections.abc import Iterator
from typing import Literal

from waarborg.assurance.checks.http_headers.values import Cookie, Criteria
from waarborg.assurance.values import Finding

Purpose = Literal["session", "script", "unknown"]


def purpose_of(cookie: Cookie, criteria: Criteria) -> Purpose:
    name = cookie.name.lower()
    if any(re.fullmatch(pattern, name) for pattern in criteria.script_cookies):
        return "script"
    return "session" if any(re.search(pattern, name) for pattern in criteria.session_cookies) else "unknown"


def cookie_faults(cookie: Cookie, criteria: Criteria) -> Iterator[Finding]:
    if cookie.clears:
        return
    if not cookie.secure:
        yield Finding("cookie_not_secure", {"cookie": cookie.name})
    if _prefix_broken(cookie):
        yield Finding("cookie_prefix_broken", {"cookie": cookie.name})
    if purpose_of(cookie, criteria) == "session":
        yield from _session_faults(cookie, criteria)
        if criteria.cookie_domain_fails:
            yield from cookie_remarks(cookie, criteria)


def cookie_doubts(cookie: Cookie, criteria: Criteria) -> Iterator[Finding]:
    """A fault in a session cookie, nothing in a language choice: of an unknown cookie we can't say which."""
    unclear = not cookie.clears and purpose_of(cookie, criteria) == "unknown"
    if unclear and next(_session_faults(cookie, criteria), None):
        yield Finding("cookie_purpose_unknown", {"cookie": cookie.name})


def cookie_remarks(cookie: Cookie, criteria: Criteria) -> Iterator[Finding]:
    if cookie.domain and not cookie.clears and purpose_of(cookie, criteria) != "script":
        yield Finding("cookie_for_subdomains", {"cookie": cookie.name, "domain": cookie.domain})


def _session_faults(cookie: Cookie, criteria: Criteria) -> Iterator[Finding]:
    if not cookie.http_only:
        yield Finding("cookie_readable_by_script", {"cookie": cookie.name})
    if cookie.same_site not in {"strict", "lax", "none"}:
        yield Finding("cookie_same_site_missing", {"cookie": cookie.name})
    elif cookie.same_site not in criteria.same_site:
        yield Finding("cookie_same_site_wide", {"cookie": cookie.name, "value": cookie.same_site})


def _prefix_broken(cookie: Cookie) -> bool:
    """A browser refuses a cookie that doesn't keep its prefix's promise (RFC 6265bis, section 4.1.3)."""
    name = cookie.name.lower()
    if name.startswith("__host-"):
        return not (cookie.secure and cookie.path == "/" and not cookie.domain)
    return name.startswith("__secure-") and not cookie.secure
