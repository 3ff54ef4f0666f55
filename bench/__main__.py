"""Measure what is promised about logging in, and print goal, figure, and whether it is met: `make bench`."""

import sys
import tempfile
from pathlib import Path

from bench.flooded import flooded
from bench.house import build
from bench.logging_in import logging_in
from bench.measured import Goal


def main(arguments: list[str]) -> int:
    """Return 1 when a goal isn't met. Arguments name what is measured: log-in, flood; none is both."""
    wanted = arguments or ["log-in", "flood"]
    goals = list[Goal]()
    with tempfile.TemporaryDirectory(prefix="waarborg-bench-") as folder:
        house = build(Path(folder))
        if "log-in" in wanted:
            goals += told(logging_in(house))
        if "flood" in wanted:
            goals += told(flooded(house))
    return int(not all(goal.met for goal in goals))


def told(goals: list[Goal]) -> list[Goal]:
    """Print them as soon as they are known."""
    for goal in goals:
        print(goal.line(), flush=True)
    return goals


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
