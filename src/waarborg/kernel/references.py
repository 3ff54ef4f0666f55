"""Ids made before a row is written, and references that may cross a border: `application:<uuid>`."""

import secrets
import time
from dataclasses import dataclass
from uuid import UUID

INSTALLATION = UUID("00000000-0000-7000-8000-000000000001")
"""The scope of the installation itself: bootstrap and what happens before anyone is known."""


def new_id() -> UUID:
    """Return a UUIDv7 (RFC 9562, 5.7): 48 bits of Unix time in milliseconds, 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62
    return UUID(int=value | secrets.randbits(62))


@dataclass(frozen=True)
class Reference:
    """A thing in some register, named without a foreign key."""

    kind: str
    id: UUID

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Reference":
        """Read `kind:uuid`. Raises ValueError."""
        kind, _, identifier = text.partition(":")
        return cls(kind, UUID(identifier))
