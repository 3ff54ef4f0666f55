"""Rows and cells in markup: sheets of Office Open XML and OpenDocument, tables in HTML. Pure, and one pass over the text.

No XML parser: half a file or a hostile one must not stop the reading, and what stands between the marks is all that counts.
"""

import re
from collections.abc import Iterator, Mapping
from html import unescape

from waarborg.assurance.checks.real_person_data.kinds import as_text
from waarborg.assurance.checks.real_person_data.tables import Row

_MARK = re.compile(r"<[^<>]{0,2000}>")
_STRING = re.compile(r"<(?:\w{1,9}:)?si\b")
_SHEET_ROW = re.compile(r"<(?:\w{1,9}:)?row\b")
_SHEET_CELL = re.compile(r"<(?:\w{1,9}:)?c\b")
_TEXT = re.compile(r"<(?:\w{1,9}:)?t(?:\s[^<>]*)?>([^<]*)<")
_VALUE = re.compile(r"<(?:\w{1,9}:)?v(?:\s[^<>]*)?>([^<]*)<")
_OPEN_ROW = re.compile(r"<table:table-row\b")
_OPEN_CELL = re.compile(r"<table:(?:covered-)?table-cell\b")
_REPEATED = re.compile(r'number-(?:columns|rows)-repeated="([0-9]{1,7})"')
_HTML_TABLE = re.compile(r"<table\b", re.IGNORECASE)
_HTML_ROW = re.compile(r"<tr\b", re.IGNORECASE)
_HTML_CELL = re.compile(r"<t[dh]\b", re.IGNORECASE)
_PLACE = re.compile(r'\br="([A-Z]{0,3})([0-9]{1,7})"')
_ROW_PLACE = re.compile(r'\br="([0-9]{1,7})"')
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml|xl/sharedStrings\.xml|content\.xml")
_WIDEST = 16_384
_BLANKS = 100


def read_sheets(members: Mapping[str, bytes]) -> Iterator[tuple[str, list[Row]]]:
    """Yield each sheet of a workbook as rows, so that row n of the sheet is row n of the list."""
    if "xl/workbook.xml" in members:
        yield from _office_sheets(members)
    elif b"<table:table-row" in members.get("content.xml", b""):
        yield "content", list(_open_rows(_text(members["content.xml"])))


def is_sheet(name: str) -> bool:
    """Tell whether `read_sheets` reads this part of a workbook."""
    return _SHEET_PART.fullmatch(name) is not None


def read_html(text: str) -> Iterator[list[Row]]:
    """Yield the rows of each table."""
    for table in _HTML_TABLE.split(text)[1:]:
        yield [[_plain(cell) for cell in _HTML_CELL.split(row)[1:]] for row in _HTML_ROW.split(table)[1:]]


def _office_sheets(members: Mapping[str, bytes]) -> Iterator[tuple[str, list[Row]]]:
    shared = [
        "".join(map(unescape, _TEXT.findall(part))) for part in _parts(_STRING, members.get("xl/sharedStrings.xml"))
    ]
    for name, data in members.items():
        if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
            sheet = name.removeprefix("xl/worksheets/").removesuffix(".xml")
            yield sheet, _rows(_parts(_SHEET_ROW, data), shared)


def _parts(mark: re.Pattern[str], data: bytes | None) -> list[str]:
    return mark.split(_text(data or b""))[1:]


def _text(data: bytes) -> str:
    return (as_text(data) or b"").decode("utf-8", "replace")


def _rows(parts: list[str], shared: list[str]) -> list[Row]:
    rows: list[Row] = []
    for part in parts:
        place = _ROW_PLACE.search(part.partition(">")[0])
        blanks = int(place[1]) - 1 - len(rows) if place else 0
        rows.extend([()] * min(max(blanks, 0), _BLANKS))
        rows.append(_cells(part, shared))
    return rows


def _cells(row: str, shared: list[str]) -> list[str]:
    cells: list[str] = []
    for part in _SHEET_CELL.split(row)[1:]:
        attributes, _, body = part.partition(">")
        cells.extend([""] * min(max(_column(attributes) - len(cells), 0), _WIDEST - len(cells)))
        cells.append(_cell(attributes, body, shared))
    return cells


def _column(attributes: str) -> int:
    place = _PLACE.search(attributes)
    index = 0
    for letter in place[1] if place else "":
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _cell(attributes: str, body: str, shared: list[str]) -> str:
    value = _VALUE.search(body)
    if value is None:
        return "".join(map(unescape, _TEXT.findall(body)))
    if 't="s"' in attributes and value[1].strip().isdecimal():
        index = int(value[1])
        return shared[index] if index < len(shared) else ""
    return _as_typed(unescape(value[1]))


def _as_typed(number: str) -> str:
    """A sheet may keep 111222333 as 1.11222333E8."""
    if re.fullmatch(r"[0-9]{1,3}\.?[0-9]{0,20}E\+?[0-9]{1,2}", number):
        return str(round(float(number)))
    return number.removesuffix(".0")


def _open_rows(text: str) -> Iterator[Row]:
    for part in _OPEN_ROW.split(text)[1:]:
        row = list(_open_cells(part))
        yield row
        blank = not any(row)
        yield from [()] * (min(_repeated(part) - 1, _BLANKS) if blank else 0)


def _open_cells(row: str) -> Iterator[str]:
    for part in _OPEN_CELL.split(row)[1:]:
        text = _plain(part)
        yield from [text] * min(_repeated(part), _BLANKS)


def _repeated(part: str) -> int:
    times = _REPEATED.search(part.partition(">")[0])
    return int(times[1]) if times else 1


def _plain(part: str) -> str:
    """The text of a cell: what follows its opening mark, without the marks in it."""
    return " ".join(unescape(_MARK.sub(" ", part.partition(">")[2])).split())
