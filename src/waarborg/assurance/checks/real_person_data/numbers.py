"""Finding nine digits in bytes, and what stands around them. Pure."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from waarborg.assurance.checks.real_person_data.values import Context
from waarborg.patients.values import LENGTH

NEAR = 120

# Every digit looks like 0 and every separator like a dot, so that numbers are found by literal search: 10 times as fast as
# an expression over the digits themselves.
_SHAPES = bytes.maketrans(b"123456789 -", b"000000000..")
_RUN = re.compile(rb"00000000+")
_CUT = re.compile(rb"0000\.00\.000|000\.000\.000")
_SEPARATORS = b". -"
_LO_ELEMENT = b"0120009"

_BSN_WORD = (
    r"(?<![A-Za-z])[bB][sS][nN]s?(?![a-z])"  # bsn, BSN, bsns, bsn_nummer, bsnNummer
    r"|(?<=[a-z])B(?:sn|SN)(?![a-z])"  # patientBsn, clientBSN
    r"|(?i:(?<![a-z])bsn[ _-]?n(?:umme)?r|burger[ _-]?service[ _-]?n(?:umme)?r|so[fc]i[ _-]?n(?:umme)?r"
    r"|citizen[ _-]?service[ _-]?number)"
)
_AUTHORITY = r"NLMINBIZA|NNNLD|2\.16\.840\.1\.113883\.2\.4\.6\.3(?![0-9.])|(?i:NamingSystem/bsn)(?![a-z-])"
_BIRTH = r"(?i:geb(?:oorte|\.)[ _-]?dat|geboren|birth[ _-]?da(?:te|y)|date[ _-]?of[ _-]?birth|(?<![a-z])dob(?![a-z]))"
_NAME = r"(?i:achternaam|geslachtsnaam|voornaam|voorletters|familienaam|sur[ _-]?name|(?:last|family|first)[ _-]?name)"

BSN_WORD = re.compile(_BSN_WORD)
AUTHORITY = re.compile(_AUTHORITY)
BIRTH = re.compile(_BIRTH)
NAME = re.compile(_NAME)
_BSN_WORD_BYTES = re.compile(_BSN_WORD.encode())
_AUTHORITY_BYTES = re.compile(_AUTHORITY.encode())
_BIRTH_BYTES = re.compile(_BIRTH.encode())
_NAME_BYTES = re.compile(_NAME.encode())
# A spreadsheet drops the leading zero; right behind the word, eight digits are a number too.
_RIGHT_BEFORE = re.compile(rb"(?:" + _BSN_WORD.encode() + rb")[^0-9A-Za-z\r\n]{1,8}\Z")
_WORD_LENGTH = 40
_QUICK_WORDS = (b"bsn", b"service", b"sofi", b"soci")


class Candidate(NamedTuple):
    """Nine digits at a place in the bytes; `named` is set where the word stands right before them."""

    digits: str
    start: int
    end: int
    named: bool = False


def candidates(data: bytes) -> Iterator[Candidate]:
    """Yield every number of nine digits, whole or cut by separators, and of eight right behind the word."""
    shapes = data.translate(_SHAPES)
    for match in _RUN.finditer(shapes):
        start, end = match.span()
        if end - start == LENGTH:
            yield Candidate(data[start:end].decode(), start, end)
        elif end - start > LENGTH:
            yield from _in_message(data, start, end)
        elif _RIGHT_BEFORE.search(data[max(0, start - _WORD_LENGTH) : start]):
            yield Candidate("0" + data[start:end].decode(), start, end, named=True)
    for match in _CUT.finditer(shapes):
        start, end = match.span()
        if _stands_alone(data, shapes, start, end):
            yield Candidate(data[start:end].translate(None, _SEPARATORS).decode(), start, end)


def _in_message(data: bytes, start: int, end: int) -> Iterator[Candidate]:
    """In a message of the LO GBA elements stand end to end: number 0120, length 009, then the value."""
    at = data.find(_LO_ELEMENT, start, end)
    while 0 <= at <= end - len(_LO_ELEMENT) - LENGTH:
        first = at + len(_LO_ELEMENT)
        yield Candidate(data[first : first + LENGTH].decode(), first, first + LENGTH, named=True)
        at = data.find(_LO_ELEMENT, first, end)


def _stands_alone(data: bytes, shapes: bytes, start: int, end: int) -> bool:
    """Part of a longer number isn't a number, nor is the beginning of an internet address."""
    if shapes[end : end + 1] == b"0" or (start and shapes[start - 1 : start] == b"0"):
        return False
    return not (data[end - 4 : end - 3] == data[end : end + 1] == b"." and shapes[end + 1 : end + 2] == b"0")


def context_near(data: bytes, candidate: Candidate) -> Context:
    """Say what makes a number a person's, within 120 bytes before and after it."""
    if candidate.named:
        return "keyword"
    before, after = data[max(0, candidate.start - NEAR) : candidate.start], data[candidate.end : candidate.end + NEAR]
    around = before + b"\n" + after
    if _AUTHORITY_BYTES.search(around):
        return "authority"
    if _BSN_WORD_BYTES.search(around):
        return "keyword"
    return "person_fields" if _BIRTH_BYTES.search(around) and _NAME_BYTES.search(around) else "none"


def says_bsn(data: bytes) -> bool:
    lower = data.lower()
    return any(word in lower for word in _QUICK_WORDS) and _BSN_WORD_BYTES.search(data) is not None


def mask_digits(text: str) -> str:
    """Hide every run of eight digits or more in a name or heading that is going to be shown."""
    return re.sub(r"[0-9]{8,}", lambda run: f"{run[0][:2]}•••", text)
