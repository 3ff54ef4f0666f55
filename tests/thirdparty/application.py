"""An application of others as it runs, and what a person would write down to have it measured."""

import base64
import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path

RECIPE = """
[recipe]
account = "{role}"

[recipe.login]
path = "{login_path}"
fields = {{ {fields} }}
csrf = {{ field = "{csrf}", from = "form" }}

[recipe.protected]
path = "{protected_path}"
shows = "{shows}"
refused = {{ {refused} }}
"""
FACTOR = """
[recipe.factor]
fields = {{ {code_field} = "{{totp:totp}}" }}
csrf = {{ field = "{csrf}", from = "form" }}
"""


@dataclass(frozen=True)
class Login:
    """How one logs in, and where it leads. Without a code field there is no second factor."""

    path: str
    protected_path: str
    shows: str
    refused: str
    csrf: str
    password_field: str
    name_field: str = ""
    code_field: str = ""
    role: str = "redactie"
    name: str = "redacteur"
    password: str = field(default_factory=lambda: secrets.token_urlsafe(18), repr=False)
    totp_key: bytes = field(default_factory=lambda: secrets.token_bytes(20), repr=False)

    @property
    def recipe(self) -> str:
        fields = {self.name_field: "{secret:login}", self.password_field: "{secret:password}"}
        way_in = RECIPE.format(
            role=self.role,
            login_path=self.path,
            fields=", ".join(f'{name} = "{value}"' for name, value in fields.items() if name),
            csrf=self.csrf,
            protected_path=self.protected_path,
            shows=self.shows,
            refused=self.refused,
        )
        return way_in + (FACTOR.format(code_field=self.code_field, csrf=self.csrf) if self.code_field else "")

    @property
    def secrets(self) -> dict[str, str]:
        return {"login": self.name, "password": self.password, "totp": base64.b32encode(self.totp_key).decode()}


@dataclass(frozen=True)
class Application:
    id: str
    port: int
    plain_port: int
    ca_file: Path
    folder: Path
    login: Login | None = None

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"

    @property
    def url(self) -> str:
        return f"https://{self.host}/"

    @property
    def config_file(self) -> Path:
        return self.folder / "checked" / "waarborg.toml"

    @property
    def secrets_file(self) -> Path:
        return self.folder / "secrets.toml"

    def write(self) -> None:
        """Write what `waarborg check` reads: where it runs, and outside that folder the secrets."""
        lines = ["[application]", f'url = "{self.url}"', f"plain_port = {self.plain_port}"]
        if self.login:
            lines += [f'login_path = "{self.login.path}"', self.login.recipe]
        self.config_file.parent.mkdir()
        self.config_file.write_text("\n".join(lines), encoding="utf-8")
        self.secrets_file.touch(mode=0o600)
        self.secrets_file.write_text(self._bindings(), encoding="utf-8")

    def _bindings(self) -> str:
        values = self.login.secrets if self.login else {}
        return "\n".join(
            f'[[secret]]\nhost = "{self.host}"\nname = "{name}"\nvalue = {json.dumps(value)}'
            for name, value in values.items()
        )
