"""What the head of a document adds to its headers, where the standards let it."""

from html.parser import HTMLParser

from waarborg.assurance.checks.comments import without_comments

IN_HEAD = frozenset({"html", "head", "title", "base", "link", "meta", "style", "script", "noscript", "template"})
INERT = frozenset({"noscript", "template", "title", "textarea", "iframe", "xmp"})


class Head(HTMLParser):
    """Collects meta policies before the first script (what runs earlier isn't covered) and the last meta referrer."""

    def __init__(self) -> None:
        super().__init__()
        self.policies: list[str] = []
        self.referrer: str | None = None
        self._in_head = True
        self._script_seen = False
        self._inert = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_head = self._in_head and tag in IN_HEAD
        self._inert += tag in INERT
        if tag == "script":
            self._script_seen = True
        elif tag == "meta":
            self._meta({name: value or "" for name, value in reversed(attrs)})

    def handle_endtag(self, tag: str) -> None:
        self._in_head = self._in_head and tag != "head"
        self._inert -= tag in INERT

    def _meta(self, said: dict[str, str]) -> None:
        if self._inert:
            return
        content = said.get("content", "").strip()
        if said.get("name", "").strip().lower() == "referrer" and content:
            self.referrer = content.lower()
        if said.get("http-equiv", "").strip().lower() == "content-security-policy" and self._counts:
            self.policies.append(content)

    @property
    def _counts(self) -> bool:
        return self._in_head and not self._script_seen


def read_head(body: bytes) -> Head:
    head = Head()
    try:
        head.feed(without_comments(body.decode("utf-8", "replace"))[0])
    except AssertionError:
        # html.parser gives up on some broken declarations; what stood before them has been read.
        return head
    return head
