"""`waarborg audit`: verify the log of this installation, or one evidence file from any installation."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from waarborg.audit.operations.sealing import LogRolledBack, seal_all
from waarborg.audit.queries.offline import Disclosed, DisclosureRefused, verified
from waarborg.audit.queries.verifying import verify_logs
from waarborg.audit.values import Verification
from waarborg.kernel import clock
from waarborg.kernel.canonical import digest

SOUND, BROKEN, USAGE = 0, 1, 3


@click.group()
def audit() -> None:
    """The log: verify it, seal what waits."""


@audit.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option(
    "--key", default="", help="The log's key as you know it from elsewhere; without it the file's own is shown."
)
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def verify(file: Path | None, key: str, as_json: bool) -> None:  # noqa: FBT001 - click's flag
    """Recompute the whole log, or verify one evidence FILE. Exit code 0: sound, 1: not, 3: no such thing."""
    sys.exit(_verify_file(file, key) if file else _verify_installation(as_json=as_json))


@audit.command()
def seal() -> None:
    """Seal what waits, now. The worker does this every second."""
    try:
        click.echo(f"{seal_all(clock.now())} entries sealed.")
    except LogRolledBack as error:
        click.echo(f"The log was rolled back: {error} Nothing is signed.", err=True)
        sys.exit(BROKEN)


def _verify_installation(*, as_json: bool) -> int:
    logs = verify_logs()
    if as_json:
        click.echo(json.dumps([_as_json(log) for log in logs], indent=1))
    else:
        for log in logs:
            _tell(log)
    if not logs:
        # Another database than was meant, or an emptied one whose mark is gone as well: nothing was proven.
        click.echo("There is no log here: nothing was verified.", err=True)
        return USAGE
    return SOUND if all(log.sound for log in logs) else BROKEN


def _as_json(log: Verification) -> dict[str, Any]:
    return {
        "origin": log.origin,
        "entries": log.entries,
        "waiting": log.waiting,
        "checkpoint": log.checkpoint,
        "sound": log.sound,
        "faults": [{"code": fault.code, "place": fault.place} for fault in log.faults],
    }


def _tell(log: Verification) -> None:
    verdict = "sound" if log.sound else "NOT SOUND"
    click.echo(f"{log.origin}: {verdict}. {log.entries} entries, {log.checkpoint} signed, {log.waiting} waiting.")
    for fault in log.faults:
        click.echo(f"  {fault.code}: {fault.place}")


def _verify_file(file: Path, key: str) -> int:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        disclosed = _proven(said)
    except (DisclosureRefused, ValueError, KeyError, TypeError) as error:
        click.echo(f"NOT SOUND: {error}", err=True)
        return BROKEN
    if key and key != disclosed.key:
        click.echo("NOT SOUND: the file is signed with another key than the one you gave.", err=True)
        return BROKEN
    click.echo(
        f"Sound: entry {disclosed.index} of {disclosed.size} in {disclosed.origin} fixes digest {said['digest']}."
    )
    if not key:
        click.echo(f"Compare the log's key with the one you know:\n  {disclosed.key}")
    return SOUND


def _proven(said: Mapping[str, Any]) -> Disclosed:
    """Verify that the evidence has this digest, and that the log holds it. Raises DisclosureRefused, ValueError."""
    if said["log"] is None:
        raise DisclosureRefused("The evidence wasn't sealed yet when the file was made. Get it again.")
    if digest(said["evidence"]) != said["digest"]:
        raise DisclosureRefused("The evidence isn't the one that its digest names.")
    disclosed = verified(said["log"])
    if disclosed.payload["detail"].get("digest") != said["digest"]:
        raise DisclosureRefused("The log entry is about other evidence.")
    return disclosed
