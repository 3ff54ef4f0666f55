"""Which classes and ids a style sheet hides. Not a browser: enough to doubt a text that stands in one. Pure."""

import re
from collections.abc import Iterator

from waarborg.assurance.checks.comments import without_css_comments

HIDES = re.compile(
    r"(display\s*:\s*none|visibility\s*:\s*(hidden|collapse)|opacity\s*:\s*0?\.?0+\s*(;|$|!)|font-size\s*:\s*0(px|em|%)?\s*(;|$|!)"
    r"|(left|top|text-indent)\s*:\s*-\d{3,}|clip\s*:\s*rect\(|clip-path\s*:\s*inset\((50|100)%|content-visibility\s*:\s*hidden"
    r"|(max-)?height\s*:\s*0(px)?\s*(;|$|!)|color\s*:\s*transparent)",
    re.IGNORECASE,
)
NAMED = re.compile(r"[a-z0-9]*([.#][\w-]+)", re.IGNORECASE)
COMBINATOR = re.compile(r"[\s>+~]+")


def hidden_names(css: str) -> frozenset[str]:
    """Return the ".class" and "#id" names that some rule for a screen hides."""
    return frozenset(name for selectors in _hiding(css) for name in _names(selectors))


def _hiding(css: str) -> Iterator[str]:
    in_print = False
    for chunk in without_css_comments(css).split("}"):
        before, brace, declarations = chunk.rpartition("{")
        media, _, selectors = before.rpartition("{")
        if not brace:
            in_print = False  # the end of a group
        if "@media" in media:
            in_print = "print" in media and "screen" not in media
        if brace and not in_print and HIDES.search(declarations):
            yield selectors


def _names(selectors: str) -> Iterator[str]:
    """A selector with a state (":hover") or more than one name depends on more than can be seen here; it is left."""
    for selector in selectors.split(","):
        last = COMBINATOR.split(selector.strip())[-1]
        if found := NAMED.fullmatch(last):
            yield found[1]
