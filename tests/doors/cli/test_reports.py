"""How a report is told, whatever was seen."""

from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from waarborg.assurance.checks.loading import WordsMissing, load_check
from waarborg.assurance.values import Finding, Measurement, Outcome, Verdict
from waarborg.doors.cli.reports.junit import render_junit
from waarborg.doors.cli.reports.table import render_table
from waarborg.doors.cli.reports.values import Line, Report

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
CHECK = load_check("tls")


def line(outcome: Outcome, *findings: Finding) -> Line:
    verdict = Verdict(outcome, findings or (Finding("version_not_tried", {"version": "TLS 1.1"}),))
    return Line(CHECK, "https://care.example.nl/", Measurement("tls", 1, "00", {}, verdict, NOON), 0.1)


def report(*lines: Line) -> Report:
    return Report("https://care.example.nl/", "0.1.0", NOON, "nl", lines)


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ((Outcome.MET, Outcome.MET), 0),
        ((Outcome.MET, Outcome.UNKNOWN), 2),
        ((Outcome.UNKNOWN, Outcome.NOT_MET), 1),
        ((), 2),
    ],
)
def test_the_exit_code_is_that_of_the_worst_and_nothing_is_unknown(outcomes: tuple[Outcome, ...], code: int) -> None:
    assert report(*map(line, outcomes)).exit_code == code


def test_what_harms_most_is_told_first() -> None:
    told = render_table(report(*map(line, (Outcome.MET, Outcome.UNKNOWN, Outcome.NOT_MET))), colour=False)
    assert told.index("◆ niet aangetoond") < told.index("◌ onbekend") < told.index("⬢ aangetoond")
    assert told.rstrip().endswith("1 van 3 aangetoond. 1 niet. Van 1 weten we het niet.")


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_table_fits_its_terminal(width: int) -> None:
    long = Finding("wrong_name", {"host": "care.example.nl", "names": "heel-lang." * 30})
    told = render_table(report(line(Outcome.NOT_MET, long)), colour=False, width=width)
    assert max(map(len, told.splitlines())) <= min(width, 100)


def test_a_terminal_without_the_shapes_gets_others() -> None:
    told = render_table(report(line(Outcome.UNKNOWN)), colour=False, encoding="ascii")
    assert "? onbekend" in told
    assert not set("◌◆⬢─") & set(told)


def test_colour_comes_only_on_top_of_shape_and_word() -> None:
    coloured = render_table(report(line(Outcome.NOT_MET)), colour=True)
    assert "\x1b[31m◆" in coloured
    assert "\x1b" not in render_table(report(line(Outcome.NOT_MET)), colour=False)


def test_what_a_server_says_can_not_move_the_cursor_nor_forge_a_line() -> None:
    hostile = Finding("wrong_name", {"host": "x", "names": "\x1b[2J\n⬢ [bold]aangetoond[/bold]\x00\ufffe"})
    told = render_table(report(line(Outcome.NOT_MET, hostile)), colour=False)
    assert "\x1b" not in told
    assert "\n⬢" not in told
    assert "[bold]" in told
    ET.fromstring(render_junit(report(line(Outcome.NOT_MET, hostile))))  # noqa: S314  our own text


def test_a_finding_without_words_is_told_by_its_code() -> None:
    with pytest.warns(WordsMissing, match="no words for 'brand_new'"):
        told = render_table(report(line(Outcome.UNKNOWN, Finding("brand_new", {"what": 3}))), colour=False)
    assert "brand_new {'what': 3}" in told


def test_a_missing_fact_costs_no_report() -> None:
    with pytest.warns(WordsMissing, match="no fact 'version'"):
        told = render_table(report(line(Outcome.UNKNOWN, Finding("version_not_tried", {}))), colour=False)
    assert "{version} is niet geprobeerd." in told


def test_several_subjects_are_told_apart() -> None:
    other = replace(line(Outcome.MET), subject="/srv/code")
    told = render_table(report(line(Outcome.MET), other), colour=False)
    assert "Veilige verbinding (TLS)  /srv/code" in told


def test_when_nothing_was_measured_that_is_what_is_said() -> None:
    assert "Er is niets gemeten" in render_table(report(), colour=False)
