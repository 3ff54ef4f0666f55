"""The bindings file: which secret may go to which host. It lies outside the folder that is checked, or it isn't read."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from waarborg.assurance.checks.target import Secret, Secrets


class BindingsInvalid(ValueError):
    """The bindings file can't be used; the message never repeats a value."""


class Binding(BaseModel):
    """One secret: where it may go (`host`, or `host:port` when that isn't 443), its name, and one place to find it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    host: str = Field(pattern=r"^[A-Za-z0-9.:\[\]-]+$")
    name: str = Field(min_length=1)
    value: SecretStr | None = None
    file: Path | None = None
    env: str | None = None

    @model_validator(mode="after")
    def _one_source(self) -> "Binding":
        if sum(source is not None for source in (self.value, self.file, self.env)) != 1:
            raise ValueError("give one of value, file and env")
        return self


class _Bindings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    secret: tuple[Binding, ...] = ()


def read_bindings(path: Path, *, outside: Path | None, environ: Mapping[str, str] | None = None) -> Secrets:
    """Return the secrets of a bindings file that lies `outside` a folder. Raises BindingsInvalid."""
    if outside is not None and path.resolve().is_relative_to(outside.resolve()):
        raise BindingsInvalid(
            f"{path} lies inside the folder that is checked; whoever changes that could choose secrets"
        )
    try:
        read = _Bindings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BindingsInvalid(f"{path}: can't be read as TOML") from error
    except ValidationError as error:
        raise BindingsInvalid("\n".join(f"{path}: {line}" for line in _explained(error))) from error
    environ = os.environ if environ is None else environ
    return Secrets(*(_resolved(path, binding, environ) for binding in read.secret))


def _resolved(path: Path, binding: Binding, environ: Mapping[str, str]) -> Secret:
    return Secret(host=binding.host.lower(), name=binding.name, value=_value(path, binding, environ))


def _value(path: Path, binding: Binding, environ: Mapping[str, str]) -> str:
    if binding.value is not None:
        return binding.value.get_secret_value()
    if binding.env is not None:
        if binding.env not in environ:
            raise BindingsInvalid(f"{path}: secret {binding.name!r}: the environment has no {binding.env}")
        return environ[binding.env]
    try:
        return (path.parent / (binding.file or "")).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BindingsInvalid(f"{path}: secret {binding.name!r}: its file can't be read") from error


def _explained(error: ValidationError) -> list[str]:
    return [f"{'.'.join(map(str, found['loc']))}: {found['msg']}" for found in error.errors(include_url=False)]
