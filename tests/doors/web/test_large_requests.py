"""What is larger than any page takes is refused before it is read: whoever sends it, it would lie on our disk."""

import io

import pytest
from django.test import Client

from waarborg.doors.web.middleware import LARGEST_REQUEST

pytestmark = pytest.mark.usefixtures("database")


class Unread(io.BytesIO):
    def read(self, *_size: int | None) -> bytes:
        pytest.fail("it was read")


def sent(path: str, length: object) -> tuple[int, str]:
    client = Client(enforce_csrf_checks=True)
    client.cookies["__Host-waarborg-csrf"] = "a" * 32
    answer = client.post(
        path,
        content_type="multipart/form-data; boundary=b",
        **{"wsgi.input": Unread(), "CONTENT_LENGTH": str(length)},  # type: ignore[arg-type] # Django's stub knows no environ
    )
    return answer.status_code, answer.headers["Content-Type"].partition(";")[0]


@pytest.mark.parametrize("length", [LARGEST_REQUEST + 1, 10**15, "-1", "many"])
def test_nobody_sends_more_than_a_page_takes(length: object) -> None:
    assert sent("/inloggen/", length) == (413, "text/html")


def test_nor_to_the_api() -> None:
    assert sent("/api/v1/applications", LARGEST_REQUEST + 1) == (413, "application/problem+json")
