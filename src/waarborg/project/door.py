"""How many may come in at once, and who goes first.

What costs most on the server, a password's hash, is a fifth of a second of a processor. So there are few places for it, and
none of them is a thread that a page of someone who is in would need.

1. Who finds no place is told so, and nothing of what they sent is read.
2. As long as people are turned away, the door rests after each for twice as long as it took: a flood gets a third of one
   processor, and the median page of who is in doesn't notice. Without a flood it never rests.
3. Browsers that we gave a value to keep, after a right password, have places of their own and don't rest: a flood of
   strangers doesn't turn away who works here. Whoever has such a value is throttled by name and device like anyone.
"""

import threading
from dataclasses import dataclass, field

PLACES = 3
"""For strangers, and as many for known browsers: six of eight threads at the most, and two for pages at the worst."""
RESTS = 2.0
"""How long the door rests after someone, as a multiple of what they took."""


@dataclass
class Door:
    """Places of one kind. Times are seconds of a clock that never goes back."""

    places: int
    rests: float
    _inside: int = 0
    _rests_until: float = 0.0
    _turned_away: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def enter(self, now: float) -> bool:
        """Take a place, if there is one now."""
        with self._lock:
            free = self._inside < self.places and now >= self._rests_until
            self._inside += free
            self._turned_away = self._turned_away or not free
            return free

    def leave(self, came: float, now: float) -> None:
        """Give a place back."""
        with self._lock:
            self._inside -= 1
            if self._turned_away:
                self._rests_until = max(self._rests_until, now + self.rests * (now - came))
                self._turned_away = self._inside > 0


@dataclass(frozen=True)
class Doors:
    """One for strangers and one for browsers that are known."""

    strangers: Door = field(default_factory=lambda: Door(PLACES, RESTS))
    known: Door = field(default_factory=lambda: Door(PLACES, 0.0))

    @classmethod
    def of(cls, threads: int) -> "Doors":
        """Return doors that leave pages at least a quarter of the threads."""
        places = max(1, min(PLACES, threads * 3 // 8))
        return cls(Door(places, RESTS), Door(places, 0.0))
