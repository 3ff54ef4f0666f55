"""Letting a machine in: by a token from the place it is bound to, or by a certificate. What doesn't fit is unknown."""

from contextlib import suppress
from datetime import datetime

from django.db.models import Q

from waarborg.accounts.models import Credential
from waarborg.accounts.operations.machines import owned
from waarborg.accounts.operations.throttle import Reservation, TooManyAttempts
from waarborg.accounts.permissions import LOG_IN
from waarborg.accounts.rules.certificates import Certificate, read_der
from waarborg.accounts.rules.machines import (
    COMES_IN_ANEW,
    USE_NOTED_EVERY,
    Shown,
    is_token,
    opens,
    token_digest,
)
from waarborg.accounts.values.machines import CredentialKind, Machine, MachineKind
from waarborg.audit.operations import record
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor, ActorKind, require
from waarborg.kernel.transactions import own_transaction

CAME_IN = "accounts.service_came_in"


def let_in(token: str | None, certificate: bytes | None, *, by: Actor, now: datetime) -> Machine | None:
    """Return which machine shows this token, or else this certificate (DER), or None for what opens nothing here and now.

    `by` is nobody in particular, at the address of the request. What a token of ours is refused for stands in the log, the
    first, tenth, hundredth... time; what never was a token costs no query.
    """
    shown = Shown(by.network_address, read_der(certificate) if certificate else None)
    if token is not None and not is_token(token):
        return None
    digest = token_digest(token) if token is not None else _fingerprint(shown.certificate)
    if digest is None:
        return None
    kind = CredentialKind.TOKEN if token is not None else CredentialKind.CERTIFICATE
    found = Credential.objects.select_related("service__owner").filter(kind=kind, digest=digest).first()
    if found is None or not _opens(found, shown, now):
        _refused(found, by=by, now=now)
        return None
    return _come_in(found, by=by, now=now)


def _fingerprint(certificate: Certificate | None) -> bytes | None:
    return certificate.fingerprint if certificate else None


def _opens(found: Credential, shown: Shown, now: datetime) -> bool:
    service = found.service
    return opens(service.facts, found.facts, shown, owned=owned(service, now), now=now)


def _come_in(found: Credential, *, by: Actor, now: datetime) -> Machine:
    service = found.service
    actor = Actor(
        ActorKind.SERVICE, service.pk, service.scope, frozenset({service.grant}), network_address=by.network_address
    )
    if found.last_used_at is None or now - found.last_used_at >= USE_NOTED_EVERY:
        _note_use(found, actor, require(by, LOG_IN), now)
    return Machine(actor, MachineKind(service.kind), service.name)


def _note_use(found: Credential, actor: Actor, protocol: str, now: datetime) -> None:
    """Note the moment, once however many requests come in this minute; and in the log that it came in, after a pause."""
    before = found.last_used_at
    due = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_NOTED_EVERY)
    with own_transaction():
        noted = Credential.objects.filter(due, pk=found.pk).update(last_used_at=now)
        if noted and (before is None or now - before >= COMES_IN_ANEW):
            record(
                CAME_IN,
                by=actor,
                now=now,
                action=Action.EXECUTE,
                objects=(found.service.reference,),
                protocol=protocol,
                detail={"kind": found.kind},
            )


def _refused(found: Credential | None, *, by: Actor, now: datetime) -> None:
    """Count what was refused, apart for each account, and log it if its turn has come. Nobody waits: it is refused anyway."""
    name = str(found.service_id) if found else "unknown"
    with suppress(TooManyAttempts):
        attempt = Reservation.of(CAME_IN, name, protocol=require(by, LOG_IN), by=by, now=now)
        attempt.failed((found.service.reference,) if found else ())
