"""Who acts, and what they may: values only. Role names belong to accounts, what a role may to `project.roles`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from waarborg.kernel.references import INSTALLATION


class ActorKind(StrEnum):
    PERSON = "person"
    SERVICE = "service"
    DEVICE = "device"
    SCHEDULE = "schedule"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True)
class Permission:
    """One thing that can be allowed, named `domain.act`."""

    name: str


@dataclass(frozen=True)
class Grant:
    """A role held within one scope."""

    role: str
    scope: UUID


@dataclass(frozen=True)
class Actor:
    """Someone or something that acts within one scope. `network_address` is where the request came from."""

    kind: ActorKind
    id: UUID
    scope: UUID
    grants: frozenset[Grant] = frozenset()
    network_address: str = ""

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(grant.role for grant in self.grants if grant.scope == self.scope)


@dataclass(frozen=True)
class RoleTable:
    """Role to permissions, with the version that the log names as the authorisation protocol (NEN 7513, 7.4.6)."""

    version: str
    permissions: Mapping[str, frozenset[Permission]]


class NotAllowed(Exception):
    """The actor's roles don't allow this act in this scope."""

    def __init__(self, by: Actor, permission: Permission) -> None:
        self.by, self.permission = by, permission
        super().__init__(f"{by.kind} may not {permission.name}")


ANONYMOUS_ID = UUID(int=0)
ANONYMOUS = Actor(ActorKind.ANONYMOUS, ANONYMOUS_ID, INSTALLATION, frozenset({Grant("anonymous", INSTALLATION)}))
_table: list[RoleTable] = []


def install(table: RoleTable) -> None:
    """Set the one table of this process; wiring does this at start-up."""
    _table[:] = [table]


def require(by: Actor, permission: Permission, scope: UUID | None = None) -> str:
    """Return the authorisation protocol that allows this act: table version, role, permission. Raises NotAllowed."""
    table = _table[0]
    if scope is None or scope == by.scope:
        for role in sorted(by.roles):
            if permission in table.permissions.get(role, frozenset()):
                return f"waarborg-roles/{table.version}#{role}:{permission.name}"
    raise NotAllowed(by, permission)


def may(by: Actor, permission: Permission) -> bool:
    """Tell whether `require` would allow it; for showing or hiding a button, never for guarding an act."""
    try:
        require(by, permission)
    except NotAllowed:
        return False
    return True
