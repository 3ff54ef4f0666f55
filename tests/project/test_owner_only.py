"""What an installation writes is for its owner only, also in a folder that was made by someone less careful."""

import os
from pathlib import Path

import pytest
from tests.project.installed import installation
from tests.simulators.databases import Engine


def test_no_file_can_be_read_by_others(database: Engine, tmp_path: Path) -> None:
    if database.name == "postgresql":
        pytest.skip("its files are the server's")
    made = installation(tmp_path, database)
    (tmp_path / "data").mkdir(mode=0o755)
    usual = os.umask(0o022)
    try:
        made.init()
        made.run("audit", "seal")
    finally:
        os.umask(usual)
    written = [path for folder in ("data", "keys") for path in (tmp_path / folder).rglob("*") if path.is_file()]
    assert {path.name for path in written} >= {"waarborg.db", "keys.db", "root.key", "high-water.json"}
    assert [path.name for path in written if path.stat().st_mode & 0o077] == []
