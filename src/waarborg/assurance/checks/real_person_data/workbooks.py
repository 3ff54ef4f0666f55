"""Sheets and databases as tables. Numbers in them stand far from their heading, or have lost their leading zero."""

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from html import unescape
from typing import Any

from waarborg.assurance.checks.real_person_data.tables import Row

_TEXT = re.compile(r"<(?:\w+:)?t(?:\s[^>]*)?>(.*?)</(?:\w+:)?t>", re.DOTALL)
_STRING = re.compile(r"<(?:\w+:)?si(?:\s[^>]*)?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
_ROW = re.compile(r"<(?:\w+:)?row(?:\s([^>]*?))?(?:/>|>(.*?)</(?:\w+:)?row>)", re.DOTALL)
_CELL = re.compile(r"<(?:\w+:)?c(?:\s([^>]*?))?(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_VALUE = re.compile(r"<(?:\w+:)?v(?:\s[^>]*)?>(.*?)</(?:\w+:)?v>", re.DOTALL)
_PLACE = re.compile(r'\br="([A-Z]{0,3})([0-9]{1,7})"')
_WIDEST = 16_384
_BLANKS = 100

Values = tuple[Any, ...]


class NoDatabase(ValueError):
    """The file says it is a database and can't be read as one."""


def is_workbook(names: Mapping[str, bytes]) -> bool:
    return "xl/workbook.xml" in names


def read_sheets(members: Mapping[str, bytes]) -> Iterator[tuple[str, list[Row]]]:
    """Yield each sheet of an Office Open XML workbook as rows; row n of the sheet is row n of the list."""
    shared = _shared_strings(members.get("xl/sharedStrings.xml", b"").decode("utf-8", "replace"))
    for name, data in members.items():
        if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
            sheet = name.removeprefix("xl/worksheets/").removesuffix(".xml")
            yield sheet, _rows(data.decode("utf-8", "replace"), shared)


def _shared_strings(text: str) -> list[str]:
    return ["".join(map(unescape, _TEXT.findall(match[1] or ""))) for match in _STRING.finditer(text)]


def _rows(text: str, shared: list[str]) -> list[Row]:
    rows: list[Row] = []
    for match in _ROW.finditer(text):
        place = re.search(r'\br="([0-9]{1,7})"', match[1] or "")
        blanks = int(place[1]) - 1 - len(rows) if place else 0
        rows.extend([()] * min(max(blanks, 0), _BLANKS))
        rows.append(_cells(match[2] or "", shared))
    return rows


def _cells(text: str, shared: list[str]) -> list[str]:
    cells: list[str] = []
    for match in _CELL.finditer(text):
        index = _column(match[1] or "")
        cells.extend([""] * min(max(index - len(cells), 0), _WIDEST - len(cells)))
        cells.append(_cell(match[1] or "", match[2] or "", shared))
    return cells


def _column(attributes: str) -> int:
    place = _PLACE.search(attributes)
    index = 0
    for letter in place[1] if place else "":
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _cell(attributes: str, body: str, shared: list[str]) -> str:
    value = _VALUE.search(body)
    if 't="s"' in attributes and value and value[1].strip().isdigit():
        index = int(value[1])
        return shared[index] if index < len(shared) else ""
    if value:
        return _as_typed(unescape(value[1]))
    return "".join(map(unescape, _TEXT.findall(body)))


def _as_typed(number: str) -> str:
    """A sheet may keep 111222333 as 1.11222333E8."""
    if re.fullmatch(r"[0-9.]+E\+?[0-9]{1,2}", number):
        return str(round(float(number)))
    return number.removesuffix(".0")


def read_database(data: bytes, *, out_of_time: Callable[[], bool]) -> Iterator[tuple[str, Row, Iterator[Values]]]:
    """Yield each table of an SQLite database as name, columns and rows. Nothing in it is run.

    Raises NoDatabase, also while the rows are read.
    """
    with closing(sqlite3.connect(":memory:")) as connection, _as_no_database():
        _load(connection, data)
        connection.set_progress_handler(out_of_time, 100_000)
        for name in _table_names(connection):
            rows = connection.execute(f"SELECT * FROM {name}")  # noqa: S608 (a name can't be bound; it is quoted)
            yield name.strip('"'), [str(column[0]) for column in rows.description], _rows_of(rows)


def _load(connection: sqlite3.Connection, data: bytes) -> None:
    # In memory there is no write-ahead log: say in the header that the file has none.
    connection.deserialize(data[:18] + b"\x01\x01" + data[20:])
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")


def _table_names(connection: sqlite3.Connection) -> list[str]:
    tables = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    )
    return ['"{}"'.format(str(name).replace('"', '""')) for (name,) in tables.fetchall()]


def _rows_of(rows: Iterator[Values]) -> Iterator[Values]:
    with _as_no_database():
        yield from rows


@contextmanager
def _as_no_database() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OverflowError, MemoryError) as error:
        raise NoDatabase(type(error).__name__) from error
