"""Invented people with numbers from the test range: they can be nobody."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count, islice

from waarborg.patients.values import passes_eleven_test

FIRST_TEST_NUMBER = 999_900_000
NAMES = (
    ("Trijntje", "van den Proefveld", date(1938, 3, 14)),
    ("Hendrik", "Voorbeeld", date(1941, 11, 2)),
    ("Fatima", "el Testoui", date(1947, 6, 21)),
    ("Cornelis", "Verzonnen", date(1933, 1, 9)),
    ("Sjaan", "de Bedachte-Naam", date(1951, 8, 30)),
    ("Ravi", "Nergenspersad", date(1944, 12, 5)),
)


@dataclass(frozen=True)
class Person:
    """Enough to know that it is the right one."""

    first_name: str
    surname: str
    born_on: date
    bsn: str


def people() -> tuple[Person, ...]:
    return tuple(
        Person(first, last, born, bsn)
        for (first, last, born), bsn in zip(NAMES, islice(numbers_of_the_test_range(), len(NAMES)), strict=True)
    )


def numbers_of_the_test_range() -> Iterator[str]:
    """Return well-formed numbers of the test range, in order."""
    return (str(number) for number in count(FIRST_TEST_NUMBER) if passes_eleven_test(str(number)))
