"""The applications' own environment, and their processes on the loopback."""

import os
import random
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PEERS = REPOSITORY / os.environ.get("PEERS_VENV", ".venv-peers")
OPENSSL_CONF = Path(__file__).parent / "openssl.cnf"
# Below what the kernel hands out by itself, so that no connection takes a port between choosing it and listening on it.
PORTS = range(20_000, 32_000)
SECONDS_TO_START = 60
SECONDS_TO_STOP = 10


class PeerFailed(RuntimeError):
    """An application didn't start, or a command of it failed; the message holds what it said."""


@dataclass(frozen=True)
class Command:
    """A program of the applications' environment, in a folder of its own and with no setting of ours."""

    program: str
    arguments: tuple[str, ...]
    folder: Path
    settings: Mapping[str, str]

    @property
    def line(self) -> list[str]:
        return [str(PEERS / "bin" / self.program), *self.arguments]

    @property
    def environment(self) -> dict[str, str]:
        ours = ("DJANGO_", "WAARBORG_", "PYTHON", "JUPYTER_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return {**kept, "HOME": str(self.folder), "OPENSSL_CONF": str(OPENSSL_CONF), **self.settings}

    def run(self, *, typed: str = "") -> str:
        """Return what it printed. Raises PeerFailed."""
        done = subprocess.run(
            self.line, cwd=self.folder, env=self.environment, input=typed, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise PeerFailed(f"{self.program} ended with {done.returncode}: {done.stderr[-2000:]}")
        return done.stdout


@contextmanager
def started(command: Command, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start it; whether it answers is asked afterwards, so that several start at once."""
    with (
        log.open("wb") as written,
        subprocess.Popen(
            command.line, cwd=command.folder, env=command.environment, stdout=written, stderr=subprocess.STDOUT
        ) as running,
    ):
        try:
            yield running
        finally:
            running.terminate()
            with suppress(subprocess.TimeoutExpired):
                running.wait(SECONDS_TO_STOP)
            running.kill()


def wait_for(port: int, running: subprocess.Popen[bytes], log: Path) -> None:
    """Raises PeerFailed when the port isn't listened on in time."""
    until = time.monotonic() + SECONDS_TO_START
    while not _listens(port):
        if running.poll() is not None or time.monotonic() > until:
            raise PeerFailed(f"nothing listens on {port}: {log.read_text('utf-8', 'replace')[-2000:]}")
        time.sleep(0.1)


def free_port() -> int:
    """Return a port on which nothing listens."""
    for port in random.sample(PORTS, 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
    raise PeerFailed("a hundred ports were all taken")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
