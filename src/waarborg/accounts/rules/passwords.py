"""Whether a password is hard enough to guess for people who know the language, the season and where you work."""

import re
import unicodedata
from collections.abc import Container
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

SHORTEST, LONGEST = 12, 200
FEWEST_DIFFERENT = 5
SHORTEST_WORD = 4
YEARS = re.compile(r"(?:19|20)\d\d")


class Weakness(StrEnum):
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    COMMON = "common"
    ABOUT_YOU = "about_you"
    PREDICTABLE = "predictable"
    MONOTONOUS = "monotonous"


class PasswordRefused(Exception):
    """The password is too easily guessed; says in what ways."""

    def __init__(self, weaknesses: tuple[Weakness, ...]) -> None:
        self.weaknesses = weaknesses
        super().__init__(", ".join(weaknesses))


def normal_password(typed: str) -> str:
    """Return the form that is hashed: the same letters from another keyboard are the same password.

    Source: NIST SP 800-63B, 5.1.1.2.
    """
    return unicodedata.normalize("NFKC", typed)


def weaknesses(password: str, *, about: tuple[str, ...], common: Container[str]) -> tuple[Weakness, ...]:
    """Return what is weak about a password. `about` is what others know: log-in name, name, institution."""
    plain = normal_password(password).casefold()
    found = {
        Weakness.TOO_SHORT: len(plain) < SHORTEST,
        Weakness.TOO_LONG: len(plain) > LONGEST,
        Weakness.COMMON: plain in common,
        Weakness.ABOUT_YOU: any(word in plain for word in _words(about)),
        # A predictable word counts for nothing; what is left must be long enough by itself.
        Weakness.PREDICTABLE: len(plain) >= SHORTEST > len(_unpredictable(plain)),
        Weakness.MONOTONOUS: len(set(plain)) < FEWEST_DIFFERENT,
    }
    return tuple(weakness for weakness, is_so in found.items() if is_so)


@lru_cache(maxsize=1)
def predictable_words() -> tuple[str, ...]:
    """Return the words of `predictable_words.txt`, longest first."""
    lines = (files(__package__) / "predictable_words.txt").read_text(encoding="utf-8").splitlines()
    return tuple(sorted((line for line in lines if line and not line.startswith("#")), key=len, reverse=True))


def _unpredictable(plain: str) -> str:
    return _listed().sub("", YEARS.sub("", plain))


@lru_cache(maxsize=1)
def _listed() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in predictable_words()))


def _words(about: tuple[str, ...]) -> set[str]:
    letters = (re.split(r"[\W_]+", normal_password(text).casefold()) for text in about)
    return {word for words in letters for word in words if len(word) >= SHORTEST_WORD}
