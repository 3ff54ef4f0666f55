"""Reading a table by its columns: the heading says what a cell is, also 10,000 rows further down. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from waarborg.assurance.checks.real_person_data.numbers import BSN_WORD
from waarborg.assurance.checks.real_person_data.values import Context, Criteria
from waarborg.patients.values import BsnInvalid, nine_digits, passes_eleven_test

HEAD = 200
HEADING_ROWS = 20
LONGEST_HEADING = 60
_NINE_LONG = re.compile(r"[0-9]{9}|[0-9]{4}[. ][0-9]{2}[. ][0-9]{3}|[0-9]{3}[. -][0-9]{3}[. -][0-9]{3}")
_HIDDEN = re.compile(r"[0-9]{2,7}|(?=\S*[0-9])\S{16,}")

Row = Sequence[str]


@dataclass(frozen=True)
class Named:
    """Why a number in this file is a person's, and in which column or under which key it stands."""

    context: Context
    column: str


@dataclass
class Structure:
    """What the form of a file says about the numbers in it.

    `denied` are numbers that a form with headings gives another meaning; `short` are rows with eight digits in a column
    of numbers; `hidden` are columns that are named after the number and hold something else.
    """

    named: dict[str, Named] = field(default_factory=dict)
    denied: set[str] = field(default_factory=set)
    short: dict[str, str] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)

    def name(self, text: str, why: Named) -> bool:
        """Note a cell under a telling heading; says whether it could be a number."""
        try:
            digits = nine_digits(text)
        except BsnInvalid:
            return False
        self.named[digits] = why
        if "0" + text.strip() == digits:
            self.short[digits] = text.strip()
        return True

    def add(self, other: "Structure") -> None:
        self.named.update(other.named)
        self.denied.update(other.denied)
        self.short.update(other.short)
        self.hidden.extend(other.hidden)


def is_telling(name: str, criteria: Criteria) -> bool:
    """Tell whether a heading or key is named after the number."""
    bare = re.sub(r"[^a-z0-9]", "", name.lower())
    return BSN_WORD.search(name) is not None or bare in criteria.column_names


def is_hidden(text: str) -> bool:
    """Tell whether a cell could be a number in disguise: a part of it, or a digest or ciphertext of it."""
    return _HIDDEN.fullmatch(text.strip()) is not None


def read_table(rows: Iterable[Row], criteria: Criteria, heading: Row | None = None) -> Structure:
    """Read the columns that are named after the number, and those whose content gives them away."""
    rows = iter(rows)
    head = list(islice(rows, HEAD))
    if heading is None:
        heading = next((row for row in head[:HEADING_ROWS] if any(is_telling(cell, criteria) for cell in row)), None)
    named = _telling_columns(heading or (), criteria)
    looked_at = named | _number_columns(head)
    if not looked_at:
        return Structure()
    columns = _gather(chain(head, rows), looked_at)
    title = dict(enumerate(heading or ()))
    return _judge_columns(columns, named=named, title=title, criteria=criteria)


def _telling_columns(heading: Row, criteria: Criteria) -> set[int]:
    # A long cell is a sentence that mentions the number, not a heading.
    return {at for at, cell in enumerate(heading) if len(cell) <= LONGEST_HEADING and is_telling(cell, criteria)}


def _number_columns(head: Iterable[Row]) -> set[int]:
    return {index for row in head for index, cell in enumerate(row) if _NINE_LONG.fullmatch(cell.strip())}


def _gather(rows: Iterable[Row], looked_at: Iterable[int]) -> dict[int, set[str]]:
    columns: dict[int, set[str]] = {index: set() for index in looked_at}
    for row in rows:
        width = len(row)
        for index, cells in columns.items():
            if index < width and row[index]:
                cells.add(row[index].strip())
    return columns


def _judge_columns(
    columns: dict[int, set[str]], *, named: set[int], title: dict[int, str], criteria: Criteria
) -> Structure:
    found = Structure()
    for index, cells in columns.items():
        heading = title.get(index) or str(index + 1)
        if index in named:
            _read_named(found, heading, cells - {title.get(index, "").strip()})
        elif _is_column_of_numbers(cells, criteria):
            for cell in _nine_long(cells):
                found.name(cell, Named("column_rate", heading))
        elif named:
            found.denied.update(nine_digits(cell) for cell in _nine_long(cells))
    found.denied -= set(found.named)
    return found


def _read_named(found: Structure, heading: str, cells: set[str]) -> None:
    others = [cell for cell in cells if cell and not found.name(cell, Named("column", heading))]
    if sum(map(is_hidden, others)) * 2 > len(cells):
        found.hidden.append(heading)


def _nine_long(cells: Iterable[str]) -> Iterator[str]:
    return (cell for cell in cells if _NINE_LONG.fullmatch(cell))


def _is_column_of_numbers(cells: Iterable[str], criteria: Criteria) -> bool:
    numbers = {nine_digits(cell) for cell in _nine_long(cells)}
    valid = sum(map(passes_eleven_test, numbers))
    return len(numbers) >= criteria.column_least and valid * 100 >= criteria.column_share_percent * len(numbers)
