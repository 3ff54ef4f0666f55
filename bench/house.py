"""A Waarborg of its own with two invented people, in a folder that is thrown away, and others' servers beside it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

BEFORE = timedelta(minutes=3)
"""The people enrol this long before now, so that the codes of now are new ones."""


@dataclass(frozen=True)
class House:
    """One installation, a name and password of it, and the token of a session that is fully in."""

    folder: Path
    port: int
    login: str
    password: str
    token: str

    @contextmanager
    def served(self) -> Iterator[None]:
        """Run `waarborg serve` on it."""
        command = [str(Path(sys.executable).with_name("waarborg")), "serve"]
        with running(command, self.port, "/inloggen/", {}, self.folder / "said.txt"):
            yield


def build(folder: Path) -> House:
    """Make keys, databases and people, as `waarborg init` and they themselves do."""
    port = free_port()
    for name in [name for name in os.environ if name.startswith("WAARBORG_") and name != "WAARBORG_VENV"]:
        del os.environ[name]
    os.environ.update(_environment(folder, port))
    from waarborg.kernel import rootkey
    from waarborg.project.commands import set_up_django
    from waarborg.project.config import load

    (folder / "data").mkdir(mode=0o700)
    rootkey.create(load().keys.root_key_file)
    set_up_django()
    from waarborg.project.installing import migrate

    migrate()
    login, password, token = _people()
    return House(folder, port, login, password, token)


def _people() -> tuple[str, str, str]:
    from waarborg.accounts.testing import entered, found
    from waarborg.kernel import clock
    from waarborg.project.wiring import console
    from waarborg.registers.operations.organisations import found_organisation
    from waarborg.registers.values.classification import OrganisationKind
    from waarborg.registers.values.inputs import NewOrganisation

    now = clock.now()
    agency = NewOrganisation(name="Bureau Proef", kind=OrganisationKind.AGENCY)
    scope = found_organisation(agency, by=console(), now=now)
    _anna, sam = found(scope, now=now - BEFORE)
    return sam.login, sam.password, entered(sam, now=now - BEFORE + timedelta(minutes=1), address="127.0.0.1")


def _environment(folder: Path, port: int) -> Mapping[str, str]:
    return {
        "WAARBORG_CONFIG_FILE": str(folder / "config.toml"),
        "WAARBORG_DATA_DIR": str(folder / "data"),
        "WAARBORG_KEYS__ROOT_KEY_FILE": str(folder / "keys" / "root.key"),
        "WAARBORG_KEYS__HIGH_WATER_FILE": str(folder / "keys" / "high-water.json"),
        "WAARBORG_WEB__PORT": str(port),
        "WAARBORG_DEMO": "true",
    }


@contextmanager
def running(command: Sequence[str], port: int, path: str, environment: Mapping[str, str], said: Path) -> Iterator[None]:
    """Run a server until it answers, and end it afterwards."""
    with said.open("w") as file:
        process = subprocess.Popen(command, env=dict(os.environ) | dict(environment), stdout=file, stderr=file)
    try:
        _wait(process, port, path, said)
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait(process: "subprocess.Popen[bytes]", port: int, path: str, said: Path) -> None:
    from bench.asking import Browser

    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            if Browser(port).ask(path)[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(said.read_text())


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
