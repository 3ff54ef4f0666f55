"""`waarborg init`: what it shows is shown once, and a lost root key comes back from two shares or not at all."""

import os
import stat
import subprocess
from pathlib import Path

import pytest
from tests.accounts.conftest import quick_hashes
from tests.cast import NOON
from tests.project.installed import COMMAND, Installation, installation, shares, tickets
from tests.simulators.databases import Engine

from waarborg.accounts.testing import found
from waarborg.kernel import rootkey
from waarborg.project.wiring import console
from waarborg.registers.operations.organisations import found_organisation
from waarborg.registers.values.classification import OrganisationKind
from waarborg.registers.values.inputs import NewOrganisation

__all__ = ["quick_hashes"]


@pytest.fixture
def made(database: Engine, tmp_path: Path) -> Installation:
    return installation(tmp_path, database)


def test_from_nothing_to_two_shares_and_two_tickets(made: Installation) -> None:
    told = made.init()
    one, other = shares(told)
    assert rootkey.combine(one, other) == rootkey.load(made.root_key)
    assert stat.S_IMODE(made.root_key.stat().st_mode) == 0o600
    assert stat.S_IMODE((made.home / "data").stat().st_mode) == 0o700
    assert len(set(tickets(told))) == 2


def test_a_second_time_the_shares_are_not_shown_and_tickets_that_nobody_used_are_replaced(made: Installation) -> None:
    first, key = tickets(made.init()), made.root_key.read_bytes()
    again = made.init()
    assert "Databases: ready." in again
    assert shares(again) == []
    assert len({*first, *tickets(again)}) == 4
    assert made.root_key.read_bytes() == key


def test_once_both_are_registered_no_secret_is_shown_any_more(database: Engine, quick_hashes: None) -> None:
    kept = Path(os.environ["WAARBORG_KEYS__ROOT_KEY_FILE"])
    scope = found_organisation(
        NewOrganisation(name="Bureau Proef", kind=OrganisationKind.AGENCY), by=console(), now=NOON
    )
    found(scope, now=NOON)
    told = subprocess.run(
        [COMMAND, "init"], env=dict(database.environment()), capture_output=True, text=True, check=True
    )
    assert (shares(told.stdout), tickets(told.stdout)) == ([], [])
    assert "registered already" in told.stdout
    assert kept.read_text().strip() not in told.stdout


def test_losing_the_root_key_is_rehearsed(made: Installation) -> None:
    one, other = shares(made.init())
    key = made.root_key.read_bytes()
    sound = made.run("audit", "verify")
    assert sound.returncode == 0, sound.stderr
    made.root_key.unlink()

    for command in (["init", "--organisation", "Bureau Proef"], ["serve"], ["audit", "verify"]):
        lost = made.run(*command)
        assert lost.returncode != 0
        assert shares(lost.stdout) == []
        assert "Traceback" not in lost.stderr, lost.stderr
        assert not made.root_key.exists()

    for typed in (
        (one, one),
        (one, other[:-5] + ("AAAAA" if not other.endswith("AAAAA") else "BBBBB")),
        (one, ""),
        ("", ""),
    ):
        wrong = made.run("init", "--recover", typed="\n".join((*typed, "")))
        assert wrong.returncode != 0
        assert not made.root_key.exists()

    back = made.run("init", "--recover", typed=f"{other.lower()}\n{one}\n")
    assert back.returncode == 0, back.stderr
    assert one not in back.stdout + back.stderr
    assert made.root_key.read_bytes() == key
    assert made.run("audit", "verify").stdout == sound.stdout
    twice = made.run("init", "--recover", typed=f"{one}\n{other}\n")
    assert (twice.returncode, "Traceback" in twice.stderr) == (1, False)
    assert made.root_key.read_bytes() == key


def test_another_root_key_beside_this_data_is_refused(made: Installation) -> None:
    made.init()
    made.root_key.unlink()
    rootkey.create(made.root_key)
    for command in (["init"], ["serve"]):
        refused = made.run(*command)
        assert (refused.returncode, "Traceback" in refused.stderr) == (1, False), refused.stderr
        assert refused.stdout == ""


def test_shares_of_two_keys_do_not_make_a_third() -> None:
    one, other = rootkey.split(b"1" * 32), rootkey.split(b"2" * 32)
    for pair in ((one[0], other[1]), (one[0], one[0]), (other[0], one[1])):
        with pytest.raises(rootkey.SharesDontFit):
            rootkey.combine(*pair)


def test_a_root_key_that_is_no_key_is_refused_in_a_sentence(made: Installation) -> None:
    made.root_key.parent.mkdir(parents=True)
    made.root_key.write_bytes(b"\x00not base64")
    made.root_key.chmod(0o600)
    refused = made.run("init", "--organisation", "Bureau Proef")
    assert (refused.returncode, "Traceback" in refused.stderr) == (1, False), refused.stderr
