"""Planted in each format: it is found, at the right place, and nothing of the number leaves but its mask."""

import base64
import bz2
import gzip
import io
import json
import lzma
import sqlite3
import tarfile
from pathlib import Path

import pytest
from tests.simulators.numbers import ordinary, real_looking, set_apart, with_leading_zero

from waarborg.assurance.checks.real_person_data.values import Hit, Observation
from waarborg.assurance.values import Outcome

from .conftest import Plant, Scan, zipped

PERSON, *OTHERS = real_looking(30)
SHORT = with_leading_zero()


def only_hit(seen: Observation) -> Hit:
    assert len(seen.hits) == 1, seen
    return seen.hits[0]


def place(hit: Hit) -> tuple[str, int, str, str]:
    return hit.path, hit.line, hit.column, hit.context


def workbook(rows: list[list[str]]) -> bytes:
    """The parts of an Office Open XML workbook that hold cells, texts shared as spreadsheets do."""
    texts = sorted({cell for row in rows for cell in row if not cell.isdigit()})
    cells = "".join(
        f'<row r="{at}">'
        + "".join(
            f'<c r="{chr(65 + i)}{at}"><v>{cell}</v></c>'
            if cell.isdigit()
            else f'<c r="{chr(65 + i)}{at}" t="s"><v>{texts.index(cell)}</v></c>'
            for i, cell in enumerate(row)
        )
        + "</row>"
        for at, row in enumerate(rows, start=1)
    )
    strings = "".join(f"<si><t>{text}</t></si>" for text in texts)
    return zipped(
        {
            "xl/workbook.xml": "<workbook/>",
            "xl/sharedStrings.xml": f"<sst>{strings}</sst>",
            "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{cells}</sheetData></worksheet>",
        }
    )


def database(file: Path, *rows: tuple[object, object], columns: str = "bsn, name") -> bytes:
    connection = sqlite3.connect(file)
    connection.execute(f"CREATE TABLE patient ({columns})")
    connection.executemany("INSERT INTO patient VALUES (?, ?)", rows)
    connection.commit()
    connection.close()
    return file.read_bytes()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_text_is_read_in_the_usual_encodings(encoding: str, plant: Plant, scan: Scan) -> None:
    plant("notes/call.txt", f"Patiënt belde.\nBSN van mevrouw: {PERSON}\n".encode(encoding))
    seen, verdict = scan()
    assert place(only_hit(seen)) == ("notes/call.txt", 2, "", "keyword")
    assert verdict.outcome is Outcome.NOT_MET


@pytest.mark.parametrize(
    "written",
    [
        "bsn = {0}",
        "BSN: {1}.{2}.{3}",
        "bsn {1} {2} {3}",
        "burgerservicenummer\t{0}",
        "patientBsn={0}",
        "sofi-nummer {0}",
        "Burger Service Nummer {0}",
        "bsn\u00a0{1}\u00a0{2}\u00a0{3}",
        "<bsn>{0}</bsn>",
        '"bsn":{0},',
        "urn:oid:2.16.840.1.113883.2.4.6.3|{0}",
        "http://fhir.nl/fhir/NamingSystem/bsn|{0}",
        "surname: Berg, date of birth: 1941-03-12, number {0}",
        "Achternaam;Geboortedatum\nBerg;12-03-1941;{0}",
    ],
)
def test_a_number_is_found_however_people_write_it(written: str, plant: Plant, scan: Scan) -> None:
    plant("a.md", written.format(PERSON, PERSON[:4], PERSON[4:6], PERSON[6:]))
    seen, verdict = scan()
    assert (seen.places, seen.numbers, verdict.outcome) == (1, 1, Outcome.NOT_MET)


@pytest.mark.parametrize(
    "written", ["{0}", "order {0}", "fsbsnx {0}", "bsn " + "x" * 130 + " {0}", "bsn {0}1", "bsn 1{0}", "pseudonym {0}"]
)
def test_nine_digits_without_a_reason_are_a_coincidence(written: str, plant: Plant, scan: Scan) -> None:
    plant("a.md", written.format(PERSON))
    seen, verdict = scan()
    assert (seen.places, verdict.outcome) == (0, Outcome.MET)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("heading", ["bsn", "BSN-nummer", "Burgerservicenummer", "01.01.20", "client_bsn", "clientBsn"])
def test_a_column_is_known_by_its_heading_far_below_it(separator: str, heading: str, plant: Plant, scan: Scan) -> None:
    tests = set_apart(500)
    rows = [separator.join(["naam", heading, "nr"])]
    rows += [separator.join([f"Berg {i}", tests[i], "x" * 100]) for i in range(400)]
    rows.append(separator.join(["Dijk", OTHERS[0], "-"]))
    plant("export.csv", "\n".join(rows))
    seen, _ = scan()
    assert place(only_hit(seen)) == ("export.csv", 402, heading, "column")


def test_a_leading_zero_that_was_lost_is_put_back_in_a_named_column(plant: Plant, scan: Scan) -> None:
    plant("a.csv", f"naam;bsn\n{'x' * 200};\nBerg;{SHORT[1:]}\n")
    seen, _ = scan()
    assert place(only_hit(seen)) == ("a.csv", 3, "bsn", "column")


def test_a_column_without_a_name_is_known_by_its_content(plant: Plant, scan: Scan) -> None:
    rows = [f"{number};{other};{'x' * 130}" for number, other in zip(OTHERS, ordinary(len(OTHERS)), strict=True)]
    plant("dump.csv", "\n".join(rows))
    seen, _ = scan()
    assert (seen.numbers, {hit.column for hit in seen.hits}) == (len(OTHERS), {"1"})
    assert {hit.context for hit in seen.hits} == {"column_rate"}


def test_an_order_number_beside_a_column_of_test_numbers_is_nobody(plant: Plant, scan: Scan) -> None:
    plant("a.csv", f"bsn,order\n{set_apart(1)[0]},{PERSON}\n")
    seen, verdict = scan()
    assert (seen.places, seen.coincidences, seen.test_numbers) == (0, 1, 1)
    assert verdict.outcome is Outcome.MET


def test_a_bare_list_of_numbers_is_recognised(plant: Plant, scan: Scan) -> None:
    plant("ids.lst", "\n".join(OTHERS))
    seen, _ = scan()
    assert (seen.numbers, {hit.context for hit in seen.hits}) == (len(OTHERS), {"list"})


@pytest.mark.parametrize(
    ("document", "column"),
    [
        ({"patients": [{"bsn": PERSON}]}, "patients.bsn"),
        ({"patient": {"bsn": int(PERSON)}}, "patient.bsn"),
        ({"bsn": int(SHORT)}, "bsn"),
        ({"bsns": [*set_apart(30), PERSON]}, "bsns"),
        (
            {"identifier": [{"system": "http://fhir.nl/fhir/NamingSystem/bsn", "x": "y" * 200, "value": PERSON}]},
            "identifier",
        ),
        ({"familyName": "Berg", "x": "y" * 200, "birthDate": "1941-03-12", "z": "y" * 200, "number": PERSON}, ""),
    ],
)
def test_json_gives_a_number_its_meaning_by_key(document: object, column: str, plant: Plant, scan: Scan) -> None:
    plant("fixture.json", json.dumps(document, indent=1))
    seen, _ = scan()
    assert only_hit(seen).column == column


def test_json_by_the_line_is_read_by_the_line(plant: Plant, scan: Scan) -> None:
    lines = [json.dumps({"bsn": number, "x": "y" * 200}) for number in [*set_apart(3), PERSON]]
    plant("a.jsonl", "\n".join(lines))
    seen, _ = scan()
    assert place(only_hit(seen)) == ("a.jsonl", 4, "bsn", "key")


def test_xml_names_the_authority_by_number(plant: Plant, scan: Scan) -> None:
    plant("a.xml", f'<a>\n<id root="2.16.840.1.113883.2.4.6.3" extension="{PERSON}"/>\n</a>')
    seen, _ = scan()
    assert place(only_hit(seen)) == ("a.xml", 2, "", "authority")


def test_hl7_tells_a_bsn_from_a_number_of_the_hospital(plant: Plant, scan: Scan) -> None:
    pid = f"PID|1||{OTHERS[0]}^^^UMC^PI~{PERSON}^^^NLMINBIZA^NNNLD||Berg^A||19410312"
    plant("adt.hl7", f"MSH|^~\\&|EPD|UMC\r\n{pid}\r\n")
    seen, _ = scan()
    assert place(only_hit(seen)) == ("adt.hl7", 2, "PID-3", "authority")


def test_hl7_without_an_authority_is_known_by_name_and_birth_date(plant: Plant, scan: Scan) -> None:
    plant("adt.hl7", f"MSH|^~\\&|EPD|UMC\rPID|1||{PERSON}||Berg^A||19410312\r")
    seen, _ = scan()
    assert only_hit(seen).context == "person_fields"


@pytest.mark.parametrize(
    "dump",
    [
        "INSERT INTO patient (id, bsn, note) VALUES\n{rows};\n",
        (
            "CREATE TABLE `patient` (\n`id` int(9) NOT NULL,\n`bsn` decimal(9,0),\n`note` text,\n"
            "PRIMARY KEY (`id`)\n) ENGINE=x;\nINSERT INTO `patient` VALUES {rows};\n"
        ),
    ],
)
def test_an_sql_dump_is_read_under_the_names_of_its_columns(dump: str, plant: Plant, scan: Scan) -> None:
    numbers = [*set_apart(200), PERSON]
    rows = ",\n".join(f"({i},'{number}','it''s (a; note)')" for i, number in enumerate(numbers))
    plant("dump.sql", dump.format(rows=rows))
    seen, _ = scan()
    hit = only_hit(seen)
    assert (hit.column, hit.context) == ("bsn", "column")


def test_a_postgresql_dump_is_read_under_the_names_of_its_columns(plant: Plant, scan: Scan) -> None:
    rows = "\n".join(f"{i}\t{number}\t\\N" for i, number in enumerate([*set_apart(200), PERSON]))
    plant("dump.sql", f"COPY public.patient (id, bsn, note) FROM stdin;\n{rows}\n\\.\n")
    seen, _ = scan()
    assert place(only_hit(seen)) == ("dump.sql", 202, "bsn", "column")


@pytest.mark.parametrize(("ending", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)])
def test_compressed_text_is_opened(ending: str, pack: object, plant: Plant, scan: Scan) -> None:
    assert callable(pack)
    plant(f"a.csv.{ending}", pack(f"bsn\n{PERSON}\n".encode()))
    seen, _ = scan()
    assert (only_hit(seen).path, only_hit(seen).line) == (f"a.csv.{ending}", 2)


def test_a_zip_is_opened_and_its_member_named(plant: Plant, scan: Scan) -> None:
    plant("a.zip", zipped({"in/b.txt": f"\nbsn {PERSON}"}))
    seen, _ = scan()
    assert place(only_hit(seen)) == ("a.zip!in/b.txt", 2, "", "keyword")


def test_a_compressed_tar_is_opened(plant: Plant, scan: Scan) -> None:
    text = f"bsn {PERSON}".encode()
    with io.BytesIO() as buffer:
        with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
            info = tarfile.TarInfo("dump/b.txt")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text))
        plant("a.tar.gz", buffer.getvalue())
    seen, _ = scan()
    assert only_hit(seen).path == "a.tar.gz!dump/b.txt"


@pytest.mark.parametrize("number", [PERSON, SHORT[1:]], ids=["nine digits", "eight digits"])
def test_a_workbook_is_read_by_column_and_row(number: str, plant: Plant, scan: Scan) -> None:
    rows = [["Lijst", "van cliënten"], ["Naam", "BSN"], ["Berg", set_apart(1)[0]], ["Dijk", number]]
    plant("clients.xlsx", workbook(rows))
    seen, _ = scan()
    assert place(only_hit(seen)) == ("clients.xlsx!sheet1", 4, "BSN", "column")


def test_a_text_document_is_read_across_its_runs(plant: Plant, scan: Scan) -> None:
    body = f"<w:t>BSN: {PERSON[:4]}</w:t><w:t>{PERSON[4:]}</w:t>"
    plant("letter.docx", zipped({"word/document.xml": f"<w:document>{body}</w:document>"}))
    seen, _ = scan()
    assert only_hit(seen).path == "letter.docx!word/document.xml"


@pytest.mark.parametrize("number", [PERSON, int(PERSON), int(SHORT)], ids=["text", "number", "eight digits"])
def test_a_database_is_read_by_table_and_row(number: object, plant: Plant, scan: Scan, tmp_path: Path) -> None:
    database(tmp_path / "app.db", (set_apart(1)[0], "Berg"), (number, "Dijk"))
    seen, _ = scan()
    assert place(only_hit(seen)) == ("app.db!patient", 3, "bsn", "column")


def test_a_database_in_write_ahead_mode_is_read(tmp_path: Path, scan: Scan) -> None:
    database(tmp_path / "app.db", (int(PERSON), "Dijk"))
    connection = sqlite3.connect(tmp_path / "app.db")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    seen, _ = scan()
    assert seen.hits[0].path == "app.db!patient"


def test_text_in_base64_is_decoded(plant: Plant, scan: Scan) -> None:
    plant("a.yaml", "secret: " + base64.b64encode(f"naam: Zoë van den Berg, bsn: {PERSON}".encode()).decode())
    seen, _ = scan()
    assert only_hit(seen).path == "a.yaml!base64"


def test_a_file_named_after_a_person_is_found_and_its_name_masked(plant: Plant, scan: Scan) -> None:
    plant(f"letters/{PERSON}.txt", "Dear sir")
    seen, verdict = scan()
    assert only_hit(seen).path == f"letters/{PERSON[:2]}•••.txt"
    assert PERSON not in repr((seen, verdict))


def test_nothing_of_a_number_leaves_but_two_digits_and_a_keyed_digest(plant: Plant, scan: Scan) -> None:
    plant("a.csv", f"bsn\n{PERSON}\n{OTHERS[0]}\n")
    plant("b.csv", f"bsn\n{PERSON}\n")
    (seen, verdict), (again, _) = scan(), scan()
    text = seen.model_dump_json() + repr(verdict)
    assert PERSON not in text
    assert PERSON[:4] not in text.replace(seen.hits[0].digest, "")
    digests = [hit.digest for hit in seen.hits]
    assert digests[0] == digests[2] != digests[1]
    assert digests[0] != again.hits[0].digest


def test_many_places_are_counted_and_some_are_shown(plant: Plant, scan: Scan) -> None:
    plant("a.csv", "bsn\n" + f"{PERSON}\n" * 80 + "\n".join(OTHERS))
    seen, _ = scan()
    assert (seen.places, seen.numbers, seen.files_with, len(seen.hits)) == (80 + len(OTHERS), 1 + len(OTHERS), 1, 50)


def test_a_quote_that_is_never_closed_does_not_hide_the_rows_below_it(plant: Plant, scan: Scan) -> None:
    rows = [f"{number};{'x' * 130}" for number in set_apart(20)]
    plant("a.csv", "\n".join(["bsn;note", *rows[:9], '"oops;', *rows[9:], f"{PERSON};"]))
    seen, _ = scan()
    assert place(only_hit(seen)) == ("a.csv", 23, "bsn", "column")


def test_in_json_an_order_beside_a_test_number_is_nobody(plant: Plant, scan: Scan) -> None:
    plant("a.json", json.dumps([{"bsn": set_apart(1)[0], "order": PERSON}]))
    seen, verdict = scan()
    assert (seen.places, seen.coincidences, verdict.outcome) == (0, 1, Outcome.MET)


def test_in_json_a_kind_told_by_a_neighbour_counts(plant: Plant, scan: Scan) -> None:
    plant("a.json", json.dumps([{"type": "bsn", "value": PERSON}]))
    seen, _ = scan()
    assert only_hit(seen).context == "keyword"


@pytest.mark.parametrize("name", ["cases.feature", "table.md"])
def test_a_table_drawn_with_bars_is_read_by_its_heading(name: str, plant: Plant, scan: Scan) -> None:
    rows = [f"  | {number} | {'x' * 130} |" for number in [*set_apart(20), PERSON]]
    plant(name, "\n".join(["Gegeven deze personen", "  | burgerservicenummer | note |", *rows, "", "en dan"]))
    seen, _ = scan()
    assert (only_hit(seen).line, only_hit(seen).column) == (23, "burgerservicenummer")


def test_a_table_of_a_web_page_is_read_by_its_heading(plant: Plant, scan: Scan) -> None:
    cells = "".join(f"<tr><td>{'x' * 130}</td>\n<td><b>{number}</b></td></tr>" for number in [*set_apart(20), PERSON])
    plant("list.html", f"<table><tr><th>Naam</th><th>BSN</th></tr>{cells}</table>")
    seen, _ = scan()
    assert (only_hit(seen).column, only_hit(seen).context) == ("BSN", "column")


def test_an_open_document_sheet_is_read_by_column_with_repeated_cells(plant: Plant, scan: Scan) -> None:
    def row(*cells: str) -> str:
        return "<table:table-row>" + "".join(cells) + "</table:table-row>"

    def cell(text: str) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'

    two_empty = '<table:table-cell table:number-columns-repeated="2"/>'
    rows = row(cell("Naam"), cell("Straat"), cell("Plaats"), cell("BSN"))
    rows += "".join(row(cell("x" * 130), two_empty, cell(number)) for number in [*set_apart(9), PERSON])
    plant("list.ods", zipped({"content.xml": f"<office:spreadsheet>{rows}</office:spreadsheet>"}))
    seen, _ = scan()
    assert place(only_hit(seen)) == ("list.ods!content", 11, "BSN", "column")


def test_a_message_of_the_lo_gba_is_read_within_its_run_of_digits(plant: Plant, scan: Scan) -> None:
    plant("la01.txt", f"00000000La01A00000000002490100101100101234567890120009{PERSON}0210006Arjan ")
    seen, _ = scan()
    assert only_hit(seen).context == "keyword"
