"""What a person needs to check an application: its `waarborg.toml`, and outside its folder the secrets for its host."""

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from demo.applications.accounts import Account
from demo.applications.definitions import Application

CONFIG = """# {title}: where it runs, and how a test account logs in. No secret stands here.
[application]
name = {name}
url = {url}
login_path = "/inloggen"
environment = "test"
plain_port = {plain_port}
ca_file = "ca.pem"

[recipe]
account = "zorgverlener"

[recipe.login]
path = "/inloggen"
fields = {{ gebruiker = "{{secret:login}}", wachtwoord = "{{secret:password}}" }}
csrf = {{ field = "csrf", from = "form" }}

[recipe.factor]
path = "current"
fields = {{ code = "{{totp:totp}}" }}
csrf = {{ field = "csrf", from = "form" }}

[recipe.protected]
path = {protected_path}
shows = {heading}
refused = {{ status = [401, 403], redirect_to = ["/inloggen", "/code"] }}
"""
BINDING = """[[secret]]
host = {host}
name = {name}
value = {value}
"""


@dataclass(frozen=True)
class Running:
    """Where an application runs and what it lets itself be checked with."""

    application: Application
    url: str
    plain_port: int
    ca_file: Path
    folder: Path
    account: Account

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    @property
    def config_file(self) -> Path:
        return self.repository / "waarborg.toml"

    @property
    def secrets_file(self) -> Path:
        return self.folder / "secrets.toml"

    @property
    def repository(self) -> Path:
        return self.folder / "repository"

    def write(self) -> None:
        """Write the files, for their owner only. The secrets lie outside the folder that is checked."""
        write_private(self.repository / "ca.pem", self.ca_file.read_text(encoding="utf-8"))
        write_private(self.config_file, self._config())
        write_private(self.secrets_file, self._secrets())

    def summary(self) -> dict[str, str | int]:
        """Return what a program needs to go on, without the secrets."""
        return {
            "id": self.application.id,
            "title": self.application.title,
            "url": self.url,
            "plain_port": self.plain_port,
            "repository": str(self.repository),
            "config": str(self.config_file),
            "secrets": str(self.secrets_file),
        }

    def _config(self) -> str:
        application = self.application
        return CONFIG.format(
            title=application.title,
            name=_toml(application.title),
            url=_toml(self.url),
            plain_port=self.plain_port,
            protected_path=_toml(application.protected_path),
            heading=_toml(application.heading),
        )

    def _secrets(self) -> str:
        values = {"login": self.account.name, "password": self.account.password, "totp": self.account.totp_secret}
        bindings = (
            BINDING.format(host=_toml(self.host), name=_toml(name), value=_toml(value))
            for name, value in values.items()
        )
        return "\n".join([f"# New at every start; opens {self.application.title} on this computer only.", *bindings])


def write_private(path: Path, text: str) -> None:
    """Write a file that was never readable by others, not even for a moment."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def _toml(text: str) -> str:
    """Every JSON string of plain text is a TOML basic string."""
    return json.dumps(text, ensure_ascii=False)
