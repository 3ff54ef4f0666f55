"""Throw-away databases of either engine: made and migrated once, then copied for each test."""

import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, unquote, urlsplit

import django
import psycopg
from psycopg import sql

ALIASES = ("default", "keys")
END_OTHERS = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
EMPTY = """
SET session_replication_role = replica;
DO $$ DECLARE each record; BEGIN
  FOR each IN SELECT oid, oid::regclass AS name, relkind FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S') AND relname <> 'django_migrations' LOOP
    IF each.relkind = 'S' THEN EXECUTE format('ALTER SEQUENCE %s RESTART', each.name);
    ELSIF pg_relation_size(each.oid) > 1000000 THEN EXECUTE format('TRUNCATE %s CASCADE', each.name);
    ELSE EXECUTE format('DELETE FROM %s', each.name); END IF;
  END LOOP;
END $$
"""
SHAPE = """
SELECT (SELECT count(*) FROM django_migrations),
  (SELECT md5(string_agg(t.relname || a.attname || a.atttypid || a.attnotnull, ',' ORDER BY t.relname, a.attnum))
    FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid WHERE t.relnamespace = 'public'::regnamespace),
  (SELECT md5(string_agg(g.tgname || g.tgenabled::text, ',' ORDER BY g.tgname)) FROM pg_trigger g WHERE NOT g.tgisinternal),
  (SELECT md5(string_agg(relname || coalesce(relacl::text, '') || relowner, ',' ORDER BY relname)) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r')
"""


class Engine(Protocol):
    """Gives a test a pair of databases, and other processes the way to reach them."""

    name: str

    def prepare(self) -> None: ...

    def discard(self) -> None: ...

    def fresh(self) -> AbstractContextManager[None]: ...

    def environment(self) -> Mapping[str, str]:
        """Return what another process needs in its environment to use the same databases."""
        ...

    def without_triggers(self) -> AbstractContextManager[None]:
        """Act as the database's administrator, for whom the triggers are no obstacle."""
        ...


def choose(home: Path) -> Engine:
    """Pick the engine, tell Django of it, and load the applications. Nothing is made yet."""
    from waarborg.kernel import rootkey

    chosen = _Postgres(home) if os.environ.get("WAARBORG_TEST_ENGINE") == "postgresql" else _Embedded(home)
    (home / "data").mkdir()
    rootkey.create(home / "root.key")
    os.environ.update(chosen.environment())
    django.setup()
    return chosen


def _point(names: Mapping[str, str]) -> None:
    """Let this process use other databases, and forget what it knew of the former."""
    from django.db import connections

    from waarborg.audit.operations import sealkeys, writing
    from waarborg.kernel.keyring import forget_cached_keys

    for alias in ALIASES:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = names[alias]
    writing.forget()
    sealkeys.epoch_key.cache_clear()
    forget_cached_keys()


@dataclass
class _Embedded:
    home: Path
    name: str = "sqlcipher"
    now_at: Path = field(init=False)
    count: int = 0

    def __post_init__(self) -> None:
        self.now_at = self.home / "data"

    def prepare(self) -> None:
        from waarborg.project.installing import migrate

        migrate()
        _point(self._names(self.home / "data"))
        for file in self.home.glob("data/*.db-wal"):
            assert file.stat().st_size == 0, "the template isn't whole"

    @contextmanager
    def fresh(self) -> Iterator[None]:
        self.count += 1
        folder = self.home / f"test-{self.count}"
        folder.mkdir()
        for file in ("waarborg.db", "keys.db"):
            shutil.copy(self.home / "data" / file, folder / file)
        (self.home / "high-water.json").unlink(missing_ok=True)
        self.now_at = folder
        _point(self._names(folder))
        yield
        _point(self._names(self.home / "data"))
        shutil.rmtree(folder)

    def environment(self) -> Mapping[str, str]:
        return dict(os.environ) | {"WAARBORG_DATA_DIR": str(self.now_at)}

    @contextmanager
    def without_triggers(self) -> Iterator[None]:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for trigger, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{trigger}"')
        yield
        with connection.cursor() as cursor:
            for _, statement in triggers:
                cursor.execute(statement)

    def discard(self) -> None:
        _point(self._names(self.home / "data"))

    def _names(self, folder: Path) -> dict[str, str]:
        return {"default": str(folder / "waarborg.db"), "keys": str(folder / "keys.db")}


@dataclass
class _Postgres:
    home: Path
    name: str = "postgresql"
    suffix: str = field(default_factory=lambda: secrets.token_hex(4))
    current: dict[str, str] = field(default_factory=dict)
    count: int = 0
    emptied: dict[str, str] = field(default_factory=dict)
    shapes: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.superuser = os.environ["WAARBORG_TEST_POSTGRES_URL"]
        self.passwords = {role: secrets.token_hex(16) for role in ("owner", "app")}
        self.current = {alias: f"wb_{self.suffix}_{alias}" for alias in ALIASES}

    def prepare(self) -> None:
        for role, password in self.passwords.items():
            self._run("CREATE ROLE {} LOGIN PASSWORD {}", self._role(role), sql.Literal(password))
        for name in self.current.values():
            self._run("CREATE DATABASE {} OWNER {}", sql.Identifier(name), self._role("owner"))
        from waarborg.project.installing import as_owner, migrate

        with as_owner():
            migrate()
        self.templates = dict(self.current)

    @contextmanager
    def fresh(self) -> Iterator[None]:
        """Give the pair of the test before, emptied; or a new copy where that test changed more than rows."""
        if not self.emptied:
            self.count += 1
            self.emptied = {alias: self._copied(alias) for alias in ALIASES}
        (self.home / "high-water.json").unlink(missing_ok=True)
        self.current = self.emptied
        _point(self.current)
        yield
        _point(self.templates)
        as_new = [self._empty(alias) for alias in ALIASES]
        if not all(as_new):
            self._drop(self.emptied)
            self.emptied = {}

    def _copied(self, alias: str) -> str:
        name = f"wb_{self.suffix}_{alias}_{self.count}"
        parts = sql.Identifier(name), sql.Identifier(self.templates[alias]), self._role("owner")
        self._run("CREATE DATABASE {} TEMPLATE {} OWNER {}", *parts)
        return name

    def _empty(self, alias: str) -> bool:
        """Remove all rows, and tell whether what is left is what a new copy would be. Copying costs a hundred times as much."""
        with psycopg.connect(self.superuser, dbname=self.emptied[alias], autocommit=True) as connection:
            connection.execute(END_OTHERS)
            connection.execute(EMPTY)
            return self._shape(connection) == self._shape_of_template(alias)

    def _shape_of_template(self, alias: str) -> tuple[Any, ...]:
        if alias not in self.shapes:
            with psycopg.connect(self.superuser, dbname=self.templates[alias], autocommit=True) as connection:
                self.shapes[alias] = self._shape(connection)
        return self.shapes[alias]

    def _shape(self, connection: psycopg.Connection[Any]) -> tuple[Any, ...]:
        return connection.execute(SHAPE).fetchone() or ()

    def _drop(self, names: Mapping[str, str]) -> None:
        for name in names.values():
            self._run("DROP DATABASE {} WITH (FORCE)", sql.Identifier(name))

    def environment(self) -> Mapping[str, str]:
        addresses = {
            "WAARBORG_DATABASE__URL": self.url("app", "default"),
            "WAARBORG_DATABASE__OWNER_URL": self.url("owner", "default"),
            "WAARBORG_DATABASE__KEYS_URL": self.url("app", "keys"),
            "WAARBORG_DATABASE__KEYS_OWNER_URL": self.url("owner", "keys"),
        }
        return dict(os.environ) | addresses

    def url(self, role: str, alias: str) -> str:
        server = urlsplit(self.superuser)
        host = quote(server.hostname or "", safe="")
        user = f"wb_{self.suffix}_{role}"
        return f"postgresql://{user}:{self.passwords[role]}@{host}:{server.port}/{self.current[alias]}"

    @contextmanager
    def without_triggers(self) -> Iterator[None]:
        from django.db import connections

        server = urlsplit(self.superuser)
        usual = dict(connections["default"].settings_dict)
        connections["default"].close()
        connections["default"].settings_dict.update(USER=server.username, PASSWORD=unquote(server.password or ""))
        with connections["default"].cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        yield
        connections["default"].close()
        connections["default"].settings_dict.update(usual)

    def discard(self) -> None:
        from django.db import connections

        connections.close_all()
        self._drop(self.emptied)
        self._drop(self.templates)
        for role in self.passwords:
            self._run("DROP ROLE {}", self._role(role))

    def _role(self, role: str) -> sql.Identifier:
        return sql.Identifier(f"wb_{self.suffix}_{role}")

    def _run(self, statement: str, *parts: sql.Composable) -> None:
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*parts))
