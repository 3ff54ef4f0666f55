"""Tokens of systems, what they are bound to, and when anything opens for a machine. Pure.

1. A token is `wbg_`, 256 random bits and a checksum, so that a scanner for secrets knows a leaked one from any other text.
2. It is bound to networks, to a client certificate, or to both. One that is bound to nothing would be a password.
3. A wall screen hangs where anyone passes: it needs a certificate always, a token alone never opens anything for it.
4. Nothing opens without an approved account that hasn't ended and whose owner is there.
"""

import hashlib
import ipaddress
import re
import secrets
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from waarborg.accounts.rules.certificates import Certificate
from waarborg.accounts.values.machines import CredentialKind, MachineKind, MachineState
from waarborg.kernel.references import Reference

LASTS_AT_MOST = timedelta(days=366)
"""A year, whole days included: of an account and of what it shows."""
ROTATION = timedelta(days=7)
"""How long a token still works after a newer one was made."""
USE_NOTED_EVERY = timedelta(minutes=1)
COMES_IN_ANEW = timedelta(minutes=15)
"""After how long without use the log says once more that a machine came in, as with a person's session."""
NARROWED_TO = {
    MachineKind.SYSTEM: frozenset({"application"}),
    MachineKind.STATION: frozenset({"application", "ward"}),
}
ROLE_OF = {MachineKind.SYSTEM: "integration", MachineKind.STATION: "station"}
"""The one role of each kind; what it may is said in `project.roles`."""
WIDEST = {4: 8, 6: 32}
"""Shortest prefix of a network that still binds a token to a place, by IP version."""
PREFIX = "wbg_"
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BITS, LENGTH, CHECK_LENGTH = 256, 43, 6
HINT_LENGTH = 10
_SHAPE = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{LENGTH + CHECK_LENGTH}}}")


class NetworkRefused(Exception):
    """This is no address or network, or one so wide that it binds to no place."""

    def __init__(self, network: str) -> None:
        self.network = network
        super().__init__(network)


@dataclass(frozen=True)
class MachineFacts:
    """What is written about an account."""

    kind: MachineKind
    approved: bool
    ends_at: datetime
    ended: bool


@dataclass(frozen=True)
class CredentialFacts:
    """What is written about a token or certificate."""

    kind: CredentialKind
    addresses: tuple[str, ...]
    certificate: bytes | None
    """Fingerprint a token is bound to."""
    expires_at: datetime
    revoked: bool


@dataclass(frozen=True)
class Shown:
    """Where a machine came from, and with which certificate."""

    address: str
    certificate: Certificate | None


def new_token() -> str:
    random = PREFIX + _letters(secrets.randbits(BITS), LENGTH)
    return random + _check(random)


def is_token(text: str) -> bool:
    """Tell whether this could be a token of ours, without asking anyone."""
    return bool(_SHAPE.fullmatch(text)) and _check(text[:-CHECK_LENGTH]) == text[-CHECK_LENGTH:]


def token_digest(token: str) -> bytes:
    """Return what is kept of a token. A plain hash will do: nobody guesses 256 bits."""
    return hashlib.sha256(token.encode()).digest()


def hint_of(token: str) -> str:
    return token[:HINT_LENGTH]


def read_networks(typed: Iterable[str]) -> tuple[str, ...]:
    """Return networks in one way of writing, each once. Raises NetworkRefused."""
    return tuple(dict.fromkeys(str(_network(each.strip())) for each in typed if each.strip()))


def comes_from(address: str, networks: Iterable[str]) -> bool:
    """Tell whether an address lies in one of these networks; an IPv4 address counts as such also inside IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    plain = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped else parsed
    return any(plain in ipaddress.ip_network(each) for each in networks)


def state_of(machine: MachineFacts, *, owned: bool, now: datetime) -> MachineState:
    """Return how an account stands. `owned` says that who answers for it may be in, and works in its scope."""
    if machine.ended:
        return MachineState.ENDED
    if now >= machine.ends_at:
        return MachineState.EXPIRED
    if not machine.approved:
        return MachineState.ASKED
    return MachineState.LIVING if owned else MachineState.OWNERLESS


def lives(credential: CredentialFacts, now: datetime) -> bool:
    return not credential.revoked and now < credential.expires_at


def opens(machine: MachineFacts, credential: CredentialFacts, shown: Shown, *, owned: bool, now: datetime) -> bool:
    """Tell whether what a machine shows opens anything at this moment, at this place."""
    if state_of(machine, owned=owned, now=now) is not MachineState.LIVING or not lives(credential, now):
        return False
    if shown.certificate is not None and not shown.certificate.holds(now):
        return False
    if credential.kind is CredentialKind.CERTIFICATE:
        return shown.certificate is not None
    return _bindings_hold(machine.kind, credential, shown)


def fits(kind: MachineKind, within: Reference | None) -> bool:
    """Tell whether an account of this kind can be for this thing alone."""
    return within is None or within.kind in NARROWED_TO[kind]


def _bindings_hold(kind: MachineKind, token: CredentialFacts, shown: Shown) -> bool:
    bound = token.certificate is not None
    if not bound and (kind is MachineKind.STATION or not token.addresses):
        return False
    if bound and (shown.certificate is None or shown.certificate.fingerprint != token.certificate):
        return False
    return not token.addresses or comes_from(shown.address, token.addresses)


def _network(typed: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        network = ipaddress.ip_network(typed, strict=False)
    except ValueError as error:
        raise NetworkRefused(typed) from error
    if network.prefixlen < WIDEST[network.version]:
        raise NetworkRefused(typed)
    return network


def _check(text: str) -> str:
    return _letters(zlib.crc32(text.encode()), CHECK_LENGTH)


def _letters(number: int, length: int) -> str:
    """Write a number in base 62, filled up with zeros."""
    letters = ""
    for _place in range(length):
        number, rest = divmod(number, len(LETTERS))
        letters = LETTERS[rest] + letters
    return letters
