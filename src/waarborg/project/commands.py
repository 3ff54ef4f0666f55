"""The command `waarborg`. What needs no database is reached without loading one."""

import os
import sys
from collections.abc import Callable
from importlib import import_module

import click

LAZY = {
    "audit": "waarborg.doors.cli.audit:audit",
    "catalogue": "waarborg.doors.cli.catalogue:catalogue",
    "check": "waarborg.doors.cli.check:check",
    "init": "waarborg.project.initialising:init",
    "register": "waarborg.doors.cli.register:register",
    "serve": "waarborg.project.running:serve",
    "web": "waarborg.project.running:web",
    "work": "waarborg.project.running:work",
}
WITHOUT_DATABASE = frozenset({"check", "catalogue"})


class Commands(click.Group):
    """Loads a command when it is asked for, and Django only for what needs it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(LAZY)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in LAZY:
            return None
        module, _, name = LAZY[cmd_name].partition(":")
        if cmd_name not in WITHOUT_DATABASE and cmd_name != "init":
            _load_django(ctx)
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)  # noqa: S101 - LAZY names commands
        return command


@click.group(cls=Commands)
@click.version_option(package_name="waarborg", prog_name="waarborg")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Keep connected care safe, and prove it."""
    ctx.ensure_object(dict)


def set_up_django() -> None:
    """Load the applications. Raises config.ConfigurationRefused."""
    import django  # noqa: PLC0415 - not for commands that need no database

    from waarborg.project import logs  # noqa: PLC0415 - not for commands that need no database

    # What we write is for our owner only, in a folder that others may enter as well.
    os.umask(0o077)
    logs.set_up()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "waarborg.project.settings")
    django.setup()


def told_plainly(run: Callable[[], None]) -> None:
    """Turn what an operator can mend into one sentence and exit code 1."""
    from waarborg.project.problems import KNOWN  # noqa: PLC0415 - pulls in what a quick command doesn't need

    try:
        run()
    except KNOWN as error:
        click.echo(str(error), err=True)
        sys.exit(1)


def _load_django(ctx: click.Context) -> None:
    told_plainly(set_up_django)
    told_plainly(_find_root_key)
    from waarborg.project.wiring import console  # noqa: PLC0415 - after django.setup

    ctx.ensure_object(dict)["console"] = console


def _find_root_key() -> None:
    """Raise RootKeyMissing now, and not somewhere in the middle of what was asked."""
    from waarborg.kernel.keyring import root_key  # noqa: PLC0415 - after django.setup

    root_key()
