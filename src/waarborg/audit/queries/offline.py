"""Verify a disclosed entry anywhere: no database, no keys of this installation."""

from waarborg.audit.rules.disclosure import Disclosed, DisclosureRefused, verified

__all__ = ["Disclosed", "DisclosureRefused", "verified"]
