"""The people of the tests, and the moment at which they act."""

from datetime import UTC, datetime
from uuid import UUID

from waarborg.kernel.actor import Actor, ActorKind, Grant

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SCOPE = UUID("01930000-0000-7000-8000-00000000000a")
ELSEWHERE = UUID("01930000-0000-7000-8000-00000000000b")


def person(number: int, role: str, scope: UUID = SCOPE) -> Actor:
    """Return someone with one role in one scope."""
    identifier = UUID(int=0x0193_0000_0000_7000_8000_0000_0000_0000 + number)
    return Actor(ActorKind.PERSON, identifier, scope, frozenset({Grant(role, scope)}), "127.0.0.1", fresh=True)


ANNA = person(1, "administrator")
SAM = person(2, "security_officer")
NOOR = person(3, "devops_lead")
AART = person(4, "auditor")
CHARLIE = person(5, "devops_lead", ELSEWHERE)
"""Leads elsewhere, and must see nothing here."""
