"""Files that are there as a whole or not at all, after a power cut too."""

import os
import secrets
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Make or replace a file, readable by its owner only. Who reads meanwhile sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(f"{path.name}.{secrets.token_hex(8)}.partial")
    try:
        write_new(partial, content)
        partial.rename(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    _keep_name(path)


def write_new(path: Path, content: bytes) -> None:
    """Make a file, readable by its owner only. Raises FileExistsError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    _keep_name(path)


def _keep_name(path: Path) -> None:
    """A file's name stands in its folder, which has to reach the disk as well."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
