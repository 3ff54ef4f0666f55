"""A folder to plant in, and a scan of it."""

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from waarborg.assurance.checks.loading import load_check
from waarborg.assurance.checks.real_person_data.judge import judge
from waarborg.assurance.checks.real_person_data.observe import observe
from waarborg.assurance.checks.real_person_data.values import Criteria, Observation
from waarborg.assurance.checks.target import Target
from waarborg.assurance.values import Verdict

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

Plant = Callable[[str, str | bytes], Path]
Scan = Callable[..., tuple[Observation, Verdict]]


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    with io.BytesIO() as buffer:
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return buffer.getvalue()


@pytest.fixture
def criteria() -> Criteria:
    criteria = load_check("real_person_data").criteria
    assert isinstance(criteria, Criteria)
    return criteria


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    def plant(name: str, content: str | bytes) -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return plant


@pytest.fixture
def scan(tmp_path: Path, criteria: Criteria) -> Scan:
    """Scan the folder that was planted in, and judge it."""

    def scan(criteria: Criteria = criteria, only: tuple[str, ...] = ()) -> tuple[Observation, Verdict]:
        seen = observe(Target(folder=tmp_path, scan=only), criteria=criteria, now=NOW)
        kept = Observation.model_validate_json(seen.model_dump_json())
        return kept, judge(kept, criteria=criteria, now=NOW)

    return scan
