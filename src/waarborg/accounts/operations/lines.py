"""People, roles and registrations as lines for a reader."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from waarborg.accounts.models import Person, Registration, RoleHeld
from waarborg.accounts.rules.access import confirm_before
from waarborg.accounts.rules.registrations import state_of
from waarborg.accounts.values import HeldRole, PersonLine, PersonState, RegistrationKind, RegistrationLine, Role
from waarborg.kernel.actor import Actor
from waarborg.kernel.keyring import unseal_text


def person_line(person: Person, seen: datetime | None, roles: Iterable[RoleHeld]) -> PersonLine:
    name, login, email = told_of(person)
    return PersonLine(
        id=person.pk,
        name=name,
        login=login,
        email=email,
        state=PersonState(person.state),
        roles=tuple(held_role(held) for held in roles),
        since=person.registered_at,
        last_seen=seen,
        verify_before=person.verify_before,
    )


def told_of(person: Person) -> tuple[str, str, str]:
    """Return name, log-in name and e-mail address in clear."""
    name, login, email = (
        unseal_text(getattr(person, field), person.place(field)) for field in ("name", "login", "email")
    )
    return name, login, email


def held_role(held: RoleHeld) -> HeldRole:
    return HeldRole(
        id=held.pk,
        role=Role(held.role),
        within=held.grant.within,
        at=held.at,
        ends_at=held.until,
        delegated_by=held.delegated_by,
        confirm_before=confirm_before(held.facts),
    )


def registration_lines(rows: Iterable[Registration], by: Actor, now: datetime) -> tuple[RegistrationLine, ...]:
    """Return registrations as lines, with the names of who did what; one query for all of them."""
    found = list(rows)
    named = Person.objects.in_bulk({each for row in found for each in (row.made_by, row.identified_by) if each})
    return tuple(_registration_line(row, named, by, now) for row in found)


def _registration_line(row: Registration, named: Mapping[UUID, Person], by: Actor, now: datetime) -> RegistrationLine:
    asker, identifier = named.get(row.made_by), named.get(row.identified_by or row.made_by)
    return RegistrationLine(
        id=row.pk,
        kind=RegistrationKind(row.kind),
        label=row.person.opened_name if row.person else row.opened_label,
        asked=row.asked,
        state=state_of(row.facts, now),
        needs_identity=row.needs_identity,
        made_by=asker.opened_name if asker else "",
        identified_by=identifier.opened_name if identifier and row.identified_by else "",
        made_at=row.made_at,
        expires_at=row.expires_at,
        may_approve=by.id not in {row.made_by, row.identified_by, row.person_id},
    )
