"""Only what a person sees counts as text, and only what logs in counts as a log-in."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarborg.assurance.checks.comments import without_comments
from waarborg.assurance.checks.loading import load_check
from waarborg.assurance.checks.login_notice.markup import Screen
from waarborg.assurance.checks.login_notice.sentences import passages_in
from waarborg.assurance.checks.login_notice.stylesheet import hidden_names
from waarborg.assurance.checks.login_notice.values import Criteria

CHECK = load_check("login_notice")
assert isinstance(CHECK.criteria, Criteria)
CRITERIA = CHECK.criteria
WORDS = "Patiëntgegevens zijn vertrouwelijk."


def seen(html: str, css: str = "") -> list[tuple[str, str]]:
    return list(Screen(CRITERIA, hidden_names(css)).read(html).blocks)


@pytest.mark.parametrize(
    "html",
    [
        f"<p>{WORDS}</p>",
        "<p>Patiëntgegevens zijn <strong>vertrouwelijk</strong>.</p>",
        "<p>Patiëntgegevens zijn<br>vertrouwelijk.</p>",
        "<p>Pati&euml;ntgegevens\n  zijn vertrouwelijk.",
        f"<p hidden>x<p>{WORDS}",
        f"<div hidden><img></div>{WORDS}",
        f"<label><input type=checkbox> {WORDS}</label>",
        f"<details open><p>{WORDS}</p></details>",
        f"<details><summary>{WORDS}</summary></details>",
        f"<div hidden><p>x</div>{WORDS}",
        f"</div></p>{WORDS}",
    ],
)
def test_visible_text_is_read(html: str) -> None:
    assert seen(html) == [("text", WORDS)]


@pytest.mark.parametrize(
    "html",
    [
        f"<!-- {WORDS} -->",
        f"<script>var x = '{WORDS}'</script>",
        f"<style>/* {WORDS} */</style>",
        f"<template><p>{WORDS}</p></template>",
        f"<noscript>{WORDS}</noscript>",
        f"<head><title>{WORDS}</title></head>",
        f'<meta name="description" content="{WORDS}">',
        f'<img src=x alt="{WORDS}">',
        f'<input placeholder="{WORDS}">',
        f"<textarea>{WORDS}</textarea>",
        f"<select><option>{WORDS}</select>",
        f"<button>{WORDS}</button>",
        f"<nav>{WORDS}</nav>",
        f"<p hidden>{WORDS}</p>",
        f"<div hidden><p>{WORDS}</p></div>",
        f'<p aria-hidden="true">{WORDS}</p>',
        f'<p style="display: none">{WORDS}</p>',
        f'<p style="visibility:hidden">{WORDS}</p>',
        f'<p style="opacity:0">{WORDS}</p>',
        f'<p style="font-size:0">{WORDS}</p>',
        f'<p style="position:absolute;left:-9999px">{WORDS}</p>',
        f'<p style="color: transparent">{WORDS}</p>',
        f'<p class="intro sr-only">{WORDS}</p>',
        f"<details><p>{WORDS}</p></details>",
        f"<div hidden><details><summary>{WORDS}</summary></details></div>",
        f"<dialog>{WORDS}</dialog>",
        f"<svg><text>{WORDS}</text></svg>",
        f"<iframe>{WORDS}</iframe>",
    ],
)
def test_what_no_one_sees_is_not_text(html: str) -> None:
    assert seen(html) == []


def test_a_link_is_kept_apart() -> None:
    assert seen(f'<p>Welkom <a href="/privacy">{WORDS}</a></p>') == [("text", "Welkom"), ("link", WORDS)]


@pytest.mark.parametrize(
    "css",
    [".x{display:none}", "#y { visibility : hidden }", "@media screen{ p.x{opacity:0} }", ".js .x, .z{left:-999em}"],
)
def test_text_that_a_rule_may_hide_is_doubtful(css: str) -> None:
    assert seen(f"<div class=x id=y><p>{WORDS}</p></div>", css) == [("perhaps_hidden", WORDS)]


@pytest.mark.parametrize(
    "css",
    [
        "@media print{.x{display:none}}",
        ".x:hover{opacity:0}",
        ".x::before{display:none}",
        ".x{color:red}",
        ".other{display:none}",
        "/* .x{display:none} */.q{}",
    ],
)
def test_text_that_no_rule_hides_stays_text(css: str) -> None:
    assert seen(f"<div class=x id=y><p>{WORDS}</p></div>", css) == [("text", WORDS)]


def log_in(html: str) -> tuple[int, int, int]:
    screen = Screen(CRITERIA).read(html)
    return screen.password_fields, screen.new_passwords, screen.controls


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<input type=password>", (1, 0, 0)),
        ("<INPUT TYPE=PASSWORD name=p>", (1, 0, 0)),
        ("<input type=password hidden>", (0, 0, 0)),
        ("<div style='display:none'><input type=password></div>", (0, 0, 0)),
        ("<input type=password autocomplete=new-password>", (1, 1, 0)),
        ("<form><input type=submit value=Inloggen></form>", (0, 0, 1)),
        ("<form><button>Aanmelden</button></form>", (0, 0, 1)),
        ("<form><button>Zoeken</button></form>", (0, 0, 0)),
        ("<button>Inloggen</button>", (0, 0, 0)),
        ("<a href=/oidc>Inloggen met DigiD</a>", (0, 0, 1)),
        ("<button>Sign in with Microsoft</button>", (0, 0, 1)),
        ("<a href=/login>Inloggen</a>", (0, 0, 0)),
    ],
)
def test_what_logs_in_is_counted(html: str, found: tuple[int, int, int]) -> None:
    assert log_in(html) == found


@given(st.text(alphabet="<>/!-[]='\"a bpdivscriptstyle", max_size=200))
def test_reading_a_page_never_raises(html: str) -> None:
    Screen(CRITERIA).read(html)
    hidden_names(html)


HOSTILE = [
    *("<a>", "<!--", "<p><b>", "}", "{", "a", "<![", "&", "</x>", "<style>", "/*", "<a href=x>y", "<script"),
    *("patientgegevens vertrouwelijk. ", "patientgegevens ", "@", "niet vertrouwelijk "),
]


@pytest.mark.parametrize("piece", [*HOSTILE, "<b>|</i>", "<a>|x"])
def test_a_hostile_page_takes_seconds_at_most(piece: str) -> None:
    began = time.monotonic()
    html = "".join(part * (150_000 // len(part)) for part in piece.split("|"))
    for _, block in Screen(CRITERIA).read(html).blocks:
        list(passages_in(block, CRITERIA))
    hidden_names(html)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("html", "text", "whole"),
    [
        ("a<!-- b -->c", "ac", True),
        ("a<!-->c", "ac", True),
        ("a<!--->c", "ac", True),
        ("a<!-- b --!>c", "ac", True),
        ("a<!-- b", "a", False),
        ("<script>'<!--'</script>c", "<script>'<!--'</script>c", True),
        ("<TITLE><!--</title>c", "<TITLE><!--</title>c", True),
        ("a<script>b", "a", False),
    ],
)
def test_comments_end_where_a_browser_ends_them(html: str, text: str, *, whole: bool) -> None:
    assert without_comments(html) == (text, whole)


def test_a_page_that_is_nested_too_deep_was_not_read_whole() -> None:
    assert not Screen(CRITERIA).read("<b>" * 300 + WORDS).whole
