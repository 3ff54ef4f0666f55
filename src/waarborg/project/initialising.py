"""`waarborg init`: from nothing to an installation that two persons can enter; again after an upgrade, to migrate."""

from pathlib import Path
from uuid import UUID

import click
import psycopg

from waarborg.kernel import clock, rootkey
from waarborg.kernel.rootkey import RootKeyPresent
from waarborg.project.commands import set_up_django, told_plainly
from waarborg.project.config import Config, load
from waarborg.project.databases import postgres
from waarborg.project.installing import NotInitialised


@click.command()
@click.option("--organisation", default="", help="Name of the agency or institution; asked for once.")
@click.option("--institution", is_flag=True, help="It is a care institution; without this an agency.")
@click.option("--recover", is_flag=True, help="Put a lost root key back from its two shares, and do nothing else.")
def init(organisation: str, institution: bool, recover: bool) -> None:  # noqa: FBT001 - click's flags
    """Make keys, databases and the registration codes of the first two persons; or migrate to this version."""
    told_plainly(lambda: _recover() if recover else _init(organisation, institution=institution))


def _init(organisation: str, *, institution: bool) -> None:
    config = load()
    _root_key(config)
    config.data_dir.expanduser().mkdir(parents=True, exist_ok=True, mode=0o700)
    set_up_django()
    from waarborg.project import installing  # noqa: PLC0415 - after django.setup

    with installing.as_owner():
        installing.migrate()
    installing.refuse_other_root_key()
    click.echo("Databases: ready.")
    _found(organisation, institution=institution)


def _root_key(config: Config) -> None:
    """Make the root key where there is none, and show its shares before anything else can fail."""
    path = config.keys.root_key_file.expanduser()
    if path.exists():
        rootkey.load(path)
        return
    _refuse_to_orphan(config)
    _show(rootkey.split(rootkey.create(path)))


def _refuse_to_orphan(config: Config) -> None:
    """A new key beside existing data would lock that data for ever."""
    if _holds_data(config):
        raise rootkey.RootKeyMissing(config.keys.root_key_file.expanduser())


def _holds_data(config: Config) -> bool:
    if not config.database.url.get_secret_value():
        return any((config.data_dir.expanduser() / name).exists() for name in ("waarborg.db", "keys.db"))
    address = config.database.keys_owner_url.get_secret_value()
    postgres(address)
    try:
        with psycopg.connect(address) as connection:
            tables = connection.execute("SELECT to_regclass('kernel_keys_key')").fetchone()
            if tables is None or tables[0] is None:
                return False
            return connection.execute("SELECT 1 FROM kernel_keys_key LIMIT 1").fetchone() is not None
    except psycopg.OperationalError as error:
        raise NotInitialised("The key database can't be reached as its owner: see database.keys_owner_url.") from error


def _found(organisation: str, *, institution: bool) -> None:
    from waarborg.accounts.operations import AlreadyFounded, start_bootstrap  # noqa: PLC0415 - after django.setup
    from waarborg.project.wiring import console  # noqa: PLC0415 - after django.setup

    scope = _scope(organisation, institution=institution)
    try:
        issued = start_bootstrap(scope, by=console(), now=clock.now())
    except AlreadyFounded:
        click.echo("The first persons are registered already.")
        return
    click.echo("\nRegistration codes, each for one person, once, within 72 hours. Give them to two different people:\n")
    for each in issued:
        click.echo(f"  {each.role.value:<18} {each.code}")
    click.echo(
        "\nThey register at /registreren. Within a month each establishes the other's identity; after that nothing opens."
    )


def _scope(organisation: str, *, institution: bool) -> UUID:
    from waarborg.project.wiring import console  # noqa: PLC0415 - after django.setup
    from waarborg.registers import queries  # noqa: PLC0415 - after django.setup
    from waarborg.registers.operations.organisations import found_organisation  # noqa: PLC0415 - after django.setup
    from waarborg.registers.values.classification import OrganisationKind  # noqa: PLC0415 - after django.setup
    from waarborg.registers.values.inputs import NewOrganisation  # noqa: PLC0415 - after django.setup

    known = queries.organisations()
    if known:
        return known[0].scope
    name = organisation or click.prompt("Name of your organisation")
    kind = OrganisationKind.INSTITUTION if institution else OrganisationKind.AGENCY
    return found_organisation(NewOrganisation(name=name, kind=kind), by=console(), now=clock.now())


def _show(shares: tuple[str, str]) -> None:
    click.echo("The root key's two shares. Print them now: they are not shown again. Each to another custodian;")
    click.echo("together they bring the key back, one alone says nothing:\n")
    for share in shares:
        click.echo(f"  {share}")


def _recover() -> None:
    path: Path = load().keys.root_key_file.expanduser()
    if path.exists():
        raise RootKeyPresent(path)
    one, other = (click.prompt(f"Share {number} of 2", hide_input=True) for number in (1, 2))
    rootkey.write(path, rootkey.combine(one, other))
    click.echo(f"The root key is back in {path}.")
