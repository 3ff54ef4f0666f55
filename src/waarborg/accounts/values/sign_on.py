"""Signing on at an identity provider, as it crosses the border of accounts."""

from dataclasses import dataclass, field
from enum import StrEnum

from waarborg.accounts.values.people import Entered


class Purpose(StrEnum):
    """What somebody signs on elsewhere for."""

    ENTER = "enter"
    LINK = "link"
    """To say that the account there is theirs, in their own session here."""
    IDENTIFY = "identify"
    """To let the provider say who they are, before they register."""


@dataclass(frozen=True)
class ProviderLine:
    """One identity provider, for its button."""

    key: str
    name: str


@dataclass(frozen=True)
class SignedOn:
    """What came of signing on: a session only where that was what it was for."""

    purpose: Purpose
    entered: Entered | None = field(repr=False)
    onward: str = field(repr=False)
    """Where on this site they were going, as it was handed in at the start."""
