"""What one scan found, kept without keeping a number: place, mask and keyed digest."""

import hashlib
import hmac
import re
import unicodedata
from collections import Counter

from waarborg.assurance.checks.real_person_data.numbers import mask_digits
from waarborg.assurance.checks.real_person_data.values import Context, Criteria, Hit, Kind, Observation, Unread
from waarborg.patients.values import mask

_LONGEST = 300
_DIGEST = 16
_PLACES_PER_KIND = 10
_SURROGATE = re.compile("[\ud800-\udfff]")


class Ledger:
    """Numbers live here for the time of the scan, to count different ones; `key` is forgotten with it."""

    def __init__(self, criteria: Criteria, *, key: bytes) -> None:
        self._criteria = criteria
        self._key = key
        self._numbers: set[int] = set()
        self._nine: set[int] = set()
        self._coincidences: set[int] = set()
        self._test: set[int] = set()
        self._samples: set[int] = set()
        self._files: set[str] = set()
        self._hits: list[Hit] = []
        self._maybe: list[Hit] = []
        self._unread: list[Unread] = []
        self._unread_counts: Counter[Kind] = Counter()
        self.places = 0
        self.files = 0
        self.bytes = 0

    def hit(self, digits: str, *, path: str, line: int, column: str, context: Context) -> None:
        """Note a number with a context."""
        self.places += 1
        self._numbers.add(int(digits))
        self._files.add(path)
        if len(self._hits) < self._criteria.shown:
            self._hits.append(self._place(digits, path, line, column, context))

    def coincidence(self, digits: str, *, path: str, line: int) -> None:
        """Note a number without context; one in eleven passes the eleven test by chance."""
        self.nine_digits(digits)
        if int(digits) not in self._coincidences and len(self._maybe) < self._criteria.shown:
            self._maybe.append(self._place(digits, path, line, "", "none"))
        self._coincidences.add(int(digits))

    def knows(self, digits: str) -> bool:
        """Tell whether the number has been found with a context."""
        return int(digits) in self._numbers

    def nine_digits(self, digits: str) -> None:
        self._nine.add(int(digits))

    def test_number(self, digits: str) -> None:
        self._test.add(int(digits))

    def sample(self, digits: str) -> None:
        self._samples.add(int(digits))

    def unread(self, path: str, kind: Kind) -> None:
        """Note what wasn't read; what is harmless is only counted."""
        self._unread_counts[kind] += 1
        if kind not in self._criteria.harmless and self._unread_counts[kind] <= _PLACES_PER_KIND:
            self._unread.append(Unread(path=shown(path), kind=kind))

    def observation(self, milliseconds: int) -> Observation:
        return Observation(
            folder="read",
            files=self.files,
            bytes=self.bytes,
            milliseconds=milliseconds,
            places=self.places,
            numbers=len(self._numbers),
            files_with=len(self._files),
            hits=tuple(self._hits),
            test_numbers=len(self._test),
            samples=len(self._samples),
            nine_digits=len(self._nine - self._numbers),
            coincidences=len(self._coincidences - self._numbers),
            coincidence_places=tuple(self._maybe),
            unread_counts=dict(sorted(self._unread_counts.items())),
            unread=tuple(self._unread),
        )

    def _place(self, digits: str, path: str, line: int, column: str, context: Context) -> Hit:
        keyed = hmac.new(self._key, digits.encode(), hashlib.sha256).hexdigest()[:_DIGEST]
        return Hit(path=shown(path), line=line, column=shown(column), context=context, mask=mask(digits), digest=keyed)


def shown(text: str) -> str:
    """Return a path or heading as it may be kept: no numbers in it, and one Unicode form."""
    whole = unicodedata.normalize("NFC", _SURROGATE.sub("\ufffd", text))
    masked = mask_digits(whole)
    return masked if len(masked) <= _LONGEST else f"…{masked[-_LONGEST:]}"
