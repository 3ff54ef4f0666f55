"""Text that has a form: tables with separators, JSON, SQL dumps, HL7 v2. Pure; what isn't well-formed has no structure."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, zip_longest

from waarborg.assurance.checks.real_person_data.grids import read_html
from waarborg.assurance.checks.real_person_data.numbers import AUTHORITY, BIRTH, BSN_WORD, NAME, candidates, says_bsn
from waarborg.assurance.checks.real_person_data.tables import Named, Row, Structure, is_hidden, is_telling, read_table
from waarborg.assurance.checks.real_person_data.values import Criteria

_TABLES = (".csv", ".tsv", ".tab", ".psv", ".txt", ".dat", ".asc")
_JSON = (".json", ".jsonl", ".ndjson", ".geojson", ".har")
_SEPARATORS = ";\t|,"
_HL7 = re.compile(rb"\A[\x0b\s]*(?:FHS|BHS|MSH)\|", re.MULTILINE)
_PIPED = re.compile(r"(?:^[ \t]*\|[^\n]*(?:\n|\Z)){2,}", re.MULTILINE)
_LARGEST_DOCUMENT = 33_554_432
_LONGEST_CREATE = 20_000
_PID_IDENTIFIERS = (2, 3, 4, 19)
_PID_NAME, _PID_BIRTH = 5, 7

_INSERT = re.compile(r"(?is)\bINSERT\s+(?:IGNORE\s+)?INTO\s+([^\s(]+)\s*(?:\(([^()]*)\))?\s*VALUES\s*")
_COPY = re.compile(r"(?im)^COPY\s+([^\s(]+)\s*\(([^()]*)\)\s+FROM\s+stdin[^\n]*\n")
_CREATE = re.compile(r"(?i)\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?([^\s(]+)\s*\(")
_NO_COLUMN = {"PRIMARY", "KEY", "UNIQUE", "CONSTRAINT", "FOREIGN", "INDEX", "CHECK", "FULLTEXT"}
_VALUE = re.compile(r"'((?:[^'\\]|''|\\.)*)'|([^\s,()';]+)|(\))|(;)", re.DOTALL)


def read_structure(name: str, data: bytes, criteria: Criteria) -> Structure:
    """Return what the form of a text says about the numbers in it; `name` is the file's, in lower case."""
    if _HL7.match(data):
        return read_hl7(data.decode("utf-8", "replace"))
    if not _is_worthwhile(data):
        return Structure()
    return _reader(name, data)(data.decode("utf-8", "replace"), criteria)


def _reader(name: str, data: bytes) -> Callable[[str, Criteria], Structure]:
    if name.endswith(".sql"):
        return read_sql
    if name.endswith(_JSON) or data[:200].lstrip()[:1] in (b"{", b"["):
        return read_json
    return read_separated if name.endswith(_TABLES) or "." not in name else read_piped


def _is_worthwhile(data: bytes) -> bool:
    return says_bsn(data[:65_536]) or next(candidates(data), None) is not None


def read_separated(text: str, criteria: Criteria) -> Structure:
    separator = _separator(text)
    found = read_table(_quoted(text, separator), criteria)
    if '"' in text:
        # One quote that isn't closed swallows the rows after it; so look without regard to quotes as well.
        plain = read_table(
            ([cell.strip('"') for cell in line.split(separator)] for line in io.StringIO(text)), criteria
        )
        plain.denied &= found.denied
        found.denied = set()
        found.add(plain)
    return found


def _quoted(text: str, separator: str) -> Iterator[Row]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        yield from rows
    except csv.Error:  # a cell over 128 kB: the look without quotes goes on
        return


def _separator(text: str) -> str:
    lines = [line for line in text[:20_000].splitlines()[:20] if line]
    counts = {mark: min((line.count(mark) for line in lines), default=0) for mark in _SEPARATORS}
    best = max(_SEPARATORS, key=lambda mark: counts[mark])
    return best if counts[best] else max(_SEPARATORS, key=text[:2_000].count)


def read_piped(text: str, criteria: Criteria) -> Structure:
    """Read tables drawn with bars, as in Markdown and in examples of a test; and those of HTML."""
    found = Structure()
    for block in _PIPED.finditer(text):
        found.add(read_table(([cell.strip() for cell in line.split("|")] for line in block[0].splitlines()), criteria))
    for table in read_html(text):
        found.add(read_table(table, criteria))
    found.denied -= set(found.named)
    return found


def read_json(text: str, criteria: Criteria) -> Structure:
    """Read one JSON document, or one per line."""
    found = Structure()
    for part in _documents(text):
        _walk(part, "", found, criteria)
    found.denied -= set(found.named)
    return found


def _documents(text: str) -> Iterator[object]:
    try:
        yield json.loads(text if len(text) < _LARGEST_DOCUMENT else "")
    except (ValueError, RecursionError):
        for line in text.splitlines():
            if line.lstrip()[:1] in ("{", "["):
                yield from _document(line)


def _document(line: str) -> Iterator[object]:
    try:
        yield json.loads(line)
    except (ValueError, RecursionError):
        return


def _walk(top: object, path: str, found: Structure, criteria: Criteria) -> None:
    waiting: list[tuple[object, str, bool]] = [(top, path, False)]
    while waiting:
        value, path, telling = waiting.pop()
        if isinstance(value, dict):
            _note_identifier(value, path, found)
            _note_others(value, found, criteria)
            waiting += [(item, f"{path}.{key}".lstrip("."), is_telling(key, criteria)) for key, item in value.items()]
        elif isinstance(value, list):
            waiting += [(item, path, telling) for item in value]
        elif telling and isinstance(value, str | int) and not isinstance(value, bool):
            _note_under_key(str(value), path, found)


def _note_under_key(text: str, path: str, found: Structure) -> None:
    if not found.name(text, Named("key", path)) and is_hidden(text) and path not in found.hidden:
        found.hidden.append(path)


def _note_identifier(value: dict[str, object], path: str, found: Structure) -> None:
    """An identifier whose system is that of the BSN, as FHIR writes it; and an object that holds a person."""
    texts = [item for item in value.values() if isinstance(item, str)]
    keys = " ".join(value)
    if any(AUTHORITY.search(text) for text in texts):
        _name_all(texts, Named("authority", path), found)
    elif BIRTH.search(keys) and NAME.search(keys):
        _name_all(
            [str(item) for item in value.values() if isinstance(item, str | int)], Named("person_fields", path), found
        )


def _note_others(value: dict[str, object], found: Structure, criteria: Criteria) -> None:
    """Beside a number under its own key, a number under another key is something else: an order, a file."""
    texts = {key: str(item).strip() for key, item in value.items() if isinstance(item, str | int)}
    own = {key for key in texts if is_telling(key, criteria)}
    if any(len(texts[key]) == 9 for key in own) and not any(BSN_WORD.search(text) for text in texts.values()):  # noqa: PLR2004 (nine digits)
        found.denied.update(text for key, text in texts.items() if key not in own)


def _name_all(texts: Iterable[str], why: Named, found: Structure) -> None:
    for text in texts:
        if len(text.strip()) >= 9:  # noqa: PLR2004 (eight digits count only under a telling name)
            found.name(text, why)


def read_hl7(text: str) -> Structure:
    """PID-3 names the authority of each number; a number of another authority (a hospital's own) isn't a BSN."""
    found = Structure()
    for segment in re.split(r"[\r\n]+", text):
        if segment.startswith("PID|"):
            _read_pid(segment.split("|"), found)
    found.denied -= set(found.named)
    return found


def _read_pid(fields: list[str], found: Structure) -> None:
    is_person = len(fields) > _PID_BIRTH and bool(fields[_PID_NAME]) and bool(fields[_PID_BIRTH])
    for index in _PID_IDENTIFIERS:
        for repetition in fields[index].split("~") if index < len(fields) else ():
            number, _, rest = repetition.partition("^")
            if AUTHORITY.search(rest):
                found.name(number, Named("authority", f"PID-{index}"))
            elif rest.strip("^"):
                found.denied.add(number)
            elif is_person:
                found.name(number, Named("person_fields", f"PID-{index}"))


def read_sql(text: str, criteria: Criteria) -> Structure:
    """Read the rows of INSERT and COPY under the names of their columns, which a dump may give once, a megabyte above."""
    created = {_bare(match[1]): _created_columns(text, match.end()) for match in _CREATE.finditer(text)}
    tables: dict[tuple[str, ...], list[Iterator[Row]]] = {}
    inserts = list(_INSERT.finditer(text))
    for match, following in zip_longest(inserts, inserts[1:]):
        columns = _names(match[2]) if match[2] else created.get(_bare(match[1]), ())
        until = following.start() if following else len(text)
        tables.setdefault(columns, []).append(_inserted(text, match.end(), until))
    copies = list(_COPY.finditer(text))
    for match, following in zip_longest(copies, copies[1:]):
        until = following.start() if following else len(text)
        tables.setdefault(_names(match[2]), []).append(_copied(text, match.end(), until))
    found = Structure()
    for columns, parts in tables.items():
        found.add(read_table(chain.from_iterable(parts), criteria, heading=columns))
    return found


def _bare(name: str) -> str:
    return name.rsplit(".", maxsplit=1)[-1].strip('"`[]').lower()


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip().strip('"`[]') for name in listed.split(","))


def _created_columns(text: str, start: int) -> tuple[str, ...]:
    end = text.find(";", start, start + _LONGEST_CREATE)
    body = text[start : end if end >= 0 else start + _LONGEST_CREATE]
    words = (line.strip().split(maxsplit=1) for line in re.split(r",(?![^()]*\))", body))
    return tuple(word[0].strip('"`[]') for word in words if word and word[0].upper() not in _NO_COLUMN)


def _inserted(text: str, start: int, until: int) -> Iterator[Row]:
    row: list[str] = []
    for match in _VALUE.finditer(text, start, until):
        quoted, plain, closes, ends = match.groups()
        if ends:
            return
        if closes:
            yield row
            row = []
        else:
            row.append(quoted if quoted is not None else plain)


def _copied(text: str, start: int, until: int) -> Iterator[Row]:
    end = text.find("\n\\.", start, until)
    for line in io.StringIO(text[start : end if end >= 0 else until]):
        yield line.rstrip("\r\n").split("\t")
