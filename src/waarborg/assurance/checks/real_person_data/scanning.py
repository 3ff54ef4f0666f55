"""From the bytes of one file to the texts in it; containers are opened one level."""

from collections.abc import Callable, Iterable

from waarborg.assurance.checks.real_person_data.containers import Member, open_container, open_stream
from waarborg.assurance.checks.real_person_data.databases import NoDatabase, read_database
from waarborg.assurance.checks.real_person_data.encoded import encoded_parts
from waarborg.assurance.checks.real_person_data.forms import read_structure
from waarborg.assurance.checks.real_person_data.grids import is_sheet, read_sheets
from waarborg.assurance.checks.real_person_data.kinds import Stream, as_text, recognise
from waarborg.assurance.checks.real_person_data.ledger import Ledger
from waarborg.assurance.checks.real_person_data.tables import Row, read_table
from waarborg.assurance.checks.real_person_data.texts import TextReader
from waarborg.assurance.checks.real_person_data.values import Criteria, Kind

_MARKUP = (".xml", ".html", ".xhtml")


class Scanner:
    """Reads one file after another into `ledger`. `out_of_time` is asked between parts."""

    def __init__(self, criteria: Criteria, ledger: Ledger, *, out_of_time: Callable[[], bool]) -> None:
        self._criteria = criteria
        self._ledger = ledger
        self._out_of_time = out_of_time
        self._texts = TextReader(criteria, ledger)

    def read_file(self, path: str, data: bytes) -> None:
        self._ledger.files += 1
        self._ledger.bytes += len(data)
        self._texts.read_name(path)
        self._read(path, data, 0)

    def _read(self, path: str, data: bytes, level: int) -> None:
        """`level` says in how many containers the bytes lie."""
        match recognise(path.lower(), data):
            case "empty":
                pass
            case "text":
                self._read_text(path, data, level)
            case "gzip" | "bzip2" | "xz" as form:
                self._read_stream(path, form, data, level)
            case "zip" | "tar" | "sqlite" if level:
                self._leave(path, "nested", data)
            case "zip" | "tar" as form:
                self._read_members(path, list(open_container(form, data, self._criteria.limits)))
            case "sqlite":
                self._read_database(path, data)
            case kind:
                self._leave(path, kind, data)

    def _leave(self, path: str, kind: Kind, data: bytes) -> None:
        self._ledger.unread(path, kind)
        self._texts.read_raw(path, data)

    def _read_text(self, path: str, data: bytes, level: int) -> None:
        text = (as_text(data) or b"").replace(b"\xc2\xa0", b" ")
        structure = read_structure(path.lower(), text, self._criteria)
        self._texts.read(path, text, structure)
        for part in encoded_parts(text):
            if level:
                self._ledger.unread(path, "encoded")
                return
            self._read(f"{path}!base64", part, 1)

    def _read_stream(self, path: str, form: Stream, data: bytes, level: int) -> None:
        if level > 1:
            self._leave(path, "nested", data)
            return
        member = open_stream(form, data, self._criteria.limits)
        # A compressed archive or database is one container, not two.
        inner = recognise("", member.data or b"")
        self._read_member(path, member, level if inner in ("tar", "sqlite") else level + 1)

    def _read_members(self, path: str, members: list[Member]) -> None:
        held = {member.name: member.data for member in members if member.data is not None}
        sheets = list(read_sheets(held))
        for sheet, rows in sheets:
            self._read_table(f"{path}!{sheet}", rows, heading=None)
        for member in members:
            if self._out_of_time():
                self._ledger.unread(path, "out_of_time")
                return
            inside = f"{path}!{member.name}".removesuffix("!")
            self._texts.read_name(member.name)
            if sheets and member.data is not None and is_sheet(member.name):
                self._texts.read_raw(inside, member.data)
            else:
                self._read_member(inside, member, 1)
                self._read_markup(inside, member)

    def _read_markup(self, path: str, member: Member) -> None:
        if path.lower().endswith(_MARKUP):
            self._texts.read_between_marks(path, as_text(member.data or b"") or b"")

    def _read_member(self, path: str, member: Member, level: int) -> None:
        if member.unread is not None:
            self._ledger.unread(path, member.unread)
        elif member.data is not None:
            self._read(path, member.data, level)

    def _read_database(self, path: str, data: bytes) -> None:
        try:
            for name, columns, rows in read_database(data, out_of_time=self._out_of_time):
                table = f"{path}!{name}"
                self._read_table(table, (self._cells(table, row) for row in rows), heading=columns)
        except NoDatabase:
            self._ledger.unread(path, "out_of_time" if self._out_of_time() else "damaged")
        # Rows that were deleted may still stand in the file.
        self._texts.read_raw(path, data)

    def _cells(self, path: str, row: Iterable[object]) -> list[str]:
        return [self._cell(path, value) for value in row]

    def _cell(self, path: str, value: object) -> str:
        if not isinstance(value, bytes):
            return "" if value is None else str(value)
        text = as_text(value)
        if text is None:
            self._read(path, value, 1)
            return ""
        return text.decode("utf-8", "replace")

    def _read_table(self, path: str, rows: Iterable[Row], *, heading: Row | None) -> None:
        """A table is read as text of which line n is row n; its heading says what the columns are."""
        kept = [[" ".join(cell.split()) for cell in row] for row in rows]
        structure = read_table(kept, self._criteria, heading=heading)
        lines = kept if heading is None else [list(heading), *kept]
        text = "\n".join("\t".join(row) for row in lines).encode("utf-8", "replace")
        self._texts.read(path, text, structure)
