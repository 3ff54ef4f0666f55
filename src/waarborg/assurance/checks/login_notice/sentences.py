"""From text to the sentences that may be a notice, and what each of them says. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Literal

from waarborg.assurance.checks.login_notice.values import Criteria, Vocabulary
from waarborg.assurance.checks.pages import kept

Meaning = Literal["notice", "denied", "elsewhere"]

LONGEST = 300
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
MAIL = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,255}")
NUMBER = re.compile(r"(?<!\d)\d(?:[ .-]?\d){8}(?!\d)")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


def fold(text: str) -> str:
    """Return text in lower case, without accents, soft hyphens and double spaces."""
    bare = unicodedata.normalize("NFKD", INVISIBLE.sub("", text).casefold())
    return " ".join("".join(letter for letter in bare if not unicodedata.combining(letter)).split())


def masked(text: str) -> str:
    return NUMBER.sub("[…]", MAIL.sub("…@…", text))


def passages_in(block: str, criteria: Criteria) -> Iterator[tuple[str, str]]:
    """Yield (language, passage) for each sentence with both stems, and for two in a row that have them together."""
    sentences = SENTENCE_END.split(" ".join(INVISIBLE.sub("", block).split()))
    for language, vocabulary in criteria.languages.items():
        alone = [is_about(sentence, vocabulary, criteria.near_words) for sentence in sentences]
        for index, sentence in enumerate(sentences):
            pair = " ".join(sentences[index : index + 2])
            if alone[index]:
                yield language, _around(sentence, vocabulary)
            elif not any(alone[index : index + 2]) and is_about(pair, vocabulary, criteria.near_words):
                yield language, _around(pair, vocabulary)


def is_about(text: str, vocabulary: Vocabulary, near_words: int) -> bool:
    """Say whether one sentence speaks of confidentiality and health information, or two that belong together do."""
    first, *others = SENTENCE_END.split(text)
    if any(_has_both(sentence, vocabulary, near_words) for sentence in (first, *others)):
        return True
    refers = any(_holds(fold(sentence), vocabulary.refers) for sentence in others)
    return refers and _has_both(text, vocabulary, near_words)


def _has_both(text: str, vocabulary: Vocabulary, near_words: int) -> bool:
    folded = fold(text)
    secret, health = _places(folded, vocabulary.confidential), _places(folded, vocabulary.health)
    return any(_words_between(folded, one, other, near_words) <= near_words for one in secret for other in health)


def meaning_of(text: str, vocabulary: Vocabulary) -> Meaning:
    """Say what a passage that is about confidential health information does with it. In doubt it is no notice."""
    folded = fold(text)
    if "?" in folded or _holds(folded, vocabulary.elsewhere):
        return "elsewhere"
    for pattern in vocabulary.prohibitions:
        folded = re.sub(pattern, " ", folded)
    return "denied" if _holds(folded, vocabulary.negations) else "notice"


def _holds(folded: str, patterns: Iterable[str]) -> bool:
    return any(re.search(pattern, folded) for pattern in patterns)


def _places(folded: str, patterns: Iterable[str]) -> list[tuple[int, int]]:
    return [match.span() for pattern in patterns for match in re.finditer(pattern, folded)][:50]


def _words_between(folded: str, one: tuple[int, int], other: tuple[int, int], most: int) -> int:
    """Count the words between two places, no farther than needed to see that there are more than `most`."""
    first, second = sorted((one, other))
    between = folded[first[1] : second[0]] if second[0] - first[1] <= LONGEST else "x " * (most + 1)
    return len(between.split())


def _around(text: str, vocabulary: Vocabulary) -> str:
    """Keep at most 300 characters, from shortly before the first stem on when the sentence is longer."""
    clean = masked(text)
    if len(clean) > LONGEST:
        found = _places(clean.casefold(), (*vocabulary.confidential, *vocabulary.health))
        start = max(0, min(found)[0] - 60) if found else 0
        clean = clean[start : start + LONGEST]
    return kept(clean, LONGEST)
