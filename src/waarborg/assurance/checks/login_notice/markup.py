"""A page as a person sees it: its visible text in blocks, and what there is to log in with."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser

from waarborg.assurance.checks.comments import without_comments
from waarborg.assurance.checks.login_notice.sentences import fold
from waarborg.assurance.checks.login_notice.stylesheet import HIDES
from waarborg.assurance.checks.login_notice.values import Criteria, Place

Attributes = dict[str, str]
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
INLINE = frozenset(
    {
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "br",
        "cite",
        "code",
        "em",
        "font",
        "i",
        "label",
        "mark",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "u",
        "wbr",
    }
)
UNSEEN = frozenset(
    {
        "script",
        "style",
        "template",
        "noscript",
        "head",
        "title",
        "textarea",
        "select",
        "option",
        "datalist",
        "button",
        "svg",
        "math",
        "iframe",
        "object",
        "audio",
        "video",
        "canvas",
        "map",
        "nav",
        "noframes",
        "noembed",
    }
)
# An end tag that may be left out: the next one of its kind closes it.
SELF_CLOSING = frozenset({"p", "li", "option", "tr", "td", "th", "dt", "dd"})
CONTROLS = frozenset({"button", "a"})
# Deeper than any page made for people; browsers stop at some hundreds as well.
DEEPEST = 200


@dataclass
class _Open:
    tag: str
    unseen: bool
    linked: bool
    doubtful: bool
    text: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Link:
    href: str
    text: str


class Screen(HTMLParser):
    """Read a page once, then take its `blocks`, `links`, `styles` and counts. `doubtful` are names a style sheet hides.

    `whole` says whether it was read to its end.
    """

    def __init__(self, criteria: Criteria, doubtful: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.blocks: list[tuple[Place, str]] = []
        self.links: list[Link] = []
        self.sheets: list[str] = []
        self.styles: list[str] = []
        self.password_fields = self.new_passwords = self.controls = self.scripts = self.forms_open = 0
        self.whole = True
        self._criteria = criteria
        self._doubtful = doubtful
        self._open: list[_Open] = []
        self._texts: dict[Place, list[str]] = {"text": [], "link": [], "perhaps_hidden": []}
        self._hrefs: list[str] = []

    def read(self, html: str) -> "Screen":
        bare, self.whole = without_comments(html)
        try:
            self.feed(bare)
            self.close()
        except AssertionError:
            # html.parser gives up on some broken declarations; what stood before them has been read.
            self.whole = False
        self._flush()
        return self

    @property
    def text_length(self) -> int:
        return sum(len(text) for place, text in self.blocks if place == "text")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in reversed(attrs)}
        if tag in SELF_CLOSING and self._open and self._open[-1].tag == tag:
            self._close_to(len(self._open) - 1)
        if tag not in INLINE:
            self._flush()
        self._count(tag, said)
        if tag in VOID:
            self._texts[self._place].append(" ")
            return
        if len(self._open) == DEEPEST:
            self.whole = False
            return
        self._open.append(self._opened(tag, said))
        if tag == "a":
            self._hrefs.append(said.get("href", ""))

    def handle_endtag(self, tag: str) -> None:
        depths = [depth for depth, opened in enumerate(self._open) if opened.tag == tag]
        if depths:
            self._close_to(depths[-1])
        if tag not in INLINE:
            self._flush()

    def handle_data(self, data: str) -> None:
        control = next((opened for opened in reversed(self._open) if opened.tag in CONTROLS), None)
        if control:
            control.text.append(data)
        if self._open and self._open[-1].tag == "style":
            self.styles.append(data)
        elif not (self._open and self._open[-1].unseen):
            self._texts[self._place].append(data)

    @property
    def _place(self) -> Place:
        if not self._open:
            return "text"
        return "link" if self._open[-1].linked else "perhaps_hidden" if self._open[-1].doubtful else "text"

    def _opened(self, tag: str, said: Attributes) -> _Open:
        outer = self._open[-1] if self._open else _Open("", unseen=False, linked=False, doubtful=False)
        shown_again = tag == "summary" and outer.tag == "details" and not self._is_hidden_within(outer)
        return _Open(
            tag,
            unseen=(outer.unseen and not shown_again) or tag in UNSEEN or self._is_hidden(tag, said),
            linked=outer.linked or tag == "a",
            doubtful=outer.doubtful or bool(self._names(said) & self._doubtful),
        )

    def _is_hidden_within(self, details: _Open) -> bool:
        around = self._open[: self._open.index(details)]
        return bool(around) and around[-1].unseen

    def _is_hidden(self, tag: str, said: Attributes) -> bool:
        if tag in {"details", "dialog"} and "open" not in said:
            return True
        hides = bool(self._classes(said) & set(self._criteria.hiding_classes))
        return (
            hides or "hidden" in said or said.get("aria-hidden") == "true" or bool(HIDES.search(said.get("style", "")))
        )

    @staticmethod
    def _classes(said: Attributes) -> set[str]:
        return set(said.get("class", "").split())

    def _names(self, said: Attributes) -> set[str]:
        return {f".{name}" for name in self._classes(said)} | {f"#{said.get('id', '')}"}

    def _count(self, tag: str, said: Attributes) -> None:
        self.scripts += tag == "script"
        self.forms_open += tag == "form"
        if tag == "link" and "stylesheet" in said.get("rel", "").lower() and "print" not in said.get("media", ""):
            self.sheets.append(said.get("href", ""))
        if tag == "input" and not (self._open and self._open[-1].unseen) and not self._is_hidden(tag, said):
            self._count_input(said)

    def _count_input(self, said: Attributes) -> None:
        kind = said.get("type", "").lower()
        self.password_fields += kind == "password"
        self.new_passwords += kind == "password" and "new-password" in said.get("autocomplete", "")
        if kind == "submit":
            self._count_control("button", said.get("value", ""))

    def _count_control(self, tag: str, text: str) -> None:
        """A button in a form that says "log in", or any control that says with whom ("log in with ...")."""
        folded = fold(text)
        with_whom = matches(self._criteria.log_in_with, folded)
        self.controls += with_whom or (
            tag == "button" and self.forms_open > 0 and matches(self._criteria.log_in, folded)
        )

    def _close_to(self, depth: int) -> None:
        for opened in reversed(self._open[depth:]):
            text = " ".join("".join(opened.text).split())
            if opened.tag == "a":
                self.links.append(Link(self._hrefs.pop(), text))
            if opened.tag in CONTROLS and not (depth and self._open[depth - 1].unseen):
                self._count_control(opened.tag, text)
            self.forms_open -= opened.tag == "form"
        del self._open[depth:]

    def _flush(self) -> None:
        for place, parts in self._texts.items():
            text = " ".join("".join(parts).split())
            if text:
                self.blocks.append((place, text))
            parts.clear()


def matches(patterns: Iterable[str], folded: str) -> bool:
    return any(re.search(pattern, folded) for pattern in patterns)
