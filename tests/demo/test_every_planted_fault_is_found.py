"""Each fault planted in the faulty application is found by the check named for it; the sound one has none."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from demo.applications.definitions import APPLICATIONS, FAULTY, PLANTED, SOUND, Fault, Planted
from demo.applications.planting import SET_APART, numbers_outside_the_test_range
from demo.applications.ready import Running
from demo.applications.running import running
from tests.simulators.certificates import make_authority

from waarborg.assurance.checks.loading import load_checks, run_check
from waarborg.assurance.values import Measurement, Outcome
from waarborg.doors.cli.planning import Asked, make_plan
from waarborg.patients.values import passes_eleven_test

Measured = dict[str, Measurement]
REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def authority_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    authority = make_authority(tmp_path_factory.mktemp("authority"))
    key = authority.folder / "ca.key"
    key.write_bytes(authority.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return authority.file, key


@pytest.fixture(scope="module")
def started(authority_files: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Running]]:
    folder = tmp_path_factory.mktemp("applications")
    certificate, key = authority_files
    with ExitStack() as stack:
        yield [
            stack.enter_context(running(one, folder / one.id, ca_certificate=certificate, ca_key=key))
            for one in APPLICATIONS
        ]


def measure(ready: Running) -> Measured:
    """Check an application by its own files, as a person would."""
    plan = make_plan(Asked(target=str(ready.repository), secrets_file=ready.secrets_file))
    return {step.check.id: run_check(step.check, step.target, datetime.now(UTC)) for step in plan.steps}


@pytest.fixture(scope="module")
def measured(started: list[Running]) -> dict[str, Measured]:
    return {ready.application.id: measure(ready) for ready in started}


def codes(measurement: Measurement) -> set[str]:
    return {finding.code for finding in measurement.verdict.findings}


@pytest.mark.parametrize("planted", PLANTED, ids=[planted.fault for planted in PLANTED])
def test_a_planted_fault_is_found_by_its_check(measured: dict[str, Measured], planted: Planted) -> None:
    found = measured[FAULTY.id][planted.check]
    assert found.verdict.outcome is Outcome.NOT_MET
    assert planted.code in codes(found)


@pytest.mark.parametrize("check", sorted({planted.check for planted in PLANTED}))
def test_the_sound_application_meets_every_check(measured: dict[str, Measured], check: str) -> None:
    verdict = measured[SOUND.id][check].verdict
    assert (verdict.outcome, verdict.findings) == (Outcome.MET, verdict.findings)


@pytest.mark.parametrize("planted", PLANTED, ids=[planted.fault for planted in PLANTED])
def test_no_planted_fault_is_found_in_the_sound_one(measured: dict[str, Measured], planted: Planted) -> None:
    assert planted.code not in codes(measured[SOUND.id][planted.check])


def test_every_fault_is_planted_once_and_every_check_has_one() -> None:
    assert sorted(planted.fault for planted in PLANTED) == sorted(Fault)
    assert {planted.check for planted in PLANTED} == set(load_checks()) - {"own_log", "own_access"}


def test_a_found_number_is_told_without_the_number(measured: dict[str, Measured], started: list[Running]) -> None:
    dump = next(ready.repository / "backup" for ready in started if ready.application is FAULTY)
    numbers = set(re.findall(r"\b\d{9}\b", "".join(path.read_text("utf-8") for path in dump.iterdir())))
    kept = json.dumps({name: one.observation for name, one in measured[FAULTY.id].items()}, default=str)
    assert len(numbers) == 8
    assert [number for number in numbers if number in kept] == []


def test_no_secret_of_the_account_is_in_any_observation(measured: dict[str, Measured], started: list[Running]) -> None:
    for ready in started:
        kept = json.dumps([one.observation for one in measured[ready.application.id].values()], default=str)
        assert ready.account.password not in kept
        assert ready.account.totp_secret not in kept


def test_files_with_secrets_are_for_their_owner_only(started: list[Running]) -> None:
    for ready in started:
        private = (ready.secrets_file, ready.config_file, ready.folder / "server.pem")
        assert [path.stat().st_mode & 0o077 for path in private] == [0, 0, 0]


def test_secrets_differ_at_every_start(started: list[Running]) -> None:
    secrets = [(ready.account.password, ready.account.totp_secret) for ready in started]
    assert len(set(secrets)) == len(secrets)


def test_planted_numbers_are_well_formed_and_outside_the_test_range() -> None:
    numbers = [number for number, _ in zip(numbers_outside_the_test_range(), range(200), strict=False)]
    assert all(passes_eleven_test(number) and not number.startswith(SET_APART) for number in numbers)
    assert len(set(numbers)) > 190


def test_the_command_starts_both_and_ends_when_told(authority_files: tuple[Path, Path], tmp_path: Path) -> None:
    certificate, key = authority_files
    command = [sys.executable, "-m", "demo.applications", "--folder", str(tmp_path / "apps")]
    command += ["--ca-cert", str(certificate), "--ca-key", str(key)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=REPOSITORY
    ) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        rest, complaints = process.communicate(timeout=20)
    assert [one["id"] for one in told["applications"]] == [one.id for one in APPLICATIONS]
    assert all(Path(one["config"]).is_file() and Path(one["secrets"]).is_file() for one in told["applications"])
    assert (process.returncode, rest, complaints) == (0, "", "")


def test_an_authority_that_does_not_fit_is_refused(authority_files: tuple[Path, Path], tmp_path: Path) -> None:
    certificate, _ = authority_files
    command = [sys.executable, "-m", "demo.applications", "--folder", str(tmp_path / "apps")]
    command += ["--ca-cert", str(certificate), "--ca-key", os.devnull]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, check=False)
    assert (ended.returncode, ended.stdout) == (3, "")
    assert "the authority can't be read" in ended.stderr
