"""The scripts behind `make` do what they promise, and leave nothing behind."""

import os
import signal
import socket
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from tests.architecture.sources import REPOSITORY

SCRIPTS = REPOSITORY / "scripts"
WITH_POSTGRES = str(SCRIPTS / "with-postgres.sh")
SAY_URL = 'echo "$WAARBORG_TEST_POSTGRES_URL"'


@pytest.fixture
def alone() -> dict[str, str]:
    """The environment of someone who has no PostgreSQL to point at."""
    return {name: value for name, value in os.environ.items() if name != "WAARBORG_TEST_POSTGRES_URL"}


def answers(url: str) -> bool:
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex(("127.0.0.1", urlsplit(url).port or 0)) == 0


def test_a_command_gets_a_database_of_its_own_and_its_exit_code_comes_back(alone: dict[str, str]) -> None:
    command = [WITH_POSTGRES, "bash", "-c", f"{SAY_URL}; exit 7"]
    done = subprocess.run(command, env=alone, capture_output=True, text=True, check=False)
    assert done.returncode == 7, done.stderr
    assert not answers(done.stdout.strip())


@pytest.mark.parametrize("stopped_by", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_is_stopped_leaves_no_server_and_no_folder(alone: dict[str, str], stopped_by: int) -> None:
    command = [WITH_POSTGRES, "bash", "-c", f"{SAY_URL}; exec sleep 60"]
    with subprocess.Popen(command, env=alone, stdout=subprocess.PIPE, text=True, start_new_session=True) as running:
        assert running.stdout
        url = running.stdout.readline().strip()
        with psycopg.connect(url) as connection:
            folder = connection.execute("SHOW unix_socket_directories").fetchone()
        os.killpg(running.pid, stopped_by)
    assert not answers(url)
    assert folder
    assert not Path(folder[0]).exists()


def test_the_database_asks_for_its_password(alone: dict[str, str]) -> None:
    guess = 'psql "${WAARBORG_TEST_POSTGRES_URL/waarborg:*@/waarborg:guessed@}" -c "select 1"'
    done = subprocess.run([WITH_POSTGRES, "bash", "-c", guess], env=alone, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "password authentication failed" in done.stderr


def test_a_database_that_is_already_named_is_used_as_it_is() -> None:
    named = {**os.environ, "WAARBORG_TEST_POSTGRES_URL": "postgresql://someone@db.example/theirs"}
    done = subprocess.run([WITH_POSTGRES, "bash", "-c", SAY_URL], env=named, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "postgresql://someone@db.example/theirs"


@pytest.mark.parametrize("script", sorted(path.name for path in SCRIPTS.glob("*.sh")))
def test_every_script_says_how_to_use_it(script: str) -> None:
    done = subprocess.run([str(SCRIPTS / script), "--help"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"Use: scripts/{script}")


def test_an_unknown_need_is_refused() -> None:
    done = subprocess.run([str(SCRIPTS / "machine.sh"), "teapot"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Needs: venv postgresql" in done.stderr
