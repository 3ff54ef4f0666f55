"""What was seen of a folder, and by what measure. A number that was found is place, mask and keyed digest, never itself."""

from typing import Literal

from pydantic import BaseModel

from waarborg.patients.values import BsnRange

Context = Literal[
    "keyword", "authority", "key", "column", "column_rate", "person_fields", "list", "file_name", "none"
]  # fmt: skip
Kind = Literal[
    "archive",
    "compiled",
    "damaged",
    "dicom",
    "encoded",
    "encrypted",
    "font",
    "hidden_column",
    "history",
    "icon",
    "image",
    "left_out",
    "link",
    "media",
    "nested",
    "out_of_time",
    "pdf",
    "special",
    "too_deep",
    "too_large",
    "too_many",
    "unknown_binary",
    "unreadable",
]


class Range(BaseModel, frozen=True, extra="forbid"):
    """Numbers set apart for tests: all that start with `prefix`."""

    name: str
    prefix: str
    source: str

    def value(self) -> BsnRange:
        return BsnRange(self.name, self.prefix, self.source)


class Sample(BaseModel, frozen=True, extra="forbid"):
    """A number that documentation shows to everyone, and where."""

    number: str
    source: str


class Limits(BaseModel, frozen=True, extra="forbid"):
    """Bounds of one scan; what lies beyond them is listed as not read."""

    files: int
    depth: int
    seconds: int
    file_bytes: int
    total_bytes: int
    expanded_bytes: int
    members: int


class Criteria(BaseModel, frozen=True, extra="forbid"):
    """`harmless` are the kinds that may stay unread; `column_names` are stripped to letters and digits."""

    test_ranges: tuple[Range, ...]
    samples: tuple[Sample, ...]
    column_names: frozenset[str]
    harmless: frozenset[Kind]
    limits: Limits
    shown: int
    column_share_percent: int
    column_least: int
    surprise_sigmas: int
    surprise_least: int


class Hit(BaseModel, frozen=True, extra="forbid"):
    """One place where a number stands. `line` is the row in a table; `digest` is equal for equal numbers in this run."""

    path: str
    line: int
    column: str
    context: Context
    mask: str
    digest: str


class Unread(BaseModel, frozen=True, extra="forbid"):
    path: str
    kind: Kind


class Observation(BaseModel, frozen=True, extra="forbid"):
    """A scan of one folder.

    `places`, `numbers` and `files_with` count real-looking numbers in context; of the places at most some are shown.
    `nine_digits` and `coincidences` count different numbers without context, and those of them that pass the eleven test.
    """

    folder: Literal["read", "none", "unreadable"]
    files: int = 0
    bytes: int = 0
    milliseconds: int = 0
    places: int = 0
    numbers: int = 0
    files_with: int = 0
    hits: tuple[Hit, ...] = ()
    test_numbers: int = 0
    samples: int = 0
    nine_digits: int = 0
    coincidences: int = 0
    coincidence_places: tuple[Hit, ...] = ()
    unread_counts: dict[Kind, int] = {}
    unread: tuple[Unread, ...] = ()
