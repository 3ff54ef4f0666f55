"""The same people and the same measured application as on the pages, asked by a program."""

from tests.doors.web.conftest import pair, quick_hashes, time
from tests.doors.web.test_assurance_pages import filled, people

__all__ = ["filled", "pair", "people", "quick_hashes", "time"]
