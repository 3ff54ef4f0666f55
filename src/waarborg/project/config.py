"""What an installation sets: a TOML file, the environment, and a folder of secret files; the environment wins.

Unknown names are refused with the nearest known one, so that a typing error is never a silent default.
"""

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from waarborg.accounts.values import Role
from waarborg.project.providers import AnyProvider

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
HTTPS = 443


class ConfigurationRefused(Exception):
    """A name or value that isn't understood; the message names each with its remedy, and shows no secret."""


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Database(Section):
    """Where rows live. Empty addresses mean the embedded engine: SQLCipher files in the data folder."""

    url: SecretStr = SecretStr("")
    """postgresql://… as the application role, which may not change the log."""
    owner_url: SecretStr = SecretStr("")
    """The same database as its owner; used by `waarborg init` only."""
    keys_url: SecretStr = SecretStr("")
    keys_owner_url: SecretStr = SecretStr("")


class Keys(Section):
    root_key_file: Path = Path("~/.config/waarborg/root.key")
    high_water_file: Path = Path("~/.config/waarborg/high-water.json")
    """The largest log that was ever signed here, kept outside the database so that a rolled-back one shows."""


class Web(Section):
    bind: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1")
    certificate: Path | None = None
    certificate_key: Path | None = None
    trusted_proxies: tuple[str, ...] = ()
    """Addresses of proxies whose X-Forwarded-Proto and X-Forwarded-For are believed; TLS ends there."""
    client_ca: Path | None = None
    """PEM file of the authorities that may sign client certificates of systems and wall screens."""
    client_certificate_header: str = Field(default="", pattern=r"^$|^[A-Za-z][A-Za-z0-9-]{0,59}$")
    """Header in which a listed proxy hands on the client certificate that it verified."""
    threads: int = Field(default=8, ge=1, le=128)
    language: Literal["nl", "en"] = "nl"
    address: str = Field(default="", pattern=r"^$|^https://[a-z0-9.-]+(:\d{1,5})?$|^http://localhost(:\d{1,5})?$")
    """Where people find it. Passkeys are made for this name and work at no other."""

    @property
    def origin(self) -> str:
        """Return the address that people use: the one that was set, or what follows from the rest."""
        if self.address:
            return self.address
        if self.certificate:
            return f"https://{self.hosts[0]}" + ("" if self.port == HTTPS else f":{self.port}")
        return f"https://{self.hosts[0]}" if self.trusted_proxies else f"http://localhost:{self.port}"


class RoleTimes(Section):
    """How long a session of someone in this role may stand idle, and last; what isn't set is as for everyone."""

    idle_minutes: int | None = Field(default=None, ge=1, le=60)
    longest_hours: int | None = Field(default=None, ge=1, le=24)


STRICT_TIMES: Mapping[str, Mapping[str, int]] = {
    role: {"idle_minutes": 10, "longest_hours": 8}
    for role in (Role.ADMINISTRATOR, Role.SECURITY_OFFICER, Role.LOG_ADMINISTRATOR)
}


class Sessions(Section):
    idle_minutes: int = Field(default=15, ge=1, le=60)
    longest_hours: int = Field(default=12, ge=1, le=24)
    by_role: Mapping[Role, RoleTimes] = Field(default_factory=dict, validate_default=True)
    """Shorter times for a role. Of several roles, and of these and the two above, the shortest counts."""

    @field_validator("by_role", mode="before")
    @classmethod
    def _known_roles_over_the_strict_ones(cls, given: Any) -> Any:
        if not isinstance(given, Mapping) or not all(isinstance(times, Mapping) for times in given.values()):
            return given
        for name in given.keys() - set(Role):
            raise ValueError(f"{name} is no role of Waarborg.{_nearest(str(name), list(Role))}")
        strict = {role: dict(times) for role, times in STRICT_TIMES.items()}
        return strict | {role: strict.get(role, {}) | dict(times) for role, times in given.items()}


class SignOn(Section):
    providers: tuple[AnyProvider, ...] = Field(default=(), max_length=20)
    client_secrets: dict[str, SecretStr] = {}
    """Client secrets by the key of their provider, so that they can stand in a secret file apart."""

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for kind in ("key", "issuer"):
            named = [getattr(each, kind) for each in self.providers]
            if len(set(named)) < len(named):
                raise ValueError(f"two of sign_on.providers have the same {kind}")
        if unknown := set(self.client_secrets) - {each.key for each in self.providers}:
            raise ValueError(f"sign_on.client_secrets names {len(unknown)} that sign_on.providers doesn't")
        return self


class Measuring(Section):
    roots: tuple[Path, ...] = ()
    """Folders under which a repository or export may be read."""
    secrets_file: Path | None = None
    """Test accounts for log-in recipes, bound to a host each; see docs/check.md and docs/running.md."""


class Disclosure(Section):
    """Where a finder of a weakness can report it; shown as /.well-known/security.txt (RFC 9116) once both are set."""

    contact: str = Field(default="", pattern=r"^$|^(mailto:|https://|tel:)\S+$")
    expires: datetime | None = None
    """Until when someone reads that contact: at most a year ahead, with an offset."""

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if bool(self.contact) != bool(self.expires) or (self.expires and self.expires.tzinfo is None):
            raise ValueError("disclosure.contact and disclosure.expires (with an offset) belong together")
        return self


class Config(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="WAARBORG_", env_nested_delimiter="__", extra="forbid", frozen=True, env_ignore_empty=True
    )

    data_dir: Path = Path("~/.local/share/waarborg")
    demo: bool = False
    """Synthetic data on loopback: a banner says so, and real data is refused."""
    database: Database = Database()
    keys: Keys = Keys()
    web: Web = Web()
    sessions: Sessions = Sessions()
    sign_on: SignOn = SignOn()
    measuring: Measuring = Measuring()
    disclosure: Disclosure = Disclosure()

    @model_validator(mode="after")
    def _demo_stays_at_home(self) -> Self:
        if self.demo and self.web.bind not in LOOPBACK:
            raise ValueError("the demonstration listens on this machine only: leave web.bind at 127.0.0.1")
        return self

    @model_validator(mode="after")
    def _providers_are_asked_over_tls(self) -> Self:
        """Only the demonstration signs on in clear, and only on this machine."""
        for there in (urlsplit(each.reached_at) for each in self.sign_on.providers):
            if there.scheme != "https" and not (self.demo and there.hostname in LOOPBACK):
                raise ValueError("the issuer, or sso_address, of each of sign_on.providers begins with https://")
        return self

    @model_validator(mode="after")
    def _certificate_comes_with_its_key(self) -> Self:
        if (self.web.certificate is None) != (self.web.certificate_key is None):
            raise ValueError("web.certificate and web.certificate_key belong together: give both or neither")
        return self

    @model_validator(mode="after")
    def _certificates_of_clients_are_verified(self) -> Self:
        if self.web.client_ca and not self.web.certificate:
            raise ValueError("web.client_ca needs web.certificate: without TLS of its own Waarborg sees no certificate")
        if self.web.client_certificate_header and not self.web.trusted_proxies:
            raise ValueError("web.client_certificate_header is believed of web.trusted_proxies only: list the proxy")
        return self

    @model_validator(mode="after")
    def _nothing_in_clear_to_others(self) -> Self:
        if self.web.bind not in LOOPBACK and not self.web.certificate and not self.web.trusted_proxies:
            raise ValueError(
                "web.bind is reachable from outside: give web.certificate, or list the TLS proxy in web.trusted_proxies"
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - not read: one file is enough
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - replaced by ours
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        secrets = [
            NestedSecretsSettingsSource(SecretsSettingsSource(settings_cls, folder), secrets_dir_missing="error")
            for folder in _secret_folders()
        ]
        return (init_settings, env_settings, *secrets, TomlConfigSettingsSource(settings_cls, config_file()))


def config_file() -> Path:
    """Return the TOML file that is read, present or not."""
    return Path(os.environ.get("WAARBORG_CONFIG_FILE", "/etc/waarborg/config.toml"))


@lru_cache(maxsize=1)
def load() -> Config:
    """Read the configuration once. Raises ConfigurationRefused."""
    _refuse_unknown_environment()
    _refuse_unknown_secret_files()
    try:
        return Config()
    except ValidationError as error:
        raise ConfigurationRefused("\n".join(["The configuration isn't understood.", *_problems(error)])) from None
    except TOMLDecodeError as error:
        raise ConfigurationRefused(f"{config_file()} is no TOML: {error}") from None
    except SettingsError as error:
        # Its message names the setting and the source, not the value; lists are given as JSON.
        raise ConfigurationRefused(f"The configuration isn't understood: {error}. A list is given as JSON.") from None


def _problems(error: ValidationError) -> list[str]:
    """Say what is wrong where, without the values: they may be secrets."""
    known = [name.removeprefix("WAARBORG_").lower().replace("__", ".") for name in _names()]
    told = []
    for each in error.errors(include_input=False, include_url=False):
        place = ".".join(map(str, each["loc"]))
        says = f"no setting of Waarborg.{_nearest(place, known)}" if each["type"] == "extra_forbidden" else each["msg"]
        told.append(f"{place}: {says}")
    return told


def _nearest(name: str, known: Iterable[str]) -> str:
    found = get_close_matches(name, list(known), n=1)
    return f" Did you mean {found[0]}?" if found else ""


def _refuse_unknown_secret_files() -> None:
    """A mistyped file is as silent a default as a mistyped variable."""
    for folder in _secret_folders():
        for file in sorted(folder.glob("[wW][aA][aA][rR][bB][oO][rR][gG]_*")):
            if file.name.upper() not in _names():
                hint = _nearest(file.name.upper(), _names()).lower().replace("did", "Did")
                raise ConfigurationRefused(f"The secret file {file.name} is no setting of Waarborg.{hint}")


def _refuse_unknown_environment() -> None:
    """A mistyped variable is otherwise a silent default."""
    known = {"WAARBORG_CONFIG_FILE", "WAARBORG_SECRETS_FOLDER", "WAARBORG_AS_OWNER", "WAARBORG_LANG"}
    for name in sorted(os.environ):
        if not name.startswith("WAARBORG_") or name in known or name.startswith(("WAARBORG_TEST_", "WAARBORG_SAMPLES")):
            continue
        if not _is_field(name.removeprefix("WAARBORG_").lower().split("__")):
            raise ConfigurationRefused(f"{name} is no setting of Waarborg.{_nearest(name, _names())}")


def _is_field(path: list[str]) -> bool:
    return f"WAARBORG_{'__'.join(path)}".upper() in _names()


def _names() -> set[str]:
    names = set()
    for name, field in Config.model_fields.items():
        names.add(f"WAARBORG_{name}".upper())
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            names |= {f"WAARBORG_{name}__{inner}".upper() for inner in field.annotation.model_fields}
    return names


def _secret_folders() -> list[Path]:
    named = [os.environ.get("WAARBORG_SECRETS_FOLDER"), os.environ.get("CREDENTIALS_DIRECTORY")]
    return [Path(folder) for folder in named if folder]
