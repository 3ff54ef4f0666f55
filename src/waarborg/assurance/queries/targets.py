"""Which addresses checks may reach, and which registered ones aren't listed yet."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from waarborg.assurance import models
from waarborg.assurance.checks.target import HTTPS_PORT
from waarborg.assurance.queries.evidence import Only
from waarborg.registers import queries as registers

MOST_WAITING = 50


@dataclass(frozen=True)
class Target:
    """One listed address, and who listed it."""

    id: UUID
    host: str
    port: int
    private: bool
    allowed_by: UUID
    allowed_at: datetime


def targets(scope: UUID, *, only: Only) -> tuple[Target, ...]:
    """Return the addresses that may be measured now, by name; with `only`, those at which a reached environment stands."""
    rows = models.AllowedTarget.objects.filter(scope=scope, withdrawn_at=None).order_by("host", "port")
    places = None if only is None else {_place(url) for url in registers.addresses(scope, only=only)}
    return tuple(
        Target(row.pk, row.host, row.port, row.private, row.allowed_by, row.allowed_at)
        for row in rows
        if places is None or (row.host, row.port) in places
    )


def waiting_addresses(scope: UUID, *, only: Only) -> tuple[tuple[str, int], ...]:
    """Return the addresses of registered environments that aren't listed, so that nothing there can be measured."""
    listed = {(each.host, each.port) for each in targets(scope, only=None)}
    asked = {_place(url) for url in registers.addresses(scope, only=only)}
    return tuple(sorted(asked - listed))[:MOST_WAITING]


def _place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or HTTPS_PORT
