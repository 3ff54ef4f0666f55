"""`waarborg register`: what the file changes is said, what is wrong with it too, and the exit code tells which."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from django.utils import translation
from tests.cast import NOON
from tests.registers.test_assets import WRITTEN

from waarborg.doors.cli.register import register
from waarborg.kernel import clock
from waarborg.project.wiring import console
from waarborg.registers import queries
from waarborg.registers.operations.organisations import found_organisation
from waarborg.registers.values.classification import OrganisationKind
from waarborg.registers.values.inputs import NewOrganisation

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.told_by(lambda: NOON), translation.override(translation.get_language()):
        yield


@pytest.fixture
def agency() -> UUID:
    return founded("Bureau Kade 12")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "assets.yaml"
    written.write_bytes(WRITTEN.encode())
    return written


def founded(name: str) -> UUID:
    new = NewOrganisation(name=name, kind=OrganisationKind.AGENCY)
    return found_organisation(new, by=console(), now=NOON)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(register, [str(each) for each in arguments], obj={"console": console})


def test_a_file_is_taken_in_and_every_change_is_said(agency: UUID, file: Path) -> None:
    result = run("--lang", "en", "import", file)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "+ applications.meldkamer-thuis: Name, Customer" in result.stdout
    assert queries.counts(agency, only=None).applications == 1


def test_a_preview_changes_nothing(agency: UUID, file: Path) -> None:
    result = run("import", "--preview", file)
    assert result.exit_code == 0
    assert "+ customers.thuiszorg-het-veer" in result.stdout
    assert queries.counts(agency, only=None).customers == 0


@pytest.mark.parametrize("options", [[], ["--preview"]])
def test_a_fault_is_told_with_its_line_and_the_remedy(agency: UUID, file: Path, options: list[str]) -> None:
    file.write_text(WRITTEN.replace("harm: death", "harm: sadness"), encoding="utf-8")
    result = run("--lang", "en", "import", *options, file)
    line = WRITTEN.splitlines().index("    harm: death") + 1
    assert result.exit_code == 1
    assert (
        f"Line {line}, applications.meldkamer-thuis.harm: This isn't one of the choices. Choose from: none,"
        in result.stderr
    )
    assert queries.counts(agency, only=None).applications == 0


def test_what_goes_out_comes_in_again_without_a_change(agency: UUID, file: Path) -> None:
    run("import", file)
    assert run("export", file).exit_code == 0
    written = file.read_bytes()
    assert written.decode().endswith(WRITTEN)
    assert "~" not in run("import", file).stdout
    run("export", file)
    assert file.read_bytes() == written
    assert list(file.parent.iterdir()) == [file]
    assert run("export", "-").stdout_bytes == written


def test_applications_are_listed(agency: UUID, file: Path) -> None:
    run("import", file)
    assert "meldkamer-thuis" in run("list").stdout
    (listed,) = json.loads(run("list", "--json").stdout)
    assert (listed["key"], listed["risk"], listed["last_security_review"]) == (
        "meldkamer-thuis",
        "critical",
        "2026-09-04",
    )


def test_with_more_than_one_organisation_one_has_to_be_named(agency: UUID, file: Path) -> None:
    other = founded("Bureau Zuid")
    assert "Bureau Kade 12, Bureau Zuid" in run("list").stderr
    assert run("--organisation", "Bureau Zuid", "import", file).exit_code == 0
    assert (queries.counts(agency, only=None).applications, queries.counts(other, only=None).applications) == (0, 1)
    assert "meldkamer-thuis" in run("--organisation", other, "list").stdout


def test_without_an_organisation_it_is_said_what_to_do() -> None:
    assert "waarborg init" in run("list").stderr


def test_a_file_that_is_not_there_is_a_usage_error(agency: UUID, tmp_path: Path) -> None:
    result = run("import", tmp_path / "nothing.yaml")
    assert (result.exit_code, "nothing.yaml" in result.stderr) == (3, True)


def test_a_file_that_cannot_be_written_is_no_crash_and_leaves_nothing_behind(agency: UUID, tmp_path: Path) -> None:
    (tmp_path / "assets.yaml").mkdir()
    for target in (tmp_path / "assets.yaml", tmp_path / "no" / "assets.yaml"):
        assert run("export", target).exit_code != 0
    assert list(tmp_path.iterdir()) == [tmp_path / "assets.yaml"]
