"""The ruler tells the same numbers as the words beside it; the path in the log is the real one."""

from collections import Counter
from itertools import pairwise

import pytest

from waarborg.doors.web.drawings import BAR, MOST_CELLS, log_path, ruler

MIXED = {
    "unknown": 17,
    "proven": 30,
    "not_applicable": 7,
    "not_proven": 4,
    "waived": 1,
    "expiring": 4,
    "proven_stated": 7,
}


def test_every_point_that_applies_is_one_cell() -> None:
    drawn = Counter(cell.state for cell in ruler(MIXED).cells)
    assert drawn == {state: count for state, count in MIXED.items() if state != "not_applicable"}


def test_what_is_proven_stands_before_what_is_not() -> None:
    order = list(dict.fromkeys(cell.state for cell in ruler(MIXED).cells))
    assert order == ["proven", "proven_stated", "expiring", "not_proven", "waived", "unknown"]


def test_the_ruler_numbers_what_is_proven_and_what_applies() -> None:
    assert {41, 63} <= {tick.number for tick in ruler(MIXED).ticks}


@pytest.mark.parametrize("counts", [{}, {"not_applicable": 10}])
def test_where_nothing_applies_nothing_is_drawn(counts: dict[str, int]) -> None:
    assert (ruler(counts).cells, ruler(counts).ticks, ruler(counts).unknown) == ((), (), None)


def test_one_point_among_thousands_still_shows() -> None:
    drawn = ruler({"proven": 5000, "not_proven": 1})
    assert all(cell.width >= 1 for cell in drawn.cells)
    assert sum(cell.width + 1 for cell in drawn.cells) == pytest.approx(BAR, abs=0.1)


@pytest.mark.parametrize("total", [1, 9, 63, MOST_CELLS, MOST_CELLS + 1, 2000, 250_000])
def test_numbers_on_the_ruler_never_touch(total: int) -> None:
    for proven in {0, 1, total // 2, total - 1, total}:
        drawn = ruler({"proven": proven, "unknown": total - proven})
        places = [tick.x for tick in drawn.ticks]
        assert all(after - before >= 15 for before, after in pairwise(places))
        assert places[-1] <= drawn.length


@pytest.mark.parametrize(
    ("index", "size", "steps"), [(0, 1, 0), (0, 2, 1), (4, 5, 1), (0, 5, 3), (6, 7, 2), (48_213, 51_002, 16)]
)
def test_the_path_has_as_many_steps_as_its_proof(index: int, size: int, steps: int) -> None:
    assert log_path(index, size).steps == steps


def test_a_path_shows_only_entries_that_are_in_the_log() -> None:
    assert [number for number, _, _ in log_path(5, 6).leaves] == [4, 5]
    assert log_path(5, 6).other_half_x is None
