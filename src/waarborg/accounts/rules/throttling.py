"""How many attempts are too many, and for whom.

Three counts over the last ten minutes: of this name from here, of this name from anywhere, of this address for any name.
*Here* is an address; of a device on which the name came in fully during the last ninety days it is that device.

1. A name tried ten times from one address waits there. Its own typing errors lock nobody else out, so a ward behind one
   address works on.
2. A name tried ten times from anywhere waits at every address from which it never came in fully. Where it did come in
   during the last thirty days it has only its own count (1): someone who floods a name from outside doesn't keep its
   owner from work. At a new address the owner waits with the flood; without that a botnet has ten guesses an address.
3. An address with a hundred attempts waits for names that never came in from it: guessing one password for many names
   ends, and colleagues who work there don't notice.
4. A ward often has one address, and then a colleague's typing errors in somebody's name count there (1). A known device counts
   apart from the address it is used at, so neither a flood behind the same address nor one from outside makes its owner wait.
   It is ten guesses for who steals it, as any place is. What a browser shows counts for the names that came in with it only:
   another name's device, or an invented one, is no device, so a botnet that invents one for each guess keeps its ten (2).
   Two who share a computer share its device, and each has their own count on it.
5. An attempt that is made to wait isn't counted: repeating it doesn't lengthen the wait.
6. Whether a name exists plays no part: names are counted as typed.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

WINDOW = timedelta(minutes=10)
PER_NAME_AND_ADDRESS = 10
PER_NAME = 10
PER_ADDRESS = 100
QUESTIONS_PER_ADDRESS = 600
"""Questions to a passkey or a provider that wait for the browsers of one address: a large ward at the start of a shift, twice."""
KNOWN_FOR = timedelta(days=30)
DEVICE_KNOWN_FOR = timedelta(days=90)
ONE_HOUSEHOLD = 64
"""Bits of an IPv6 address that one subscriber gets; the rest is theirs to vary."""

Minutes = Mapping[datetime, int]
"""Attempts by the minute in which they were made."""


@dataclass(frozen=True)
class Attempts:
    """What was tried in the last ten minutes, this attempt included."""

    here: Minutes
    name: Minutes
    address: Minutes


def minute_of(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)


def wait(tried: Attempts, *, known: bool, now: datetime) -> timedelta | None:
    """Return how long this attempt has to wait, or None when it may be made now."""
    limits = [(tried.here, PER_NAME_AND_ADDRESS)]
    if not known:
        limits += [(tried.name, PER_NAME), (tried.address, PER_ADDRESS)]
    return max((until_below(minutes, limit, now) for minutes, limit in limits), default=None) or None


def until_below(minutes: Minutes, limit: int, now: datetime) -> timedelta:
    """Return how long it takes until enough attempts are older than the window; zero when there is room now."""
    surplus = sum(minutes.values()) - limit
    if surplus <= 0:
        return timedelta(0)
    gone = accumulate(minutes[minute] for minute in sorted(minutes))
    freeing = next(minute for minute, count in zip(sorted(minutes), gone, strict=True) if count >= surplus)
    return freeing + WINDOW + timedelta(minutes=1) - now


def is_told(count: int) -> bool:
    """Tell whether the log hears of this one: the first, tenth, hundredth... so that a flood doesn't fill it."""
    return str(count).strip("0") == "1"


def counted_as(address: str) -> str:
    """Return the address under which attempts are counted: an IPv6 household as one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        # A socket for both versions writes IPv4 so. In one network they would all be neighbours, known wherever one of them is.
        return str(parsed.ipv4_mapped)
    if parsed.version == 4 or parsed.is_loopback:  # noqa: PLR2004 - the version's own name
        return str(parsed)
    return str(ipaddress.ip_network((parsed, ONE_HOUSEHOLD), strict=False))
