"""Working in another scope: someone with roles in several acts in one of them at a time."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from waarborg.accounts.models import Session
from waarborg.accounts.operations.arriving import limited, moved
from waarborg.accounts.operations.holding import counting
from waarborg.accounts.permissions import OWN_SESSION
from waarborg.accounts.values import Entered, Stage
from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor
from waarborg.kernel.references import Reference


class NoRoleThere(Exception):
    """The actor holds no role in that scope. Whether there is such a scope is never said."""


def switch_scope(scope: UUID, *, session: UUID, by: Actor, now: datetime) -> Entered:
    """Act in another scope from here on, under a new token; logged in the scope that is left and in the one that is entered.

    The session doesn't last longer by it, and takes the limits of the roles held there. Raises NoRoleThere or NotAtThisStage.
    """
    subject = (Reference("person", by.id), Reference("session", session))
    with act("accounts.scope_left", OWN_SESSION, by=by, now=now, action=Action.EXECUTE, objects=subject):
        found = Session.at(Stage.FULL, session, person=by.id)
        grants = frozenset(each.grant for each in counting(by.id, now) if each.scope == scope)
        if not grants:
            raise NoRoleThere
        there = replace(by, scope=scope, grants=grants)
        with act("accounts.scope_entered", OWN_SESSION, by=there, now=now, action=Action.EXECUTE, objects=subject):
            moved(found, scope)
            limited(found, now)
            return found.advance(Stage.FULL, now)
