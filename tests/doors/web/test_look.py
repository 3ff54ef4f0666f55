"""What every page keeps to: nothing inline, a shape for every verdict, and small."""

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import override_settings

from waarborg.doors.web.words import STATES

WEB = Path(__file__).parents[3] / "src/waarborg/doors/web"
STATIC = WEB / "static/waarborg"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
INLINE = re.compile(r"""\sstyle=|<style|<script(?![^>]*\ssrc=)|\son\w+=["']|javascript:""", re.IGNORECASE)
CLASS = re.compile(r"class=\"([^\"{]+)\"")
# Said in a page for the reader of its source; it needs no look of its own.
WITHOUT_LOOK = {"button--text"}


@override_settings(STORAGES={"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}})
def rendered(template: str, **context: object) -> str:
    """Under the plain names of the files; that their hashed names exist is for who collects them."""
    return Template("{% load waarborg %}" + template).render(Context(context))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))
def test_a_template_holds_no_inline_style_or_script(path: Path) -> None:
    assert INLINE.findall(path.read_text()) == []


def test_every_state_has_a_shape_of_its_own() -> None:
    shapes = re.findall(r'<symbol id="(\w+)".*?>(.*)</symbol>', (STATIC / "sprite.svg").read_text())
    assert set(STATES) <= {name for name, _ in shapes}
    assert len({drawing for _, drawing in shapes}) == len(shapes)


def test_every_state_has_a_colour_on_page() -> None:
    look = (STATIC / "marks.css").read_text()
    assert [state for state in STATES if f".is-{state}" not in look] == []


def sizes() -> tuple[int, dict[str, int]]:
    """Return how much style every page loads, and what some pages load beside it."""
    head = (WEB / "templates/waarborg/components/head.html").read_text()
    sizes = {path.name: path.stat().st_size for path in STATIC.glob("*.css")}
    beside = {name: size for name, size in sizes.items() if f"waarborg/{name}" not in head}
    return sum(sizes.values()) - sum(beside.values()), beside


def test_the_styles_of_every_page_stay_under_30_kb_and_what_some_pages_add_under_5() -> None:
    everywhere, beside = sizes()
    assert 20_000 < everywhere < 30_000
    assert [name for name, size in beside.items() if size >= 5_000] == []


def test_every_class_that_a_template_names_exists() -> None:
    look = "".join(path.read_text() for path in STATIC.glob("*.css"))
    known = set(re.findall(r"\.([a-z][\w-]*)", look)) | WITHOUT_LOOK
    named = {
        (name, path.name) for path in TEMPLATES for found in CLASS.findall(path.read_text()) for name in found.split()
    }
    assert sorted((name, page) for name, page in named if name not in known) == []


@pytest.mark.parametrize("state", STATES)
def test_a_mark_alone_says_its_whole_verdict(state: str) -> None:
    shown = rendered("{% mark state about='C5' since='3 hours old' %}", state=state)
    assert 'role="img"' in shown
    assert f'aria-label="C5 {str(STATES[state]).lower()}, 3 hours old"' in shown


def test_a_mark_with_its_word_is_not_read_twice() -> None:
    assert 'aria-hidden="true"' in rendered("{% mark 'proven' %}")


def test_what_a_user_typed_cannot_become_markup() -> None:
    assert "<b>" not in rendered("{% mark state about=about %}", state="proven", about="<b>C5</b>")


def test_a_count_is_grouped_so_that_it_can_be_read() -> None:
    assert rendered("{{ n|number }}", n=48213) == "48\N{NARROW NO-BREAK SPACE}213"
