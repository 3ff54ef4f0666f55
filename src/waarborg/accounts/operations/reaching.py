"""Acting on one person as far as one's roles reach: who isn't reached doesn't exist."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from waarborg.accounts.models import Person, Registration, RoleHeld
from waarborg.accounts.operations.holding import lasting, locked
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
    """Act on one person of the actor's scope, locked. Raises PersonUnknown, also for who is out of the actor's reach.

    Whoever answers for one ward reaches who works there, and who worked there and left altogether: nobody who only moved.
    """
    subject, places = (Reference("person", person),), _places_of(person, by.scope, now)
    at = next((Reference.parse(each) for each in sorted(places) if each and _counts(each, permission, by)), None)
    try:
        with act(event, permission, by=by, now=now, action=action, objects=subject, at=at) as done:
            found = locked(person)
            if found is None or not _belonged(person, by.scope):
                raise PersonUnknown
            yield found, done
    except NotAllowed as error:
        reach(by, permission)  # raises it again for someone who may do this nowhere
        raise PersonUnknown from error


def within_reach(scope: UUID, within: Reach, now: datetime) -> QuerySet[RoleHeld]:
    """Return the roles by which a reader knows somebody: all of a scope; of one ward those of now, and of who left altogether."""
    held = RoleHeld.objects.filter(scope=scope)
    if within.everywhere:
        return held
    return _known_by(held, now).filter(within__in=reached(within))


def _known_by(held: QuerySet[RoleHeld], now: datetime) -> QuerySet[RoleHeld]:
    return held.filter(Q(pk__in=lasting(now).values("pk")) | Q(person__state=PersonState.LEFT))


def _places_of(person: UUID, scope: UUID, now: datetime) -> set[str]:
    """Return for which things of a scope someone is known, and nothing for all of it."""
    held = _known_by(RoleHeld.objects.filter(person=person, scope=scope), now)
    return set(held.values_list("within", flat=True)) | set(_coming(person, scope).values_list("within", flat=True))


def _belonged(person: UUID, scope: UUID) -> bool:
    return RoleHeld.objects.filter(person=person, scope=scope).exists() or _coming(person, scope).exists()


def _coming(person: UUID, scope: UUID) -> QuerySet[Registration]:
    return Registration.objects.filter(
        person=person, scope=scope, used_at__isnull=False, person__state=PersonState.APPROVED
    )


def _counts(place: str, permission: Permission, by: Actor) -> bool:
    return may(by, permission, at=Reference.parse(place))
