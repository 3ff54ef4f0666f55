"""An installation of its own, made and run by the command, as an operator does."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.simulators.databases import Engine

COMMAND = str(Path(sys.executable).with_name("waarborg"))
SHARE = r"(?:[A-Z2-7]{4}-){13}[A-Z2-7]{4}"
TICKET = r"(?:administrator|security_officer)\s+(\S+)"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@dataclass
class Installation:
    """One folder with one configuration; on PostgreSQL with the test's own databases."""

    home: Path
    engine: Engine
    port: int

    @property
    def root_key(self) -> Path:
        return self.home / "keys" / "root.key"

    @property
    def environment(self) -> Mapping[str, str]:
        return dict(self.engine.environment()) | {
            "WAARBORG_CONFIG_FILE": str(self.home / "config.toml"),
            "WAARBORG_DATA_DIR": str(self.home / "data"),
            "WAARBORG_KEYS__ROOT_KEY_FILE": str(self.root_key),
            "WAARBORG_KEYS__HIGH_WATER_FILE": str(self.home / "keys" / "high-water.json"),
            "WAARBORG_WEB__PORT": str(self.port),
        }

    def run(self, *arguments: str, typed: str = "", **changed: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, without a terminal."""
        return subprocess.run(
            [COMMAND, *arguments],
            input=typed,
            env=dict(self.environment) | changed,
            capture_output=True,
            text=True,
            timeout=120,
            start_new_session=True,
            check=False,
        )

    def init(self) -> str:
        made = self.run("init", "--organisation", "Bureau Proef")
        assert made.returncode == 0, made.stderr
        return made.stdout


def installation(home: Path, engine: Engine) -> Installation:
    return Installation(home, engine, free_port())


def shares(told: str) -> list[str]:
    return re.findall(SHARE, told)


def tickets(told: str) -> list[str]:
    return re.findall(TICKET, told)


@dataclass
class Running:
    """A `serve` that answers."""

    process: subprocess.Popen[str]
    took: float
    said: Path

    def children(self) -> list[int]:
        """Return all that it started and that is still there."""
        return [pid for pid in _group(self.process.pid) if pid != self.process.pid]

    def memory(self) -> int:
        """Return the sum of the proportional set sizes of all its processes, in bytes."""
        found = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in _group(self.process.pid)]
        return sum(
            int(line.split()[1]) * 1024 for each in found for line in each.splitlines() if line.startswith("Pss:")
        )


@contextmanager
def serving(made: Installation) -> Iterator[Running]:
    """Run `serve` until it answers; whatever happens, nothing of it is left afterwards."""
    said = made.home / "said.txt"
    started = time.monotonic()
    with said.open("w") as file:
        process = subprocess.Popen(
            [COMMAND, "serve"], env=dict(made.environment), stdout=file, stderr=file, text=True, start_new_session=True
        )
    try:
        while not _answers(made.port):
            assert process.poll() is None, said.read_text()
            assert time.monotonic() - started < 60, said.read_text()
            time.sleep(0.05)
        yield Running(process, time.monotonic() - started, said)
    finally:
        for pid in _group(process.pid):
            os.kill(pid, signal.SIGKILL)
        process.wait()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/inloggen/", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _group(leader: int) -> list[int]:
    """Return the processes of one session that are alive, zombies left out."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            said = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended while we looked
        if int(said[3]) == leader and said[0] != "Z":
            found.append(int(stat.parent.name))
    return found
