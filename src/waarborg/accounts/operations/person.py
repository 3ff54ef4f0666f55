"""One person in full: roles, identities, numbers and registrations, as far as the reader's roles reach."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from waarborg.accounts.models import Identity, Person, ProfessionalNumber, Registration, RoleHeld
from waarborg.accounts.operations.holding import lasting
from waarborg.accounts.operations.lines import held_role, person_line, registration_lines
from waarborg.accounts.operations.reaching import about, reached
from waarborg.accounts.permissions import READ_PEOPLE
from waarborg.accounts.queries import names_of
from waarborg.accounts.values import (
    DocumentKind,
    IdentityLine,
    NumberKind,
    NumberLine,
    NumberStatus,
    PersonDetail,
    ProofOfIdentity,
)
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor, Reach, reach
from waarborg.kernel.keyring import unseal_text

END_OF_NUMBER = 3


def open_person(person_id: UUID, *, by: Actor, now: datetime) -> PersonDetail:
    """Show one person. Raises PersonUnknown, also for who is out of the reader's reach."""
    with about(person_id, "accounts.person_read", READ_PEOPLE, by=by, now=now, action=Action.READ) as (person, done):
        detail = _detail(person, reach(by, READ_PEOPLE), by, now)
        done.detail = {"roles": len(detail.line.roles), "identities": len(detail.identities)}
    return detail


def _detail(person: Person, within: Reach, by: Actor, now: datetime) -> PersonDetail:
    held = RoleHeld.objects.filter(person=person, scope=by.scope)
    asked = Registration.objects.filter(person=person, scope=by.scope).select_related("person").order_by("-made_at")
    if not within.everywhere:
        held, asked = held.filter(within__in=reached(within)), asked.filter(within__in=reached(within))
    now_held = lasting(now).filter(pk__in=held).order_by("role", "within")
    seen = person.sessions.filter(scope=by.scope).order_by("-last_seen_at").first()
    if not within.everywhere and not now_held:
        seen = None  # who left a ward's reach keeps to themselves when they logged in
    return PersonDetail(
        line=person_line(person, seen.last_seen_at if seen else None, now_held),
        identities=_identities(person, by.scope),
        numbers=_numbers(person, by.scope),
        past_roles=tuple(held_role(each) for each in held.filter(until__lte=now).order_by("-until", "pk")),
        authenticators=person.authenticators.filter(confirmed_at__isnull=False, removed_at=None).count(),
        recovery_codes_left=person.recovery_codes.filter(used_at=None, replaced_at=None).count(),
        registrations=registration_lines(asked, by, now),
    )


def identities_of(person: Person, scope: UUID) -> QuerySet[Identity]:
    """Return the times that a scope established somebody's identity: at their registrations, and since."""
    return Identity.objects.filter(Q(person=person) | Q(registration__person=person), scope=scope)


def _identities(person: Person, scope: UUID) -> tuple[IdentityLine, ...]:
    rows = list(identities_of(person, scope).order_by("-established_at", "-pk"))
    names = names_of(row.established_by for row in rows if row.established_by)
    return tuple(
        IdentityLine(
            method=ProofOfIdentity(row.method),
            document_kind=DocumentKind(row.document_kind) if row.document_kind else None,
            number_end=_end_of_number(row),
            provider=row.provider,
            established_by=names.get(row.established_by, "") if row.established_by else "",
            established_at=row.established_at,
            holds_until=row.holds_until,
        )
        for row in rows
    )


def _end_of_number(row: Identity) -> str:
    if row.document_number is None:
        return ""
    return unseal_text(row.document_number, row.place("document_number"))[-END_OF_NUMBER:]


def _numbers(person: Person, scope: UUID) -> tuple[NumberLine, ...]:
    rows = list(ProfessionalNumber.objects.filter(person=person, scope=scope, ended_at=None).order_by("kind", "pk"))
    names = names_of(row.said_by for row in rows)
    return tuple(
        NumberLine(
            id=row.pk,
            kind=NumberKind(row.kind),
            number=unseal_text(row.number, row.place("number")),
            status=NumberStatus(row.status),
            said_by=names.get(row.said_by, ""),
            said_at=row.said_at,
            check_before=row.check_before,
        )
        for row in rows
    )
