"""The report for a person at a terminal: what harms most first, what was seen, and what to do."""

import io
import re
from datetime import datetime
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from waarborg.assurance.checks.loading import Language
from waarborg.assurance.values import Finding, Outcome
from waarborg.doors.cli.reports.values import ORDER, Line, Report

NARROWEST, WIDEST = 60, 100
WORD_COLUMN = 17
# Shape and word first, colour third. The second shape is for terminals without these characters.
MARKS: Final = {Outcome.MET: ("⬢", "+"), Outcome.NOT_MET: ("◆", "x"), Outcome.UNKNOWN: ("◌", "?")}
COLOURS: Final = {Outcome.MET: "green", Outcome.NOT_MET: "red", Outcome.UNKNOWN: "blue"}
WORDS: Final[dict[Language, dict[str, str]]] = {
    "nl": {
        "met": "aangetoond",
        "not_met": "niet aangetoond",
        "unknown": "onbekend",
        "remedy": "Wat te doen",
        "holds": "Geldt tot",
        "total_met": "{met} van {all} aangetoond.",
        "total_not_met": " {not_met} niet.",
        "total_unknown": " Van {unknown} weten we het niet.",
        "nothing": "Er is niets gemeten: geen enkele meting past bij dit doel.",
    },
    "en": {
        "met": "proven",
        "not_met": "not proven",
        "unknown": "unknown",
        "remedy": "What to do",
        "holds": "Holds until",
        "total_met": "{met} of {all} proven.",
        "total_not_met": " {not_met} not.",
        "total_unknown": " Of {unknown} we don't know.",
        "nothing": "Nothing was measured: no check fits this target.",
    },
}
DAYS: Final[dict[Language, str]] = {"nl": "ma di wo do vr za zo", "en": "Mon Tue Wed Thu Fri Sat Sun"}
MONTHS: Final[dict[Language, str]] = {
    "nl": "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
}


def render_table(
    report: Report, *, colour: bool | None = None, encoding: str = "utf-8", width: int | None = None
) -> str:
    file = io.StringIO()
    console = Console(file=file, width=_width(width), force_terminal=colour, no_color=not colour, highlight=False)
    shape = 0 if _can_show(encoding) else 1
    console.print(Group(*_parts(report, shape)), markup=False)
    return re.sub(r"[ ]+$", "", file.getvalue(), flags=re.MULTILINE)


def _width(width: int | None) -> int:
    return max(NARROWEST, min(WIDEST, width or Console().width))


def _can_show(encoding: str) -> bool:
    try:
        "".join(shapes[0] for shapes in MARKS.values()).encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _parts(report: Report, shape: int) -> list[RenderableType]:
    parts: list[RenderableType] = [_heading(report), Rule(style="dim", characters="─" if shape == 0 else "-")]
    parts += [_line(line, report, shape, several=_several(report)) for line in report.by_harm]
    parts += [Rule(style="dim", characters="─" if shape == 0 else "-"), _total(report)]
    return parts


def _several(report: Report) -> bool:
    return len({line.subject for line in report.lines}) > 1


def _heading(report: Report) -> Text:
    heading = Text(f"Waarborg {report.version}  ", style="dim")
    return heading.append(report.title, style="bold not dim").append(f"  {_day(report.when, report.language)}")


def _line(line: Line, report: Report, shape: int, *, several: bool) -> RenderableType:
    colour = COLOURS[line.outcome]
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column(width=WORD_COLUMN)
    grid.add_column(ratio=1)
    title = Text(line.check.title[report.language], style="bold")
    if several:
        title.append(f"  {line.subject}", style="not bold dim")
    word = WORDS[report.language][line.outcome.value]
    grid.add_row(Text(MARKS[line.outcome][shape], style=colour), Text(word, style=colour), title)
    for finding in line.measurement.verdict.findings:
        grid.add_row("", "", Text(_plain(line.sentence(finding, "saw", report.language))))
        if remedy := _remedy(line, finding, report.language):
            grid.add_row("", "", Padding(remedy, (0, 0, 0, 2)))
    if ends := line.measurement.verdict.holds_until:
        grid.add_row("", "", Text(f"{WORDS[report.language]['holds']} {_day(ends, report.language)}.", style="dim"))
    return Padding(grid, (0, 0, 1, 0))


def _remedy(line: Line, finding: Finding, language: Language) -> Text | None:
    remedy = line.sentence(finding, "remedy", language)
    if not remedy or line.outcome == Outcome.MET:
        return None
    return Text(f"{WORDS[language]['remedy']}: ", style="bold").append(_plain(remedy), style="not bold")


def _plain(text: str) -> str:
    """A server's words can't move the cursor or colour the verdict."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def _total(report: Report) -> Text:
    words = WORDS[report.language]
    if not report.lines:
        return Text(words["nothing"], style="bold")
    counts = {outcome.value: report.count(outcome) for outcome in Outcome}
    said = ["total_met", *(f"total_{outcome}" for outcome in ORDER[:2] if counts[outcome])]
    return Text("".join(words[key] for key in said).format(all=len(report.lines), **counts), style="bold")


def _day(moment: datetime, language: Language) -> str:
    local = moment.astimezone()
    day = DAYS[language].split()[local.weekday()]
    return f"{day} {local.day} {MONTHS[language].split()[local.month - 1]} {local.year} {local:%H:%M}"
