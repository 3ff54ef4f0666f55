"""Text, from whatever file it came, to numbers in the ledger."""

import re

from waarborg.assurance.checks.real_person_data.ledger import Ledger
from waarborg.assurance.checks.real_person_data.numbers import Candidate, candidates, context_near
from waarborg.assurance.checks.real_person_data.tables import Named, Structure
from waarborg.assurance.checks.real_person_data.values import Criteria
from waarborg.patients.values import BsnRules, passes_eleven_test

_EIGHT = re.compile(rb"(?<![0-9])[0-9]{8}(?![0-9])")
_MARK = re.compile(rb"<[^<>]{0,2000}>")


class TextReader:
    """Notes the numbers in one text after another."""

    def __init__(self, criteria: Criteria, ledger: Ledger) -> None:
        self._criteria = criteria
        self._ledger = ledger
        self._rules = BsnRules(production=True, test_ranges=tuple(item.value() for item in criteria.test_ranges))
        self._samples = frozenset(sample.number for sample in criteria.samples)

    def read(self, path: str, text: bytes, structure: Structure) -> None:
        """Note what a text holds, given what its form says about the numbers in it."""
        for column in structure.hidden:
            self._ledger.unread(f"{path}!{column}", "hidden_column")
        found = [number for number in candidates(text) if not (number.named and number.digits in structure.short)]
        self._note_all(path, text, found, structure)
        if structure.short:
            self._note_short(path, text, structure)

    def read_between_marks(self, path: str, markup: bytes) -> None:
        """A word processor cuts a number into runs; a reader sees the text between the marks."""
        text = _MARK.sub(b"", markup)
        known = {number.digits for number in candidates(markup)}
        fresh = [number for number in candidates(text) if number.digits not in known]
        self._note_all(path, text, fresh, Structure())

    def read_raw(self, path: str, data: bytes) -> None:
        """Of bytes that aren't understood only a number with its context counts, and only a new one."""
        for number in candidates(data):
            context = context_near(data, number)
            if context != "none" and not self._ledger.knows(number.digits):
                self._note(number.digits, path=path, line=0, why=Named(context, ""))

    def read_name(self, path: str) -> None:
        """A file may be called after a person's number."""
        for number in candidates(path.encode("utf-8", "replace")):
            self._note(number.digits, path=path, line=0, why=Named("file_name", ""))

    def _note_all(self, path: str, text: bytes, found: list[Candidate], structure: Structure) -> None:
        numbers = {number.digits for number in found}
        undecided = {digits for digits in numbers if not self._is_settled(digits)}
        fallback = Named("list", "") if self._is_list(numbers) else None
        line, counted_to = 1, 0
        for number in sorted(found, key=lambda one: one.start):
            if number.digits in undecided:
                line += text.count(b"\n", counted_to, number.start)
                counted_to = number.start
                self._note(number.digits, path=path, line=line, why=_reason(text, number, structure) or fallback)

    def _is_list(self, numbers: set[str]) -> bool:
        """So many of the numbers in a file pass the eleven test that it is a list of them, whatever it is called."""
        valid = sum(map(passes_eleven_test, numbers))
        share = self._criteria.column_share_percent
        return valid >= self._criteria.column_least and valid * 100 >= share * len(numbers)

    def _is_settled(self, digits: str) -> bool:
        """Count a number that needs no context to be judged; says whether it is one."""
        if not passes_eleven_test(digits):
            self._ledger.nine_digits(digits)
        elif digits in self._samples:
            self._ledger.sample(digits)
        elif self._rules.is_test(digits):
            self._ledger.test_number(digits)
        else:
            return False
        return True

    def _note_short(self, path: str, text: bytes, structure: Structure) -> None:
        by_short = {short.encode(): digits for digits, short in structure.short.items()}
        for at, line in enumerate(text.split(b"\n"), start=1):
            for short in by_short.keys() & set(_EIGHT.findall(line)):
                digits = by_short[short]
                self._note(digits, path=path, line=at, why=structure.named[digits])

    def _note(self, digits: str, *, path: str, line: int, why: Named | None) -> None:
        if self._is_settled(digits):
            return
        if why is None:
            self._ledger.coincidence(digits, path=path, line=line)
        else:
            self._ledger.hit(digits, path=path, line=line, column=why.column, context=why.context)


def _reason(text: bytes, number: Candidate, structure: Structure) -> Named | None:
    if number.digits in structure.denied:
        return None
    if (why := structure.named.get(number.digits)) is not None:
        return why
    context = context_near(text, number)
    return None if context == "none" else Named(context, "")
