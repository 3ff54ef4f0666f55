"""Which roles one person may not hold together in one scope, and why (separation of duties), and how narrow a role can be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from waarborg.accounts.values import Role
from waarborg.kernel.references import Reference

ADMINISTRATOR, OFFICER = Role.ADMINISTRATOR, Role.SECURITY_OFFICER
LOG, AUDITOR, PRIVACY = Role.LOG_ADMINISTRATOR, Role.AUDITOR, Role.PRIVACY_OFFICER


class Conflict(StrEnum):
    """Why two roles don't go together."""

    APPROVES_OWN = "approves_own"
    """One asks and the other approves: together they are one pair of eyes."""
    JUDGES_OWN_WORK = "judges_own_work"
    """An auditor judges what the other role does."""
    COVERS_TRACKS = "covers_tracks"
    """The log administrator keeps the log of what the other role does."""
    NOT_INDEPENDENT = "not_independent"
    """A privacy officer takes no decisions about the processing they watch over (AVG, article 38(6))."""


def _with(role: Role, others: Iterable[Role], why: Conflict) -> dict[frozenset[Role], Conflict]:
    return {frozenset({role, other}): why for other in others}


CONFLICTS: Mapping[frozenset[Role], Conflict] = {
    **_with(ADMINISTRATOR, [OFFICER], Conflict.APPROVES_OWN),
    **_with(
        AUDITOR, [role for role in Role if role not in {AUDITOR, Role.CARE_PROFESSIONAL}], Conflict.JUDGES_OWN_WORK
    ),
    **_with(
        LOG,
        [ADMINISTRATOR, OFFICER, Role.CARE_PROFESSIONAL, Role.TEAM_MANAGER, Role.DEVOPS_LEAD, Role.DEVELOPER],
        Conflict.COVERS_TRACKS,
    ),
    **_with(
        PRIVACY,
        [ADMINISTRATOR, Role.BOARD_MEMBER, Role.DEVOPS_LEAD, Role.DEVELOPER, Role.DEVICE_MANAGER],
        Conflict.NOT_INDEPENDENT,
    ),
}
"""Every pair that one person can't hold in one scope, however narrow. What isn't here goes together."""

NARROWED_TO: Mapping[Role, str] = {
    Role.TEAM_MANAGER: "ward",
    Role.CARE_PROFESSIONAL: "ward",
    Role.DEVICE_MANAGER: "device_group",
    Role.DEVOPS_LEAD: "application",
    Role.DEVELOPER: "application",
}
"""What a role can be held for alone. Every other role is of the whole institution."""
GIVEN_BY_MANAGERS = frozenset({Role.CARE_PROFESSIONAL})
"""What a role for one thing alone may ask for others; only for that same thing."""


@dataclass(frozen=True)
class Clash:
    """A role that is held already and doesn't go with the one asked for."""

    held: Role
    asked: Role
    why: Conflict


class DutiesClash(Exception):
    """One person can't hold these roles together; says which, and why."""

    def __init__(self, clashes: tuple[Clash, ...]) -> None:
        self.clashes = clashes
        super().__init__(", ".join(f"{clash.held} and {clash.asked}: {clash.why}" for clash in clashes))


class ScopeUnfit(Exception):
    """The role can't be held for such a thing."""

    def __init__(self, role: Role) -> None:
        self.role, self.narrowed_to = role, NARROWED_TO.get(role, "")
        super().__init__(role)


def clashes(held: Iterable[Role], asked: Role) -> tuple[Clash, ...]:
    """Return what stands in the way of this role beside those that are held in the same scope."""
    found = ((role, CONFLICTS.get(frozenset({role, asked}))) for role in sorted(set(held)))
    return tuple(Clash(role, asked, why) for role, why in found if why is not None)


def require_separate(held: Iterable[Role], asked: Role) -> None:
    """Raise DutiesClash when the roles don't go together."""
    found = clashes(held, asked)
    if found:
        raise DutiesClash(found)


def require_fitting(role: Role, within: Reference | None) -> None:
    """Raise ScopeUnfit when the role can't be held for this thing alone."""
    if within is not None and NARROWED_TO.get(role) != within.kind:
        raise ScopeUnfit(role)
