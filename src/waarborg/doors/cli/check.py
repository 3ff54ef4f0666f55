"""`waarborg check`: measure an application or a folder from one's own machine. No server, no database, no keys."""

import os
import traceback
from pathlib import Path
from typing import Any, Final, Literal

import click

Language = Literal["nl", "en"]
Format = Literal["table", "json", "junit"]
USAGE, CRASH, STOPPED = 3, 4, 130
STOPPED_TOLD: Final[dict[Language, str]] = {
    "nl": "Gestopt; er is niets bewaard.",
    "en": "Stopped; nothing was kept.",
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
            click.echo("\n" + STOPPED_TOLD[ctx.params["language"]], err=True)
            ctx.exit(STOPPED)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception:  # noqa: BLE001  the last resort: a crash must not look like a verdict
            traceback.print_exc()
            click.echo("waarborg check: crashed; nothing was concluded.", err=True)
            ctx.exit(CRASH)


def default_language() -> Language:
    """Dutch, unless WAARBORG_LANG or else LANG says English."""
    chosen = os.environ.get("WAARBORG_LANG") or os.environ.get("LANG") or ""
    return "en" if chosen.lower().startswith("en") else "nl"


EXAMPLES = """\b
A folder's waarborg.toml tells where its application runs (see docs/check.md):
  [application]
  url = "https://care.example.nl"
  login_path = "/inloggen"

\b
  waarborg check https://care.example.nl
  waarborg check .                       the folder, and the application it names
  waarborg check . --secrets ~/care-secrets.toml --format junit --output check.xml
"""


@click.command(cls=CheckCommand, epilog=EXAMPLES)
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
def check(ctx: click.Context, /, *, form: Format, output: Path | None, language: Language, **typed: Any) -> None:
    """Measure TARGET: an https address, a folder, or a waarborg.toml.

    Exit codes: 0 everything met and something measured, 1 something not met, 2 something unknown or nothing measured,
    3 wrong usage, 4 crash. Unknown is never met.
    """
    # What measures and reports is loaded only now: --help and the other commands stay fast.
    from waarborg.doors.cli import measuring  # noqa: PLC0415  see above

    try:
        report = measuring.measure(measuring.Asked(**typed), language)
    except measuring.MENDABLE as error:
        raise click.UsageError(str(error)) from error
    _write(measuring.render(report, form, to_file=output is not None), output)
    ctx.exit(report.exit_code)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"{output}: {error.strerror}") from error
