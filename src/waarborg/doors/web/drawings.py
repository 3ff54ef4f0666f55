"""Pictures the server draws: the ruler of points and the way from one log entry to the signed head."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from waarborg.doors.web.words import COUNTS_AS_PROVEN, STATES

STEP = 10.0  # from one cell to the next
CELL = 8.8
MOST_CELLS = 126  # beyond this a cell would be too thin to see, and the ruler becomes a bar
BAR = 630.0
LEAST_BAR = 3.0  # one point among thousands still shows
TICK_ROOM = 22.0
MOST_TICKS = 7
ROUND = (10, 50, 100, 500, 1000, 5000, 10_000, 100_000)
LEAF_X = (51.0, 145.0, 239.0, 333.0)
HALF_X = (98.0, 286.0)


@dataclass(frozen=True)
class Cell:
    state: str
    x: float
    width: float
    single: bool  # one point; otherwise a bar of many

    @property
    def inner(self) -> float:
        """Width within a line of 1.2."""
        return round(self.width - 1.2, 2)

    @property
    def middle(self) -> float:
        return round(self.width / 2, 2)


@dataclass(frozen=True)
class Tick:
    x: float
    number: int


@dataclass(frozen=True)
class Ruler:
    cells: Sequence[Cell]
    ticks: Sequence[Tick]
    length: float

    @property
    def unknown(self) -> Cell | None:
        """One dashed box around all question marks is calmer than a box around each."""
        asked = [cell for cell in self.cells if cell.state == "unknown"]
        if not asked:
            return None
        return Cell("unknown", asked[0].x, round(asked[-1].x + asked[-1].width - asked[0].x, 2), single=False)


def ruler(counts: Mapping[str, int]) -> Ruler:
    """What applies, one cell a point, in the order of STATES. What doesn't apply isn't drawn."""
    drawn = {state: counts.get(state, 0) for state in STATES if state != "not_applicable"}
    total = sum(drawn.values())
    proven = sum(drawn[state] for state in COUNTS_AS_PROVEN)
    if total > MOST_CELLS:
        return Ruler(tuple(_bars(drawn, total)), _ticks(total, proven, BAR / total), BAR)
    return Ruler(tuple(_cells(drawn)), _ticks(total, proven, STEP), total * STEP)


def _cells(drawn: Mapping[str, int]) -> Iterator[Cell]:
    states = [state for state, count in drawn.items() for _ in range(count)]
    for place, state in enumerate(states):
        yield Cell(state, place * STEP, CELL, single=True)


def _bars(drawn: Mapping[str, int], total: int) -> Iterator[Cell]:
    widths = {state: max(count / total * BAR, LEAST_BAR) for state, count in drawn.items() if count}
    shrink = BAR / sum(widths.values())
    x = 0.0
    for state, width in widths.items():
        yield Cell(state, round(x, 2), round(width * shrink - 1, 2), single=False)
        x += width * shrink


def _ticks(total: int, proven: int, step: float) -> tuple[Tick, ...]:
    """Round numbers, and the two that count: proven, and all that applies. What would touch is left out."""
    if not total:
        return ()
    kept = [total] if (total - proven) * step < TICK_ROOM or not proven else [proven, total]
    every = next(size for size in ROUND if total / size <= MOST_TICKS)
    round_ones = [n for n in range(every, total, every) if all(abs(n - k) * step >= TICK_ROOM for k in kept)]
    return tuple(Tick(round(n * step - 1.2, 2), n) for n in sorted(round_ones + kept))


@dataclass(frozen=True)
class LogPath:
    """The block of four entries around one entry, and how many hashes lie between it and the signed head."""

    leaves: Sequence[tuple[int, float, bool]]  # number, x, is it this one
    own_x: float
    half_x: float
    other_half_x: float | None
    steps: int


def log_path(index: int, size: int) -> LogPath:
    """`index` counts from 0, as the log itself does."""
    first = index - index % len(LEAF_X)
    block = range(first, min(first + len(LEAF_X), size))
    leaves = tuple((n, LEAF_X[n - first], n == index) for n in block)
    half = index % 4 // 2
    other = HALF_X[1 - half] if half or len(block) > len(HALF_X) else None
    return LogPath(leaves, LEAF_X[index - first], HALF_X[half], other, _steps(index, size))


def _steps(index: int, size: int) -> int:
    """Length of the inclusion path (RFC 9162, 2.1.3)."""
    if size <= 1:
        return 0
    left = 1 << (size - 1).bit_length() - 1
    return 1 + (_steps(index, left) if index < left else _steps(index - left, size - left))
