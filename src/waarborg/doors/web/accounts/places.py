"""For what a role can be held: the institution, its wards, its groups of devices and its applications."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from waarborg.accounts.operations import NARROWED_TO
from waarborg.accounts.values import HeldRole, Role
from waarborg.doors.web.words import word_for
from waarborg.kernel.actor import Actor, NotAllowed, Permission, reach
from waarborg.kernel.references import Reference
from waarborg.registers import queries


@dataclass(frozen=True)
class Places:
    """The things of one scope by name: two questions to the database, however many people are shown."""

    names: Mapping[Reference, str]

    def name(self, reference: Reference | None) -> str:
        """What a role is held for, in words; what isn't in the register any more is said to be so."""
        if reference is None:
            return _("the whole institution")
        return self.names.get(reference) or _("something that is no longer in the register")

    def choices(self, kinds: Iterable[str], *, only: frozenset[Reference] | None = None) -> list[tuple[str, Any]]:
        """Return what a form offers: the institution first, unless only some things are allowed."""
        whole = [("", _("The whole institution"))] if only is None else []
        return whole + list(self._groups(kinds, only))

    def _groups(self, kinds: Iterable[str], only: frozenset[Reference] | None) -> Iterator[tuple[str, Any]]:
        titles = {"ward": _("Wards"), "device_group": _("Groups of devices"), "application": _("Applications")}
        for kind in kinds:
            here = [(each, name) for each, name in self.names.items() if each.kind == kind]
            kept = [(str(each), name) for each, name in here if only is None or each in only]
            if kept:
                yield (titles[kind], kept)

    def role(self, held: HeldRole) -> str:
        """A held role in words: "Care professional, De Linde"."""
        return said(held.role, held.within, self)


def said(role: Role, within: Reference | None, places: Places) -> str:
    return f"{word_for(role)}, {places.name(within)}" if within else word_for(role)


def places_of(scope: UUID) -> Places:
    """Return the things of a scope, by name."""
    units = {unit.reference: unit.name for unit in queries.units(scope)}
    applications = {Reference("application", each.id): each.name for each in queries.applications(scope, only=None)}
    return Places(units | applications)


def kinds_for(roles: Iterable[Role]) -> list[str]:
    """Return the kinds of things that these roles can be held for, each once, in their order."""
    return list(dict.fromkeys(NARROWED_TO[role] for role in roles if role in NARROWED_TO))


def narrow_reach(by: Actor, permission: Permission) -> frozenset[Reference] | None:
    """Return the things alone for which someone may do this, or None where that is everything. Raises NotAllowed."""
    within = reach(by, permission)
    return None if within.everywhere else within.within


def may_anywhere(by: Actor, permission: Permission) -> bool:
    """Tell whether someone may do this for anything at all."""
    try:
        reach(by, permission)
    except NotAllowed:
        return False
    return True
