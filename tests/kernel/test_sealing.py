"""Values under lock and key: bound to their place, and gone with their key."""

import base64
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import ELSEWHERE, NOON, SCOPE

from waarborg.kernel import blobs, rootkey
from waarborg.kernel.keyring import forget_cached_keys, key_for, look_up, seal_text, unseal_text
from waarborg.kernel.keys.models import Key
from waarborg.kernel.models import Blob
from waarborg.kernel.references import new_id
from waarborg.kernel.sealing import CannotOpen, KeyMaterial, Place, seal, unseal
from waarborg.kernel.transactions import transaction

HERE = Place(SCOPE, "person.name", new_id())
KEY = KeyMaterial(new_id(), bytes(range(32)))


@given(st.binary(max_size=2000))
def test_what_was_sealed_opens_at_its_place(plain: bytes) -> None:
    assert unseal(seal(plain, KEY, HERE), KEY, HERE) == plain


@pytest.mark.parametrize(
    "elsewhere",
    [replace(HERE, scope=ELSEWHERE), replace(HERE, field="person.email"), replace(HERE, row=new_id())],
)
def test_a_value_moved_to_another_place_does_not_open(elsewhere: Place) -> None:
    with pytest.raises(CannotOpen):
        unseal(seal(b"Anna", KEY, HERE), KEY, elsewhere)


@given(st.integers(min_value=0, max_value=50), st.integers(min_value=0, max_value=7))
def test_one_flipped_bit_is_refused(at: int, bit: int) -> None:
    sealed = bytearray(seal(b"a value of some length", KEY, HERE))
    sealed[at] ^= 1 << bit
    with pytest.raises(CannotOpen):
        unseal(bytes(sealed), KEY, HERE)


def test_the_same_value_is_never_sealed_the_same_way_twice() -> None:
    assert seal(b"Anna", KEY, HERE) != seal(b"Anna", KEY, HERE)


@pytest.mark.usefixtures("database")
def test_a_destroyed_key_leaves_nothing_readable() -> None:
    sealed = seal_text("Anna", HERE)
    assert unseal_text(sealed, HERE) == "Anna"
    Key.objects.using("keys").filter(scope=SCOPE).update(wrapped=None, destroyed_at=NOON)
    forget_cached_keys()
    with pytest.raises(CannotOpen):
        unseal_text(sealed, HERE)


@pytest.mark.usefixtures("database")
def test_two_scopes_never_share_a_key_or_an_index() -> None:
    assert key_for(SCOPE, "fields").secret != key_for(ELSEWHERE, "fields").secret
    assert look_up("anna", scope=SCOPE, field="login") != look_up("anna", scope=ELSEWHERE, field="login")
    assert look_up("anna", scope=SCOPE, field="login") == look_up("anna", scope=SCOPE, field="login")


@pytest.mark.usefixtures("database")
def test_a_kept_file_is_sealed_on_disk_and_one_that_was_altered_is_refused() -> None:
    with transaction():
        digest = blobs.keep(b"the report", media_type="text/plain", scope=SCOPE, now=NOON)
    assert blobs.fetch(digest, scope=SCOPE) == b"the report"
    (row,) = Blob.objects.all()
    path = blobs._path(row)
    assert b"report" not in path.read_bytes()
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(CannotOpen):
        blobs.fetch(digest, scope=SCOPE)
    with pytest.raises(Blob.DoesNotExist):
        blobs.fetch(digest, scope=ELSEWHERE)


@pytest.mark.usefixtures("database")
def test_the_embedded_database_file_says_nothing_without_its_key() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its files itself; its personal fields are sealed one by one")
    name = Path(connection.settings_dict["NAME"])
    assert not name.read_bytes().startswith(b"SQLite format 3")
    assert b"audit_spool" not in name.read_bytes()


def test_two_shares_give_the_root_key_back_and_one_says_nothing() -> None:
    key = os.urandom(32)
    one, other = rootkey.split(key)
    assert rootkey.combine(one, other) == key
    assert rootkey.combine(one.lower().replace("-", " "), other) == key
    alone = base64.b32decode(one.replace("-", ""))[:32]
    assert alone != key


def cut_short(share: str) -> str:
    return share[:-4]


def with_another_letter(share: str) -> str:
    return ("B" if share.startswith("A") else "A") + share[1:]


@pytest.mark.parametrize("mistyped", [cut_short, with_another_letter])
def test_a_mistyped_share_is_refused(mistyped: Callable[[str], str]) -> None:
    one, other = rootkey.split(bytes(32))
    with pytest.raises(rootkey.SharesDontFit):
        rootkey.combine(mistyped(one), other)


def test_a_root_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "root.key"
    rootkey.create(path)
    path.chmod(0o644)
    with pytest.raises(rootkey.RootKeyUnsafe):
        rootkey.load(path)
    with pytest.raises(rootkey.RootKeyMissing):
        rootkey.load(tmp_path / "nowhere.key")


def test_a_root_key_is_never_overwritten(tmp_path: Path) -> None:
    rootkey.create(tmp_path / "root.key")
    with pytest.raises(FileExistsError):
        rootkey.create(tmp_path / "root.key")
