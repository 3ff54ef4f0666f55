"""From what was typed to a login: a recipe from the folder, secrets from outside it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.simulators.certificates import Authority, make_authority
from tests.simulators.servers import tls_context, web_server
from tests.simulators.two_step_login import MARKER, TwoStepLogin

from waarborg.doors.cli.check import check

RECIPE = f"""
[recipe.login]
path = "/inloggen"
fields = {{ gebruiker = "{{secret:login}}", wachtwoord = "{{secret:password}}" }}
csrf = {{ field = "csrf", from = "form" }}

[recipe.factor]
fields = {{ code = "{{totp:totp}}" }}
csrf = {{ field = "csrf", from = "form" }}

[recipe.protected]
path = "/alarmen"
shows = "{MARKER}"
refused = {{ status = [401, 403], redirect_to = ["/inloggen", "/code"] }}
"""


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return make_authority(tmp_path / "authority")


def measured(tmp_path: Path, authority: Authority, application: TwoStepLogin, *, bound_to: str = "") -> Result:
    """Measure the login of an application whose secrets are bound to it, or to another host."""
    folder = tmp_path / "application"
    folder.mkdir()
    with web_server(application, tls=tls_context(authority.issue())) as port:
        host = f"localhost:{port}"
        (folder / "waarborg.toml").write_text(f'[application]\nurl = "https://{host}"\n{RECIPE}', encoding="utf-8")
        secrets = tmp_path / "secrets.toml"
        secrets.write_text(_bindings(application, bound_to or host), encoding="utf-8")
        typed = [str(folder), "--check", "second_factor", "--ca", str(authority.file), "--secrets", str(secrets)]
        return CliRunner().invoke(check, [*typed, "--format", "json"])


def _bindings(application: TwoStepLogin, host: str) -> str:
    values = {"login": application.name, "password": application.password, "totp": application.totp_secret}
    return "\n".join(f'[[secret]]\nhost = "{host}"\nname = "{name}"\nvalue = "{it}"' for name, it in values.items())


def test_a_login_is_measured_and_none_of_its_secrets_is_told(tmp_path: Path, authority: Authority) -> None:
    application = TwoStepLogin()
    result = measured(tmp_path, authority, application)
    (line,) = json.loads(result.stdout)["checks"]
    assert (result.exit_code, line["outcome"]) == (0, "met"), line["findings"]
    assert application.password not in result.output
    assert application.totp_secret not in result.output


def test_a_recipe_that_points_elsewhere_gets_no_secret(tmp_path: Path, authority: Authority) -> None:
    application = TwoStepLogin()
    result = measured(tmp_path, authority, application, bound_to="care.example.nl")
    (line,) = json.loads(result.stdout)["checks"]
    assert (result.exit_code, line["outcome"]) == (2, "unknown")
    assert [finding["code"] for finding in line["findings"]] == ["secret_missing"]
