"""The first page of who has no applications to look at: who they are here, and what they may open."""

from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from waarborg.accounts.permissions import VIEW_BOARD
from waarborg.doors.web.requests import Request
from waarborg.doors.web.rights import holds, opens
from waarborg.doors.web.words import word_for
from waarborg.kernel.actor import Actor
from waarborg.kernel.references import Reference
from waarborg.registers.queries import units

PLACES: Final = (
    ("web:people", gettext_lazy("People"), gettext_lazy("Who has access, and what waits for you.")),
    ("web:reviews", gettext_lazy("Review of rights"), gettext_lazy("Who still needs the role they have?")),
    ("web:log", gettext_lazy("Log"), gettext_lazy("What was done here, by whom, and why it was allowed.")),
    ("web:board", gettext_lazy("Board"), gettext_lazy("What the wall screen of your ward shows.")),
    ("web:break-glass", gettext_lazy("Emergency access"), gettext_lazy("For a patient who can't wait. It is looked at afterwards.")),
    ("web:emergencies", gettext_lazy("Emergency access"), gettext_lazy("Who used it, for whom, and whether that was right.")),
    ("web:roles", gettext_lazy("What each role may"), gettext_lazy("Every role with what it may do, as it was reviewed.")),
    ("web:account", gettext_lazy("Your account"), gettext_lazy("Your second factor, your password, and where you are logged in.")),
)  # fmt: skip


def start(request: Request) -> HttpResponse:
    """Show someone who they are here and what they may open; a view that isn't there is left out."""
    by = request.actor
    context = {
        "roles": _roles(by),
        "places": [{"view": view, "name": name, "says": says} for view, name, says in PLACES if _is_theirs(by, view)],
    }
    return render(request, "waarborg/assurance/start.html", context)


def _is_theirs(by: Actor, view: str) -> bool:
    """Tell whether to lead someone to a view. A board asks for its permission itself."""
    return opens(by, view) and (view != "web:board" or holds(by, VIEW_BOARD))


def _roles(by: Actor) -> list[dict[str, Any]]:
    names = {each.reference: each.name for each in units(by.scope)}
    here = sorted((grant for grant in by.grants if grant.scope == by.scope), key=lambda grant: grant.role)
    return [{"name": word_for(grant.role), "where": _where(grant.within, names)} for grant in here]


def _where(within: Reference | None, names: dict[Reference, str]) -> str:
    if within is None:
        return _("for the whole organisation")
    return names.get(within) or _("for a part that is no longer in use")
