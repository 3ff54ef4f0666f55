"""What git keeps tells nothing of the machine it was made on, and pages carry no style or script of their own."""

import re
from pathlib import Path

import pytest
from tests.architecture.sources import REPOSITORY, kept_files

ADDRESSES = {
    "a path of one machine": re.compile(r"(?<![\w.~/-])/(?:work|root|home/\w+|Users/\w+)/\w"),
    "a download address": re.compile(r"https?://\S+\.(?:whl|tar\.gz|tgz|deb|zip|whl\.metadata)\b"),
    "the address of a package index": re.compile(r"https?://[^\s\"')]+/(?:simple|packages|debian)(?:/|\b)"),
    "the name of a download host": re.compile(r"\b(?:files|registry|deb|mirror|index)\.[\w-]+\.(?:org|com|net)\b"),
    "an option that names an index": re.compile(r"--(?:extra-)?index-url|--find-links"),
}
OF_ITS_OWN = {
    "inline style": re.compile(r"""<[^>]*\sstyle\s*=""", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "inline script": re.compile(r"<script\b(?![^>]*\ssrc\s*=)", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a script address": re.compile(r"""(?:href|src|action)\s*=\s*["']?\s*javascript:""", re.IGNORECASE),
}
COMMENT = re.compile(r"\{#.*?#\}|\{% comment .*?endcomment %\}|<!--.*?-->", re.DOTALL)


def telling(text: str) -> list[str]:
    """Return which machine paths and addresses a text gives away."""
    return [name for name, pattern in ADDRESSES.items() if pattern.search(text)]


def of_its_own(page: str) -> list[str]:
    """Return what in a template a strict content security policy would refuse."""
    shown = COMMENT.sub("", page)
    return [name for name, pattern in OF_ITS_OWN.items() if pattern.search(shown)]


def readable(path: Path) -> str:
    """Return a file's text, or nothing for one that isn't text."""
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode("utf-8", errors="replace")


def test_kept_files_name_no_machine_and_no_download_address() -> None:
    others = [path for path in kept_files() if path != Path(__file__)]
    told = {str(path.relative_to(REPOSITORY)): found for path in others if (found := telling(readable(path)))}
    assert told == {}


@pytest.mark.parametrize(
    "text",
    [
        "see /root/notes.txt",
        "path = '/home/anna/waarborg'",
        "https://example.org/a/b/thing-1.0-py3-none-any.whl",
        "https://pypi.example.org/simple/",
        "from files.example.org",
        "pip install --extra-index-url x",
    ],
)
def test_a_machine_path_or_address_is_a_breach(text: str) -> None:
    assert telling(text)


@pytest.mark.parametrize("text", ["/usr/bin/chromium", "docs/home/plan", "https://example.org/simply", "~/root/notes"])
def test_what_every_machine_has_is_no_breach(text: str) -> None:
    assert telling(text) == []


def test_templates_carry_no_style_or_script_of_their_own() -> None:
    pages = [path for path in kept_files() if path.suffix == ".html" and "templates" in path.parts]
    found = {str(path.relative_to(REPOSITORY)): what for path in pages if (what := of_its_own(readable(path)))}
    assert found == {}


@pytest.mark.parametrize(
    ("page", "what"),
    [
        ('<p style="color: red">', "inline style"),
        ("<style>p {}</style>", "a style element"),
        ("<script>go()</script>", "inline script"),
        ('<button onclick="go()">', "an event attribute"),
        ('<a href="javascript:go()">', "a script address"),
    ],
)
def test_style_or_script_in_a_template_is_a_breach(page: str, what: str) -> None:
    assert of_its_own(page) == [what]


@pytest.mark.parametrize(
    "page",
    ["<script src=\"{% static 'waarborg/htmx.js' %}\" defer></script>", "{# <style> #}", '<p class="once online">'],
)
def test_outside_files_and_comments_are_fine(page: str) -> None:
    assert of_its_own(page) == []
