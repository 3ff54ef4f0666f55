"""Who a request comes from, and whether the house is open yet."""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from waarborg.accounts.models import EmergencyAccess, Person, ProfessionalNumber, RoleHeld, Session
from waarborg.accounts.providers import listed
from waarborg.accounts.rules.access import REVIEWED_EVERY, SOON, counts, may_be_in
from waarborg.accounts.rules.sessions import SEEN_EVERY, is_fresh, new_token, token_digest
from waarborg.accounts.values import FOUNDING_ROLES, Overdue, PersonState, SessionLine, SignedIn, Stage
from waarborg.accounts.values.sign_on import ProviderLine
from waarborg.kernel.actor import ANONYMOUS, Actor, ActorKind, Grant
from waarborg.kernel.keyring import look_up
from waarborg.kernel.references import INSTALLATION, Reference

AT_MOST = 20
"""Log-ins from new places that are shown at once."""
DEVICE_LENGTH = 43 + 1 + 64
"""Characters of what `new_device` makes."""
FOUNDERS = Q(role__in=FOUNDING_ROLES)
"""Of whoever began in one of the two founding roles, also where it ended since: an end or a review that somebody overlooked doesn't
close the house over a ward. What only these two can do waits until somebody holds the role again."""


def anonymous(network_address: str) -> Actor:
    """Return nobody in particular, at this address."""
    return replace(ANONYMOUS, network_address=network_address)


def actor_for(token: str, now: datetime, network_address: str) -> SignedIn | None:
    """Return who holds this token, or None when it opens nothing (any more).

    Someone who hasn't come in fully holds no role but that of someone on the way in, so that no act can mistake them.
    """
    found = _living(token, now)
    if found is None:
        return None
    session, alerted = found
    stage, grants, scopes = _standing(session, now)
    return SignedIn(
        actor=Actor(
            ActorKind.PERSON,
            session.person_id,
            session.scope,
            grants,
            network_address,
            is_fresh(session.proven_at, now),
        ),
        stage=stage,
        session=session.pk,
        name=session.person.opened_name,
        language=session.person.language,
        stale=now - session.last_seen_at >= SEEN_EVERY,
        scopes=scopes,
        alerted=stage is Stage.FULL and alerted,
    )


def names_of(people: Iterable[UUID]) -> Mapping[UUID, str]:
    """Return the names of colleagues, to say who did something; one query."""
    return {row.pk: row.opened_name for row in Person.objects.filter(pk__in=set(people))}


def providers() -> tuple[ProviderLine, ...]:
    """Return the identity providers of this installation, for their buttons."""
    return tuple(ProviderLine(each.key, each.name) for each in listed())


def scopes_of(person: UUID, now: datetime) -> tuple[UUID, ...]:
    """Return where this person holds a role at this moment, in an order that is always the same."""
    return tuple(sorted({held.scope for held in _lasting(now).filter(person=person) if counts(held.facts, now)}))


def unseen_sign_ins(by: Actor, session: UUID) -> tuple[SessionLine, ...]:
    """Return the log-ins from a new place, in sessions other than this one, that weren't said to be one's own; newest first."""
    found = _unseen(by.id).exclude(pk=session).order_by("-started_at")
    return tuple(each.line(current=session) for each in found[:AT_MOST])


def emergency_open(person: UUID, subject: Reference, now: datetime) -> bool:
    """Tell whether somebody broke the glass for this thing less than an hour ago, and is still here."""
    lasting = EmergencyAccess.objects.filter(person=person, opened_at__lte=now, ends_at__gt=now)
    return lasting.filter(subject=str(subject), person__state=PersonState.ACTIVE).exists()


def overdue(scope: UUID, now: datetime) -> Overdue:
    """Count what of the people of a scope somebody has to look at again."""
    roles = _lasting(now).filter(scope=scope, person__state=PersonState.ACTIVE)
    people = Person.objects.filter(pk__in=roles.values("person"))
    numbers = ProfessionalNumber.objects.filter(person__in=people, scope=scope, ended_at=None, check_before__lte=now)
    return Overdue(
        identities=people.filter(verify_before__lte=now).count(),
        soon=people.filter(verify_before__gt=now, verify_before__lte=now + SOON).count(),
        roles=roles.filter(confirmed_at__lte=now - REVIEWED_EVERY).count(),
        numbers=numbers.count(),
        emergencies=EmergencyAccess.objects.filter(scope=scope, reviewed_at=None).count(),
    )


def new_device() -> str:
    """Return a value for a browser to keep, once a password was right: 256 random bits and our mark under a key.

    They say of nobody who they are, and count for a name only after it came in fully with them.
    """
    random = new_token()
    return f"{random}.{_made_by_us(random)}"


def is_ours(device: str) -> bool:
    """Tell whether we made this value. Asked of every log-in before it is read, so it asks nothing of the database."""
    random, _, mark = device.partition(".")
    return len(device) == DEVICE_LENGTH and hmac.compare_digest(_made_by_us(random), mark)


def is_founded(now: datetime) -> bool:
    """Tell whether both founding roles began; until then nothing but registering works."""
    return _has_both(RoleHeld.objects.filter(FOUNDERS, at__lte=now).values_list("role", flat=True))


def _made_by_us(random: str) -> str:
    return look_up(random, scope=INSTALLATION, field="tries.made").hex()


def _living(token: str, now: datetime) -> tuple[Session, bool] | None:
    """Return the session of a token and whether another one waits to be said to be one's own; one query."""
    others = _unseen(OuterRef("person")).exclude(pk=OuterRef("pk"))
    living = Session.objects.select_related("person").annotate(alerted=Exists(others))
    session = living.filter(token=token_digest(token), ended_at=None).first()
    if session is None or session.person.state == PersonState.LEFT or session.over(now):
        return None
    return session, session.alerted


def _standing(session: Session, now: datetime) -> tuple[Stage, frozenset[Grant], tuple[UUID, ...]]:
    """One look at the roles answers all: which this person holds here, where else, and whether both founding ones began."""
    entering = frozenset({Grant("anonymous", session.scope)})
    if session.stage != Stage.FULL:
        return Stage(session.stage), entering, ()
    begun = list(RoleHeld.objects.filter(FOUNDERS | Q(person=session.person_id), at__lte=now))
    if not _has_both(each.role for each in begun):
        return Stage.WAITING, entering, ()
    if not may_be_in(session.person.facts, now):
        return Stage.LAPSED, entering, ()
    own = [each.grant for each in begun if each.person_id == session.person_id and counts(each.facts, now)]
    here = frozenset(grant for grant in own if grant.scope == session.scope)
    # Whose last role here ended a moment ago reaches nothing, but still logs out, or goes on where they hold another.
    return Stage.FULL, here or entering, tuple(sorted({grant.scope for grant in own}))


def _unseen(person: UUID | OuterRef) -> QuerySet[Session]:
    return Session.objects.filter(person=person, new_place=True, told_at=None)


def _lasting(now: datetime) -> QuerySet[RoleHeld]:
    return RoleHeld.objects.filter(Q(until=None) | Q(until__gt=now), at__lte=now)


def _has_both(roles: Iterable[str]) -> bool:
    return set(FOUNDING_ROLES) <= set(roles)
