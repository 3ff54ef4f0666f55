"""Reading a folder, bounded. What was found leaves this module as place, mask and keyed digest."""

import secrets
import time
from collections.abc import Callable
from datetime import datetime

from waarborg.assurance.checks.real_person_data.ledger import Ledger
from waarborg.assurance.checks.real_person_data.scanning import Scanner
from waarborg.assurance.checks.real_person_data.values import Criteria, Observation
from waarborg.assurance.checks.real_person_data.walk import FolderUnreadable, walk
from waarborg.assurance.checks.target import Target

Progress = Callable[[int, int], None]


def observe(
    target: Target,
    *,
    criteria: Criteria,
    now: datetime,  # noqa: ARG001 (every check is asked with the time)
    key: bytes | None = None,
    progress: Progress | None = None,
) -> Observation:
    """Read all that is in the target's folder.

    Equal numbers get equal digests under `key`; without one a random key serves this run and is forgotten. `progress` is told
    the number of files and bytes after each file.
    """
    if target.folder is None:
        return Observation(folder="none")
    began = time.monotonic()

    def out_of_time() -> bool:
        return time.monotonic() - began > criteria.limits.seconds

    ledger = Ledger(criteria, key=key or secrets.token_bytes(32))
    scanner = Scanner(criteria, ledger, out_of_time=out_of_time)
    try:
        for found in walk(target.folder, criteria.limits, out_of_time=out_of_time, only=target.scan):
            if found.unread is not None:
                ledger.unread(found.path, found.unread)
            if found.data is not None:
                scanner.read_file(found.path, found.data)
            if progress is not None:
                progress(ledger.files, ledger.bytes)
    except FolderUnreadable:
        return Observation(folder="unreadable")
    return ledger.observation(round((time.monotonic() - began) * 1_000))
