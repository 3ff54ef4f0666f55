"""What holds for every folder: it never fails on content, it is fast, and other people's code is clean."""

import sysconfig
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.simulators.numbers import ordinary, real_looking

from waarborg.assurance.checks.guard import Guard
from waarborg.assurance.checks.loading import load_check, run_check
from waarborg.assurance.checks.real_person_data.ledger import Ledger
from waarborg.assurance.checks.real_person_data.observe import observe
from waarborg.assurance.checks.real_person_data.scanning import Scanner
from waarborg.assurance.checks.real_person_data.values import Criteria
from waarborg.assurance.checks.target import Target
from waarborg.assurance.values import Outcome

from .conftest import NOW, Plant

CHECK = load_check("real_person_data")
LEAST_MB_PER_SECOND = 20

beginnings = st.sampled_from(
    [
        b"",
        b"PK\x03\x04",
        b"\x1f\x8b\x08",
        b"SQLite format 3\x00",
        b"BZh9",
        b"\xfd7zXZ\x00",
        b"\xff\xfe",
        b"MSH|^~\\&|\rPID|",
    ]
)
pieces = st.sampled_from(
    [
        b"bsn",
        b"INSERT INTO t (bsn) VALUES (",
        b"COPY t (bsn) FROM stdin;\n",
        b'{"bsn":',
        b"[",
        b"'",
        b"\x00",
        b"\n",
        b";",
    ]
)
names = st.sampled_from(["a.csv", "a.sql", "a.json", "a.xml", "a.xlsx", "a.db", "a"])


@given(names, beginnings, st.lists(pieces | st.binary(max_size=40) | st.just(b"123456789"), max_size=30))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_no_content_makes_the_scan_fail(name: str, beginning: bytes, parts: list[bytes]) -> None:
    assert isinstance(CHECK.criteria, Criteria)
    ledger = Ledger(CHECK.criteria, key=b"k")
    Scanner(CHECK.criteria, ledger, out_of_time=lambda: False).read_file(name, beginning + b"".join(parts))
    assert ledger.observation(0).files == 1


@given(st.binary(max_size=400), st.sampled_from(real_looking(20)), st.binary(max_size=400))
def test_a_named_number_between_any_bytes_is_never_called_clean(before: bytes, number: str, after: bytes) -> None:
    assert isinstance(CHECK.criteria, Criteria)
    ledger = Ledger(CHECK.criteria, key=b"k")
    content = before + b"\nbsn: " + number.encode() + b"\n" + after
    Scanner(CHECK.criteria, ledger, out_of_time=lambda: False).read_file("a", content)
    seen = ledger.observation(0)
    assert CHECK.judge(seen, criteria=CHECK.criteria, now=NOW).outcome is not Outcome.MET


def test_the_installed_packages_hold_nobody_but_documented_samples(criteria: Criteria) -> None:
    """Thousands of files by other people, with hundreds of numbers of nine digits in them."""
    packages = Path(sysconfig.get_paths()["purelib"])
    bounded = criteria.model_copy(update={"limits": criteria.limits.model_copy(update={"seconds": 60})})
    seen = observe(Target(folder=packages), criteria=bounded, now=NOW)
    assert seen.hits == ()
    assert seen.files > 3_000
    assert "out_of_time" not in seen.unread_counts


def test_text_with_numbers_is_read_at_twenty_megabytes_a_second(plant: Plant, criteria: Criteria) -> None:
    numbers = ordinary(1_000)
    line = "2026-03-01 12:00:00 INFO order {} accepted for warehouse, took 12.5 ms\n"
    text = "".join(line.format(numbers[i % 1_000] if i % 50 == 0 else i) for i in range(200_000))
    folder = plant("app.log", text).parent
    began = time.process_time()
    seen = observe(Target(folder=folder), criteria=criteria, now=NOW)
    assert seen.bytes / 1e6 / (time.process_time() - began) > LEAST_MB_PER_SECOND


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("a.sql", b"INSERT INTO t (bsn) VALUES ('"),
        ("a.sql", b"CREATE TABLE t (bsn "),
        ("a.sql", b"COPY t (bsn) FROM stdin;\n"),
        ("a.json", b'{"bsn":['),
        ("a.csv", b'bsn;"'),
        ("a.html", b"bsn<table><tr><td"),
        ("a.md", b"| bsn "),
        ("a.txt", b"A" * 60 + b"\n"),
        ("a.hl7", b"MSH|bsn\rPID|~~^^|"),
        ("a.txt", b"bsn 123456789 "),
        ("a.txt", b"<<bsn"),
    ],
)
def test_hostile_text_takes_no_more_than_its_share_of_time(
    name: str, part: bytes, plant: Plant, criteria: Criteria
) -> None:
    """Twice as much text takes about twice as long, not four times: half a megabyte stays within seconds."""
    folder = plant(name, part * (500_000 // len(part))).parent
    began = time.process_time()
    observe(Target(folder=folder), criteria=criteria, now=NOW)
    assert time.process_time() - began < 3


def test_progress_is_told_after_each_file(plant: Plant, criteria: Criteria) -> None:
    told: list[tuple[int, int]] = []
    folder = plant("a.txt", "four").parent
    plant("b.txt", "sixsix")
    observe(Target(folder=folder), criteria=criteria, now=NOW, progress=lambda files, size: told.append((files, size)))
    assert told == [(1, 4), (2, 10)]


def test_equal_numbers_have_equal_digests_under_a_given_key(plant: Plant, criteria: Criteria) -> None:
    folder = plant("a.txt", f"bsn {real_looking(1)[0]}").parent
    one, same = (observe(Target(folder=folder), criteria=criteria, now=NOW, key=b"k" * 32) for _ in range(2))
    assert one.hits == same.hits


def test_a_folder_that_is_not_there_is_unknown(tmp_path: Path) -> None:
    measured = run_check(CHECK, Target(folder=tmp_path / "gone"), NOW)
    assert measured.verdict.findings[0].code == "folder_unreadable"


def test_an_address_without_a_folder_is_unknown() -> None:
    measured = run_check(CHECK, Target(url="https://localhost/", guard=Guard(allow_private=True)), NOW)
    assert (measured.verdict.outcome, measured.verdict.findings[0].code) == (Outcome.UNKNOWN, "no_folder")
