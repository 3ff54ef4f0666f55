"""Where names are known to come from: addresses, and browsers that keep a value of ours. Kept as keyed digests only."""

from datetime import datetime

from waarborg.accounts.models import KnownAddress, KnownDevice
from waarborg.accounts.queries import is_ours
from waarborg.accounts.rules.throttling import DEVICE_KNOWN_FOR, KNOWN_FOR, counted_as
from waarborg.kernel.actor import Actor
from waarborg.kernel.keyring import look_up
from waarborg.kernel.references import INSTALLATION, new_id
from waarborg.kernel.transactions import current


def marked(device: str) -> bytes | None:
    """Return the digest by which a browser is known again, or None for what we never made."""
    return digest_of("device", device) if is_ours(device) else None


def knows_device(name: str, device: bytes | None, now: datetime) -> bool:
    """Tell whether this name came in fully on this device in the last ninety days."""
    if device is None:
        return False
    return KnownDevice.objects.filter(digest=_on(name, device), seen_at__gt=now - DEVICE_KNOWN_FOR).exists()


def knows_address(name: str, address: str, now: datetime) -> bool:
    """Tell whether this name came in fully from this address in the last thirty days."""
    return KnownAddress.objects.filter(digest=_together(name, address), seen_at__gt=now - KNOWN_FOR).exists()


def remember(name: str, device: bytes | None = None, *, by: Actor, now: datetime) -> None:
    """Note that this name came in fully from this address, and on this device."""
    first = {"id": new_id(), "scope": INSTALLATION, "seen_at": now}
    KnownAddress.objects.update_or_create(
        digest=_together(name, by.network_address), defaults={"seen_at": now}, create_defaults=first
    )
    if device is not None:
        first = {"id": new_id(), "scope": INSTALLATION, "seen_at": now}
        KnownDevice.objects.update_or_create(digest=_on(name, device), defaults={"seen_at": now}, create_defaults=first)


def forget_places(now: datetime) -> None:
    """Delete what is too long ago to be known by, in the transaction of the tidying."""
    current()
    KnownAddress.objects.filter(seen_at__lt=now - KNOWN_FOR).delete()
    KnownDevice.objects.filter(seen_at__lt=now - DEVICE_KNOWN_FOR).delete()


def digest_of(kind: str, value: str) -> bytes:
    """Return a keyed digest of something that is counted or known, apart for each kind."""
    return look_up(value, scope=INSTALLATION, field=f"tries.{kind}")


def _together(name: str, address: str) -> bytes:
    return digest_of("known", f"{name}|{counted_as(address)}")


def _on(name: str, device: bytes) -> bytes:
    return digest_of("known device", f"{name}|{device.hex()}")
