"""What is read from a page written by a stranger."""

import json
import time

import pytest

from waarborg.assurance.checks.second_factor.page import asks_password, form_asking, pointed_at, read_text, shows

PAGE = """
<form action=/zoek><input name=q></form>
<FORM METHOD="post" action='/in?a=1&amp;b=2'>
  <input type="hidden" name="token" value="a&quot;b">
  <input name="user"> <input type='password' name="pass" /> <textarea name=note></textarea>
</FORM>
<input name="outside">
"""


def test_the_form_with_the_fields_is_found_with_what_it_carries() -> None:
    form = form_asking(PAGE, ["user", "pass"])
    assert form is not None
    assert (form.action, form.hidden, form.names) == (
        "/in?a=1&b=2",
        {"token": 'a"b'},
        {"token", "user", "pass", "note"},
    )


@pytest.mark.parametrize("names", [["user", "q"], ["outside", "user"], ["code"]])
def test_fields_of_different_forms_make_no_form(names: list[str]) -> None:
    assert form_asking(PAGE, names) is None


def test_a_password_is_asked_only_by_a_password_field() -> None:
    assert asks_password(PAGE)
    assert not asks_password("<p>type=password</p><input type=text name=password>")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("Café".encode(), "text/html"),
        ("Café".encode("latin-1"), "text/html; charset=ISO-8859-1"),
        ("Café".encode("cp1252"), 'text/html; charset="windows-1252"'),
        ("Café".encode(), "text/html; charset=punycode"),
        ("Cafe\u0301".encode(), "text/html; charset=utf-8"),
    ],
)
def test_a_text_is_read_in_the_encoding_it_says(body: bytes, content_type: str) -> None:
    assert read_text(body, content_type) == "Café"


@pytest.mark.parametrize("page", ["Café Zorg", "Caf&eacute; Zorg", "Caf&#233; Zorg", json.dumps(["Café Zorg"])])
def test_a_text_is_seen_however_it_is_written(page: str) -> None:
    assert shows(page, "Café Zorg")
    assert not shows(page, "Café Zorgt")


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/a/b", "x"),
        ("/list/1", "2"),
        ("/a~1b", "slash"),
        ("/none", None),
        ("/list/7", None),
        ("/true", None),
        ("/a", None),
    ],
)
def test_a_pointer_leads_to_a_text_or_number(pointer: str, value: str | None) -> None:
    reply = json.dumps({"a": {"b": "x"}, "list": [1, 2], "a/b": "slash", "true": True})
    assert pointed_at(reply, pointer) == value


@pytest.mark.parametrize(
    "page",
    [
        "<form" * 200_000,
        "<input " + "a" * 1_000_000,
        "<input " + "a=" * 500_000 + ">",
        "[" * 1_000_000,
        "<input a='" * 90_000,
    ],
)
def test_a_page_made_to_be_slow_is_read_in_time(page: str) -> None:
    started = time.monotonic()
    form_asking(page, ["user"])
    shows(page, "marker")
    assert time.monotonic() - started < 5
