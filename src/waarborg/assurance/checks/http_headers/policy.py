"""Reading a Content-Security-Policy (CSP level 3): which scripts it lets through, who may frame the page. Pure."""

import re
from collections.abc import Iterable, Mapping

Policy = Mapping[str, tuple[str, ...]]

OPEN_SCHEMES = frozenset({"http:", "https:", "ws:", "wss:", "data:", "blob:", "filesystem:"})
# A nonce that was masked in the observation is as good as one; "{{ nonce }}", a template left unfilled, is none.
OWN_WORDS = re.compile(r"'(nonce-(…|[a-z0-9+/_-]+=*)|sha(256|384|512)-[a-z0-9+/_-]+=*)'")
ANY_HOST = re.compile(r"([a-z][a-z0-9+.-]*://)?\*(\.[^./:]+)?(:(\d+|\*))?(/.*)?")


def policies(headers: Iterable[str]) -> tuple[Policy, ...]:
    """Every policy on its own: a browser obeys them all. A comma separates policies, as if they were two headers."""
    return tuple(parsed for header in headers for text in header.split(",") if (parsed := _parse(text)))


def _parse(text: str) -> Policy:
    """Of a directive that is given twice the first counts (section 2.2.1)."""
    found: dict[str, tuple[str, ...]] = {}
    for directive in text.split(";"):
        name, *sources = directive.split()[:1000] or [""]
        if name and name.lower() not in found:
            found[name.lower()] = tuple(source if "'" in source else source.lower() for source in sources)
    return found


def script_holes(policy: Policy, *, eval_fails: bool) -> tuple[str, ...]:
    """Name the ways in which this policy lets foreign script run; none: it stops injected script."""
    elements = _first(policy, "script-src-elem", "script-src", "default-src")
    attributes = _first(policy, "script-src-attr", "script-src", "default-src")
    if elements is None or attributes is None:
        return ("scripts_not_limited",)
    holes = [f"any_source {source}" for source in elements if _is_open(source) and not _strict(elements)]
    holes += ["unsafe_inline"] if _allows_inline(elements) or _allows_inline(attributes) else []
    for_eval = _first(policy, "script-src", "default-src") or ()
    holes += ["unsafe_eval"] if eval_fails and _has(for_eval, "'unsafe-eval'") else []
    return tuple(holes)


def frames_refused(policy: Policy) -> bool | None:
    """None when the policy doesn't say who may frame the page; then X-Frame-Options decides."""
    ancestors = policy.get("frame-ancestors")
    return None if ancestors is None else not any(_is_open(source) for source in ancestors)


def uses_nonce(policy: Policy) -> bool:
    return any(source.lower() == "'nonce-…'" for sources in policy.values() for source in sources)


def _first(policy: Policy, *names: str) -> tuple[str, ...] | None:
    return next((policy[name] for name in names if name in policy), None)


def _has(sources: tuple[str, ...], word: str) -> bool:
    return any(source.lower() == word for source in sources)


def _strict(sources: tuple[str, ...]) -> bool:
    """With strict-dynamic a browser ignores hosts and schemes."""
    return _has(sources, "'strict-dynamic'")


def _is_open(source: str) -> bool:
    """Any host, any host under a top-level domain, or a scheme that anyone can serve from."""
    return source in OPEN_SCHEMES or ANY_HOST.fullmatch(source) is not None


def _allows_inline(sources: tuple[str, ...]) -> bool:
    """A nonce, a hash or strict-dynamic makes a browser ignore unsafe-inline (section 6.7.3.2)."""
    guarded = _strict(sources) or any(OWN_WORDS.fullmatch(source.lower()) for source in sources)
    return _has(sources, "'unsafe-inline'") and not guarded
