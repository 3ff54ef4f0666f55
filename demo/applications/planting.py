"""The applications' repositories, made at run time: a number that could be somebody's is never committed."""

import secrets
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from demo.applications.definitions import Application, Fault
from demo.applications.people import people
from waarborg.patients.values import passes_eleven_test

SET_APART = ("9999", "9001", "0000")
FAMILY_NAMES = ("Achterberg", "Broekhof", "Dijkgraaf", "Elzinga", "Groothuis", "Kloosterman", "Nijenkamp", "Oldenziel")
README = "# {title}\n\n{tagline}\n\nProefgegevens: alleen verzonnen personen, met nummers uit de testreeks.\n"


def plant(application: Application, folder: Path) -> None:
    """Write the application's repository into `folder`, with its fault in it where it has that one."""
    (folder / "fixtures").mkdir(parents=True, exist_ok=True)
    readme = README.format(title=application.title, tagline=application.tagline)
    (folder / "README.md").write_text(readme, encoding="utf-8")
    (folder / "fixtures/clienten.csv").write_text(_fixture(), encoding="utf-8")
    if application.has(Fault.REAL_NUMBERS_IN_DUMP):
        (folder / "backup").mkdir(exist_ok=True)
        (folder / "backup/meldkamer-2026-10.sql").write_text(_dump(), encoding="utf-8")


def numbers_outside_the_test_range() -> Iterator[str]:
    """Return random numbers as they are given out: well-formed, and in no range set apart for tests."""
    while True:
        digits = str(100_000_000 + secrets.randbelow(899_000_000))
        if passes_eleven_test(digits) and not digits.startswith(SET_APART):
            yield digits


def _fixture() -> str:
    rows = [f"{person.bsn},{person.surname},{person.first_name},{person.born_on}" for person in people()]
    return "\n".join(["bsn,achternaam,voornaam,geboortedatum", *rows, ""])


def _dump() -> str:
    """As pg_dump writes a table."""
    numbers = islice(numbers_outside_the_test_range(), len(FAMILY_NAMES))
    rows = [
        f"{row}\t{bsn}\t{name}\t19{30 + row}-0{row}-1{row}"
        for row, (bsn, name) in enumerate(zip(numbers, FAMILY_NAMES, strict=True), start=1)
    ]
    return "\n".join(["COPY public.client (id, bsn, achternaam, geboortedatum) FROM stdin;", *rows, "\\.", ""])
