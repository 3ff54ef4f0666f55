"""A page that the database cut, in the form in which the templates show it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from waarborg.registers.values.registered import Page


@dataclass(frozen=True)
class _Paginator:
    count: int
    num_pages: int


@dataclass(frozen=True)
class Shown:
    """Answers what Django's own page answers, for rows that were cut already."""

    object_list: Sequence[Any]
    number: int
    start: int
    paginator: _Paginator

    def __iter__(self) -> Iterator[Any]:
        return iter(self.object_list)

    def __len__(self) -> int:
        return len(self.object_list)

    def has_previous(self) -> bool:
        return self.number > 1

    def has_next(self) -> bool:
        return self.number < self.paginator.num_pages

    def previous_page_number(self) -> int:
        return self.number - 1

    def next_page_number(self) -> int:
        return self.number + 1

    def start_index(self) -> int:
        return self.start

    def end_index(self) -> int:
        return self.start + len(self.object_list) - 1


def shown(page: Page[Any], rows: Sequence[Any]) -> Shown:
    """Return `rows`, made of the items of `page`, with that page's numbers."""
    return Shown(rows, page.number, page.first, _Paginator(page.total, page.pages))


def number_asked(text: str | None) -> int:
    """Read a page number from an address; anything else is the first page."""
    return max(1, int(text)) if text and text.isascii() and text.isdigit() and len(text) <= 9 else 1  # noqa: PLR2004 - fits int32
