"""`waarborg.toml`: where an application is and how to log in to it. It may come from a stranger's pull request.

So it holds no secret, no criterion and no applicability, names only files in its own folder, and an unknown key is refused
instead of overlooked.
"""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from waarborg.assurance.checks.target import HTTP_PORT, Environment

FILE_NAME = "waarborg.toml"
# What people try to put there, and where it belongs instead.
ELSEWHERE = {
    "secret": "secrets come from the file given with --secrets, outside this folder",
    "secrets": "secrets come from the file given with --secrets, outside this folder",
    "password": "secrets come from the file given with --secrets, outside this folder",
    "criteria": "criteria are Waarborg's own and can't be set per application",
    "checks": "choose checks with --check",
    "not_applicable": "that a point doesn't apply is decided in Waarborg itself, with a reason",
    "waivers": "an exception is decided in Waarborg itself, with a reason and an end date",
}


class ApplicationFileInvalid(ValueError):
    """The file can't be used; the message names the key and what to do."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Application(_Part):
    name: str = ""
    url: str | None = None
    login_path: str = ""
    environment: Environment = "production"
    plain_port: int = Field(HTTP_PORT, ge=1, le=65535)
    ca_file: Path | None = None


class Paths(_Part):
    scan: tuple[str, ...] = ()


class ApplicationFile(_Part):
    """The whole file. `recipe` is raw: the check that logs in reads it."""

    application: Application = Application()
    recipe: dict[str, Any] | None = None
    paths: Paths = Field(default_factory=Paths)


def read_application_file(path: Path) -> ApplicationFile:
    """Raises ApplicationFileInvalid."""
    try:
        read = ApplicationFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ApplicationFileInvalid(f"{path}: {error}") from error
    except ValidationError as error:
        raise ApplicationFileInvalid(_explained(path, error)) from error
    ca_file = read.application.ca_file
    if ca_file is None:
        return read
    inside = inside_folder(path, str(ca_file), key="application.ca_file")
    return read.model_copy(update={"application": read.application.model_copy(update={"ca_file": inside})})


def scanned(path: Path, read: ApplicationFile) -> tuple[Path, ...]:
    """Return the folders to read that the file names. Raises ApplicationFileInvalid."""
    return tuple(inside_folder(path, name, key="paths.scan") for name in read.paths.scan)


def inside_folder(path: Path, name: str, *, key: str) -> Path:
    """Return a path named in the file, links followed. Raises ApplicationFileInvalid when it lies outside or isn't there."""
    home = path.parent.resolve()
    there = (home / name).resolve()
    if not there.is_relative_to(home):
        raise ApplicationFileInvalid(f"{path}: {key}: {name!r} lies outside this folder; name something inside it")
    if not there.exists():
        raise ApplicationFileInvalid(f"{path}: {key}: {name!r} isn't there; correct or remove it")
    return there


def _explained(path: Path, error: ValidationError) -> str:
    return "\n".join(f"{path}: {_explained_one(*_place(found))}" for found in error.errors(include_url=False))


def _place(found: Any) -> tuple[str, str, str]:
    return ".".join(str(step) for step in found["loc"]), str(found["type"]), str(found["msg"])


def _explained_one(key: str, kind: str, message: str) -> str:
    if kind != "extra_forbidden":
        return f"{key}: {message}"
    known = "known are application (name, url, login_path, environment, plain_port, ca_file), recipe, and paths (scan)"
    return f"{key}: unknown key; {ELSEWHERE.get(key.rpartition('.')[2], 'remove it: ' + known)}"
