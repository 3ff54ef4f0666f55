"""Making and migrating the databases, as their owner, and giving the application role no more than it needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connections
from psycopg import sql

from waarborg.kernel.rootkey import OtherRootKey
from waarborg.kernel.sealing import CannotOpen
from waarborg.project.databases import databases

NOT_THIS_KEY = (
    "This root key isn't the one of this data. Put that one back, from its two shares: 'waarborg init --recover'."
)


class ServingAsOwner(Exception):
    """The run-time role owns the log's tables or is a superuser: it could bend the log. Use the application role's address."""


class NotInitialised(Exception):
    """The databases aren't there or are of another version; `waarborg init` makes and migrates them."""


@contextmanager
def as_owner() -> Iterator[None]:
    """Let both databases be reached as their owner, for as long as it takes to make or migrate them."""
    usual = {alias: dict(connections[alias].settings_dict) for alias in ("default", "keys")}
    _connect(databases(settings.WAARBORG, as_owner=True))
    try:
        yield
    finally:
        _connect(usual)


def migrate() -> None:
    """Bring both databases to this version, and renew the grants. Embedded files are made where they are missing.

    Raises OtherRootKey when embedded files don't open with this one.
    """
    for alias in ("keys", "default"):
        try:
            call_command("migrate", database=alias, verbosity=0, interactive=False)
        except DatabaseError as error:
            if "not a database" in str(error):
                raise OtherRootKey(NOT_THIS_KEY) from error
            raise
    if connections["default"].vendor == "postgresql":
        at_run_time = databases(settings.WAARBORG, as_owner=False)
        for alias in ("keys", "default"):
            grant(alias, at_run_time[alias]["USER"])


def refuse_other_root_key() -> None:
    """Raise OtherRootKey when the keys in the key database were wrapped under another root key."""
    from waarborg.kernel.keyring import key_for  # noqa: PLC0415 - after django.setup
    from waarborg.kernel.keys.models import Key  # noqa: PLC0415 - after django.setup

    row = Key.objects.using("keys").filter(destroyed_at=None).first()
    if row is None:
        return
    try:
        key_for(row.scope, row.purpose)
    except CannotOpen as error:
        raise OtherRootKey(NOT_THIS_KEY) from error


def unmigrated() -> bool:
    """Tell whether a database lacks a migration of this version."""
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415 - slow, and needed at start-up only

    for alias in ("default", "keys"):
        executor = MigrationExecutor(connections[alias])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return True
    return False


def grant(alias: str, role: str) -> None:
    """Let the application role read and add; change and remove only where a table isn't append-only."""
    name = sql.Identifier(role)
    with connections[alias].cursor() as cursor:
        for table, grows_only in _tables(cursor):
            rights = "SELECT, INSERT" if grows_only else "SELECT, INSERT, UPDATE, DELETE"
            identifier = sql.Identifier(table)
            cursor.execute(sql.SQL("REVOKE ALL ON {} FROM {}").format(identifier, name))
            cursor.execute(sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(rights), identifier, name))
        cursor.execute(sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(name))


def refuse_to_serve_as_owner() -> None:
    """Raise ServingAsOwner when the run-time role could alter the log's tables."""
    connection = connections["default"]
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR EXISTS (SELECT 1 FROM pg_tables WHERE tablename LIKE 'audit_%' "
            "AND pg_has_role(current_user, tableowner, 'MEMBER')) FROM pg_roles WHERE rolname = current_user"
        )
        if cursor.fetchone()[0]:
            raise ServingAsOwner("The address in database.url is the owner's. Give the application role's address.")


def _tables(cursor: Any) -> list[tuple[str, bool]]:
    cursor.execute(
        "SELECT c.relname, EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid"
        " AND t.tgname = c.relname || '_append_only') FROM pg_class c"
        " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
    )
    return list(cursor.fetchall())


def _connect(wanted: dict[str, Any]) -> None:
    for alias in ("default", "keys"):
        connections[alias].close()
        connections[alias].settings_dict.update(wanted[alias])
