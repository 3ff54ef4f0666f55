"""Each way to hide a number from the scan, as the README lists them: none may be called met."""

import base64
import gzip
import io
import os
import sqlite3
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.simulators.numbers import ordinary, real_looking, set_apart

from waarborg.assurance.checks.real_person_data.observe import observe
from waarborg.assurance.checks.real_person_data.values import Criteria, Kind
from waarborg.assurance.checks.target import Target
from waarborg.assurance.values import Outcome

from .conftest import NOW, Plant, Scan, zipped

PERSON, *OTHERS = real_looking(30)
LINE = f"bsn {PERSON}\n".encode()
HASHES = "\n".join(f"Berg;{number * 3}{number[:5]}ab" for number in ordinary(20))


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes(9)


def ico(*sides: int) -> bytes:
    entries = b"".join(bytes([side % 256, side % 256]) + bytes(14) for side in sides)
    return b"\x00\x00\x01\x00" + len(sides).to_bytes(2, "little") + entries + bytes(40)


def encrypted_zip() -> bytes:
    """A zip whose headers say that the member is encrypted, as any tool with a password writes it."""
    data = bytearray(zipped({"b.txt": LINE}))
    central = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[central + 8] |= 1
    return bytes(data)


def tar_in_zip() -> bytes:
    with io.BytesIO() as buffer:
        with tarfile.open(fileobj=buffer, mode="w") as archive:
            archive.addfile(tarfile.TarInfo("b.txt"))
        return zipped({"in.tar": buffer.getvalue()})


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("letter.pdf", b"%PDF-1.7\n" + bytes(range(256)), "pdf"),
        ("screen.png", png(1280, 800), "image"),
        ("strip.png", png(640, 12), "image"),
        ("large.ico", ico(16, 256), "image"),
        ("photo.jpg", b"\xff\xd8\xff\xe0" + bytes(range(256)), "image"),
        ("scan.dcm", bytes(128) + b"DICM" + bytes(64), "dicom"),
        ("call.mp3", b"ID3" + bytes(range(256)), "media"),
        ("dump.7z", b"7z\xbc\xaf\x27\x1c" + bytes(range(256)), "archive"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "archive"),
        ("dump.age", b"age-encryption.org/v1\n" + bytes(range(256)), "encrypted"),
        ("dump.zip", encrypted_zip(), "encrypted"),
        ("dump.zip", zipped({"b.zip": zipped({"c.txt": LINE})}), "nested"),
        ("dump.zip", tar_in_zip(), "nested"),
        ("dump.gz.gz.gz", gzip.compress(gzip.compress(gzip.compress(LINE))), "nested"),
        ("broken.zip", zipped({"b.txt": LINE})[:40], "damaged"),
        ("broken.gz", gzip.compress(LINE)[:-9], "damaged"),
        ("broken.db", b"SQLite format 3\x00" + bytes(range(256)), "damaged"),
        ("app.db-wal", b"\x37\x7f\x06\x82" + bytes(range(256)), "unknown_binary"),
        ("mainframe.txt", LINE.decode().encode("cp500") * 20, "unknown_binary"),
        ("a.json", b'{"a": "%s"}' % base64.b64encode(base64.b64encode(b"x" * 30 + LINE)), "encoded"),
        ("a.json", b'{"a": "%s"}' % base64.b64encode(b"%PDF-1.7 " + bytes(range(256))), "pdf"),
        ("a.csv", f"naam;bsn deel 1;bsn deel 2\nBerg;{PERSON[:4]};{PERSON[4:]}\n".encode(), "hidden_column"),
        ("a.csv", f"naam;bsn_hash\n{HASHES}\n".encode(), "hidden_column"),
        ("a.json", f'{{"bsn": "{PERSON[:5]}"}}'.encode(), "hidden_column"),
    ],
)
def test_what_is_not_understood_is_unknown_and_named(
    name: str, content: bytes, kind: Kind, plant: Plant, scan: Scan
) -> None:
    plant("readme.txt", "nothing here")
    plant(name, content)
    seen, verdict = scan()
    assert verdict.outcome is Outcome.UNKNOWN
    assert seen.unread_counts == {kind: seen.unread_counts.get(kind, 0)}
    assert f"not_read_{kind}" in {finding.code for finding in verdict.findings}
    assert name in seen.unread[0].path


def test_the_history_of_the_code_is_not_read_and_said(plant: Plant, scan: Scan) -> None:
    plant("readme.txt", "nothing here")
    plant(".git/objects/12/34", b"x\x9c" + bytes(40))
    seen, verdict = scan()
    assert (seen.unread_counts, verdict.outcome) == ({"history": 1}, Outcome.UNKNOWN)


def test_a_link_out_of_the_folder_is_not_followed_and_said(
    plant: Plant, scan: Scan, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "b.txt").write_bytes(LINE)
    plant("readme.txt", "nothing here").with_name("out").symlink_to(outside)
    seen, verdict = scan()
    assert (seen.places, seen.unread_counts, verdict.outcome) == (0, {"link": 1}, Outcome.UNKNOWN)


def test_a_link_within_the_folder_is_read_once_at_its_own_place(plant: Plant, scan: Scan) -> None:
    plant("a.txt", LINE).with_name("again.txt").symlink_to("a.txt")
    seen, _ = scan()
    assert [hit.path for hit in seen.hits] == ["a.txt"]
    assert seen.unread_counts == {}


def test_a_pipe_does_not_hold_up_the_scan(plant: Plant, scan: Scan) -> None:
    os.mkfifo(plant("readme.txt", "nothing here").with_name("pipe"))
    seen, verdict = scan()
    assert (seen.unread_counts, verdict.outcome) == ({"special": 1}, Outcome.UNKNOWN)


def test_a_file_that_goes_away_during_the_scan_is_said(plant: Plant, criteria: Criteria) -> None:
    folder = plant("a.txt", "nothing here").parent
    later = plant("b.txt", LINE)
    seen = observe(Target(folder=folder), criteria=criteria, now=NOW, progress=lambda *_: later.unlink(missing_ok=True))
    assert (seen.files, seen.unread_counts) == (1, {"unreadable": 1})


def test_what_the_setting_leaves_out_is_said(plant: Plant, scan: Scan) -> None:
    plant("src/a.txt", "nothing here")
    plant("data/b.txt", LINE)
    seen, verdict = scan(only=("src",))
    assert (seen.files, seen.unread_counts, verdict.outcome) == (1, {"left_out": 1}, Outcome.UNKNOWN)


def test_an_empty_folder_proves_nothing(scan: Scan) -> None:
    _, verdict = scan()
    assert [finding.code for finding in verdict.findings] == ["nothing_there"]
    assert verdict.outcome is Outcome.UNKNOWN


def test_a_few_loose_numbers_that_all_pass_are_more_than_chance(plant: Plant, scan: Scan) -> None:
    plant("a.txt", "\n\n".join(f"order {number} shipped" for number in OTHERS[:4]))
    _, verdict = scan()
    assert verdict.findings[0].code == "more_than_chance"
    assert verdict.outcome is Outcome.UNKNOWN


def test_loose_numbers_that_pass_as_often_as_chance_has_it_do_not_decide(plant: Plant, scan: Scan) -> None:
    plant("a.txt", "\n".join([*ordinary(60), *OTHERS[:6]]))
    seen, verdict = scan()
    assert (seen.nine_digits, seen.coincidences, verdict.outcome) == (66, 6, Outcome.MET)
    assert "coincidences" in {finding.code for finding in verdict.findings}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"file_bytes": 30}, "too_large"),
        ({"total_bytes": 5}, "too_many"),
        ({"files": 1}, "too_many"),
        ({"depth": 0}, "too_deep"),
        ({"seconds": -1}, "out_of_time"),
        ({"members": 1}, "too_large"),
        ({"expanded_bytes": 20}, "too_large"),
    ],
)
def test_each_bound_is_kept_and_said(
    change: dict[str, int], kind: Kind, plant: Plant, scan: Scan, criteria: Criteria
) -> None:
    plant("a/b.txt", "nothing here")
    plant("c.zip", zipped({"d.txt": "x" * 40, "e.txt": "y" * 40}))
    bounded = criteria.model_copy(update={"limits": criteria.limits.model_copy(update=change)})
    seen, verdict = scan(bounded)
    assert verdict.outcome is Outcome.UNKNOWN
    assert kind in seen.unread_counts


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: zipped({"zeros": data})])
def test_a_bomb_costs_no_more_than_its_bound(
    pack: Callable[[bytes], bytes], plant: Plant, scan: Scan, criteria: Criteria
) -> None:
    plant("bomb", pack(bytes(20_000_000)))
    limits = criteria.limits.model_copy(update={"file_bytes": 1_000_000})
    seen, verdict = scan(criteria.model_copy(update={"limits": limits}))
    assert (seen.unread_counts, verdict.outcome) == ({"too_large": 1}, Outcome.UNKNOWN)


def test_a_sheet_that_is_too_large_is_said(plant: Plant, scan: Scan, criteria: Criteria) -> None:
    sheets = {f"xl/worksheets/sheet{at}.xml": f"<row><c><v>{'1' * at * 400}</v></c></row>" for at in (1, 9)}
    plant("a.xlsx", zipped({"xl/workbook.xml": "<workbook/>", **sheets}))
    limits = criteria.limits.model_copy(update={"file_bytes": 2_000})
    seen, verdict = scan(criteria.model_copy(update={"limits": limits}))
    assert (seen.unread_counts, verdict.outcome) == ({"too_large": 1}, Outcome.UNKNOWN)


def test_a_find_is_not_met_also_when_not_all_was_read(plant: Plant, scan: Scan) -> None:
    plant("a.txt", LINE)
    plant("b.pdf", b"%PDF-1.7\n")
    _, verdict = scan()
    assert verdict.outcome is Outcome.NOT_MET
    assert {"real_numbers", "not_read_pdf"} <= {finding.code for finding in verdict.findings}


@pytest.mark.parametrize("start", [b"%PDF-1.7\n", png(1280, 800), b"\x7fELF" + bytes(20), bytes(range(256))])
def test_a_number_in_the_open_is_found_in_what_is_not_understood(start: bytes, plant: Plant, scan: Scan) -> None:
    plant("a.bin", start + LINE + bytes(9))
    _, verdict = scan()
    assert verdict.outcome is Outcome.NOT_MET


def test_a_deleted_row_that_still_stands_in_the_file_is_found(tmp_path: Path, scan: Scan) -> None:
    connection = sqlite3.connect(tmp_path / "app.db")
    connection.execute("PRAGMA secure_delete = OFF")
    connection.execute("CREATE TABLE note (text)")
    connection.executemany("INSERT INTO note VALUES (?)", [(f"bsn {PERSON}",), ("x" * 50,)])
    connection.execute("DELETE FROM note WHERE text LIKE 'bsn%'")
    connection.commit()
    connection.close()
    seen, verdict = scan()
    assert (seen.hits[0].path, verdict.outcome) == ("app.db", Outcome.NOT_MET)


def test_eight_digits_right_behind_the_word_are_a_number(plant: Plant, scan: Scan) -> None:
    short = next(number for number in real_looking(400, lowest=10_000_000) if number.startswith("0"))
    plant("a.txt", f"bsn: {short[1:]}")
    _, verdict = scan()
    assert verdict.outcome is Outcome.NOT_MET


def test_fonts_icons_and_compiled_code_may_stay_unread(plant: Plant, scan: Scan) -> None:
    plant("a.txt", "nothing here")
    plant("a.woff2", b"wOF2" + bytes(range(256)))
    plant("a.so", b"\x7fELF" + bytes(range(256)))
    plant("icon.png", png(48, 48))
    plant("favicon.ico", ico(16, 32, 48))
    seen, verdict = scan()
    assert (seen.unread_counts, verdict.outcome) == ({"compiled": 1, "font": 1, "icon": 2}, Outcome.MET)


def test_test_numbers_and_documented_samples_are_counted_and_allowed(
    plant: Plant, scan: Scan, criteria: Criteria
) -> None:
    plant("a.csv", "bsn\n" + "\n".join([*set_apart(9), *(sample.number for sample in criteria.samples)]))
    seen, verdict = scan()
    assert (seen.test_numbers, seen.samples, verdict.outcome) == (9, len(criteria.samples), Outcome.MET)
