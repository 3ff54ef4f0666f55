"""Django's SQLite backend on the SQLCipher library.

The key is derived from the root key when a connection opens (`OPTIONS["root_key_file"]`), as raw bytes: a derived key needs no
second, slow derivation. A wrong key shows itself at the first statement as "file is not a database".
"""

import datetime  # noqa: ICN001 - named as Django's own backend does
import decimal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3._functions import register as register_functions
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from sqlcipher3 import dbapi2 as Database  # noqa: N812 - the name by which Django knows a driver

from waarborg.kernel.rootkey import database_key


def _decoder(convert: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda stored: convert(stored.decode())


Database.register_converter("bool", b"1".__eq__)
Database.register_converter("date", _decoder(parse_date))
Database.register_converter("time", _decoder(parse_time))
Database.register_converter("datetime", _decoder(parse_datetime))
Database.register_converter("timestamp", _decoder(parse_datetime))
Database.register_adapter(decimal.Decimal, str)
Database.register_adapter(datetime.date, base.adapt_date)
Database.register_adapter(datetime.datetime, base.adapt_datetime)


class CursorWrapper(Database.Cursor):  # type: ignore[misc] # the driver has no types
    """Translate Django's parameter styles, as its own SQLite cursor does."""

    convert_query = base.SQLiteCursorWrapper.convert_query

    def execute(self, query: str, params: Any = None) -> Any:
        if params is None:
            return super().execute(query)
        names = list(params) if isinstance(params, Mapping) else None
        return super().execute(self.convert_query(query, param_names=names), params)

    def executemany(self, query: str, param_list: Any) -> Any:
        rows = list(param_list)
        names = list(rows[0]) if rows and isinstance(rows[0], Mapping) else None
        return super().executemany(self.convert_query(query, param_names=names), rows)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that gives its key before anything else."""

    Database = Database

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        self._root_key_file = Path(params.pop("root_key_file"))
        self._start = str(params.pop("start", "")).split(";")
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = Database.connect(**conn_params)
        connection.execute(f"PRAGMA key = \"x'{database_key(self._root_key_file, self.alias).hex()}'\"")
        register_functions(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA legacy_alter_table = OFF")
        for command in self._start:
            connection.execute(command)
        return connection

    def create_cursor(self, name: str | None = None) -> Any:  # noqa: ARG002 - Django's signature
        return self.connection.cursor(factory=CursorWrapper)
