"""Every fault has a sentence for what is wrong and one for what to do."""

import ast
import re
from pathlib import Path

from waarborg.registers.operations import (
    applications,
    assets,
    environments,
    information,
    organisations,
    projects,
    units,
)
from waarborg.registers.values import faults
from waarborg.registers.values.words import FAULTS

DOMAIN = Path(faults.__file__).parents[1]
OPERATIONS = (applications, assets, environments, information, organisations, projects, units)
GIVEN_ELSEWHERE = {"not_json"}
"""Said by the page that reads the recipe as text."""


def raised() -> set[str]:
    """Return the codes of all named faults, once every operation is loaded."""
    assert OPERATIONS
    found, waiting = set[str](), [faults.RegisterFault]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        found |= {kind.code} if kind is not faults.RegisterFault else set()
    return found


def written() -> set[str]:
    """Return the codes that stand in the source where a fault in a field is made."""
    makers = {"FieldFault", "_fault", "PydanticCustomError", "_marked"}
    calls = (node for path in DOMAIN.rglob("*.py") for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    return {
        str(call.args[0].value)
        for call in calls
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in makers
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


def test_every_fault_has_its_sentences_and_no_sentence_is_without_a_fault() -> None:
    codes = raised() | written() | set(faults._SHAPES.values())
    in_other_words = {"not_valid", "misspelt_name", "tab", "not_yaml"} | {code for _, code in _referring()}
    assert codes | in_other_words | GIVEN_ELSEWHERE == set(FAULTS)


def _referring() -> set[tuple[str, str]]:
    from waarborg.registers.rules.consequences import _REFERS

    return set(_REFERS.values())


def test_sentences_end_and_tell_what_to_do() -> None:
    for sentences in FAULTS.values():
        assert re.search(r"[.?]$", sentences.wrong)
        assert re.search(r"[.?]$", sentences.remedy)
        assert sentences.wrong != sentences.remedy
