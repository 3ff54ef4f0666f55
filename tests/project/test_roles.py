"""What each role may is a reviewed list with a version, because every log entry names that version."""

import tomllib
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import waarborg
from waarborg.accounts.values import Role
from waarborg.kernel.actor import Permission
from waarborg.kernel.canonical import digest
from waarborg.project.roles import TABLE, VERSION

REVIEWED = tomllib.loads(Path(__file__).with_name("roles.toml").read_text(encoding="utf-8"))
PEOPLE = {str(role) for role in Role}
MACHINES = {"integration", "station"}


def given() -> dict[str, list[str]]:
    return {role: sorted(each.name for each in permissions) for role, permissions in TABLE.permissions.items()}


def declared() -> dict[str, str]:
    """Return every permission that a domain declares, with that domain."""
    found: dict[str, str] = {}
    for domain in iter_modules(waarborg.__path__):
        folder = Path(waarborg.__path__[0]) / domain.name
        if (folder / "permissions.py").exists():
            for value in vars(import_module(f"waarborg.{domain.name}.permissions")).values():
                found |= {value.name: domain.name} if isinstance(value, Permission) else {}
    return found


def test_the_table_is_the_one_that_was_reviewed() -> None:
    assert given() == REVIEWED["roles"]


def test_a_changed_table_has_another_version() -> None:
    assert REVIEWED["digests"].get(VERSION) == digest(given())
    assert TABLE.version == VERSION
    assert len(set(REVIEWED["digests"].values())) == len(REVIEWED["digests"])


def test_every_permission_that_is_declared_is_given_to_a_role_or_reviewed_as_none() -> None:
    names = {name for permissions in given().values() for name in permissions}
    assert set(declared()) - names == set(REVIEWED["given_to_nobody"])
    assert names - set(declared()) == set()
    assert len(declared()) > 25


def test_a_permission_carries_the_name_of_its_domain() -> None:
    assert [name for name, domain in declared().items() if not name.startswith(f"{domain}.")] == []


def grave() -> set[str]:
    """Return the permissions that want a second factor of just now."""
    found = set()
    for domain in set(declared().values()):
        for value in vars(import_module(f"waarborg.{domain}.permissions")).values():
            found |= {value.name} if isinstance(value, Permission) and value.grave else set()
    return found


def test_what_wants_a_second_factor_of_just_now_is_what_was_reviewed() -> None:
    assert sorted(grave()) == REVIEWED["grave"]


def test_nobody_who_decides_on_access_can_make_or_confirm_evidence_alone() -> None:
    """An administrator opens no statement and measures nothing; who reads the log changes nothing."""
    table = given()
    beyond = [name for name in table["administrator"] if name.startswith(("assurance.", "audit."))]
    assert beyond == ["assurance.read_standing"]
    own = {"accounts.own_session", "accounts.own_factors", "accounts.delegate", "accounts.join"}
    assert {name for name in table["auditor"] if "read" not in name} - own == {"registers.export_assets"}
    assert set(table["log_administrator"]) - own == {"accounts.read_roles", "audit.read_log"}


def test_care_sees_nothing_of_applications_or_of_the_log() -> None:
    for role in ("care_professional", "team_manager"):
        assert {name.partition(".")[0] for name in given()[role]} == {"accounts"}


def test_a_system_does_nothing_grave_and_decides_on_nobodys_access() -> None:
    for role in MACHINES:
        assert set(given()[role]) & grave() == set()
        assert {name for name in given()[role] if name.startswith("accounts.")} <= {"accounts.view_board"}


def test_only_the_worker_keeps_evidence_and_only_the_way_in_is_open_to_anyone() -> None:
    table = given()
    assert [role for role, names in table.items() if "assurance.keep_evidence" in names] == ["schedule"]
    assert {name.partition(".")[0] for name in table["anonymous"]} == {"accounts"}
    assert set(table) - PEOPLE - MACHINES == {"anonymous", "schedule", "console"}
