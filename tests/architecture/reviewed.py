"""Exceptions to the rules, each with its reason, reviewed like code: `reviewed.toml`."""

import tomllib
from functools import lru_cache
from pathlib import Path

SHORTEST_REASON = 20


@lru_cache(maxsize=1)
def _lists() -> dict[str, dict[str, str]]:
    lists: dict[str, dict[str, str]] = tomllib.loads(
        (Path(__file__).parent / "reviewed.toml").read_text(encoding="utf-8")
    )
    return lists


def exceptions(rule: str) -> set[str]:
    """Return what is excepted from one rule."""
    return set(_lists().get(rule, {}))


def unexcused(breaches: set[str], rule: str) -> list[str]:
    """Return breaches that aren't reviewed, and reviewed ones that no longer exist: both are to be mended."""
    gone = {f"no longer there, strike it from reviewed.toml: {name}" for name in exceptions(rule) - breaches}
    return sorted(breaches - exceptions(rule)) + sorted(gone)


def hasty_reasons() -> list[str]:
    """Return the exceptions whose reason is too short to be one."""
    return [
        f"{rule}: {name}"
        for rule, names in _lists().items()
        for name, reason in names.items()
        if len(reason) < SHORTEST_REASON
    ]
