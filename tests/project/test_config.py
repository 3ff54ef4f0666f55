"""What an installation sets is understood whole or refused with the place: never a silent default, never a secret shown."""

from pathlib import Path

import pytest

from waarborg.accounts.values import Role
from waarborg.project import config
from waarborg.project.config import Config, ConfigurationRefused

SECRET = "postgresql://waarborg:hunter2@db/waarborg"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An environment in which nothing is set."""
    import os

    for name in list(os.environ):
        if name.startswith("WAARBORG_") and not name.startswith("WAARBORG_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("WAARBORG_CONFIG_FILE", str(tmp_path / "config.toml"))


@pytest.fixture
def secret_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "secrets"
    folder.mkdir()
    monkeypatch.setenv("WAARBORG_SECRETS_FOLDER", str(folder))
    return folder


def loaded() -> Config:
    return config.load.__wrapped__()


def refused() -> str:
    with pytest.raises(ConfigurationRefused) as refusal:
        loaded()
    assert "hunter2" not in str(refusal.value)
    assert refusal.value.__cause__ is None
    return str(refusal.value)


def toml(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("WAARBORG_WEB__PROT", "WAARBORG_WEB__PORT"),
        ("WAARBORG_DATA_DIRR", "WAARBORG_DATA_DIR"),
        ("WAARBORG_DATABASE_URL", "WAARBORG_DATABASE__URL"),
        ("WAARBORG_KEYS__ROOTKEY_FILE", "WAARBORG_KEYS__ROOT_KEY_FILE"),
    ],
)
def test_a_mistyped_variable_is_refused_with_the_nearest(
    monkeypatch: pytest.MonkeyPatch, name: str, nearest: str
) -> None:
    monkeypatch.setenv(name, "hunter2")
    assert f"{name} is no setting" in refused()
    assert f"Did you mean {nearest}?" in refused()


def test_times_of_a_role_are_laid_over_the_strict_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(loaded().sessions.by_role) == {"administrator", "security_officer", "log_administrator"}
    toml(tmp_path, "[sessions.by_role]\nadministrator = {idle_minutes = 5}\nauditor = {longest_hours = 4}")
    times = {str(role): (each.idle_minutes, each.longest_hours) for role, each in loaded().sessions.by_role.items()}
    assert times["administrator"] == (5, 8)
    assert times["security_officer"] == (10, 8)
    assert times["auditor"] == (None, 4)
    monkeypatch.setenv("WAARBORG_SESSIONS__BY_ROLE", '{"developer": {"idle_minutes": 3}}')
    assert loaded().sessions.by_role[Role.DEVELOPER].idle_minutes == 3


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("administratr = {idle_minutes = 5}", "administratr is no role of Waarborg. Did you mean administrator?"),
        ("auditor = {idle_minuts = 5}", "sessions.by_role.auditor.idle_minuts: no setting of Waarborg"),
        ("auditor = {idle_minutes = 0}", "sessions.by_role.auditor.idle_minutes: "),
        ("auditor = 5", "sessions.by_role.auditor: "),
    ],
)
def test_times_of_a_role_that_arent_understood_are_refused(tmp_path: Path, text: str, told: str) -> None:
    toml(tmp_path, f"[sessions.by_role]\n{text}")
    assert told in refused()


@pytest.mark.parametrize(
    ("text", "place", "nearest"),
    [
        ("[web]\nprot = 8080", "web.prot", "web.port"),
        ('data_dirr = "x"', "data_dirr", "data_dir"),
        ("[databse]\nurl = 'hunter2'", "databse", "database"),
        ("[web.port]\nx = 1\n[sesions]\n", "sesions", "sessions"),
    ],
)
def test_a_mistyped_name_in_the_file_is_refused_with_the_nearest(
    tmp_path: Path, text: str, place: str, nearest: str
) -> None:
    toml(tmp_path, text)
    assert f"{place}: no setting of Waarborg. Did you mean {nearest}?" in refused()


def test_a_mistyped_secret_file_is_refused_with_the_nearest(secret_folder: Path) -> None:
    (secret_folder / "waarborg_databse__url").write_text(SECRET)
    assert "waarborg_databse__url" in refused()
    assert "Did you mean waarborg_database__url?" in refused()


@pytest.mark.parametrize(
    "text",
    [
        "[web",
        'url = "hunter2',
        "a = 1\na = 2",
        "\x00",
        "[web]\nport = 0",
        "[web]\nport = 'hunter2'",
        "[sessions]\nidle_minutes = 600",
        "demo = 'hunter2'",
        "[web]\nlanguage = 'de'",
    ],
)
def test_a_file_that_is_not_understood_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    toml(tmp_path, text)
    assert refused()


def test_a_list_that_is_no_json_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAARBORG_WEB__HOSTS", "hunter2.example,other.example")
    assert "JSON" in refused()


def test_a_folder_of_secrets_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WAARBORG_SECRETS_FOLDER", str(tmp_path / "nowhere"))
    assert "nowhere" in refused()


def test_secret_files_fill_settings_one_by_one_or_a_section_at_once(secret_folder: Path) -> None:
    (secret_folder / "waarborg_database__url").write_text(f"{SECRET}\n")
    (secret_folder / "of-another-program").write_text("hunter2")
    assert loaded().database.url.get_secret_value() == SECRET
    (secret_folder / "waarborg_database__url").unlink()
    (secret_folder / "waarborg_database").write_text('{"keys_url": "postgresql://k"}')
    assert loaded().database.keys_url.get_secret_value() == "postgresql://k"


def test_the_environment_wins_from_secret_files_and_these_from_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, secret_folder: Path
) -> None:
    toml(tmp_path, "[web]\nport = 1001\nthreads = 3")
    assert loaded().web.port == 1001
    (secret_folder / "waarborg_web__port").write_text("1002")
    assert loaded().web.port == 1002
    monkeypatch.setenv("WAARBORG_WEB__PORT", "1003")
    assert (loaded().web.port, loaded().web.threads) == (1003, 3)


def test_a_secret_shows_in_no_form_of_the_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("URL", "OWNER_URL", "KEYS_URL", "KEYS_OWNER_URL"):
        monkeypatch.setenv(f"WAARBORG_DATABASE__{name}", SECRET)
    shown = loaded()
    for form in (repr(shown), str(shown), str(shown.model_dump()), shown.model_dump_json()):
        assert "hunter2" not in form


def test_the_demonstration_and_clear_text_stay_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAARBORG_WEB__BIND", "0.0.0.0")
    assert "web.certificate" in refused()
    monkeypatch.setenv("WAARBORG_DEMO", "true")
    assert refused()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("WAARBORG_WEB__CLIENT_CA", "/etc/waarborg/machines-ca.pem", "web.client_ca needs web.certificate"),
        ("WAARBORG_WEB__CLIENT_CERTIFICATE_HEADER", "X-Client-Cert", "believed of web.trusted_proxies only"),
        ("WAARBORG_WEB__CLIENT_CERTIFICATE_HEADER", "X Client", "String should match pattern"),
    ],
)
def test_certificates_of_clients_are_asked_for_only_where_someone_verifies_them(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    assert says in refused()
