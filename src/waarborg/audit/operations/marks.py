"""The high-water marks: per log the largest size that was signed here, and its root, in a file outside the database.

A mark only rises. Who raises one holds the lock beside the file while reading and writing it, for several processes may seal.
"""

import fcntl
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from waarborg.audit.rules.notes import Head
from waarborg.kernel.files import write_whole

Mark = dict[str, str | int]


def high_water() -> dict[str, Mark]:
    """Return the mark of each log by its origin."""
    path = _path()
    return dict(json.loads(path.read_text())) if path.exists() else {}


def raise_marks(heads: Iterable[Head]) -> None:
    """Raise the marks to what was signed; one that is higher already stays."""
    with _alone():
        marks = high_water()
        higher = [head for head in heads if head.size > int(marks.get(head.origin, {"size": 0})["size"])]
        if higher:
            marks |= {head.origin: {"size": head.size, "root": head.root.hex()} for head in higher}
            write_whole(_path(), json.dumps(marks, indent=1, sort_keys=True).encode())


@contextmanager
def _alone() -> Iterator[None]:
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _path() -> Path:
    return Path(settings.WAARBORG.keys.high_water_file)
