"""Cookies as a browser keeps them, and never a step to another host."""

from datetime import UTC, datetime

import pytest

from waarborg.assurance.checks import wire
from waarborg.assurance.checks.second_factor.session import Jar, LeftSite, Session
from waarborg.assurance.checks.target import Target

NOON = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


def jar_with(*lines: str, asked: str = "/zorg/inloggen") -> Jar:
    jar = Jar()
    jar.take(lines, asked=asked, now=NOON)
    return jar


@pytest.mark.parametrize(
    ("line", "path", "sent"),
    [
        ("a=1; Path=/", "/x", "a=1"),
        ("a=1; Path=/zorg", "/zorg/alarmen", "a=1"),
        ("a=1; Path=/zorg", "/zorgplan", ""),
        ("a=1", "/zorg/alarmen", "a=1"),
        ("a=1", "/", ""),
        ("a=b=c; path=/; HttpOnly", "/", "a=b=c"),
        ("a=1; Path=/; Max-Age=0", "/", ""),
        ("a=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "/", ""),
        ("a=1; Path=/; Expires=Fri, 01 Jan 2100 00:00:00 GMT", "/", "a=1"),
        ("a=1; Path=/; Expires=someday", "/", "a=1"),
        ("=1; Path=/", "/", ""),
    ],
)
def test_a_cookie_goes_where_it_belongs(line: str, path: str, sent: str) -> None:
    assert jar_with(line).header(path) == sent


def test_a_later_cookie_replaces_and_ends_an_earlier_one() -> None:
    assert jar_with("a=1; Path=/", "a=2; Path=/").header("/") == "a=2"
    assert jar_with("a=1; Path=/", "a=; Path=/; Max-Age=-1").header("/") == ""


def test_a_cookie_that_outlives_the_browser_is_known() -> None:
    cookies = jar_with("a=1", "b=1; Max-Age=60", "c=1; Expires=Fri, 01 Jan 2100 00:00:00 GMT").cookies
    assert [name for name, cookie in cookies.items() if cookie.lasting] == ["b", "c"]


@pytest.fixture
def session() -> Session:
    return Session(Target(url="https://zorg.example:8443/app/"), budget=wire.Budget(connections=0))


@pytest.mark.parametrize(
    "where",
    [
        "https://elders.example/",
        "http://zorg.example:8443/",
        "https://zorg.example/",
        "//elders.example/x",
        "https://anna@zorg.example:8443/",
        "https://[broken/",
    ],
)
def test_nothing_is_sent_to_another_place(session: Session, where: str) -> None:
    with pytest.raises(LeftSite):
        session.ask("GET", where, now=NOON)
    assert session.shown_path(where) == "elsewhere"


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        ("/alarmen?token=abc#x", "/alarmen"),
        ("/in;jsessionid=0123456789", "/in"),
        ("/herstel/0a1b2c3d4e5f6a7b8c9d0e1f/nieuw", "/herstel/‹…›/nieuw"),
        ("/zorgplannen-van-deze-afdeling", "/zorgplannen-van-deze-afdeling"),
    ],
)
def test_a_path_is_kept_without_what_may_be_a_token(session: Session, where: str, shown: str) -> None:
    assert session.shown_path(where) == shown


def test_a_session_shows_no_cookie_and_no_token(session: Session) -> None:
    session.jar.take(["sessie=geheim-1; Path=/"], asked="/", now=NOON)
    session.bearer = "geheim-2"
    assert "geheim" not in repr(session) + repr(session.jar.cookies)
