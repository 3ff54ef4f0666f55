"""A check is a complete folder: the code, the measure, the words and the limits."""

import ast
import re
import string
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from waarborg.assurance.checks.loading import FILES, HERE, load_check

FOLDERS = sorted(path.parent.name for path in HERE.glob("*/*.*") if path.parent.name != "__pycache__")
CHECKS = sorted(set(FOLDERS))


def _words(check: str) -> dict[str, dict[str, dict[str, str]]]:
    loaded: dict[str, dict[str, dict[str, str]]] = tomllib.loads((HERE / check / "words.toml").read_text("utf-8"))[
        "finding"
    ]
    return loaded


def _code(check: str) -> Iterator[ast.AST]:
    """Every node of the check's own code and of what checks share."""
    for path in (*(HERE / check).glob("*.py"), *HERE.glob("*.py")):
        yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def _said(check: str) -> Iterator[ast.expr]:
    """Every first argument of a Finding."""
    for node in ast.walk(ast.parse((HERE / check / "judge.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding" and node.args:
            yield node.args[0]


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_has_all_its_files(check: str) -> None:
    assert [name for name in FILES if not (HERE / check / name).exists()] == []


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_loads_and_says_what_it_looks_at(check: str) -> None:
    loaded = load_check(check)
    assert loaded.version >= 1
    assert set(loaded.targets) <= {"url", "folder", "installation"}
    assert loaded.criteria_digest == load_check(check).criteria_digest


@pytest.mark.parametrize("check", CHECKS)
def test_every_code_that_is_written_out_has_words(check: str) -> None:
    written = {code.value for code in _said(check) if isinstance(code, ast.Constant)}
    assert written - set(_words(check)) == set()


@pytest.mark.parametrize("check", CHECKS)
def test_no_words_are_left_without_a_code(check: str) -> None:
    constants = {node.value for node in _code(check) if isinstance(node, ast.Constant)}
    patterns = [_pattern(code) for code in _said(check) if isinstance(code, ast.JoinedStr)]
    unsaid = {code for code in _words(check) if code not in constants and not any(p.fullmatch(code) for p in patterns)}
    assert unsaid == set()


def _pattern(code: ast.JoinedStr) -> re.Pattern[str]:
    return re.compile(
        "".join(re.escape(str(p.value)) if isinstance(p, ast.Constant) else "[a-z0-9_]+" for p in code.values)
    )


@pytest.mark.parametrize("check", CHECKS)
def test_every_sentence_is_there_in_dutch_and_english_with_the_same_facts(check: str) -> None:
    for code, parts in _words(check).items():
        assert set(parts) == {"saw", "why", "remedy"}, code
        for part, texts in parts.items():
            assert set(texts) == {"nl", "en"}, (code, part)
            assert _facts(texts["nl"]) == _facts(texts["en"]), (code, part)
            assert bool(texts["nl"]) == bool(texts["en"]), (code, part)
            assert part == "remedy" or texts["nl"], (code, part)


def _facts(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("check", CHECKS)
def test_a_readme_tells_what_would_wrongly_be_called_met(check: str) -> None:
    text = (HERE / check / "README.md").read_text(encoding="utf-8")
    assert "What it would wrongly call met" in text


@pytest.mark.parametrize("check", [check for check in CHECKS if check != "own_log"])
def test_a_judge_reaches_nothing_outside(check: str) -> None:
    """In a fresh interpreter: what does importing the judge bring along?"""
    judge = f"waarborg.assurance.checks.{check}.judge"
    script = (
        f"import sys, {judge}; print(*sorted({{'ssl', '_ssl', 'socket', 'httpx', 'h11', 'django'}} & set(sys.modules)))"
    )
    brought = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not set(brought) & set(_reachable(judge)), brought


def _reachable(judge: str) -> Iterator[str]:
    """Modules that the judge itself or our own modules below it import by name (pydantic may bring what it likes)."""
    todo, seen = [judge], set[str]()
    while todo:
        module = todo.pop()
        path = HERE.parents[2] / Path(*module.split(".")).with_suffix(".py")
        if module in seen or not path.exists():
            continue
        seen.add(module)
        for name in _imported(path):
            yield name.partition(".")[0]
            if name.startswith("waarborg."):
                todo.append(name)


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_looking_needs_no_django() -> None:
    script = (
        "import sys; from waarborg.assurance.checks.loading import load_check; load_check('tls'); "
        "print('django' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert answer.strip() == "False"
