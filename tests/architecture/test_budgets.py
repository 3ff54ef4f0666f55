"""Functions and files stay short enough to be read at once."""

import ast
from statistics import median, quantiles

import pytest
from tests.architecture.sources import Function, Source, production_code

MEDIAN, NINTH_DECILE, LONGEST, LONGEST_FILE = 7, 25, 50, 300


def body_lines(function: Function) -> int:
    """Count the lines of a body, its docstring left out."""
    body = function.body
    first = body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def lengths(sources: tuple[Source, ...]) -> list[int]:
    return [body_lines(function) for source in sources for function in source.functions()]


def too_long(sources: tuple[Source, ...]) -> list[str]:
    """Return functions over the longest body and files over the longest file."""
    functions = [
        f"{source.path}:{function.name} has {body_lines(function)} lines"
        for source in sources
        for function in source.functions()
        if body_lines(function) > LONGEST
    ]
    counted = [(source.path, len(source.text.splitlines())) for source in sources]
    return functions + [f"{path} has {lines} lines" for path, lines in counted if lines > LONGEST_FILE]


def test_no_function_and_no_file_is_too_long() -> None:
    assert too_long(production_code()) == []


def test_most_functions_are_short() -> None:
    counted = lengths(production_code())
    assert median(counted) <= MEDIAN
    assert quantiles(counted, n=10)[-1] <= NINTH_DECILE


def test_a_docstring_is_not_counted() -> None:
    planted = Source(
        "waarborg/planted.py", 'def act():\n    """Do.\n\n    Raises nothing.\n    """\n    one()\n    two()\n'
    )
    assert lengths((planted,)) == [2]


@pytest.mark.parametrize(("lines", "breaches"), [(LONGEST, 0), (LONGEST + 1, 1)])
def test_the_longest_function_is_counted_to_the_line(lines: int, breaches: int) -> None:
    planted = Source("waarborg/planted.py", "def act():\n" + "    step()\n" * lines)
    assert len(too_long((planted,))) == breaches


@pytest.mark.parametrize(("lines", "breaches"), [(LONGEST_FILE, 0), (LONGEST_FILE + 1, 1)])
def test_the_longest_file_is_counted_to_the_line(lines: int, breaches: int) -> None:
    assert len(too_long((Source("waarborg/planted.py", "step()\n" * lines),))) == breaches
