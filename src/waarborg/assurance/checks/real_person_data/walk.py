"""Walking a folder: every file once, nothing outside it, and a word for all that isn't read."""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from waarborg.assurance.checks.real_person_data.values import Kind, Limits

_HISTORY = frozenset({".git", ".hg", ".svn", ".bzr"})


class FolderUnreadable(OSError):
    """The folder itself can't be listed."""


@dataclass(frozen=True)
class Found:
    """A file with its bytes, or a place that wasn't read, and why. Of a file that is too large the beginning is there."""

    path: str
    data: bytes | None = None
    unread: Kind | None = None


def walk(root: Path, limits: Limits, *, out_of_time: Callable[[], bool], only: tuple[str, ...] = ()) -> Iterator[Found]:
    """Yield what is in `root`, in the order of the names. Raises FolderUnreadable.

    Links aren't followed: what they point to inside the folder is read at its own place, the rest is said to be left.
    """
    try:
        waiting = _listed(root)
    except OSError as error:
        raise FolderUnreadable(error.errno, error.strerror) from error
    files = total = 0
    top = root.resolve()
    while waiting:
        entry = waiting.pop()
        path = os.path.relpath(entry.path, root)
        if files >= limits.files or total >= limits.total_bytes or out_of_time():
            yield Found(path, unread="out_of_time" if out_of_time() else "too_many")
            continue
        if (reason := _reason_to_leave(entry, path, top=top, limits=limits, only=only)) is not None:
            yield Found(path, unread=reason)
        elif entry.is_dir(follow_symlinks=False):
            yield from _descend(entry, path, waiting)
        elif not entry.is_symlink():
            found = _read(Path(entry.path), path, limits.file_bytes)
            files, total = files + 1, total + len(found.data or b"")
            yield found


def _listed(folder: Path | str) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name, reverse=True)


def _descend(entry: os.DirEntry[str], path: str, waiting: list[os.DirEntry[str]]) -> Iterator[Found]:
    try:
        waiting += _listed(entry.path)
    except OSError:
        yield Found(path, unread="unreadable")


def _reason_to_leave(
    entry: os.DirEntry[str], path: str, *, top: Path, limits: Limits, only: tuple[str, ...]
) -> Kind | None:
    if entry.is_symlink():
        return None if _stays_inside(entry, top) else "link"
    if only and not any(_on_the_way(path, wanted) for wanted in only):
        return "left_out"
    if entry.name in _HISTORY:
        return "history"
    return "too_deep" if path.count(os.sep) >= limits.depth else None


def _stays_inside(entry: os.DirEntry[str], top: Path) -> bool:
    try:
        return Path(entry.path).resolve(strict=True).is_relative_to(top)
    except (OSError, RuntimeError):
        return False


def _on_the_way(path: str, wanted: str) -> bool:
    """Tell whether a path lies in a wanted one, or leads to it."""
    here, there = Path(path), Path(wanted)
    return here.is_relative_to(there) or there.is_relative_to(here)


def _read(file: Path, path: str, bound: int) -> Found:
    """Open without following a link that took the file's place, and without waiting for a pipe."""
    try:
        number = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return Found(path, unread="unreadable")
    with open(number, "rb") as opened:  # noqa: PTH123 (a path can't be opened without following links)
        try:
            if not stat.S_ISREG(os.fstat(number).st_mode):
                return Found(path, unread="special")
            data = opened.read(bound + 1)
        except OSError:
            return Found(path, unread="unreadable")
    return Found(path, data, "too_large" if len(data) > bound else None)
