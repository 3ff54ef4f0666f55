"""Keys by scope and purpose, made when first asked for, and values sealed under them.

A key commits in the key database before the act that uses it: an orphan key is harmless, an orphan ciphertext is a loss.
"""

import secrets
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError

from waarborg.kernel import clock, rootkey
from waarborg.kernel.keys.models import Key
from waarborg.kernel.references import new_id
from waarborg.kernel.sealing import CannotOpen, KeyMaterial, Place, blind, key_id, seal, unseal

FIELDS = "fields"
LOOK_UPS = "look-ups"


def key_for(scope: UUID, purpose: str) -> KeyMaterial:
    """Return the living key of a scope for one purpose, and make it where there is none."""
    found = Key.objects.using("keys").filter(scope=scope, purpose=purpose, destroyed_at=None).first()
    if found is None:
        found = _create(scope, purpose)
    return _opened(found.pk)


def is_destroyed(scope: UUID, purpose: str) -> bool:
    """Tell whether what was sealed for this purpose was made unreadable on purpose: there was a key, and none lives."""
    states = set(Key.objects.using("keys").filter(scope=scope, purpose=purpose).values_list("destroyed_at", flat=True))
    return bool(states) and None not in states


def seal_text(text: str, place: Place) -> bytes:
    """Encrypt one text for one place."""
    return seal(text.encode(), _cached_key(place.scope, FIELDS), place)


def unseal_text(sealed: bytes | memoryview, place: Place) -> str:
    """Decrypt one text. Raises CannotOpen when it was altered or moved, or when its key was destroyed."""
    value = bytes(sealed)
    return unseal(value, _opened(key_id(value)), place).decode()


def look_up(value: str, *, scope: UUID, field: str) -> bytes:
    """Return the blind index of a value, under a key apart from the data's."""
    return blind(value, _cached_key(scope, LOOK_UPS), field)


def forget_cached_keys() -> None:
    """Drop what this process remembers: after a key was destroyed, and after a fork."""
    _opened.cache_clear()
    _cached_key.cache_clear()


def root_key() -> bytes:
    return rootkey.load(Path(settings.WAARBORG.keys.root_key_file))


@lru_cache(maxsize=256)
def _cached_key(scope: UUID, purpose: str) -> KeyMaterial:
    return key_for(scope, purpose)


@lru_cache(maxsize=1024)
def _opened(key: UUID) -> KeyMaterial:
    row = Key.objects.using("keys").filter(pk=key, destroyed_at=None).first()
    if row is None or row.wrapped is None:
        raise CannotOpen("The key of this value is gone.")
    return KeyMaterial(key, unseal(bytes(row.wrapped), _wrapping_key(), _wrapping_place(row)))


def _create(scope: UUID, purpose: str) -> Key:
    row = Key(pk=new_id(), scope=scope, purpose=purpose, created_at=clock.now())
    row.wrapped = seal(secrets.token_bytes(rootkey.KEY_BYTES), _wrapping_key(), _wrapping_place(row))
    try:
        row.save(using="keys", force_insert=True)
    except IntegrityError:  # another process made it first: theirs counts
        return Key.objects.using("keys").get(scope=scope, purpose=purpose, destroyed_at=None)
    return row


def _wrapping_key() -> KeyMaterial:
    return KeyMaterial(UUID(int=1), rootkey.derive(root_key(), "waarborg/wrapping"))


def _wrapping_place(row: Key) -> Place:
    return Place(row.scope, f"key.{row.purpose}", row.pk)
