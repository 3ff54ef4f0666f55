"""An authority of one's own, and targets on this machine."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.simulators.certificates import Authority, make_authority

from waarborg.assurance.checks.guard import Guard
from waarborg.assurance.checks.target import Target


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def local(authority: Authority) -> Callable[[int], Target]:
    """Make a target of a port on this machine, which trusts the test authority only."""

    def target(port: int, ca_file: Path | None = authority.file, host: str = "localhost") -> Target:
        return Target(url=f"https://{host}:{port}", ca_file=ca_file, guard=Guard(allow_private=True))

    return target
