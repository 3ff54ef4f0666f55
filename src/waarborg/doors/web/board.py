"""The board of a wall screen: how the applications stand, in words and marks large enough for across a room.

It shows no person and says itself when it wasn't renewed: an old board that looks like a new one is worse than none.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from waarborg.accounts.permissions import VIEW_BOARD
from waarborg.assurance.permissions import READ_STANDING
from waarborg.assurance.queries.standing import Standing, counted, whole_standing
from waarborg.assurance.values import ControlStatus
from waarborg.doors.web.assurance.saying import CARE_POINTS, RISKS, counts_of, deciding_proof
from waarborg.doors.web.context import organisation_name
from waarborg.doors.web.requests import Request
from waarborg.kernel import clock
from waarborg.kernel.actor import Actor, NotAllowed, reach

MOST_ROWS: Final = 12
"""More wouldn't be read from a wall; the gravest come first, and the page says how many it leaves out."""
GRAVEST_FIRST: Final = ("not_proven", "unknown", "expiring", "waived", "proven_stated", "proven", "not_applicable")


@require_safe
def board(request: Request) -> HttpResponse:
    """Show the board; asked by its own refreshing, only what changes of it."""
    now = clock.now()
    standings = whole_standing(request.actor.scope, now, only=_reached(request.actor))
    statuses = [standing.statuses[control] for standing in standings for control in CARE_POINTS]
    rows = sorted((_row(each, now) for each in standings), key=_by_gravity)
    context = {
        "standing": _whole(statuses, len(standings)),
        "rows": rows[:MOST_ROWS],
        "left_out": max(0, len(rows) - MOST_ROWS),
        "organisation": organisation_name(request.actor.scope),
        "screen": request.machine.name if request.machine else "",
    }
    whole = not request.headers.get("HX-Request")
    return render(request, "waarborg/board.html" if whole else "waarborg/board_inner.html", context)


def _reached(by: Actor) -> frozenset[UUID] | None:
    """Return the applications of which someone may see how they stand, here or on a wall. Raises NotAllowed for nowhere."""
    try:
        return reach(by, READ_STANDING).ids("application")
    except NotAllowed:
        return reach(by, VIEW_BOARD).ids("application")


def _whole(statuses: list[ControlStatus], applications: int) -> dict[str, Any]:
    counts = counted(statuses)
    return {
        "applications": applications,
        "proven": counts.in_numerator,
        "total": counts.of,
        "unknown": counts.unknown,
        "counts": counts_of(counts),
    }


def _row(standing: Standing, now: datetime) -> dict[str, Any]:
    points = [standing.statuses[control] for control in CARE_POINTS]
    counts = counted(points)
    return {
        "name": standing.application.name,
        "risk": standing.application.risk.value,
        "state": _gravest(status.state.value for status in points),
        "proven": counts.in_numerator,
        "total": counts.of,
        "marks": [
            {"control": status.control, "state": status.state.value, "seen_at": _seen(status)} for status in points
        ],
        "measured_at": standing.measured_at,
        "now": now,
    }


def _gravest(states: Iterable[str]) -> str:
    return min(states, key=GRAVEST_FIRST.index, default="unknown")


def _seen(status: ControlStatus) -> datetime | None:
    proof = deciding_proof(status)
    return proof.observed_at if proof else None


def _by_gravity(row: dict[str, Any]) -> tuple[int, int, str]:
    return GRAVEST_FIRST.index(row["state"]), RISKS.index(row["risk"]), row["name"].casefold()
