"""Ask for the file at its place, and only when nothing is there at the place it had before."""

from datetime import datetime

from waarborg.assurance.checks import wire
from waarborg.assurance.checks.pages import OK, Page
from waarborg.assurance.checks.security_txt.reading import read
from waarborg.assurance.checks.security_txt.values import ABSENT, PLAIN, Criteria, Observation
from waarborg.assurance.checks.target import Target
from waarborg.assurance.checks.visiting import visit

PLACE = "/.well-known/security.txt"
OLD_PLACE = "/security.txt"
LARGEST = 100_000


def observe(target: Target, *, criteria: Criteria, now: datetime) -> Observation:  # noqa: ARG001  one shape for all checks
    budget = wire.Budget()
    seen = visit(target, PLACE, budget=budget, limit=LARGEST)
    page, there = seen.page, seen.page.status == OK
    return Observation(
        host=target.host,
        well_known=page,
        text=read(seen.body) if there else None,
        old_place=_at_old_place(target, budget) if page.status in ABSENT else None,
        answers_everything=wire.answers_everything(target, budget=budget) if there and not _plain(page) else None,
    )


def _at_old_place(target: Target, budget: wire.Budget) -> bool | None:
    seen = visit(target, OLD_PLACE, budget=budget, limit=LARGEST)
    if seen.page.failure is not None:
        return None
    return seen.page.status == OK and _plain(seen.page) and bool(read(seen.body).all("contact"))


def _plain(page: Page) -> bool:
    return page.media_type == PLAIN
