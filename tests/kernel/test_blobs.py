"""Files kept by digest: whole, sealed, once per scope."""

import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from tests.cast import ELSEWHERE, NOON, SCOPE

from waarborg.kernel import blobs, files
from waarborg.kernel.models import Blob
from waarborg.kernel.sealing import CannotOpen
from waarborg.kernel.transactions import transaction

pytestmark = pytest.mark.usefixtures("database")


def keep(content: bytes = b"a report") -> str:
    with transaction():
        return blobs.keep(content, media_type="text/plain", scope=SCOPE, now=NOON)


def on_disk() -> list[Path]:
    return [path for path in (Path(settings.WAARBORG.data_dir) / "blobs").rglob("*") if path.is_file()]


def test_a_file_comes_back_as_it_was_and_never_lies_in_clear() -> None:
    digest = keep()
    assert blobs.fetch(digest, scope=SCOPE) == b"a report"
    assert all(b"a report" not in path.read_bytes() for path in on_disk())
    assert all(path.stat().st_mode & 0o077 == 0 for path in on_disk())


def test_another_scope_does_not_see_it() -> None:
    digest = keep()
    with pytest.raises(Blob.DoesNotExist):
        blobs.fetch(digest, scope=ELSEWHERE)


def test_a_file_that_was_altered_does_not_open() -> None:
    digest = keep()
    row = Blob.objects.get()
    path = Path(settings.WAARBORG.data_dir) / "blobs" / row.pk.hex[-2:] / row.pk.hex
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(CannotOpen):
        blobs.fetch(digest, scope=SCOPE)


def test_two_who_keep_the_same_file_at_once_both_keep_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each looks before the other has committed; on SQLite the second one simply waits."""
    both_looked, kept = threading.Barrier(2), []
    write = files.write_whole

    def slowly(path: Path, content: bytes) -> None:
        write(path, content)
        if connections["default"].vendor == "postgresql":
            both_looked.wait(timeout=10)

    def hand() -> None:
        try:
            kept.append(keep())
        finally:
            connections.close_all()

    monkeypatch.setattr(blobs, "write_whole", slowly)
    hands = [threading.Thread(target=hand) for _ in range(2)]
    for each in hands:
        each.start()
    for each in hands:
        each.join()
    assert len(kept) == 2
    assert Blob.objects.count() == 1
    assert blobs.fetch(kept[0], scope=SCOPE) == b"a report"


def test_a_full_disk_leaves_the_old_file_and_no_pieces(tmp_path: Path) -> None:
    path = tmp_path / "file"
    files.write_whole(path, b"old")
    with pytest.raises(TypeError):
        files.write_whole(path, "not bytes")  # type: ignore[arg-type] # fails in the middle of writing
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("file", b"old")]
