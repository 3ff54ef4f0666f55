"""Where there is no log, nothing was verified."""

import pytest
from click.testing import CliRunner

from waarborg.doors.cli.audit import USAGE, audit


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("arguments", [["verify"], ["verify", "--json"]])
def test_no_log_is_not_a_sound_log(arguments: list[str]) -> None:
    ended = CliRunner().invoke(audit, arguments)
    assert (ended.exit_code, ended.output.endswith("nothing was verified.\n")) == (USAGE, True)
