"""The demonstration keeps to its own folder, whatever the shell from which it was started has in its environment."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.timeout(90)
def test_invented_people_never_go_into_a_database_that_the_shell_knows(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as real_database:
        address = f"postgresql://app:secret@127.0.0.1:{real_database.getsockname()[1]}/waarborg"
        names = ("WAARBORG_DATABASE__URL", "WAARBORG_DATABASE__KEYS_URL")
        mine = {name: value for name, value in os.environ.items() if not name.startswith("WAARBORG_")}
        environment = mine | dict.fromkeys(names, address) | {"WAARBORG_DEMO_FOLDER": str(tmp_path / "demo")}
        with subprocess.Popen(
            [sys.executable, "-m", "demo"],
            cwd=REPOSITORY,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        ) as running:
            assert running.stdout is not None
            try:
                said = [line for line, _ in zip(running.stdout, range(3), strict=False)]
                running.send_signal(signal.SIGINT)
                running.wait(timeout=30)
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(running.pid, signal.SIGKILL)
        real_database.settimeout(0.1)
        try:
            real_database.accept()
        except TimeoutError:
            asked = False
        else:
            asked = True
    assert not asked
    assert said[-1].startswith("· Invented people")
    assert (tmp_path / "demo" / "data" / "waarborg.db").is_file()
