"""Which addresses a check may reach: a check run by a server is a way into the network it stands in."""

import ipaddress
import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Literal, NamedTuple

Ip = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Refusal = Literal["not_listed", "link_local", "metadata", "multicast", "unspecified", "reserved", "loopback", "private"]

# Cloud metadata services that aren't link-local: AWS over IPv6, Alibaba, Azure's wire server, Oracle.
METADATA = frozenset(
    map(
        ipaddress.ip_address,
        ("fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "168.63.129.16", "192.0.0.192"),
    )
)
# Prefixes in which an IPv4 address travels inside an IPv6 one (RFC 6052), beside those the library unwraps itself.
NAT64 = IPv6Network("64:ff9b::/96")
MOST_ADDRESSES = 4


class Address(NamedTuple):
    """One address that was checked and may be connected to."""

    ip: str
    port: int


class AddressRefused(Exception):
    """The name leads to an address that checks may not reach; `code` says which kind."""

    def __init__(self, code: Refusal) -> None:
        super().__init__(code)
        self.code = code


class NameNotResolved(Exception):
    """The name has no address, or the name server didn't answer in time."""


@dataclass(frozen=True)
class Guard:
    """Made anew for each run: a name is resolved once, so that it can't point elsewhere after it was checked.

    `hosts` limits the names ("host" or "host:port") that may be asked at all; None is no limit. `networks` lists the
    private networks that may be reached; `allow_private` is for a person at their own command line.
    """

    allow_private: bool = False
    hosts: frozenset[str] | None = None
    networks: tuple[Network, ...] = ()
    _resolved: dict[tuple[str, int], tuple[Address, ...]] = field(default_factory=dict, compare=False, repr=False)

    def permit(self, host: str, port: int, *, seconds: float = 5) -> tuple[Address, ...]:
        """Resolve `host` once. One forbidden address among good ones refuses them all: rebinding looks like that.

        Raises AddressRefused or NameNotResolved.
        """
        if self.hosts is not None and not self.hosts & {host, f"{host}:{port}"}:
            raise AddressRefused("not_listed")
        if (host, port) not in self._resolved:
            ips = _resolve(host, port, seconds=seconds)
            self._refuse_forbidden(ips)
            self._resolved[host, port] = tuple(Address(str(ip), port) for ip in ips[:MOST_ADDRESSES])
        return self._resolved[host, port]

    def _refuse_forbidden(self, ips: Iterable[Ip]) -> None:
        for ip in ips:
            if code := self._refusal(_inner(ip)):
                raise AddressRefused(code)

    def _refusal(self, ip: Ip) -> Refusal | None:
        if code := _never(ip):
            return code
        if ip.is_global or self.allow_private or any(ip in network for network in self.networks):
            return None
        return "loopback" if ip.is_loopback else "private"


def _never(ip: Ip) -> Refusal | None:
    kinds: tuple[tuple[bool, Refusal], ...] = (
        (ip in METADATA, "metadata"),
        (ip.is_link_local, "link_local"),
        (ip.is_multicast, "multicast"),
        (ip.is_unspecified, "unspecified"),
        (ip.is_reserved and not ip.is_loopback, "reserved"),
    )
    return next((code for holds, code in kinds if holds), None)


def _inner(ip: Ip) -> Ip:
    """Return the IPv4 address that an IPv6 address stands for, else the address itself."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip in NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else ip)


def _resolve(host: str, port: int, *, seconds: float) -> tuple[Ip, ...]:
    found: list[Ip] = []
    # getaddrinfo knows no time limit; the thread that waits for a silent name server is left to end by itself.
    asking = threading.Thread(target=_ask, args=(host, port, found), daemon=True)
    asking.start()
    asking.join(seconds)
    if not found:
        raise NameNotResolved(host)
    return tuple(dict.fromkeys(found))


def _ask(host: str, port: int, found: list[Ip]) -> None:
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return
    found.extend([ipaddress.ip_address(str(answer[4][0])) for answer in answers])
