"""`waarborg register`: the registers from and to a file in git, and a look at what is in them."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import click
from django.utils import translation

from waarborg.doors.faults import field_label, said, said_with_place
from waarborg.kernel import clock
from waarborg.kernel.actor import Actor
from waarborg.registers import queries
from waarborg.registers.operations.assets import AssetsRefused, export_assets, import_assets, preview_assets
from waarborg.registers.values.assets import Change, Preview
from waarborg.registers.values.faults import ChangedMeanwhile
from waarborg.registers.values.registered import ListedApplication, Organisation

TAKEN_IN, REFUSED, USAGE = 0, 1, 3
PAGE = 500
SHOWN = {Change.NEW: "+", Change.CHANGED: "~", Change.CONFLICT: "!", Change.REMOVED: "-", Change.KEPT: "="}


@dataclass(frozen=True)
class Desk:
    """Who acts here, for which organisation."""

    actor: Actor
    scope: UUID


@click.group()
@click.option("--organisation", "name", default="", help="Name or id; needed when there is more than one here.")
@click.option("--lang", type=click.Choice(["nl", "en"]), default="nl", show_default=True, help="Language of messages.")
@click.pass_context
def register(ctx: click.Context, name: str, lang: str) -> None:
    """The registers: take assets.yaml in, write it out, list applications."""
    # Without the installation's own command line around it there is nobody to act, and then nothing is done.
    console: Callable[[UUID], Actor] = ctx.obj["console"]
    translation.activate(lang)
    scope = _organisation(name).scope
    ctx.obj["desk"] = Desk(console(scope), scope)


@register.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--preview", is_flag=True, help="Say what would change, and change nothing.")
@click.pass_context
def import_(ctx: click.Context, file: Path, preview: bool) -> None:  # noqa: FBT001 - click's flag
    """Take FILE into the register, as a whole or not at all. Exit code 0: done, 1: refused, 3: no such file."""
    sys.exit(_import(_read(file), ctx.obj["desk"], preview=preview))


@register.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True, allow_dash=True, path_type=Path))
@click.pass_context
def export(ctx: click.Context, file: Path) -> None:
    """Write the registers to FILE, or to the screen with -. A FILE that says the same already keeps its bytes.

    Exit code 0: written, 3: it can't be.
    """
    exported = export_assets(by=ctx.obj["desk"].actor, now=clock.now())
    if str(file) == "-":
        click.echo(exported.text.encode(), nl=False)
        return
    sys.exit(_written(file, exported.text.encode()))


@register.command("list")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:  # noqa: FBT001 - click's flag
    """List the applications in use, the gravest risk first."""
    found = list(_applications(ctx.obj["desk"].scope))
    if as_json:
        click.echo(json.dumps([_as_json(each) for each in found], indent=1, ensure_ascii=False))
        return
    for each in found:
        click.echo(f"{each.risk.value:9} {each.key:30} {each.name} ({each.customer})")


def _organisation(name: str) -> Organisation:
    known = queries.organisations()
    named = [each for each in known if name in {"", each.name, str(each.scope)}]
    if len(named) == 1:
        return named[0]
    if not known:
        raise click.UsageError("There is no organisation yet. Run 'waarborg init' first.")
    listed = ", ".join(each.name for each in known)
    raise click.UsageError(f"Say which organisation, with --organisation: {listed}.")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        click.echo(f"{file}: {error.strerror}", err=True)
        sys.exit(USAGE)


def _written(file: Path, content: bytes) -> int:
    """Write a file as a whole or not at all."""
    partial = file.with_name(f"{file.name}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(file)
    except OSError as error:
        click.echo(f"{file}: {error.strerror}", err=True)
        return USAGE
    return TAKEN_IN


def _import(content: bytes, desk: Desk, *, preview: bool) -> int:
    now = clock.now()
    if preview:
        would = preview_assets(content, by=desk.actor, now=now)
        _tell(would)
        click.echo(translation.gettext("Nothing has been changed yet."))
        return TAKEN_IN if would.acceptable else REFUSED
    try:
        _tell(import_assets(content, by=desk.actor, now=now))
    except AssetsRefused as refused:
        _tell(refused.preview)
        click.echo(said(refused), err=True)
        return REFUSED
    except ChangedMeanwhile as refused:
        click.echo(said(refused), err=True)
        return REFUSED
    click.echo(translation.gettext("Taken in."))
    return TAKEN_IN


def _tell(preview: Preview) -> None:
    for change in preview.changes:
        if change.change in SHOWN:
            fields = ", ".join(field_label(field.name) for field in change.fields)
            click.echo(f"{SHOWN[change.change]} {'.'.join(change.place)}{': ' if fields else ''}{fields}")
    for fault in preview.faults:
        click.echo(said_with_place(fault), err=True)


def _applications(scope: UUID) -> Iterator[ListedApplication]:
    page = queries.applications_page(scope, only=None, size=PAGE)
    yield from page.items
    for number in range(2, page.pages + 1):
        yield from queries.applications_page(scope, only=None, number=number, size=PAGE).items


def _as_json(each: ListedApplication) -> dict[str, object]:
    return {
        "id": str(each.id),
        "key": each.key,
        "name": each.name,
        "customer": each.customer,
        "kind": each.kind.value,
        "risk": each.risk.value,
        "last_security_review": each.last_security_review and each.last_security_review.isoformat(),
    }
