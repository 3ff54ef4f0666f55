"""Evidence stays what it was: on either engine, in the digest, and in a file that verifies without us."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from django.db import DatabaseError, connection, transaction
from tests.assurance.conftest import Clock, Registered, running
from tests.cast import CHARLIE, ELSEWHERE, NOON, NOOR, SAM, SCOPE
from tests.simulators.databases import Engine

from waarborg.assurance.models import Evidence
from waarborg.assurance.operations import confirm_statement, decide_applicability, state
from waarborg.assurance.queries.evidence import (
    NoSuchEvidence,
    digested,
    evidence,
    evidence_page,
    latest_by_id,
    newer_than,
)
from waarborg.audit.operations.sealing import seal_all
from waarborg.audit.queries.reading import disclosure_about
from waarborg.doors.cli.audit import audit

pytestmark = pytest.mark.usefixtures("customer")
GROWING = ("assurance_evidence", "assurance_statement", "assurance_confirmation", "assurance_decision")


@pytest.fixture
def measured(tmp_path: Path) -> Registered:
    with running(tmp_path) as application:
        application.measure()
    seal_all(NOON)
    return application


def _bundle(evidence_id: UUID, scope: UUID = SCOPE) -> dict[str, object]:
    """Return the file as the page gives it, without its label."""
    kept = evidence(scope, evidence_id, only=None)
    return {"evidence": digested(kept), "digest": kept.digest, "log": disclosure_about(kept.id)}


def _verified(folder: Path, bundle: object, *options: str) -> Result:
    file = folder / "evidence.json"
    file.write_text(json.dumps(bundle), encoding="utf-8")
    return CliRunner().invoke(audit, ["verify", str(file), *options])


@pytest.mark.parametrize("table", GROWING)
@pytest.mark.parametrize("statement", ["UPDATE {} SET scope = scope", "DELETE FROM {}"])
def test_what_was_kept_cannot_be_changed_or_removed(measured: Registered, table: str, statement: str) -> None:
    said = state(
        measured.reference,
        "C6",
        "backups",
        text="De back-up van 3 november is teruggezet.",
        file=None,
        by=NOOR,
        now=NOON,
    )
    confirm_statement(said, confirmed=True, reason="", by=SAM, now=NOON)
    decide_applicability(measured.reference, "C9", applies=True, reason="", by=NOOR, now=NOON)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - a name from the list above
        assert cursor.fetchone()[0] > 0


def test_all_that_was_kept_is_intact(measured: Registered) -> None:
    kept = [evidence(SCOPE, each, only=None) for each in Evidence.objects.values_list("pk", flat=True)]
    assert len(kept) == 6
    assert all(each.intact for each in kept)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("outcome", "'met'"),
        ("observation", "'{}'"),
        ("findings", "'[]'"),
        ("observed_at", "'2026-11-20 00:00:00+00:00'"),
        ("holds_until", "'2036-01-01 00:00:00+00:00'"),
        ("environment", "'0193000000007000800000000000000b'"),
        ("criteria_digest", "'x'"),
    ],
)  # fmt: skip
def test_who_bends_a_row_breaks_its_digest(measured: Registered, database: Engine, column: str, value: str) -> None:
    kept = measured.kept("http_headers")
    with database.without_triggers(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE assurance_evidence SET {column} = {value}")  # noqa: S608 - both from the list above
    assert not evidence(SCOPE, kept.pk, only=None).intact


def test_the_file_verifies_without_database_or_key(measured: Registered, tmp_path: Path) -> None:
    bundle = _bundle(measured.kept("tls").pk)
    told = _verified(tmp_path, bundle)
    assert told.exit_code == 0, told.output
    assert str(bundle["digest"]) in told.output


def test_the_file_with_the_logs_known_key_verifies_and_with_another_does_not(
    measured: Registered, tmp_path: Path
) -> None:
    bundle = _bundle(measured.kept("tls").pk)
    (key,) = {line.strip() for line in _verified(tmp_path, bundle).output.splitlines() if line.startswith("  ")}
    assert _verified(tmp_path, bundle, "--key", key).exit_code == 0
    assert _verified(tmp_path, bundle, "--key", key[:-4] + "AAAA").exit_code == 1


def test_a_file_in_which_anything_was_changed_does_not_verify(measured: Registered, tmp_path: Path) -> None:
    """Each text in the file, one after another, gets one other letter; each number becomes the next."""
    whole = _bundle(measured.kept("https_redirect").pk)
    places = list(_places(whole))
    assert len(places) > 20
    passed = []
    for place in places:
        bent = json.loads(json.dumps(whole))
        _bend(bent, place)
        if _verified(tmp_path, bent).exit_code != 1:
            passed.append(place)
    assert passed == []


def _places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict):
        return [place for key, item in value.items() for place in _places(item, (*path, key))]
    if isinstance(value, list):
        return [place for key, item in enumerate(value) for place in _places(item, (*path, key))]
    return [path] if value not in (None, "") else []


def _bend(whole: dict[str, object], place: tuple[str | int, ...]) -> None:
    holder = whole
    for step in place[:-1]:
        holder = holder[step]  # type: ignore[index, assignment] # parsed JSON of any shape
    value = holder[place[-1]]  # type: ignore[index] # as above
    if isinstance(value, str):
        middle = len(value) // 2
        value = value[:middle] + ("B" if value[middle] in "aA" else "A") + value[middle + 1 :]
    else:
        value = value + 1  # type: ignore[operator] # a number or a truth value
    holder[place[-1]] = value  # type: ignore[index] # as above


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        "1",
        '{"log": null}',
        '{"log": {}, "evidence": {}, "digest": ""}',
        "\x00",
        '{"log": 1, "evidence": 1.5, "digest": 1}',
    ],
)
def test_a_file_that_is_no_evidence_is_refused_without_a_trace(tmp_path: Path, text: str) -> None:
    file = tmp_path / "evidence.json"
    file.write_text(text)
    told = CliRunner().invoke(audit, ["verify", str(file)])
    assert (told.exit_code, type(told.exception)) == (1, SystemExit)
    assert "NOT SOUND" in told.output


def test_evidence_that_is_not_sealed_yet_says_so(tmp_path: Path) -> None:
    with running(tmp_path) as application:
        application.measure()
    told = _verified(tmp_path, _bundle(application.kept("tls").pk))
    assert told.exit_code == 1
    assert "wasn't sealed yet" in told.output


def test_evidence_of_another_organisation_answers_as_if_it_did_not_exist(measured: Registered) -> None:
    kept = evidence(SCOPE, measured.kept("tls").pk, only=None)
    with pytest.raises(NoSuchEvidence):
        evidence(ELSEWHERE, kept.id, only=None)
    assert evidence_page(ELSEWHERE, only=None).total == 0
    assert evidence_page(ELSEWHERE, application=measured.id, only=None).total == 0
    assert latest_by_id(CHARLIE.scope, [kept.id], only=None) == {}
    assert newer_than(kept, ELSEWHERE) is None


def test_newer_evidence_takes_the_place_of_older(measured: Registered, time: Clock) -> None:
    first = evidence(SCOPE, measured.kept("tls").pk, only=None)
    assert newer_than(first, SCOPE) is None
    measured.measure(time.passes(days=1))
    assert newer_than(first, SCOPE) == measured.kept("tls").pk


@pytest.mark.parametrize(("number", "shown"), [(-1, 1), (0, 1), (1, 1), (2, 2), (3, 2), (10**9, 2)])
def test_a_page_that_is_not_there_is_the_nearest_that_is(measured: Registered, number: int, shown: int) -> None:
    page = evidence_page(SCOPE, number=number, size=4, only=None)
    assert (page.number, page.total, page.pages) == (shown, 6, 2)
    assert len(page.items) == (4 if shown == 1 else 2)
