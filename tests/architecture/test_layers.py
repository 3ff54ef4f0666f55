"""The contracts of `.importlinter` hold, and each of them fails when someone breaks it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import grimp
import pytest
from tests.architecture.reviewed import unexcused
from tests.architecture.sources import CODE, REPOSITORY

PRIVATE = ("models", "rules", "handlers")
LINT = Path(sys.executable).parent / "lint-imports"


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    command = [str(LINT), "--no-logo", "--no-cache", "--config", str(REPOSITORY / ".importlinter")]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(CODE, tmp_path / "src", ignore=shutil.ignore_patterns("static", "locale", "__pycache__"))
    return tmp_path / "src"


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        ("audit/planted.py", "import waarborg.patients", "one ordered list BROKEN"),
        ("registers/planted.py", "import waarborg.patients", "one ordered list BROKEN"),
        ("telemetry/planted.py", "import waarborg.network", "one ordered list BROKEN"),
        ("kernel/planted.py", "import waarborg.labels", "one ordered list BROKEN"),
        ("planted/__init__.py", "", "one ordered list BROKEN"),
        ("labels/planted/rules.py", "import django.utils.timezone", "neither rows nor the outside BROKEN"),
        ("protection/values.py", "from waarborg.kernel import models", "neither rows nor the outside BROKEN"),
        ("assurance/checks/planted/judge.py", "import ssl", "neither rows nor the outside BROKEN"),
        ("assurance/checks/planted/judge.py", "import socket", "neither rows nor the outside BROKEN"),
        ("assurance/checks/planted/values.py", "import socket", "neither rows nor the outside BROKEN"),
        ("assurance/checks/planted.py", "import django.conf", "need no Django BROKEN"),
        ("assurance/catalogue/planted.py", "import django.conf", "need no Django BROKEN"),
        ("doors/cli/check.py", "from waarborg.kernel import models", "need no Django BROKEN"),
    ],
)
def test_a_planted_breach_breaks_its_contract(copy: Path, module: str, line: str, broken: str) -> None:
    planted = copy / "waarborg" / module
    planted.parent.mkdir(parents=True, exist_ok=True)
    (planted.parent / "__init__.py").touch()
    planted.write_text(f"{line}\n", encoding="utf-8")
    outcome = lint(copy)
    assert outcome.returncode == 1, outcome.stderr
    assert broken in " ".join(outcome.stdout.split())
    assert module.removesuffix(".py").removesuffix("/__init__").replace("/", ".") in outcome.stdout


def test_a_circle_of_imports_is_found(copy: Path) -> None:
    (copy / "waarborg/labels/one.py").write_text("import waarborg.labels.other\n", encoding="utf-8")
    (copy / "waarborg/labels/other.py").write_text("import waarborg.labels.one\n", encoding="utf-8")
    assert "No circle of imports, at any depth BROKEN" in lint(copy).stdout


def private_part(module: str) -> str | None:
    """Return the domain whose private part this module is, or None when it may be imported by anyone allowed to."""
    _, *parts = module.split(".")
    return parts[0] if len(parts) > 1 and parts[1] in PRIVATE else None


def reaching_in(imports: list[tuple[str, str]]) -> set[str]:
    """Return the imports, importer first, that take a private part of another domain."""
    return {
        f"{importer} -> {imported}"
        for importer, imported in imports
        if private_part(imported) not in {None, importer.split(".")[1]}
    }


def test_models_rules_and_handlers_are_imported_inside_their_domain_only() -> None:
    graph = grimp.build_graph("waarborg", cache_dir=None)
    imports = [
        (importer, imported)
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
    ]
    assert len(imports) > 1
    assert unexcused(reaching_in(imports), "private_parts") == []


@pytest.mark.parametrize("part", PRIVATE)
def test_reaching_into_another_domain_is_a_breach(part: str) -> None:
    assert reaching_in([("waarborg.incidents.operations", f"waarborg.patients.{part}")]) == {
        f"waarborg.incidents.operations -> waarborg.patients.{part}"
    }
    assert reaching_in([("waarborg.doors.web.people", f"waarborg.patients.{part}.matching")])


def test_a_domain_may_use_its_own_private_parts_and_the_public_ones_of_others() -> None:
    assert (
        reaching_in(
            [
                ("waarborg.patients.operations", "waarborg.patients.models"),
                ("waarborg.patients.operations", "waarborg.audit.operations"),
            ]
        )
        == set()
    )
