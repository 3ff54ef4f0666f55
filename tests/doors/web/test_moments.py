"""Days, times and ages read as people say them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from waarborg.doors.web import moments

NOW = datetime(2026, 11, 21, 8, 12, tzinfo=UTC)


def test_a_day_is_the_day_in_amsterdam_not_in_utc() -> None:
    late = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    with translation.override("en"):
        assert moments.day(late) == "Thu 2 Jul 2026"
        assert moments.minute(late) == "Thu 2 Jul 2026, 00:30"


def test_a_date_without_a_time_is_not_moved_to_another_zone() -> None:
    with translation.override("en"):
        assert moments.day(date(2026, 11, 21)) == "Sat 21 Nov 2026"


def test_a_year_is_left_out_only_when_it_is_this_one() -> None:
    with translation.override("en"):
        assert moments.short(NOW, NOW) == f"today {moments.here(NOW):%H:%M}"
        assert moments.short(date(2026, 11, 20), NOW) == "20 Nov"
        assert moments.short(date(2027, 2, 12), NOW) == "12 Feb 2027"


def test_new_year_in_amsterdam_comes_before_new_year_in_utc() -> None:
    with translation.override("en"):
        assert moments.short(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), NOW) == "1 Jan 2027"


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 minute old"),
        (timedelta(minutes=59, seconds=59), "59 minutes old"),
        (timedelta(hours=1), "1 hour old"),
        (timedelta(hours=47, minutes=59), "47 hours old"),
        (timedelta(hours=48), "2 days old"),
        (timedelta(days=400), "400 days old"),
    ],
)
def test_an_age_is_never_rounded_up(passed: timedelta, said: str) -> None:
    with translation.override("en"):
        assert moments.age(NOW - passed, NOW) == said


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (date(2026, 11, 21), "ends today"),
        (date(2026, 11, 22), "1 day left"),
        (date(2026, 12, 1), "10 days left"),
        (date(2026, 11, 20), "ended 1 day ago"),
        (datetime(2026, 11, 21, 23, 30, tzinfo=UTC), "1 day left"),
    ],
)
def test_what_is_left_is_counted_in_days_on_the_calendar(until: date, said: str) -> None:
    with translation.override("en"):
        assert moments.left(until, NOW) == said


def test_what_never_was_says_never() -> None:
    with translation.override("en"):
        assert {moments.day(None), moments.minute(None), moments.short(None, NOW), moments.age(None, NOW)} == {"never"}
