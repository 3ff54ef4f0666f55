"""From what was typed to what will be measured: which checks, on which targets."""

from dataclasses import dataclass, replace
from pathlib import Path

from waarborg.assurance.checks.bindings import BindingsInvalid, read_bindings
from waarborg.assurance.checks.guard import Guard
from waarborg.assurance.checks.loading import Check, NoSuchCheck, find_check, load_checks
from waarborg.assurance.checks.target import HTTP_PORT, HTTPS_PORT, NotATarget, Secrets, Target
from waarborg.doors.cli.application_file import (
    FILE_NAME,
    ApplicationFile,
    ApplicationFileInvalid,
    read_application_file,
    scanned,
)


class NothingFits(ValueError):
    """A check was asked for that can't be done on this target."""


# What the user typed or wrote wrong, and can mend.
MENDABLE = (NotATarget, NothingFits, NoSuchCheck, ApplicationFileInvalid, BindingsInvalid)


@dataclass(frozen=True)
class Asked:
    """What was typed."""

    target: str
    checks: tuple[str, ...] = ()
    ca_file: Path | None = None
    login_path: str | None = None
    secrets_file: Path | None = None


@dataclass(frozen=True)
class Step:
    check: Check
    target: Target


@dataclass(frozen=True)
class Plan:
    """What will be measured, in order."""

    title: str
    steps: tuple[Step, ...]


def make_plan(asked: Asked) -> Plan:
    """Raises what is MENDABLE."""
    title, targets = _targets(asked)
    checks = [find_check(name) for name in dict.fromkeys(asked.checks)] or list(load_checks().values())
    for check in checks if asked.checks else ():
        if not any(check.fits(target) for target in targets):
            raise NothingFits(
                f"check {check.id} looks at {' and '.join(check.targets) or 'neither address nor folder'}"
            )
    return Plan(title, tuple(Step(check, target) for target in targets for check in checks if check.fits(target)))


def _targets(asked: Asked) -> tuple[str, tuple[Target, ...]]:
    path = Path(asked.target)
    if "://" in asked.target or not path.exists():
        target = _adjusted(asked, Target(url=_address(asked.target), guard=_guard()), outside=None)
        return target.name, (target,)
    if path.is_dir():
        return _of_folder(asked, path)
    if path.suffix == ".toml":
        return _of_file(asked, path)
    raise NotATarget(f"{asked.target}: give an address, a folder, or a {FILE_NAME}")


def _address(text: str) -> str:
    """Return what looks like an address; a folder that isn't there is told as such, and not asked on the network."""
    first = text.partition("/")[0]
    looks_like_a_host = "." in first or ":" in first or first == "localhost"
    if "://" not in text and (not looks_like_a_host or text.startswith(".") or text.endswith(".toml")):
        raise NotATarget(f"{text}: there is no such folder or file; an address looks like https://care.example.nl")
    return text


def _of_folder(asked: Asked, folder: Path) -> tuple[str, tuple[Target, ...]]:
    """A folder is read whole, whatever a file in it says: that file may be a stranger's."""
    whole = Target(folder=folder, guard=_guard())
    if not (folder / FILE_NAME).is_file():
        return whole.name, (whole,)
    read = read_application_file(folder / FILE_NAME)
    return read.application.name or whole.name, (*_running(asked, folder, read), whole)


def _of_file(asked: Asked, path: Path) -> tuple[str, tuple[Target, ...]]:
    read = read_application_file(path)
    folders = tuple(Target(folder=folder, guard=_guard()) for folder in scanned(path, read))
    targets = (*_running(asked, path.parent, read), *folders)
    if not targets:
        raise NotATarget(f"{path}: names nothing to measure; give application.url or paths.scan")
    return read.application.name or targets[0].name, targets


def _running(asked: Asked, folder: Path, read: ApplicationFile) -> tuple[Target, ...]:
    application = read.application
    if application.url is None:
        return ()
    target = Target(
        url=application.url,
        ca_file=application.ca_file,
        login_path=application.login_path,
        environment=application.environment,
        plain_port=application.plain_port,
        recipe=read.recipe,
        guard=_guard(),
    )
    _refuse_another_plain_port(target)
    return (_adjusted(asked, target, outside=folder),)


def _refuse_another_plain_port(target: Target) -> None:
    """Who types a name without more comes in at port 80; a file that points elsewhere would hide what answers there."""
    if target.port == HTTPS_PORT and target.plain_port != HTTP_PORT:
        raise ApplicationFileInvalid(
            f"application.plain_port: {target.host} is on port {HTTPS_PORT}, so plain http is asked for on port {HTTP_PORT}; "
            "remove plain_port"
        )


def _adjusted(asked: Asked, target: Target, *, outside: Path | None) -> Target:
    """What was typed goes before what a file says."""
    secrets = read_bindings(asked.secrets_file, outside=outside) if asked.secrets_file else Secrets()
    return replace(
        target,
        ca_file=asked.ca_file or target.ca_file,
        login_path=target.login_path if asked.login_path is None else asked.login_path,
        secrets=secrets,
    )


def _guard() -> Guard:
    """A person at a command line may look at their own machine and network."""
    return Guard(allow_private=True)
