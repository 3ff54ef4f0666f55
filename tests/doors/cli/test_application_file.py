"""`waarborg.toml` may be a stranger's: what it can't do."""

from pathlib import Path

import pytest

from waarborg.assurance.checks.bindings import BindingsInvalid
from waarborg.assurance.checks.target import NotATarget
from waarborg.doors.cli.application_file import ApplicationFileInvalid, read_application_file
from waarborg.doors.cli.planning import Asked, make_plan


def written(folder: Path, text: str) -> Path:
    path = folder / "waarborg.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(ApplicationFileInvalid) as refused:
        read_application_file(written(folder, text))
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "key", "remedy"),
    [
        ('[aplication]\nname = "x"', "aplication: unknown key", "known are application"),
        ('[application]\nulr = "x"', "application.ulr: unknown key", "remove it"),
        ("[criteria]\nrenewal_margin_days = 0", "criteria: unknown key", "can't be set per application"),
        ('[application]\ncriteria = "x"', "application.criteria: unknown key", "can't be set per application"),
        ('[[secret]]\nvalue = "geheim"', "secret: unknown key", "--secrets"),
        ('[application]\npassword = "geheim"', "application.password: unknown key", "--secrets"),
        ('[not_applicable]\ntls = "x"', "not_applicable: unknown key", "with a reason"),
        ('[application]\nenvironment = "thuis"', "application.environment:", "'production'"),
        ("[application]\nplain_port = 0", "application.plain_port:", "greater than or equal to 1"),
        ("[application]\nplain_port = 65536", "application.plain_port:", "less than or equal to 65535"),
        ("[application\n", "waarborg.toml:", "line 1"),
        ('[application]\nca_file = "../ca.pem"', "application.ca_file", "outside this folder"),
        ('[application]\nca_file = "/etc/hosts"', "application.ca_file", "outside this folder"),
        ('[application]\nca_file = "ca.pem"', "application.ca_file", "isn't there"),
    ],
)
def test_what_does_not_belong_there_is_refused_with_its_name_and_remedy(
    tmp_path: Path, text: str, key: str, remedy: str
) -> None:
    told = refusal(tmp_path, text)
    assert key in told
    assert remedy in told
    assert "geheim" not in told


@pytest.mark.parametrize(("text", "port"), [("", 80), ("plain_port = 8080", 8080)])
def test_plain_http_is_asked_for_where_the_file_says(tmp_path: Path, text: str, port: int) -> None:
    plan = make_plan(Asked(str(written(tmp_path, f'[application]\nurl = "https://localhost:8443"\n{text}'))))
    assert {step.target.plain_port for step in plan.steps} == {port}


def test_a_file_can_not_hide_what_answers_on_port_80(tmp_path: Path) -> None:
    path = written(tmp_path, '[application]\nurl = "https://care.example.nl"\nplain_port = 8080')
    with pytest.raises(ApplicationFileInvalid, match="plain http is asked for on port 80"):
        make_plan(Asked(str(path)))


def test_a_link_out_of_the_folder_is_followed_and_refused(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "ca.pem").touch()
    (inside / "ca.pem").symlink_to(tmp_path / "ca.pem")
    assert "outside this folder" in refusal(inside, '[application]\nca_file = "ca.pem"')


def test_every_wrong_key_is_named_at_once(tmp_path: Path) -> None:
    assert len(refusal(tmp_path, 'a = 1\nb = 2\n[application]\nc = "3"').splitlines()) == 3


def test_a_folder_is_read_whole_whatever_a_file_in_it_says(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    written(tmp_path, '[paths]\nscan = ["docs"]')
    plan = make_plan(Asked(str(tmp_path)))
    assert [step.target.folder for step in plan.steps] == [tmp_path]


def test_the_file_itself_as_target_reads_the_folders_that_it_names(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    plan = make_plan(Asked(str(written(tmp_path, '[paths]\nscan = ["docs"]'))))
    assert [step.target.folder for step in plan.steps] == [tmp_path / "docs"]


def test_a_file_that_names_nothing_is_said_to_name_nothing(tmp_path: Path) -> None:
    with pytest.raises(NotATarget, match="names nothing to measure"):
        make_plan(Asked(str(written(tmp_path, '[application]\nname = "x"'))))


def test_what_was_typed_goes_before_what_the_file_says(tmp_path: Path) -> None:
    (tmp_path / "theirs.pem").touch()
    path = written(
        tmp_path, '[application]\nurl = "https://care.example.nl"\nca_file = "theirs.pem"\nlogin_path = "/hun"'
    )
    plan = make_plan(Asked(str(path), ca_file=Path("ours.pem"), login_path="/ons"))
    assert {(step.target.ca_file, step.target.login_path) for step in plan.steps} == {(Path("ours.pem"), "/ons")}


def test_a_bindings_file_in_the_folder_that_is_checked_is_not_read(tmp_path: Path) -> None:
    path = written(tmp_path, '[application]\nurl = "https://care.example.nl"')
    secrets = tmp_path / "ci" / "secrets.toml"
    secrets.parent.mkdir()
    secrets.write_text('[[secret]]\nhost = "kwaad.example"\nname = "anna"\nenv = "PATH"', encoding="utf-8")
    for target in (tmp_path, path):
        with pytest.raises(BindingsInvalid, match="inside the folder that is checked"):
            make_plan(Asked(str(target), secrets_file=secrets))


def test_another_host_in_the_file_gets_no_secret(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    path = written(home, '[application]\nurl = "https://kwaad.example"')
    secrets = tmp_path / "secrets.toml"
    secrets.write_text('[[secret]]\nhost = "care.example.nl"\nname = "anna"\nvalue = "geheim"', encoding="utf-8")
    (step, *_) = make_plan(Asked(str(path), secrets_file=secrets)).steps
    with pytest.raises(LookupError):
        step.target.secrets.release("anna", host=step.target.host, port=step.target.port)
