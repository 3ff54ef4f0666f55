"""Days, times and ages as people say them. Always the clock of Amsterdam, whatever the server's."""

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HOURS_UNTIL = 2 * DAY  # after two days nobody counts in hours


def here(moment: datetime) -> datetime:
    return moment.astimezone(AMSTERDAM)


def day(moment: date | None) -> str:
    """za 21 nov 2026"""
    if moment is None:
        return gettext("never")
    return date_format(here(moment) if isinstance(moment, datetime) else moment, gettext("D j M Y"))


def short(moment: date | None, now: datetime) -> str:
    """Today's time, or 21 nov, with the year only when it isn't this one: for tables of dates below each other."""
    if moment is None:
        return gettext("never")
    if isinstance(moment, datetime) and here(moment).date() == here(now).date():
        return gettext("today {time}").format(time=f"{here(moment):%H:%M}")
    said = here(moment).date() if isinstance(moment, datetime) else moment
    return date_format(said, gettext("j M") if said.year == here(now).year else gettext("j M Y"))


def minute(moment: datetime | None) -> str:
    """za 21 nov 2026, 09:12"""
    return gettext("never") if moment is None else f"{day(moment)}, {here(moment):%H:%M}"


def second(moment: datetime | None) -> str:
    """za 21 nov 2026, 09:12:40"""
    return gettext("never") if moment is None else f"{day(moment)}, {here(moment):%H:%M:%S}"


def age(moment: datetime | None, now: datetime) -> str:
    """How old what was seen is, in whole minutes, hours or days, rounded down."""
    if moment is None:
        return gettext("never")
    passed = now - moment
    if passed < MINUTE:
        return gettext("just now")
    if passed < HOUR:
        return ngettext("%(n)d minute old", "%(n)d minutes old", passed // MINUTE) % {"n": passed // MINUTE}
    if passed < HOURS_UNTIL:
        return ngettext("%(n)d hour old", "%(n)d hours old", passed // HOUR) % {"n": passed // HOUR}
    return ngettext("%(n)d day old", "%(n)d days old", passed // DAY) % {"n": passed // DAY}


def left(moment: date | None, now: datetime) -> str:
    """How many days something still holds; what ends today says so."""
    if moment is None:
        return ""
    last = here(moment).date() if isinstance(moment, datetime) else moment
    days = (last - here(now).date()).days
    if days == 0:
        return gettext("ends today")
    if days < 0:
        return ngettext("ended %(n)d day ago", "ended %(n)d days ago", -days) % {"n": -days}
    return ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days}
