"""What a registered environment lets a check reach: the listed port, and of the others only the one that is http's own."""

from pathlib import Path

import pytest
from tests.assurance.conftest import ordinary_pages, running
from tests.cast import NOON, SAM
from tests.simulators.servers import Answer, web_server

from waarborg.assurance.operations import allow_target

pytestmark = pytest.mark.usefixtures("customer")


def test_a_port_that_a_lead_names_beside_a_listed_one_is_not_reached(tmp_path: Path) -> None:
    """A lead registers the port; only a security officer opens it: else any service of a listed machine could be talked to."""
    asked: list[object] = []

    def another_service(request: object) -> Answer:
        asked.append(request)
        return ordinary_pages(request)

    with web_server(another_service) as port, running(tmp_path, listed=False, plain_port=port) as application:
        allow_target("localhost", application.port, private=True, by=SAM, now=NOON)
        application.measure()
        assert asked == []
        assert application.kept("https_redirect").outcome == "unknown"
        assert application.kept("tls").outcome == "met"
        allow_target("localhost", port, private=True, by=SAM, now=NOON)
        application.measure()
    assert asked
