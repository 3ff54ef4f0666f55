"""The time, made once at a door and handed down; rules and operations never ask for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_sources: list[Callable[[], datetime]] = [lambda: datetime.now(UTC)]


def now() -> datetime:
    """Return the moment, in UTC."""
    return _sources[-1]()


@contextmanager
def told_by(source: Callable[[], datetime]) -> Iterator[None]:
    """Let another clock tell the time: a jump, a standstill, a year from now."""
    _sources.append(source)
    try:
        yield
    finally:
        _sources.remove(source)
