"""Who acts, and what they may: values only. Role names belong to accounts, what a role may to `project.roles`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from waarborg.kernel.references import INSTALLATION, Reference


class ActorKind(StrEnum):
    PERSON = "person"
    SERVICE = "service"
    DEVICE = "device"
    SCHEDULE = "schedule"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True)
class Permission:
    """One thing that can be allowed, named `domain.act`. A grave one also wants a person's second factor of just now.

    One's `own` is about nobody but the actor, so a role for one thing alone allows it as well as a role for everything.
    """

    name: str
    grave: bool = False
    own: bool = False

    def given_by(self, grant: "Grant", at: Reference | None) -> bool:
        """Tell whether a grant whose role has this permission reaches this thing."""
        return self.own or grant.within in {None, at}


@dataclass(frozen=True)
class Grant:
    """A role held within one scope, or only for one thing in it: an application, a ward, a group of devices."""

    role: str
    scope: UUID
    within: Reference | None = None


@dataclass(frozen=True)
class Actor:
    """Someone or something that acts within one scope. `network_address` is where the request came from.

    `fresh` says of a person that they proved their second factor a few minutes ago.
    """

    kind: ActorKind
    id: UUID
    scope: UUID
    grants: frozenset[Grant] = frozenset()
    network_address: str = ""
    fresh: bool = False

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(grant.role for grant in self.grants if grant.scope == self.scope)


@dataclass(frozen=True)
class RoleTable:
    """Role to permissions, with the version that the log names as the authorisation protocol (NEN 7513, 7.4.6)."""

    version: str
    permissions: Mapping[str, frozenset[Permission]]


@dataclass(frozen=True)
class Reach:
    """Where in a scope something is allowed: everywhere, or for these things only."""

    everywhere: bool
    within: frozenset[Reference] = frozenset()

    def ids(self, kind: str) -> frozenset[UUID] | None:
        """Return the ids of this kind that are reached, or None where that is all of them."""
        return None if self.everywhere else frozenset(each.id for each in self.within if each.kind == kind)


class NotAllowed(Exception):
    """The actor's roles don't allow this act in this scope, or not for this thing."""

    def __init__(self, by: Actor, permission: Permission) -> None:
        self.by, self.permission = by, permission
        super().__init__(f"{by.kind} may not {permission.name}")


class ProofTooOld(Exception):
    """The act is grave and the person's second factor was proven too long ago: ask for it once more."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission
        super().__init__(permission.name)


ANONYMOUS_ID = UUID(int=0)
ANONYMOUS = Actor(ActorKind.ANONYMOUS, ANONYMOUS_ID, INSTALLATION, frozenset({Grant("anonymous", INSTALLATION)}))
_table: list[RoleTable] = []


def install(table: RoleTable) -> None:
    """Set the one table of this process; wiring does this at start-up."""
    _table[:] = [table]


def role_table() -> RoleTable:
    """Return the table that is installed: for showing what each role may, never for guarding an act."""
    return _table[0]


def require(by: Actor, permission: Permission, *, at: Reference | None = None) -> str:
    """Return the authorisation protocol that allows this act: table version, role, permission.

    `at` is the thing that is acted on, by which a role for that thing alone counts. Raises NotAllowed or ProofTooOld.
    """
    role = next((grant.role for grant in _allowing(by, permission) if permission.given_by(grant, at)), None)
    if role is None:
        raise NotAllowed(by, permission)
    if permission.grave and by.kind is ActorKind.PERSON and not by.fresh:
        raise ProofTooOld(permission)
    return f"waarborg-roles/{_table[0].version}#{role}:{permission.name}"


def reach(by: Actor, permission: Permission) -> Reach:
    """Return where in their scope the actor may do this; for choosing what a list shows. Raises NotAllowed for nowhere."""
    grants = _allowing(by, permission)
    if not grants:
        raise NotAllowed(by, permission)
    narrow = frozenset(grant.within for grant in grants if grant.within is not None)
    return Reach(any(grant.within is None for grant in grants), narrow)


def may(by: Actor, permission: Permission, *, at: Reference | None = None) -> bool:
    """Tell whether `require` would allow it, now or after one more proof; for showing a button, never for guarding an act."""
    return any(permission.given_by(grant, at) for grant in _allowing(by, permission))


def _allowing(by: Actor, permission: Permission) -> list[Grant]:
    """Return the grants in the actor's scope whose role has this permission, in an order that is always the same."""
    table = _table[0].permissions
    here = [grant for grant in by.grants if grant.scope == by.scope]
    return [
        grant
        for grant in sorted(here, key=lambda grant: (grant.role, str(grant.within or "")))
        if permission in table.get(grant.role, frozenset())
    ]
