"""A house in which Anna is administrator and Sam security officer, both come in as people do."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from tests.cast import NOON, SCOPE
from tests.simulators.databases import Engine

from waarborg.accounts.operations.hashing import Argon2id
from waarborg.accounts.testing import Someone, entered, found, signed_in
from waarborg.audit.queries.reading import page_of_entries
from waarborg.audit.values import Entry
from waarborg.kernel.actor import Actor


@dataclass(frozen=True)
class House:
    """The two, what they hold, and who they are once they are in, their factor proven just now."""

    anna: Someone
    sam: Someone
    as_anna: Actor
    as_sam: Actor


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same Argon2id over less memory: what is tested here isn't how long a guess takes."""
    monkeypatch.setattr(Argon2id, "memory_cost", 1024)
    monkeypatch.setattr(Argon2id, "time_cost", 1)


@pytest.fixture
def house(database: Engine, quick_hashes: None) -> House:
    anna, sam = found(SCOPE, now=NOON)
    tokens = [entered(someone, now=NOON) for someone in (anna, sam)]
    actors = [signed_in(token, now=NOON + timedelta(minutes=1)).actor for token in tokens]
    return House(anna, sam, *actors)


def logged(scope: UUID, event: str) -> list[Entry]:
    """Return the entries of one event, newest first."""
    return [entry for _, entry in page_of_entries(scope, size=500) if entry.event == event]
