"""Do what was asked for and make the report of it; say meanwhile what is being done, when it takes long."""

import sys
import threading
import time
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from typing import Final, Literal

import click

from waarborg.assurance.checks.loading import Language, run_check
from waarborg.doors.cli.planning import MENDABLE, Asked, Step, make_plan
from waarborg.doors.cli.reports.json import render_json
from waarborg.doors.cli.reports.junit import render_junit
from waarborg.doors.cli.reports.values import Line, Report

__all__ = ["MENDABLE", "Asked", "measure", "render"]

SILENT_SECONDS = 2.0
BUSY: Final[dict[Language, str]] = {"nl": "Bezig met meten: {title} ...", "en": "Measuring: {title} ..."}


def measure(asked: Asked, language: Language) -> Report:
    """Raises what is MENDABLE."""
    plan = make_plan(asked)
    when = datetime.now(UTC)
    with _Progress(language) as progress:
        lines = tuple(_measured(step, progress) for step in plan.steps)
    return Report(plan.title, version("waarborg"), when, language, lines)


def render(report: Report, form: Literal["table", "json", "junit"], *, to_file: bool) -> str:
    if form == "json":
        return render_json(report)
    if form == "junit":
        return render_junit(report)
    # The library that draws tables is large, and no program asks for one.
    table = import_module("waarborg.doors.cli.reports.table")
    told: str = table.render_table(report, colour=False) if to_file else table.render_table(report, **_terminal())
    return told


def _terminal() -> dict[str, object]:
    return {"colour": sys.stdout.isatty(), "encoding": sys.stdout.encoding}


def _measured(step: Step, progress: "_Progress") -> Line:
    progress.now(step.check.title[progress.language])
    started = time.monotonic()
    measurement = run_check(step.check, step.target, datetime.now(UTC))
    return Line(step.check, step.target.name, measurement, time.monotonic() - started)


class _Progress:
    """Silent for two seconds; then names on stderr what is being measured."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._title = ""
        self._speaking = False
        self._timer = threading.Timer(SILENT_SECONDS, self._speak)
        self._timer.daemon = True

    def __enter__(self) -> "_Progress":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def now(self, title: str) -> None:
        self._title = title
        if self._speaking:
            self._speak()

    def _speak(self) -> None:
        self._speaking = True
        click.echo(BUSY[self.language].format(title=self._title), err=True)
