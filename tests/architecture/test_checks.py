"""A check is a folder that an auditor can read from end to end: what is seen, by what measure, in whose words."""

import ast
from pathlib import Path

import pytest
from tests.architecture.reviewed import unexcused
from tests.architecture.sources import CODE, REPOSITORY

CHECKS = CODE / "waarborg/assurance/checks"
HOLDS = ("__init__.py", "values.py", "observe.py", "judge.py", "criteria.toml", "words.toml", "README.md")
DEFINES = {"values.py": {"Observation", "Criteria"}, "observe.py": {"observe"}, "judge.py": {"judge"}}
LIMITS = "What it would wrongly call met"


def folders(checks: Path) -> list[Path]:
    return [path for path in sorted(checks.iterdir()) if path.is_dir() and path.name != "__pycache__"]


def names_in(path: Path) -> set[str]:
    """Return what a module defines or brings in at its top."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    defined = {node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return defined | {
        name.asname or name.name for node in body if isinstance(node, ast.ImportFrom) for name in node.names
    }


def lacks(folder: Path, tests: Path) -> set[str]:
    """Return what a check's folder lacks, named as `tls lacks judge.py`."""
    there = {name for name in HOLDS if (folder / name).is_file()}
    undefined = {
        f"{name} in {file}"
        for file, names in DEFINES.items()
        if file in there
        for name in names - names_in(folder / file)
    }
    silent = "README.md" in there and LIMITS not in (folder / "README.md").read_text(encoding="utf-8")
    untested = not any(tests.glob(f"{folder.name}/test_*.py")) and not any(tests.glob(f"test_{folder.name}*.py"))
    said = {"a list of its limits"} if silent else set()
    tried = {"a test"} if untested else set()
    return {f"{folder.name} lacks {thing}" for thing in (set(HOLDS) - there) | undefined | said | tried}


def test_every_check_folder_is_complete() -> None:
    tests = REPOSITORY / "tests/assurance/checks"
    breaches = {lack for folder in folders(CHECKS) for lack in lacks(folder, tests)}
    assert unexcused(breaches, "checks") == []


@pytest.fixture
def complete(tmp_path: Path) -> Path:
    folder = tmp_path / "checks/tls"
    (tmp_path / "tests/tls").mkdir(parents=True)
    (tmp_path / "tests/tls/test_judge.py").touch()
    folder.mkdir(parents=True)
    for name in HOLDS:
        (folder / name).touch()
    (folder / "values.py").write_text("class Observation: ...\nclass Criteria: ...\n")
    (folder / "observe.py").write_text("def observe(): ...\n")
    (folder / "judge.py").write_text("def judge(): ...\n")
    (folder / "README.md").write_text(f"# TLS\n\n## {LIMITS}\n")
    return folder


def test_a_complete_folder_lacks_nothing(complete: Path, tmp_path: Path) -> None:
    assert lacks(complete, tmp_path / "tests") == set()


@pytest.mark.parametrize("name", HOLDS)
def test_a_missing_file_is_a_breach(complete: Path, tmp_path: Path, name: str) -> None:
    (complete / name).unlink()
    assert lacks(complete, tmp_path / "tests") == {f"tls lacks {name}"}


@pytest.mark.parametrize(("file", "name"), [("judge.py", "judge"), ("observe.py", "observe")])
def test_an_empty_part_is_a_breach(complete: Path, tmp_path: Path, file: str, name: str) -> None:
    (complete / file).write_text("")
    assert lacks(complete, tmp_path / "tests") == {f"tls lacks {name} in {file}"}


def test_a_check_that_names_no_limits_or_has_no_test_is_a_breach(complete: Path, tmp_path: Path) -> None:
    (complete / "README.md").write_text("# TLS\n")
    (tmp_path / "tests/tls/test_judge.py").unlink()
    assert lacks(complete, tmp_path / "tests") == {"tls lacks a list of its limits", "tls lacks a test"}
