"""Text that has a form: tables with separators, JSON, SQL dumps, HL7 v2. Pure; what isn't well-formed has no structure."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from waarborg.assurance.checks.real_person_data.numbers import AUTHORITY, BIRTH, NAME, candidates, says_bsn
from waarborg.assurance.checks.real_person_data.tables import Named, Row, Structure, is_hidden, is_telling, read_table
from waarborg.assurance.checks.real_person_data.values import Criteria

_TABLES = (".csv", ".tsv", ".tab", ".psv", ".txt", ".dat", ".asc")
_JSON = (".json", ".jsonl", ".ndjson", ".geojson", ".har")
_SEPARATORS = ";\t|,"
_HL7 = re.compile(rb"\A[\x0b\s]*(?:FHS|BHS|MSH)\|", re.MULTILINE)
_PID_IDENTIFIERS = (2, 3, 4, 19)
_PID_NAME, _PID_BIRTH = 5, 7

_INSERT = re.compile(r"(?is)\bINSERT\s+(?:IGNORE\s+)?INTO\s+([^\s(]+)\s*(?:\(([^()]*)\))?\s*VALUES\s*")
_COPY = re.compile(r"(?im)^COPY\s+([^\s(]+)\s*\(([^()]*)\)\s+FROM\s+stdin[^\n]*\n")
_CREATE = re.compile(r"(?is)\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?([^\s(]+)\s*\((.*?)\)[^,;)]*;")
_NO_COLUMN = {"PRIMARY", "KEY", "UNIQUE", "CONSTRAINT", "FOREIGN", "INDEX", "CHECK", "FULLTEXT"}
_VALUE = re.compile(r"'((?:[^'\\]|''|\\.)*)'|([^\s,()';]+)|(\))|(;)", re.DOTALL)


def read_structure(name: str, data: bytes, criteria: Criteria) -> Structure:
    """Return what the form of a text says about the numbers in it; `name` is the file's, in lower case."""
    if _HL7.match(data):
        return read_hl7(data.decode("utf-8", "replace"))
    reader = _reader(name, data)
    if reader is None or not _is_worthwhile(data):
        return Structure()
    return reader(data.decode("utf-8", "replace"), criteria)


def _reader(name: str, data: bytes) -> Callable[[str, Criteria], Structure] | None:
    if name.endswith(".sql"):
        return read_sql
    if name.endswith(_JSON) or data[:200].lstrip()[:1] in (b"{", b"["):
        return read_json
    return read_separated if name.endswith(_TABLES) or "." not in name else None


def _is_worthwhile(data: bytes) -> bool:
    return says_bsn(data[:65_536]) or next(candidates(data), None) is not None


def read_separated(text: str, criteria: Criteria) -> Structure:
    separator = _separator(text)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator or "\x1f")
        return read_table(rows, criteria)
    except csv.Error:
        return Structure()


def _separator(text: str) -> str:
    lines = [line for line in text[:20_000].splitlines()[:20] if line]
    counts = {mark: min((line.count(mark) for line in lines), default=0) for mark in _SEPARATORS}
    best = max(_SEPARATORS, key=lambda mark: counts[mark])
    return best if counts[best] else max(_SEPARATORS, key=text[:2_000].count)


def read_json(text: str, criteria: Criteria) -> Structure:
    """Read one JSON document, or one per line."""
    found = Structure()
    for part in _documents(text):
        _walk(part, "", found, criteria)
    return found


def _documents(text: str) -> Iterator[object]:
    try:
        yield json.loads(text)
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
    created = {_bare(match[1]): _created_columns(match[2]) for match in _CREATE.finditer(text)}
    tables: dict[tuple[str, ...], list[Iterator[Row]]] = {}
    for match in _INSERT.finditer(text):
        columns = _names(match[2]) if match[2] else created.get(_bare(match[1]), ())
        tables.setdefault(columns, []).append(_inserted(text, match.end()))
    for match in _COPY.finditer(text):
        tables.setdefault(_names(match[2]), []).append(_copied(text, match.end()))
    found = Structure()
    for columns, parts in tables.items():
        found.add(read_table(chain.from_iterable(parts), criteria, heading=columns))
    return found


def _bare(name: str) -> str:
    return name.rsplit(".", maxsplit=1)[-1].strip('"`[]').lower()


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip().strip('"`[]') for name in listed.split(","))


def _created_columns(body: str) -> tuple[str, ...]:
    words = (line.strip().split(maxsplit=1) for line in re.split(r",(?![^()]*\))", body))
    return tuple(word[0].strip('"`[]') for word in words if word and word[0].upper() not in _NO_COLUMN)


def _inserted(text: str, start: int) -> Iterator[Row]:
    row: list[str] = []
    for match in _VALUE.finditer(text, start):
        quoted, plain, closes, ends = match.groups()
        if ends:
            return
        if closes:
            yield row
            row = []
        else:
            row.append(quoted if quoted is not None else plain)


def _copied(text: str, start: int) -> Iterator[Row]:
    end = text.find("\n\\.", start)
    for line in io.StringIO(text[start : end if end >= 0 else len(text)]):
        yield line.rstrip("\r\n").split("\t")
