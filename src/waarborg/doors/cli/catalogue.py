"""`waarborg catalogue`: what a care application must prove. Needs no database."""

import json

import click

from waarborg.assurance.catalogue.loading import load_catalogue
from waarborg.assurance.catalogue.values import CheckProof
from waarborg.assurance.checks.loading import load_checks


@click.group()
def catalogue() -> None:
    """The controls and the checks that measure them."""


@catalogue.command(name="list")
@click.option("--lang", type=click.Choice(["nl", "en"]), default="nl", envvar="WAARBORG_LANG")
def list_controls(lang: str) -> None:
    """List every control with what proves it."""
    for control in load_catalogue().values():
        click.echo(f"{control.id:<4} {getattr(control.title, lang)}")
        for proof in control.proofs:
            how = f"check {proof.check}" if isinstance(proof, CheckProof) else "statement"
            click.echo(f"       {getattr(proof.title, lang)} ({how})")


@catalogue.command()
@click.argument("control")
def show(control: str) -> None:
    """Show one control whole, as JSON."""
    known = load_catalogue().get(control.upper())
    if known is None:
        raise click.UsageError(f"There is no control {control}. There are: {', '.join(load_catalogue())}.")
    click.echo(json.dumps(known.model_dump(mode="json") | {"digest": known.digest}, indent=1, ensure_ascii=False))


@catalogue.command()
@click.option("--lang", type=click.Choice(["nl", "en"]), default="nl", envvar="WAARBORG_LANG")
def checks(lang: str) -> None:
    """List every check with what it proves."""
    for check in load_checks().values():
        click.echo(f"{check.id:<18} v{check.version}  {check.title[lang]}: {check.proves[lang]}")
