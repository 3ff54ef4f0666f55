"""The applications of others, started once; without their environment the tests are skipped, except where all must run."""

import os
from collections.abc import Iterator

import pytest
from tests.simulators.certificates import make_authority
from tests.thirdparty.application import Application
from tests.thirdparty.peers import PEERS
from tests.thirdparty.starting import all_started

ABSENT = f"{PEERS.name} isn't there or isn't whole: run scripts/peers.sh"


@pytest.fixture(scope="session")
def peers() -> None:
    """The environment of the applications of others; where all must run, a missing one is a failure."""
    if not (PEERS / ".stamp").is_file():
        if os.environ.get("CI") == "true":
            pytest.fail(ABSENT)
        pytest.skip(ABSENT)


@pytest.fixture(scope="session")
def applications(peers: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Application]]:
    folder = tmp_path_factory.mktemp("applications")
    with all_started(folder, make_authority(folder / "authority")) as started:
        yield started
