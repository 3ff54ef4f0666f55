"""`waarborg serve`: one command, on small machines, that starts fast, ends whole, and doesn't start where it mustn't."""

import os
import re
import signal
import time
from pathlib import Path

import pytest
from tests.project.installed import Installation, installation, serving
from tests.simulators.databases import Engine

from waarborg.kernel import rootkey

MOST_MEMORY = 350 * 1024 * 1024
MOST_SECONDS = 10


@pytest.fixture
def made(database: Engine, tmp_path: Path) -> Installation:
    return installation(tmp_path, database)


def test_it_starts_fast_in_little_memory_and_ends_whole(made: Installation) -> None:
    made.init()
    with serving(made) as running:
        time.sleep(2)
        assert len(running.children()) >= 2
        assert running.memory() < MOST_MEMORY
        assert running.took < MOST_SECONDS
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(timeout=30) == 0, running.said.read_text()
        assert running.children() == []
        said = running.said.read_text()
        assert "error" not in said.lower(), said
        assert "log_rolled_back" not in said
    sound = made.run("audit", "verify")
    assert (sound.returncode, re.findall(r"(\d+) waiting", sound.stdout)) == (0, ["0"] * sound.stdout.count("waiting"))


def test_asked_to_stop_as_a_group_it_ends_without_a_failure(made: Installation) -> None:
    """As systemd and Ctrl-C ask: the children hear it too, and may end first."""
    made.init()
    with serving(made) as running:
        os.killpg(running.process.pid, signal.SIGTERM)
        assert running.process.wait(timeout=30) == 0, running.said.read_text()
        assert running.children() == []


@pytest.mark.parametrize("which", [0, 1])
def test_a_child_that_dies_takes_the_whole_with_it(made: Installation, which: int) -> None:
    made.init()
    with serving(made) as running:
        direct = [pid for pid in running.children() if _parent(pid) == running.process.pid]
        assert len(direct) == 2
        os.kill(sorted(direct)[which], signal.SIGKILL)
        assert running.process.wait(timeout=30) == 1
        # What a killed child had started itself sees that its parent is gone, and ends a moment later.
        deadline = time.monotonic() + 20
        while running.children() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert running.children() == []
        assert "child_ended" in running.said.read_text()


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_what_was_not_initialised_is_not_served(made: Installation, database: Engine) -> None:
    rootkey.create(made.root_key)
    if database.name == "postgresql":
        database_is_of_another_version(made)
    (made.home / "data").mkdir()
    for command in ("serve", "web", "work"):
        refused = made.run(command)
        assert refused.returncode == 1
        assert "waarborg init" in refused.stderr
        assert "Traceback" not in refused.stderr


def database_is_of_another_version(made: Installation) -> None:
    import psycopg

    with psycopg.connect(made.environment["WAARBORG_DATABASE__OWNER_URL"]) as owner:
        owner.execute("DELETE FROM django_migrations WHERE app = 'assurance'")


def test_the_owner_of_the_log_does_not_serve_it(made: Installation, database: Engine) -> None:
    if database.name != "postgresql":
        pytest.skip("SQLCipher has no roles")
    made.init()
    refused = made.run("serve", WAARBORG_DATABASE__URL=made.environment["WAARBORG_DATABASE__OWNER_URL"])
    assert refused.returncode == 1
    assert "owner" in refused.stderr
    assert "postgresql://" not in refused.stderr
