"""`waarborg check`: measure an application or a folder from one's own machine. No server, no database, no keys."""

import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import click

if TYPE_CHECKING:
    from waarborg.assurance.checks.loading import Language
    from waarborg.doors.cli.planning import Asked, Plan
    from waarborg.doors.cli.reports.values import Line, Report

Format = Literal["table", "json", "junit"]
USAGE, CRASH, STOPPED = 3, 4, 130
SILENT_SECONDS = 2.0
TOLD: Final[dict[str, dict[str, str]]] = {
    "nl": {"busy": "Bezig met meten: {title} ...", "stopped": "Gestopt; er is niets bewaard."},
    "en": {"busy": "Measuring: {title} ...", "stopped": "Stopped; nothing was kept."},
}


class Mistyped(click.UsageError):
    """What click calls a usage error, with our own exit code: click's would read as "unknown"."""

    exit_code = USAGE

    def __init__(self, error: click.UsageError) -> None:
        super().__init__(error.format_message(), error.ctx)


class CheckCommand(click.Command):
    """Exit codes of its own: a build server must be able to tell "not met" from "typed wrong" and from "broken"."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        try:
            return super().make_context(*args, **extra)
        except click.UsageError as error:
            raise Mistyped(error) from error

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            raise Mistyped(error) from error
        except KeyboardInterrupt:
            click.echo("\n" + TOLD[ctx.params["language"]]["stopped"], err=True)
            ctx.exit(STOPPED)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception:  # noqa: BLE001  the last resort: a crash must not look like a verdict
            traceback.print_exc()
            click.echo("waarborg check: crashed; nothing was concluded.", err=True)
            ctx.exit(CRASH)


def default_language() -> "Language":
    """Dutch, unless WAARBORG_LANG or else LANG says English."""
    chosen = os.environ.get("WAARBORG_LANG") or os.environ.get("LANG") or ""
    return "en" if chosen.lower().startswith("en") else "nl"


@click.command(cls=CheckCommand)
@click.argument("target")
@click.option("--check", "checks", multiple=True, metavar="ID", help="Only this check; may be repeated.")
@click.option("--format", "form", type=click.Choice(["table", "json", "junit"]), default="table", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the report to this file.")
@click.option(
    "--ca",
    "ca_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The authority the certificate must chain to, instead of the system's own list.",
)
@click.option("--login-path", help="Where the log-in page is, such as /inloggen.")
@click.option(
    "--secrets",
    "secrets_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Which secret may go to which host; a file outside the folder that is checked.",
)
@click.option(
    "--lang", "language", type=click.Choice(["nl", "en"]), default=default_language, help="Language of the report."
)
@click.pass_context
def check(ctx: click.Context, /, *, form: Format, output: Path | None, language: "Language", **typed: Any) -> None:
    """Measure TARGET: an https address, a folder, or a waarborg.toml.

    Exit codes: 0 everything met and something measured, 1 something not met, 2 something unknown or nothing measured,
    3 wrong usage, 4 crash. Unknown is never met.
    """
    from waarborg.doors.cli.planning import Asked  # noqa: PLC0415  --help stays fast

    plan = _planned(Asked(**typed))
    report = measure(plan, language)
    _write(report, form, output)
    ctx.exit(report.exit_code)


def _planned(asked: "Asked") -> "Plan":
    from waarborg.doors.cli.planning import MENDABLE, make_plan  # noqa: PLC0415  --help stays fast

    try:
        return make_plan(asked)
    except MENDABLE as error:
        raise click.UsageError(str(error)) from error


def measure(plan: "Plan", language: "Language") -> "Report":
    """Do every step of the plan and say meanwhile what is being done, when it takes long."""
    from importlib.metadata import version  # noqa: PLC0415  --help stays fast

    from waarborg.doors.cli.reports.values import Report  # noqa: PLC0415

    when = datetime.now(UTC)
    with _Progress(language) as progress:
        lines = tuple(_measured(step, progress) for step in plan.steps)
    return Report(plan.title, version("waarborg"), when, language, lines)


def _measured(step: Any, progress: "_Progress") -> "Line":
    from waarborg.assurance.checks.loading import run_check  # noqa: PLC0415
    from waarborg.doors.cli.reports.values import Line  # noqa: PLC0415

    progress.now(step.check.title)
    started = time.monotonic()
    measurement = run_check(step.check, step.target, datetime.now(UTC))
    return Line(step.check, step.target.name, measurement, time.monotonic() - started)


class _Progress:
    """Silent for two seconds; then names on stderr what is being measured."""

    def __init__(self, language: "Language") -> None:
        self._language = language
        self._title = ""
        self._timer = threading.Timer(SILENT_SECONDS, self._speak)
        self._timer.daemon = True
        self._speaking = False

    def __enter__(self) -> "_Progress":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def now(self, title: Any) -> None:
        self._title = title[self._language]
        if self._speaking:
            self._speak()

    def _speak(self) -> None:
        self._speaking = True
        click.echo(TOLD[self._language]["busy"].format(title=self._title), err=True)


def _write(report: "Report", form: Format, output: Path | None) -> None:
    text = _renderer(form, output)(report)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"{output}: {error.strerror}") from error


def _renderer(form: Format, output: Path | None) -> "Callable[[Report], str]":
    if form == "json":
        from waarborg.doors.cli.reports.json import render_json  # noqa: PLC0415  only what is asked for

        return render_json
    if form == "junit":
        from waarborg.doors.cli.reports.junit import render_junit  # noqa: PLC0415

        return render_junit
    from waarborg.doors.cli.reports.table import render_table  # noqa: PLC0415

    if output is not None:
        return lambda report: render_table(report, colour=False)
    return lambda report: render_table(report, encoding=sys.stdout.encoding)
