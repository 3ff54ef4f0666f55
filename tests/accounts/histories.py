"""What happened to one person's access, and an oracle that judges from that alone whether anything may open for them.

The oracle knows the promise, not the code: it reads events (who did what, when), and neither calls a rule nor reads a row. It is
compared with the rules on a hundred thousand random histories, and with the real operations on some hundreds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

FORTNIGHT, FIVE_YEARS = timedelta(days=14), timedelta(days=1825)
A_YEAR_AND_A_MONTH = timedelta(days=395)


class What(Enum):
    ASKED = "asked"
    IDENTIFIED = "identified"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    USED = "used"
    ENROLLED = "enrolled"
    JOINED = "joined on the account they had"
    LEFT = "left"
    ROLE_ENDED = "role ended"
    REVIEWED = "reviewed"
    VERIFIED = "verified"
    GIVER_ENDED = "the one who is stood in for lost the role"


BEGINS = {What.ENROLLED, What.APPROVED, What.JOINED}
"""What a role may begin with."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was done. `registration` is a number by which its events belong together."""

    what: What
    at: datetime
    by: object = None
    registration: int = -1
    kind: str = ""
    """Of a registration that is asked for: new, return, role or delegation."""
    role: str = ""
    until: datetime | None = None
    """Of a registration the end that is asked for; of an identity the end of the document."""
    giver_until: datetime | None = None
    """Of a delegation until when the one who is stood in for has the role."""


def may_open(history: Sequence[Event], person: object, now: datetime) -> bool:
    """Say whether the promise lets anything open for this person at this moment."""
    since = _came_in(history, person)
    if since is None:
        return False
    here = history[since:]
    return _identity_holds(history, since, person, now) and any(
        _role_holds(history, here, event, person, now) for event in here if event.what in BEGINS
    )


def _came_in(history: Sequence[Event], person: object) -> int | None:
    """Return where the person last came in properly, unless they left since."""
    for place in range(len(history) - 1, -1, -1):
        event = history[place]
        if event.what is What.LEFT:
            return None
        if event.what is What.ENROLLED:
            return place if _proper(history[: place + 1], event.registration, person) else None
    return None


def _proper(before: Sequence[Event], registration: int, person: object) -> bool:
    """Say whether this registration was asked for, identified, approved, used and enrolled: in order, in time, by whom it should."""
    steps = [event for event in before if event.registration == registration]
    return _carried(steps, [What.USED, What.ENROLLED], person)


def _joined(before: Sequence[Event], registration: int, person: object) -> bool:
    """Say whether this one was asked for as a newcomer's, and carried to the account they have by others alone."""
    steps = [event for event in before if event.registration == registration]
    asked_as_new = steps[0].kind == "new" and steps[0].by != person
    return asked_as_new and _carried(steps, [What.JOINED], person)


def _carried(steps: Sequence[Event], to: Sequence[What], person: object) -> bool:
    if [event.what for event in steps] != [What.ASKED, What.IDENTIFIED, What.APPROVED, *to]:
        return False
    asked, identified, approved, used = steps[:4]
    last = min(asked.at + FORTNIGHT, asked.until or asked.at + FORTNIGHT)
    others = approved.by not in {identified.by, asked.by, person} and identified.by != person
    return others and asked.at <= identified.at <= approved.at <= used.at < last


def _identity_holds(history: Sequence[Event], since: int, person: object, now: datetime) -> bool:
    joined = [event.registration for event in history[since:] if event.what is What.JOINED]
    looked = {history[since].registration, *(each for each in joined if _joined(history, each, person))}
    seen = [
        event
        for place, event in enumerate(history)
        if (event.what is What.IDENTIFIED and event.registration in looked)
        or (event.what is What.VERIFIED and place > since and event.by != person)
    ]
    ends = [min(event.at + FIVE_YEARS, event.until or event.at + FIVE_YEARS) for event in seen]
    return now < max(ends)


def _role_holds(history: Sequence[Event], here: Sequence[Event], begun: Event, person: object, now: datetime) -> bool:
    """Say whether what began with this event was given properly and is held still."""
    asked = next(event for event in history if event.what is What.ASKED and event.registration == begun.registration)
    if begun.what is What.APPROVED and not _given(asked, begun, person):
        return False
    if begun.what is What.JOINED and not _joined(history, begun.registration, person):
        return False
    ends = [end for end in (asked.until, asked.giver_until) if end is not None]
    ended = any(_ends(event, asked) for event in here[here.index(begun) :])
    return not ended and all(now < end for end in ends) and _needed(here, asked, person, now)


def _given(asked: Event, approved: Event, person: object) -> bool:
    """Say whether another role was approved for someone who is here: by another than asked, in time."""
    last = min(asked.at + FORTNIGHT, asked.until or asked.at + FORTNIGHT)
    return asked.kind in {"role", "delegation"} and approved.by not in {asked.by, person} and approved.at < last


def _ends(event: Event, asked: Event) -> bool:
    if event.what is What.ROLE_ENDED and (event.role, event.kind == "delegation") == (
        asked.role,
        asked.kind == "delegation",
    ):
        return True
    return event.what is What.GIVER_ENDED and asked.kind == "delegation" and event.role == asked.role


def _needed(here: Sequence[Event], asked: Event, person: object, now: datetime) -> bool:
    """Say whether somebody else gave this role, or said that it is needed, in the last year and a month."""
    standing_in = asked.kind == "delegation"
    return any(
        now - event.at < A_YEAR_AND_A_MONTH
        for event in here
        if event.by != person and event.what in {*BEGINS, What.REVIEWED}
        if event.role == asked.role and (event.kind == "delegation") == standing_in
    )
