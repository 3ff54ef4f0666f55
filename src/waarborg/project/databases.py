"""The two databases, data and keys, as Django wants to hear of them."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from waarborg.project.config import Config

SQLITE_START = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000"


READS = "A database address reads postgresql://user:password@host:port/name, with / # ? @ and : in a password as %2F %23 %3F %40 %3A."
PARAMETERS = frozenset({"sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "target_session_attrs"})
"""What libpq may be told in an address. Anything else is refused: a parameter that is passed over in silence is a default."""


class NotAPostgresAddress(ValueError):
    """A database address that isn't postgresql://user:password@host:port/name."""


def databases(config: Config, *, as_owner: bool) -> dict[str, Any]:
    """Return DATABASES for this configuration; `as_owner` for making and migrating tables."""
    if not config.database.url.get_secret_value():
        return {alias: embedded(config, alias) for alias in ("default", "keys")}
    section = config.database
    data, keys = (section.owner_url, section.keys_owner_url) if as_owner else (section.url, section.keys_url)
    return {"default": postgres(data.get_secret_value()), "keys": postgres(keys.get_secret_value())}


def embedded(config: Config, alias: str) -> dict[str, Any]:
    """Return one SQLCipher file. A write takes its lock at BEGIN: no transaction fails half-way for want of it."""
    name = "waarborg.db" if alias == "default" else "keys.db"
    return {
        "ENGINE": "waarborg.kernel.engines.sqlcipher",
        "NAME": str(config.data_dir.expanduser() / name),
        "OPTIONS": {
            "root_key_file": str(config.keys.root_key_file.expanduser()),
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "start": SQLITE_START,
        },
    }


def postgres(url: str) -> dict[str, Any]:
    """Return one PostgreSQL database from its address. Raises NotAPostgresAddress, which shows no password."""
    try:
        parts = urlsplit(url)
        port, asked = str(parts.port or ""), dict(parse_qsl(parts.query, keep_blank_values=True))
    except ValueError:
        raise NotAPostgresAddress(READS) from None  # the error quotes what stands where the port should
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/") or parts.fragment:
        raise NotAPostgresAddress(READS)
    if asked.keys() - PARAMETERS:
        raise NotAPostgresAddress(f"{READS} After a question mark it takes {', '.join(sorted(PARAMETERS))}.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": port,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": "waarborg"} | asked,
    }


class KeysApart:
    """Route the key database's rows to it, and nothing else."""

    def db_for_read(self, model: type[Any], **_hints: Any) -> str:
        return "keys" if model._meta.app_label == "kernel_keys" else "default"  # noqa: SLF001 - Django's own way

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool:
        return (app_label == "kernel_keys") == (db == "keys")


def data_dir(config: Config) -> Path:
    return config.data_dir.expanduser()
