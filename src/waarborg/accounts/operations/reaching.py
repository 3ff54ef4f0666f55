"""Acting on one person as far as one's roles reach: who isn't reached doesn't exist."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from waarborg.accounts.models import Person, Registration, RoleHeld
from waarborg.accounts.operations.holding import locked
from waarborg.accounts.operations.requesting import PersonUnknown
from waarborg.accounts.values import PersonState
from waarborg.audit.operations import act
from waarborg.audit.operations.recording import Act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor, NotAllowed, Permission, Reach, may, reach
from waarborg.kernel.references import Reference


def somewhere(by: Actor, permission: Permission) -> Reference | None:
    """Return one thing for which the actor may do this, where they may for some things alone."""
    places = sorted({grant.within for grant in by.grants}, key=str)
    return next((at for at in places if may(by, permission, at=at)), None)


def reached(within: Reach) -> frozenset[str]:
    """Return the things that a narrow reach holds, as rows name them."""
    return frozenset(str(each) for each in within.within)


@contextmanager
def about(
    person: UUID, event: str, permission: Permission, *, by: Actor, now: datetime, action: Action
) -> Iterator[tuple[Person, Act]]:
    """Act on one person of the actor's scope, locked. Raises PersonUnknown, also for who is out of the actor's reach."""
    subject, places = (Reference("person", person),), places_of(person, by.scope)
    at = next((Reference.parse(each) for each in sorted(places) if each and _counts(each, permission, by)), None)
    try:
        with act(event, permission, by=by, now=now, action=action, objects=subject, at=at) as done:
            found = locked(person)
            if found is None or not places:
                raise PersonUnknown
            yield found, done
    except NotAllowed as error:
        reach(by, permission)  # raises it again for someone who may do this nowhere
        raise PersonUnknown from error


def places_of(person: UUID, scope: UUID) -> set[str]:
    """Return where in a scope someone belongs, or belonged: things, and nothing for all of it; empty for who never did."""
    held = set(RoleHeld.objects.filter(person=person, scope=scope).values_list("within", flat=True))
    coming = Registration.objects.filter(
        person=person, scope=scope, used_at__isnull=False, person__state=PersonState.APPROVED
    )
    return held | set(coming.values_list("within", flat=True))


def _counts(place: str, permission: Permission, by: Actor) -> bool:
    return may(by, permission, at=Reference.parse(place))
