"""Going to a page: redirects followed by the wire, and of the way only what evidence may keep."""

from dataclasses import dataclass

from waarborg.assurance.checks import wire
from waarborg.assurance.checks.pages import Page, bare_address, kept
from waarborg.assurance.checks.target import Target


@dataclass(frozen=True)
class Visit:
    """What may be kept (`page`) beside what was read (`replies`), which never enters evidence as it is."""

    page: Page
    replies: tuple[wire.Reply, ...]

    @property
    def body(self) -> bytes:
        return self.replies[-1].body if self.page.failure is None else b""


def visit(target: Target, path: str, *, budget: wire.Budget, limit: int = 1_000_000) -> Visit:
    chain = wire.follow(target, path, budget=budget, limit=limit)
    replies = tuple(answer for answer in chain if isinstance(answer, wire.Reply))
    last = chain[-1]
    hops = tuple(bare_address(reply.url) for reply in replies)
    asked = bare_address(target.address_of(path))
    if isinstance(last, wire.Failure):
        page = Page(asked=asked, address=_where(asked, replies), hops=hops, failure=last.code)
    else:
        page = _seen(asked, hops, replies)
    return Visit(page, replies)


def _seen(asked: str, hops: tuple[str, ...], replies: tuple[wire.Reply, ...]) -> Page:
    last = replies[-1]
    content_type = last.header("content-type")
    return Page(
        asked=asked,
        address=hops[-1],
        hops=hops[:-1],
        status=last.status,
        content_type=None if content_type is None else kept(content_type, 100),
        truncated=last.truncated,
        trusted=all(reply.trusted for reply in replies),
    )


def _where(asked: str, replies: tuple[wire.Reply, ...]) -> str:
    """Return where it stopped: the address that didn't answer, or the one first asked."""
    return bare_address((replies[-1].redirects_to if replies else None) or asked)
