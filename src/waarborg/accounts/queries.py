"""Who a request comes from, and whether the house is open yet."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from waarborg.accounts.models import Person, RoleHeld, Session
from waarborg.accounts.rules.access import counts, may_be_in
from waarborg.accounts.rules.sessions import SEEN_EVERY, is_fresh, token_digest
from waarborg.accounts.values import FOUNDING_ROLES, PersonState, SignedIn, Stage
from waarborg.kernel.actor import ANONYMOUS, Actor, ActorKind, Grant

FOUNDERS = Q(role__in=FOUNDING_ROLES, person__state=PersonState.ACTIVE)


def anonymous(network_address: str) -> Actor:
    """Return nobody in particular, at this address."""
    return replace(ANONYMOUS, network_address=network_address)


def actor_for(token: str, now: datetime, network_address: str) -> SignedIn | None:
    """Return who holds this token, or None when it opens nothing (any more).

    Someone who hasn't come in fully holds no role but that of someone on the way in, so that no act can mistake them.
    """
    session = _living(token, now)
    if session is None:
        return None
    stage, grants = _stage_and_grants(session, now)
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
    )


def names_of(people: Iterable[UUID]) -> Mapping[UUID, str]:
    """Return the names of colleagues, to say who did something; one query."""
    return {row.pk: row.opened_name for row in Person.objects.filter(pk__in=set(people))}


def is_founded(now: datetime) -> bool:
    """Tell whether both founding roles are held by someone who can come in; until then nothing but registering works."""
    return _has_both(held.role for held in _lasting(now).filter(FOUNDERS) if counts(held.facts, now))


def _living(token: str, now: datetime) -> Session | None:
    session = Session.objects.select_related("person").filter(token=token_digest(token), ended_at=None).first()
    if session is None or session.person.state == PersonState.LEFT or session.over(now):
        return None
    return session


def _stage_and_grants(session: Session, now: datetime) -> tuple[Stage, frozenset[Grant]]:
    """One look at the roles answers both: which this person holds, and whether both founding ones are held."""
    entering = frozenset({Grant("anonymous", session.scope)})
    if session.stage != Stage.FULL:
        return Stage(session.stage), entering
    held = [each for each in _lasting(now).filter(FOUNDERS | Q(person=session.person_id)) if counts(each.facts, now)]
    if not _has_both(each.role for each in held):
        return Stage.WAITING, entering
    if not may_be_in(session.person.facts, now):
        return Stage.LAPSED, entering
    return Stage.FULL, frozenset(each.grant for each in held if each.person_id == session.person_id)


def _lasting(now: datetime) -> QuerySet[RoleHeld]:
    return RoleHeld.objects.filter(Q(until=None) | Q(until__gt=now), at__lte=now)


def _has_both(roles: Iterable[str]) -> bool:
    return set(FOUNDING_ROLES) <= set(roles)
