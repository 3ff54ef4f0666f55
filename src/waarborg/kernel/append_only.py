"""Tables that only grow: a trigger refuses UPDATE and DELETE on both engines, for everyone who doesn't first drop it.

On PostgreSQL the application role has no right to either as well; see `grants`.
"""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION waarborg_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = '42501'; END $$
"""


def append_only(table: str) -> migrations.RunPython:
    """Return the migration step that makes `table` append-only."""

    def create(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001 - Django's signature
        for statement in _statements(table, editor.connection.vendor):
            editor.execute(statement, None)

    return migrations.RunPython(create, migrations.RunPython.noop)


def on_postgresql(*statements: str) -> migrations.RunPython:
    """Return a migration step for what only PostgreSQL can do."""

    def run(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001 - Django's signature
        if editor.connection.vendor == "postgresql":
            for statement in statements:
                editor.execute(statement, None)

    return migrations.RunPython(run, migrations.RunPython.noop)


def _statements(table: str, vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [
            POSTGRES_FUNCTION,
            (
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION waarborg_append_only()"
            ),
        ]
    return [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} only grows: {verb} is refused'); END"
        for verb in ("UPDATE", "DELETE")
    ]
