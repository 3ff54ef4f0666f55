"""Accounts of systems and wall screens: one asks, another approves, somebody who works here answers for it, and it ends."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.core.paginator import Paginator
from django.db import IntegrityError
from django.db.models import F, Prefetch

from waarborg.accounts.models import Credential, Person, ServiceAccount
from waarborg.accounts.operations.holding import counting
from waarborg.accounts.permissions import APPROVE_SERVICE, KEEP_SERVICES, READ_SERVICES
from waarborg.accounts.rules.access import may_be_in
from waarborg.accounts.rules.certificates import CertificateRefused
from waarborg.accounts.rules.machines import LASTS_AT_MOST, ROLE_OF, ROTATION, NetworkRefused, fits, lives, state_of
from waarborg.accounts.rules.registrations import NeedsAnother
from waarborg.accounts.rules.sessions import normal_login
from waarborg.accounts.values.machines import (
    CredentialKind,
    CredentialLine,
    MachineLine,
    MachinesPage,
    MachineState,
    NewMachine,
)
from waarborg.audit.operations import act
from waarborg.audit.operations.recording import Act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor, Permission
from waarborg.kernel.keyring import look_up
from waarborg.kernel.references import INSTALLATION, Reference, new_id

__all__ = [
    "CertificateRefused",
    "EndTooFar",
    "MachineRefused",
    "MachineUnknown",
    "NameTaken",
    "NetworkRefused",
    "OwnerUnknown",
    "PlaceUnfit",
    "approve_service",
    "ask_service",
    "change_owner",
    "end_service",
    "open_service",
    "open_services",
]
A_PAGE = 50
LONGEST_NAME = 100


class MachineUnknown(Exception):
    """There is no such account in this scope."""


class MachineRefused(Exception):
    """The account isn't in a state in which this can be done: it waits, was approved, is over or was ended."""


class NameTaken(Exception):
    """Another system or wall screen that hasn't ended is called so; or the name is empty or too long."""


class OwnerUnknown(Exception):
    """Nobody by this log-in name may be in and works in this scope."""


class EndTooFar(Exception):
    """It would end before it begins, or more than a year from now."""


class PlaceUnfit(Exception):
    """Such an account can't be for such a thing alone."""


def ask_service(asked: NewMachine, *, by: Actor, now: datetime) -> UUID:
    """Ask an account for a system or a wall screen. It opens nothing until somebody else approves it.

    One that ran out makes room for its successor: renewing is asking anew. Raises NameTaken, OwnerUnknown, EndTooFar or PlaceUnfit.
    """
    if not fits(asked.kind, asked.within):
        raise PlaceUnfit
    refuse_end(asked.ends_at, now)
    made = ServiceAccount(id=new_id(), scope=by.scope, kind=asked.kind, role=ROLE_OF[asked.kind], ends_at=asked.ends_at)
    made.name, made.within = asked.name.strip(), str(asked.within or "")
    made.asked_by, made.asked_at = by.id, now
    try:
        with act(
            "accounts.service_asked", KEEP_SERVICES, by=by, now=now, action=Action.CREATE, objects=(made.reference,)
        ) as done:
            done.detail["kind"] = asked.kind
            made.owner = _owner(asked.owner, by.scope, now)
            _take_name(made, now)
            made.save(force_insert=True)
    except IntegrityError as error:
        if not _is_name_taken(error):
            raise
        raise NameTaken from None
    return made.pk


def approve_service(service: UUID, *, by: Actor, now: datetime) -> None:
    """Let an account be used. Raises MachineUnknown, MachineRefused or NeedsAnother."""
    with deciding("accounts.service_approved", APPROVE_SERVICE, service, by=by, now=now) as (found, _done):
        if standing(found, now) is not MachineState.ASKED:
            raise MachineRefused
        if found.asked_by == by.id:
            raise NeedsAnother
        found.approved_by, found.approved_at = by.id, now


def end_service(service: UUID, reason: str, *, by: Actor, now: datetime) -> None:
    """End an account and all it shows, from the next request on. Raises MachineUnknown or MachineRefused."""
    with deciding("accounts.service_ended", KEEP_SERVICES, service, by=by, now=now) as (found, done):
        if found.ended_at is not None:
            raise MachineRefused
        done.reason, found.ended_at = reason, now
        done.detail["credentials"] = found.credentials.filter(revoked_at=None).update(revoked_at=now)


def change_owner(service: UUID, owner: str, *, by: Actor, now: datetime) -> None:
    """Let somebody else answer for an account, by their log-in name.

    Raises MachineUnknown, MachineRefused or OwnerUnknown.
    """
    with deciding("accounts.service_owner_changed", KEEP_SERVICES, service, by=by, now=now) as (found, _done):
        if found.ended_at is not None:
            raise MachineRefused
        found.owner = _owner(owner, by.scope, now)


def open_services(page: int = 1, *, by: Actor, now: datetime) -> MachinesPage:
    """Show one page of the systems and wall screens of this scope, those that wait first. One read in the log."""
    with act("accounts.services_read", READ_SERVICES, by=by, now=now, action=Action.READ) as done:
        # What still works, or did until lately: a list of every token there ever was helps nobody.
        shown = Credential.objects.filter(expires_at__gt=now - ROTATION).order_by("-made_at", "pk")
        rows = (
            ServiceAccount.objects.filter(scope=by.scope)
            .select_related("owner")
            .prefetch_related(Prefetch("credentials", queryset=shown, to_attr="shown"))
            .order_by(F("ended_at").desc(nulls_first=True), F("approved_at").desc(nulls_first=True), "name", "pk")
        )
        found = Paginator(rows, A_PAGE).get_page(page)
        done.objects = tuple(each.reference for each in found)
        done.detail = {"services": len(found)}
        named = Person.objects.in_bulk({one for each in found for one in (each.asked_by, each.approved_by) if one})
        lines = tuple(_line(each, named, by, now) for each in found)
    return MachinesPage(lines, found.paginator.count, found.number, A_PAGE)


def open_service(service: UUID, *, by: Actor, now: datetime) -> MachineLine:
    """Show one account, to whoever is about to give it something. Raises MachineUnknown."""
    objects = (Reference("service", service),)
    with act("accounts.service_read", READ_SERVICES, by=by, now=now, action=Action.READ, objects=objects):
        found = ServiceAccount.objects.select_related("owner").filter(pk=service, scope=by.scope).first()
        if found is None:
            raise MachineUnknown
        named = Person.objects.in_bulk({each for each in (found.asked_by, found.approved_by) if each})
        return _line(found, named, by, now)


def refuse_end(ends_at: datetime, now: datetime) -> None:
    """Raise EndTooFar for an end that isn't between now and a year from now."""
    if not now < ends_at <= now + LASTS_AT_MOST:
        raise EndTooFar


def standing(service: ServiceAccount, now: datetime) -> MachineState:
    return state_of(service.facts, owned=owned(service, now), now=now)


def owned(service: ServiceAccount, now: datetime) -> bool:
    """Tell whether who answers for it may be in, and holds a role in its scope."""
    return _works_here(service.owner, service.scope, now)


@contextmanager
def deciding(
    event: str, permission: Permission, service: UUID, *, by: Actor, now: datetime
) -> Iterator[tuple[ServiceAccount, Act]]:
    """Decide on one account, locked, and save it. Raises MachineUnknown."""
    objects = (Reference("service", service),)
    with act(event, permission, by=by, now=now, action=Action.UPDATE, objects=objects) as done:
        rows = ServiceAccount.objects.select_for_update(of=("self",)).select_related("owner")
        found = rows.filter(pk=service, scope=by.scope).first()
        if found is None:
            raise MachineUnknown
        yield found, done
        found.save()


def _works_here(person: Person, scope: UUID, now: datetime) -> bool:
    return may_be_in(person.facts, now) and any(each.scope == scope for each in counting(person.pk, now))


def _owner(login: str, scope: UUID, now: datetime) -> Person:
    index = look_up(normal_login(login), scope=INSTALLATION, field="person.login")
    found = Person.objects.filter(login_index=index).first()
    if found is None or not _works_here(found, scope, now):
        raise OwnerUnknown
    return found


def _take_name(made: ServiceAccount, now: datetime) -> None:
    """Raise NameTaken, unless the name is free or of one that ran out, which ends by this."""
    same = ServiceAccount.objects.select_for_update().filter(scope=made.scope, name=made.name, ended_at=None).first()
    if not 0 < len(made.name) <= LONGEST_NAME or (same is not None and now < same.ends_at):
        raise NameTaken
    if same is not None:
        same.ended_at = now
        same.save()


def _is_name_taken(error: IntegrityError) -> bool:
    """Tell whether somebody else took the name a moment ago: each engine says it in its own words."""
    return "a_service_has_a_name_of_its_own" in str(error) or "accounts_serviceaccount.name" in str(error)


def _line(row: ServiceAccount, named: Mapping[UUID, Person], by: Actor, now: datetime) -> MachineLine:
    asker, approver, state = named.get(row.asked_by), named.get(row.approved_by or row.asked_by), standing(row, now)
    return MachineLine(
        id=row.pk,
        kind=row.facts.kind,
        name=row.name,
        within=row.grant.within,
        owner=row.owner.opened_name,
        asked_by=asker.opened_name if asker else "",
        approved_by=approver.opened_name if approver and row.approved_by else "",
        asked_at=row.asked_at,
        ends_at=row.ends_at,
        state=state,
        may_approve=state is MachineState.ASKED and row.asked_by != by.id,
        credentials=tuple(_credential_line(each, now) for each in getattr(row, "shown", ())),
    )


def _credential_line(row: Credential, now: datetime) -> CredentialLine:
    return CredentialLine(
        id=row.pk,
        kind=CredentialKind(row.kind),
        hint=row.hint,
        addresses=tuple(row.addresses),
        wants_certificate=row.kind == CredentialKind.TOKEN and row.certificate is not None,
        made_at=row.made_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        lives=lives(row.facts, now),
    )
