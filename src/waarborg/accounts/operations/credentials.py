"""What a machine shows: tokens, which are shown once and bound to a place or a certificate, and certificates."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from waarborg.accounts.models import BoundCertificate, Credential, ServiceAccount
from waarborg.accounts.operations.machines import (
    EndTooFar,
    MachineRefused,
    deciding,
    standing,
)
from waarborg.accounts.permissions import KEEP_SERVICES
from waarborg.accounts.rules.certificates import Certificate, read_pem
from waarborg.accounts.rules.machines import ROTATION, hint_of, new_token, read_networks, token_digest
from waarborg.accounts.values.machines import CredentialKind, IssuedToken, MachineKind, MachineState
from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor
from waarborg.kernel.references import Reference, new_id

SMALLEST_HINT = 10


class BoundToNothing(Exception):
    """A token is bound to networks, to a certificate, or to both; one of a wall screen to a certificate in any case."""


class CertificateTaken(Exception):
    """The certificate belongs to another account, or was taken in by this one before."""


class CredentialUnknown(Exception):
    """There is no such token or certificate in this scope that still works."""


def issue_token(
    service: UUID, *, addresses: Sequence[str], certificate: str, expires_at: datetime, by: Actor, now: datetime
) -> IssuedToken:
    """Make a token, bound to networks (CIDR) and to a client certificate (PEM, or empty); the one before lives seven days on.

    Raises MachineUnknown, MachineRefused, NetworkRefused, CertificateRefused, CertificateTaken, BoundToNothing or EndTooFar.
    """
    networks = read_networks(addresses)
    bound = read_pem(certificate, now) if certificate.strip() else None
    token = new_token()
    with deciding("accounts.token_issued", KEEP_SERVICES, service, by=by, now=now) as (found, done):
        _refuse_unbound(found, networks, bound)
        made = _new(found, CredentialKind.TOKEN, token_digest(token), expires_at, by=by, now=now)
        made.hint, made.addresses = hint_of(token), list(networks)
        if bound is not None:
            _bind(found, bound, now)
            made.certificate = bound.fingerprint
        done.detail |= {"networks": len(networks), "certificate": int(bound is not None)}
        done.detail["replaced"] = _replace(found, now)
        made.save(force_insert=True)
    return IssuedToken(made.pk, token, made.expires_at)


def add_certificate(service: UUID, pem: str, *, by: Actor, now: datetime) -> UUID:
    """Take in a client certificate by which the machine is known; it works until it or the account ends.

    Raises MachineUnknown, MachineRefused, CertificateRefused or CertificateTaken.
    """
    read = read_pem(pem, now)
    with deciding("accounts.certificate_added", KEEP_SERVICES, service, by=by, now=now) as (found, _done):
        made = _new(
            found, CredentialKind.CERTIFICATE, read.fingerprint, min(read.not_after, found.ends_at), by=by, now=now
        )
        _bind(found, read, now)
        if Credential.objects.filter(digest=read.fingerprint).exists():
            raise CertificateTaken
        made.hint = read.fingerprint.hex()[:SMALLEST_HINT]
        made.save(force_insert=True)
    return made.pk


def revoke_credential(credential: UUID, *, by: Actor, now: datetime) -> None:
    """Make a token or certificate useless from the next request on. Raises CredentialUnknown."""
    objects = (Reference("credential", credential),)
    with act(
        "accounts.credential_revoked", KEEP_SERVICES, by=by, now=now, action=Action.UPDATE, objects=objects
    ) as done:
        found = Credential.objects.select_for_update().filter(pk=credential, scope=by.scope, revoked_at=None).first()
        if found is None:
            raise CredentialUnknown
        done.objects = (Reference("service", found.service_id), *objects)
        done.detail["kind"] = found.kind
        found.revoked_at = now
        found.save()


def _new(
    service: ServiceAccount, kind: CredentialKind, digest: bytes, expires_at: datetime, *, by: Actor, now: datetime
) -> Credential:
    """Return a credential of an account that lives. Raises MachineRefused or EndTooFar."""
    if standing(service, now) is not MachineState.LIVING:
        raise MachineRefused
    if not now < expires_at <= service.ends_at:
        raise EndTooFar
    made = Credential(id=new_id(), scope=service.scope, service=service, kind=kind, digest=digest)
    made.made_by, made.made_at, made.expires_at = by.id, now, expires_at
    return made


def _refuse_unbound(service: ServiceAccount, networks: Sequence[str], bound: Certificate | None) -> None:
    if bound is None and (not networks or service.kind == MachineKind.STATION):
        raise BoundToNothing


def _bind(service: ServiceAccount, certificate: Certificate, now: datetime) -> None:
    """Give a certificate to this account alone; the unique row holds, whoever else tries at this moment."""
    row = BoundCertificate(
        id=new_id(), scope=service.scope, fingerprint=certificate.fingerprint, service=service, at=now
    )
    BoundCertificate.objects.bulk_create([row], ignore_conflicts=True)
    if BoundCertificate.objects.get(fingerprint=certificate.fingerprint).service_id != service.pk:
        raise CertificateTaken


def _replace(service: ServiceAccount, now: datetime) -> int:
    """Let the token in use live seven days on, and end any older one; return how many this shortened."""
    tokens = service.credentials.filter(kind=CredentialKind.TOKEN, revoked_at=None, expires_at__gt=now)
    shortened = 0
    for number, each in enumerate(tokens.select_for_update().order_by("-made_at", "-pk")):
        ends_at = min(each.expires_at, now + ROTATION) if number == 0 else now
        shortened += Credential.objects.filter(pk=each.pk).update(expires_at=ends_at)
    return shortened
