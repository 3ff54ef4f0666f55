"""`waarborg check` as it is typed: what is printed, what is written, and the exit code."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result
from tests.simulators.certificates import Authority, make_authority
from tests.simulators.servers import closed_port, raw_server, stay_silent, tls_server

from waarborg.doors.cli.check import check
from waarborg.kernel.canonical import digest

RUN = "from waarborg.doors.cli.check import check; check(prog_name='waarborg check')"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def good(authority: Authority) -> Iterator[str]:
    with tls_server(authority.issue()) as port:
        yield f"https://localhost:{port}"


@pytest.fixture(scope="module")
def bad(authority: Authority) -> Iterator[str]:
    with tls_server(authority.issue("elders.example")) as port:
        yield f"https://localhost:{port}"


@pytest.fixture
def ca(authority: Authority) -> list[str]:
    return ["--check", "tls", "--ca", str(authority.file)]


def run(*typed: str, **environ: str) -> Result:
    return CliRunner().invoke(check, list(typed), env={"WAARBORG_LANG": "", "LANG": "C", **environ})


def test_what_is_met_is_told_and_exits_with_0(good: str, ca: list[str]) -> None:
    result = run(good, *ca)
    assert result.exit_code == 0, result.output
    assert "⬢ aangetoond        Veilige verbinding (TLS)" in result.stdout
    assert "1 van 1 aangetoond.\n" in result.stdout
    assert "Geldt tot" in result.stdout


def test_what_is_not_met_is_told_with_its_remedy_and_exits_with_1(bad: str, ca: list[str]) -> None:
    result = run(bad, *ca)
    assert result.exit_code == 1
    assert "◆ niet aangetoond" in result.stdout
    assert "Wat te doen: Vraag een certificaat aan" in result.stdout


def test_what_is_unknown_is_never_met_and_exits_with_2(ca: list[str]) -> None:
    result = run(f"https://localhost:{closed_port()}", *ca)
    assert result.exit_code == 2
    assert "◌ onbekend" in result.stdout
    assert "0 van 1 aangetoond. Van 1 weten we het niet." in result.stdout


def test_something_not_met_outweighs_something_unknown(bad: str, authority: Authority) -> None:
    result = run(bad, "--check", "tls", "--check", "second_factor", "--ca", str(authority.file))
    assert result.exit_code == 1
    assert result.stdout.index("niet aangetoond") < result.stdout.index("onbekend")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ([], "Missing argument"),
        (["https://localhost", "--chek", "tls"], "No such option"),
        (["https://localhost", "--format", "pdf"], "is not one of"),
        (["https://localhost", "--check", "tsl"], "there is no check 'tsl'; there are: "),
        (["https://localhost", "--check", "../tls"], "there is no check"),
        (["https://localhost", "--check", "real_person_data"], "real_person_data looks at folder"),
        (["http://localhost"], "give the https address"),
        (["./nergens"], "no such folder"),
        (["nergens"], "no such folder"),
        (["waarborg.toml"], "no such folder or file"),
        (["https://localhost", "--ca", "/nergens.pem"], "does not exist"),
    ],
)
def test_what_is_typed_wrong_is_named_and_exits_with_3(typed: list[str], told: str) -> None:
    result = run(*typed)
    assert (result.exit_code, result.stdout) == (3, "")
    assert told in result.stderr


def test_an_output_that_cannot_be_written_is_wrong_usage(good: str, ca: list[str]) -> None:
    result = run(good, *ca, "--output", "/nergens/rapport.txt")
    assert result.exit_code == 3
    assert "/nergens/rapport.txt" in result.stderr


def test_a_crash_is_no_verdict_and_exits_with_4(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr("waarborg.doors.cli.measuring.make_plan", break_down)
    result = run("https://localhost")
    assert (result.exit_code, result.stdout) == (4, "")
    assert "nothing was concluded" in result.stderr


@pytest.mark.parametrize(
    ("environ", "word"),
    [
        ({"LANG": "en_GB.UTF-8"}, "proven"),
        ({"LANG": "nl_NL.UTF-8"}, "aangetoond"),
        ({"LANG": "de_DE.UTF-8"}, "aangetoond"),
        ({"LANG": "en_GB.UTF-8", "WAARBORG_LANG": "nl"}, "aangetoond"),
        ({"WAARBORG_LANG": "en"}, "proven"),
    ],
)
def test_the_language_is_that_of_the_reader_and_else_dutch(
    good: str, ca: list[str], environ: dict[str, str], word: str
) -> None:
    assert f"⬢ {word}" in run(good, *ca, **environ).stdout


def test_the_language_can_be_chosen(good: str, ca: list[str]) -> None:
    assert "1 of 1 proven." in run(good, *ca, "--lang", "en").stdout


def test_the_json_report_holds_the_evidence_that_its_digest_is_over(good: str, ca: list[str]) -> None:
    report = json.loads(run(good, *ca, "--format", "json").stdout)
    (measured,) = report["checks"]
    assert (report["exit_code"], measured["outcome"]) == (0, "met")
    assert measured["evidence_digest"] == digest(measured["evidence"])
    assert measured["evidence"]["criteria_digest"] == measured["criteria_digest"]
    assert measured["evidence"]["observation"]["attempts"][0]["version"] == "TLS 1.3"
    assert measured["findings"][0]["saw"].startswith("De server (127.0.0.1) sprak TLS 1.3")


def test_in_junit_not_met_is_a_failure_and_unknown_an_error(bad: str, authority: Authority, tmp_path: Path) -> None:
    file = tmp_path / "junit.xml"
    typed = ["--check", "tls", "--check", "second_factor", "--ca", str(authority.file), "--format", "junit"]
    result = run(bad, *typed, "--output", str(file))
    assert (result.exit_code, result.stdout) == (1, "")
    suite = ET.parse(file).getroot()[0]  # noqa: S314  our own file
    assert [suite.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["2", "1", "1", "0"]
    told = {case.get("classname"): case[0].tag for case in suite}
    assert told == {"waarborg.tls": "failure", "waarborg.second_factor": "error"}


def test_a_folder_is_measured_without_a_server(tmp_path: Path) -> None:
    (tmp_path / "brief.txt").write_text("Beste lezer,\n", encoding="utf-8")
    result = run(str(tmp_path))
    assert result.exit_code == 0, result.output
    assert "1 van 1 aangetoond." in result.stdout


def test_a_folder_with_a_waarborg_toml_measures_the_running_application_too(
    good: str, authority: Authority, tmp_path: Path
) -> None:
    (tmp_path / "ca.pem").write_bytes(authority.file.read_bytes())
    text = f'[application]\nname = "Zorgdossier"\nurl = "{good}"\nca_file = "ca.pem"\n'
    (tmp_path / "waarborg.toml").write_text(text, encoding="utf-8")
    report = json.loads(run(str(tmp_path), "--format", "json").stdout)
    assert report["target"] == "Zorgdossier"
    outcomes = {line["check"]: (line["outcome"], line["subject"]) for line in report["checks"]}
    assert outcomes["tls"] == ("met", good + "/")
    assert outcomes["real_person_data"][1] == str(tmp_path)


def test_importing_the_command_brings_neither_django_nor_what_only_a_report_needs() -> None:
    script = "import sys, waarborg.doors.cli.check; print({'django', 'rich', 'pydantic', 'ssl'} & set(sys.modules))"
    assert _python(script).stdout.strip() == "set()"


def test_measuring_brings_no_django(good: str) -> None:
    script = (
        "import sys\nfrom waarborg.doors.cli.check import check\n"
        f"try: check(['{good}'])\nfinally: print('django' in sys.modules, file=sys.stderr)"
    )
    assert _python(script).stderr.strip().splitlines()[-1] == "False"


def _python(script: str) -> "subprocess.CompletedProcess[str]":
    environ = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environ, check=False)


def test_what_takes_long_is_told_on_stderr_and_can_be_stopped() -> None:
    typed = [sys.executable, "-c", RUN, "--check", "tls"]
    environ = {"PATH": os.environ["PATH"], "WAARBORG_LANG": "nl", "PYTHONUNBUFFERED": "1"}
    pipe = subprocess.PIPE
    started = time.monotonic()
    with (
        raw_server(stay_silent) as port,
        subprocess.Popen(
            [*typed, f"https://localhost:{port}"], stdout=pipe, stderr=pipe, text=True, env=environ
        ) as running,
    ):
        assert running.stderr is not None
        assert running.stderr.readline() == "Bezig met meten: Veilige verbinding (TLS) ...\n"
        assert time.monotonic() - started >= 2
        running.send_signal(signal.SIGINT)
        stdout, stderr = running.communicate(timeout=10)
    assert (running.returncode, stdout) == (130, "")
    assert stderr.strip() == "Gestopt; er is niets bewaard."
