"""From a registered environment to something that a check may look at: only listed addresses, only declared folders."""

import hashlib
import ipaddress
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from waarborg.accounts.queries.census import census
from waarborg.assurance.checks.bindings import BindingsInvalid, read_bindings
from waarborg.assurance.checks.guard import Guard
from waarborg.assurance.checks.loading import Check
from waarborg.assurance.checks.target import HTTP_PORT, HTTPS_PORT, Secrets, Target
from waarborg.assurance.models import AllowedTarget
from waarborg.audit.queries.verifying import verify_logs
from waarborg.registers.values.registered import Application, Environment

LOCAL_NETWORKS = tuple(
    ipaddress.ip_network(each)
    for each in ("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)


class FolderNotDeclared(Exception):
    """The folder lies outside `measuring.roots` of the configuration; checks read nothing else."""


class SecretsUnreadable(Exception):
    """The file with test accounts of the configuration isn't there, or isn't understood."""


def target_of(
    scope: UUID, subject: Application, environment: Environment, *, check: Check, is_waarborg: bool, now: datetime
) -> Target:
    """Return what a check looks at. An address that isn't listed is refused by its guard, and so becomes unknown.

    Raises FolderNotDeclared, SecretsUnreadable, NotATarget.
    """
    reads_folder = bool(environment.folder) and "folder" in check.targets
    return Target(
        url=environment.url or None,
        folder=_declared(environment.folder) if reads_folder else None,
        ca_file=_certificates(environment.ca_certificates),
        login_path=subject.login_path,
        environment=environment.kind.value,
        recipe=environment.recipe,
        secrets=_secrets() if environment.recipe else Secrets(),
        guard=_guard(scope, environment),
        plain_port=environment.plain_port,
        own_log=_own_log if is_waarborg else None,
        own_access=(lambda: census(scope, now)) if is_waarborg else None,
    )


def _guard(scope: UUID, environment: Environment) -> Guard:
    """Return a guard for this address. One on our own network lets a check go on to others listed as such only."""
    parts = urlsplit(environment.url)
    host, port = parts.hostname or "", parts.port or HTTPS_PORT
    listed = list(AllowedTarget.objects.filter(scope=scope, withdrawn_at=None))
    private = any(row.private for row in listed if (row.host, row.port) == (host, port))
    hosts = {f"{row.host}:{row.port}" for row in listed if row.private is private}
    if f"{host}:{port}" in hosts:
        # Any other port for plain http is listed by itself: whoever registers an environment can't open one.
        hosts.add(f"{host}:{HTTP_PORT}")
    return Guard(hosts=frozenset(hosts), networks=LOCAL_NETWORKS if private else ())


def _declared(folder: str) -> Path:
    """Raises FolderNotDeclared."""
    path = Path(folder).resolve()
    if not any(path.is_relative_to(root.expanduser().resolve()) for root in settings.WAARBORG.measuring.roots):
        raise FolderNotDeclared(folder)
    return path


def _certificates(text: str) -> Path | None:
    """Write the named authority where a check can read it, under its digest."""
    if not text:
        return None
    folder = Path(settings.WAARBORG.data_dir) / "authorities"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{hashlib.sha256(text.encode()).hexdigest()}.pem"
    if not path.exists():
        # Several steps of one run may do this at the same time: none of them must read half a file.
        partial = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        partial.write_text(text)
        partial.rename(path)
    return path


def _secrets() -> Secrets:
    """Read the test accounts that the installation binds to hosts; none are kept in the database.

    Raises SecretsUnreadable.
    """
    path = settings.WAARBORG.measuring.secrets_file
    if path is None:
        return Secrets()
    try:
        return read_bindings(path.expanduser(), outside=None)
    except BindingsInvalid as error:
        raise SecretsUnreadable(type(error).__name__) from None


def _own_log() -> Sequence[Mapping[str, Any]]:
    return [
        {
            "origin": log.origin,
            "entries": log.entries,
            "waiting": log.waiting,
            "checkpoint": log.checkpoint,
            "faults": [f"{fault.code} {fault.place}" for fault in log.faults],
        }
        for log in verify_logs()
    ]
