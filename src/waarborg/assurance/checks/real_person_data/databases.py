"""SQLite databases as tables: a number stands far from the name of its column, and may have lost its leading zero."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from waarborg.assurance.checks.real_person_data.tables import Row

Values = tuple[Any, ...]


class NoDatabase(ValueError):
    """The file says it is a database and can't be read as one."""


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
