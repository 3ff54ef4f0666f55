"""What `waarborg check` says of applications that others made, against a table that was made without it."""

import json
import os
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.thirdparty.application import Application
from tests.thirdparty.peers import REPOSITORY

from waarborg.assurance.checks.loading import load_checks

pytestmark = pytest.mark.thirdparty

TABLE: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("expected.toml").read_text(encoding="utf-8"))
URL_CHECKS = {check.id for check in load_checks().values() if "url" in check.targets}
ROWS = [(name, check) for name, row in TABLE.items() for check in row if check in URL_CHECKS]
# Says how the machine resolves "localhost", nothing of the application.
OF_THE_MACHINE = {"other_addresses"}
EXIT_CODES = {"not_met": 1, "unknown": 2, "met": 0}


@dataclass(frozen=True)
class Said:
    """What the command gave, for one application."""

    exit_code: int
    output: str

    @property
    def lines(self) -> dict[str, dict[str, Any]]:
        return {line["check"]: line for line in json.loads(self.output)["checks"]}


@cache
def check(application: Application) -> Said:
    typed = [str(application.config_file), "--format", "json", "--lang", "en", "--ca", str(application.ca_file)]
    command = [str(Path(sys.executable).with_name("waarborg")), "check", *typed]
    command += ["--secrets", str(application.secrets_file)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("WAARBORG_", "DJANGO_"))}
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    return Said(done.returncode, done.stdout)


@pytest.mark.parametrize(("name", "check_id"), ROWS, ids=[f"{name}-{check_id}" for name, check_id in ROWS])
def test_a_verdict_on_an_application_of_others_is_the_one_in_the_table(
    applications: dict[str, Application], name: str, check_id: str
) -> None:
    line = check(applications[name]).lines[check_id]
    expected = TABLE[name][check_id]
    codes = {finding["code"] for finding in line["findings"]} - OF_THE_MACHINE
    assert (line["outcome"], sorted(codes)) == (expected["outcome"], sorted(expected["findings"])), line["findings"]


@pytest.mark.parametrize("name", TABLE)
def test_the_exit_code_says_the_worst_of_it(applications: dict[str, Application], name: str) -> None:
    outcomes = {TABLE[name][check_id]["outcome"] for check_id in URL_CHECKS}
    worst = next(outcome for outcome in EXIT_CODES if outcome in outcomes)
    assert check(applications[name]).exit_code == EXIT_CODES[worst]


@pytest.mark.parametrize("name", TABLE)
def test_no_secret_of_the_account_is_told(applications: dict[str, Application], name: str) -> None:
    login = applications[name].login
    told = check(applications[name]).output
    assert [value for value in (login.secrets.values() if login else ()) if len(value) > 10 and value in told] == []


def test_the_table_has_every_check_of_every_application_and_how_it_was_established(
    applications: dict[str, Application],
) -> None:
    assert set(TABLE) == set(applications)
    assert {name: URL_CHECKS - set(row) for name, row in TABLE.items()} == {name: set() for name in TABLE}
    for name, check_id in ROWS:
        assert TABLE[name][check_id]["seen"].lstrip().startswith("$"), (name, check_id)
