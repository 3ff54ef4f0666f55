"""An authority and a certificate of it that is right for this machine."""

import pytest
from tests.simulators.certificates import Authority, Issued, make_authority


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> tuple[Authority, Issued]:
    authority = make_authority(tmp_path_factory.mktemp("good"))
    return authority, authority.issue()
