"""Set up Django on throw-away databases, a fresh pair for every test that has rows.

There is no transaction around a test: commits are real, triggers fire, other processes see what was written. The engine is that of
WAARBORG_TEST_ENGINE: sqlcipher (the default) or postgresql, which needs WAARBORG_TEST_POSTGRES_URL of a superuser.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_HOME = Path(tempfile.mkdtemp(prefix="waarborg-tests-"))
os.environ.update(
    {
        "DJANGO_SETTINGS_MODULE": "waarborg.project.settings",
        "WAARBORG_CONFIG_FILE": str(_HOME / "config.toml"),
        "WAARBORG_DATA_DIR": str(_HOME / "data"),
        "WAARBORG_KEYS__ROOT_KEY_FILE": str(_HOME / "root.key"),
        "WAARBORG_KEYS__HIGH_WATER_FILE": str(_HOME / "high-water.json"),
        "WAARBORG_WEB__HOSTS": '["localhost", "127.0.0.1", "testserver"]',
    }
)

from tests.simulators.chromium import chromium, visitor  # noqa: E402 - the environment comes first
from tests.simulators.databases import Engine, choose  # noqa: E402 - the environment comes first

from waarborg.project import logs  # noqa: E402 - the environment comes first

__all__ = ["chromium", "visitor"]
_ENGINE = choose(_HOME)
logs.set_up()


@pytest.fixture(scope="session")
def _engine() -> Iterator[Engine]:
    _ENGINE.prepare()
    yield _ENGINE
    _ENGINE.discard()


@pytest.fixture
def database(_engine: Engine) -> Iterator[Engine]:
    """A migrated, empty pair of databases of this test's own."""
    with _engine.fresh():
        yield _engine


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name bytes by their kind: content may hold a moment, by which two processes would name one test differently."""
    return "bytes" if isinstance(val, bytes) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches rows, so that the second engine runs just that."""
    for item in items:
        if "database" in getattr(item, "fixturenames", ()):
            item.add_marker("database")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many cells of the matrix of roles were tried, in whichever process: its conftest isn't asked where those report to."""
    reports = [each for said in ("passed", "failed") for each in terminalreporter.stats.get(said, [])]
    cells = [int(value) for each in reports for name, value in each.user_properties if name == "cells tried"]
    if cells:
        terminalreporter.write_line(f"matrix: {sum(cells):,} cells tried")


def pytest_sessionfinish() -> None:
    import shutil

    shutil.rmtree(_HOME, ignore_errors=True)
