"""What a flood of wrong log-ins does to someone who is in and works.

With and without are measured in turn, so that whatever else this machine does falls on both alike.
"""

import json
import subprocess
import sys
import time
from collections import Counter
from statistics import median

from bench.asking import Browser
from bench.house import House
from bench.measured import Goal

ROUNDS, SECONDS = 5, 4.0
"""Windows with a flood and windows without, and how long each lasts: twenty seconds of flood in all."""
EVERY = 0.05
MOST = 1.2
CLIENTS = 32
PAGE = "/"


def flooded(house: House) -> list[Goal]:
    """Open a page every fifty milliseconds while nobody floods and while many do."""
    quiet, loud, answers = list[float](), list[float](), Counter[str]()
    with house.served():
        _opened(house, 1.0)
        for _ in range(ROUNDS):
            quiet += _opened(house, SECONDS)
            with _flood(house.port) as flood:
                loud += _opened(house, SECONDS)
                flood.terminate()
                answers.update(json.loads(flood.communicate(timeout=60)[0]))
            time.sleep(1)
    before, during = median(quiet) * 1000, median(loud) * 1000
    said = ", ".join(f"{count} x {status}" for status, count in sorted(answers.items()))
    told = (
        f"median {before:.1f} ms without, {during:.1f} ms with {CLIENTS} clients at once "
        f"for {ROUNDS * SECONDS:.0f} s, answered {said}"
    )
    return [Goal("a page of someone who is in, during a flood of wrong log-ins", during / before, MOST, "times", told)]


def _opened(house: House, seconds: float) -> list[float]:
    """Return how long each page took, opened on the beat for so many seconds."""
    browser, took = Browser(house.port, cookies={"waarborg": house.token}), list[float]()
    began = time.monotonic()
    while (passed := time.monotonic() - began) < seconds:
        status, _, each = browser.ask(PAGE)
        if status != 200:
            raise RuntimeError(f"the page answered {status}")
        took.append(each)
        time.sleep(max(0.0, EVERY - (time.monotonic() - began - passed)))
    return took


def _flood(port: int) -> "subprocess.Popen[str]":
    """Start the flood in a process of its own, and come back when it runs."""
    command = [sys.executable, "-m", "bench.flood", str(port), str(CLIENTS)]
    flood = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    time.sleep(1.5)
    return flood
