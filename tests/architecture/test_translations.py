"""The check on the Dutch catalogue finds each way in which a catalogue can lag behind the code."""

from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from scripts.check_translations import CATALOGUE, problems_of

CODE = """from django.utils.translation import gettext as _, ngettext

def say(n):
    return _("Hello %(name)s"), ngettext("%(n)d day", "%(n)d days", n)
"""
SAID = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Hello %(name)s"
msgstr "Dag %(name)s"

msgid "%(n)d day"
msgid_plural "%(n)d days"
msgstr[0] "%(n)d dag"
msgstr[1] "%(n)d dagen"
"""


def compiled(code: Path) -> None:
    path = code / CATALOGUE
    with path.open("rb") as po, path.with_suffix(".mo").open("wb") as mo:
        write_mo(mo, read_po(po, locale="nl"))


@pytest.fixture
def code(tmp_path: Path) -> Path:
    (tmp_path / CATALOGUE).parent.mkdir(parents=True)
    (tmp_path / "words.py").write_text(CODE)
    (tmp_path / CATALOGUE).write_text(SAID)
    compiled(tmp_path)
    return tmp_path


def test_a_complete_catalogue_has_no_problems(code: Path) -> None:
    assert list(problems_of(code)) == []


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ('msgid "Hello %(name)s"\nmsgstr "Dag %(name)s"\n', "", "new, run `make messages`: 'Hello %(name)s'"),
        ('msgstr "Dag %(name)s"', 'msgstr ""', "not translated: 'Hello %(name)s'"),
        ('msgstr[1] "%(n)d dagen"', 'msgstr[1] ""', "not translated: '%(n)d day'"),
        ('msgid "Hello', '#, fuzzy\nmsgid "Hello', "doubtful (fuzzy): 'Hello %(name)s'"),
        ("Dag %(name)s", "Dag %(naam)s", "fills in other blanks than the original: 'Hello %(name)s'"),
    ],
)
def test_a_catalogue_that_lags_is_told_what_it_lacks(code: Path, before: str, after: str, problem: str) -> None:
    (code / CATALOGUE).write_text(SAID.replace(before, after))
    compiled(code)
    assert problem in list(problems_of(code))


def test_a_sentence_that_is_no_longer_said_is_named(code: Path) -> None:
    (code / "words.py").write_text(CODE.replace('_("Hello %(name)s"), ', ""))
    assert list(problems_of(code)) == ["no longer said, run `make messages`: 'Hello %(name)s'"]


def test_a_catalogue_that_was_not_compiled_again_is_named(code: Path) -> None:
    (code / CATALOGUE).write_text(SAID.replace("Dag", "Hallo"))
    assert list(problems_of(code)) == ["django.mo isn't what the .po file says, run `make messages`"]
    (code / CATALOGUE).with_suffix(".mo").unlink()
    assert list(problems_of(code)) == ["not compiled, run `make messages`: django.mo is missing"]
