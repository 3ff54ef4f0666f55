"""From nothing to a running Waarborg with invented data: `make demo`.

Makes keys and databases, lets invented people in, starts two tiny care applications, registers and measures them and itself, and
says how to log in. Everything stands in one folder, on loopback only, and is made new at every start.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from demo.house import House, NotOurFolder, build

if TYPE_CHECKING:
    from demo.people import Login

ORGANISATION = "Softwarebureau Kade 12 (verzonnen)"
LONGEST_MEASURING = 120
LONGEST_START = 30


def main() -> int:
    if sys.argv[1:]:
        print(__doc__)
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that what was started is stopped as well
    folder = Path(os.environ.pop("WAARBORG_DEMO_FOLDER", "var/demo"))
    try:
        house = build(folder)
    except NotOurFolder as error:
        print(error, file=sys.stderr)
        return 1
    _forget_other_installations()
    os.environ.update(house.environment())
    with ExitStack() as stack:
        _say("Keys and databases")
        _initialise()
        _say("Two tiny care applications, one sound, one with planted faults")
        started = stack.enter_context(_applications(house))
        _say("Invented people and their register")
        runs = _invent(house, started)
        serving = stack.enter_context(_process(house.environment(), "serve"))
        stack.enter_context(_process(house.secure_environment(), "web"))
        _wait_for(house.address, serving)
        _tell(house)
        _watch_measuring(*runs)
        return _until_stopped(serving)


def _forget_other_installations() -> None:
    """Whoever runs a real Waarborg from this shell has its database in the environment: no invented people go there."""
    for name in [
        name for name in os.environ if name.upper().startswith("WAARBORG_") or name == "CREDENTIALS_DIRECTORY"
    ]:
        del os.environ[name]


def _initialise() -> None:
    from waarborg.kernel import rootkey  # noqa: PLC0415 - the environment comes first
    from waarborg.project.commands import set_up_django  # noqa: PLC0415 - the environment comes first
    from waarborg.project.config import load  # noqa: PLC0415 - the environment comes first

    rootkey.create(load().keys.root_key_file)
    set_up_django()
    from waarborg.project.installing import migrate  # noqa: PLC0415 - after django.setup

    migrate()


def _invent(house: House, started: list[Mapping[str, Any]]) -> tuple[UUID, list[UUID]]:
    """Invent people and register, ask for everything to be measured, and return the scope and the runs."""
    from demo import people, register  # noqa: PLC0415 - after django.setup
    from waarborg.assurance.operations import start_measuring  # noqa: PLC0415 - after django.setup
    from waarborg.kernel import clock  # noqa: PLC0415 - after django.setup
    from waarborg.kernel.references import Reference  # noqa: PLC0415 - after django.setup
    from waarborg.project.wiring import console  # noqa: PLC0415 - after django.setup
    from waarborg.registers.operations.organisations import found_organisation  # noqa: PLC0415 - after django.setup
    from waarborg.registers.values.classification import OrganisationKind  # noqa: PLC0415 - after django.setup
    from waarborg.registers.values.inputs import NewOrganisation  # noqa: PLC0415 - after django.setup

    agency = NewOrganisation(name=ORGANISATION, kind=OrganisationKind.AGENCY)
    scope = found_organisation(agency, by=console(), now=clock.now())
    known = people.invent(scope)
    people.keep(known, house.logins_file)
    lead, officer = known["devops_lead"].actor(scope), known["security_officer"].actor(scope)
    _gather_secrets(house, started, known[people.TEST_ACCOUNT])
    applications = register.invent(house, started, lead=lead, officer=officer)
    runs = [start_measuring(Reference("application", each), by=lead, now=clock.now()) for each in applications.values()]
    return scope, runs


def _gather_secrets(house: House, started: list[Mapping[str, Any]], own: "Login") -> None:
    """Bind the test accounts, Waarborg's own too, to their hosts, in one file outside what is scanned."""
    house.secrets_file.touch(mode=0o600)
    texts = [Path(one["secrets"]).read_text(encoding="utf-8") for one in started]
    host = f"localhost:{house.secure_port}"
    for name, value in {"login": own.login, "password": own.password, "totp": own.secret}.items():
        texts.append(f'[[secret]]\nhost = "{host}"\nname = "{name}"\nvalue = "{value}"\n')
    house.secrets_file.write_text("\n".join(texts), encoding="utf-8")


@contextmanager
def _applications(house: House) -> Iterator[list[Mapping[str, Any]]]:
    arguments = ["--folder", str(house.folder / "applications")]
    arguments += ["--ca-cert", str(house.ca_certificate), "--ca-key", str(house.ca_key)]
    command = [sys.executable, "-m", "demo.applications", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:  # noqa: S603 - our own module
        assert running.stdout is not None  # noqa: S101 - it is a pipe
        try:
            yield json.loads(running.stdout.readline())["applications"]
        finally:
            running.terminate()


@contextmanager
def _process(environment: Mapping[str, str], command: str) -> Iterator[subprocess.Popen[bytes]]:
    waarborg = shutil.which("waarborg", path=str(Path(sys.executable).parent)) or "waarborg"
    with subprocess.Popen([waarborg, command], env=os.environ | environment) as running:  # noqa: S603 - our own command
        try:
            yield running
        finally:
            running.terminate()


def _wait_for(address: str, serving: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline and serving.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2).close()  # noqa: S310 - our own address
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
        else:
            return
    sys.exit("Waarborg didn't start.")


def _watch_measuring(scope: UUID, runs: list[UUID]) -> None:
    from waarborg.assurance.queries.evidence import run_state  # noqa: PLC0415 - after django.setup

    deadline = time.monotonic() + LONGEST_MEASURING
    while time.monotonic() < deadline:
        states = [run_state(scope, run, only=None) for run in runs]
        done, of = sum(state.done for state in states), sum(len(state.steps) for state in states)
        print(f"\r· Measuring: {done} of {of}", end="", flush=True)
        if done == of:
            break
        time.sleep(0.5)
    print()


def _tell(house: House) -> None:
    from demo.people import kept  # noqa: PLC0415 - after django.setup
    from demo.telling import tell  # noqa: PLC0415 - after django.setup

    tell(house, kept(house.logins_file))
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform == "darwin":
        webbrowser.open(house.address)


def _until_stopped(serving: subprocess.Popen[bytes]) -> int:
    try:
        return serving.wait()
    except KeyboardInterrupt:
        return 0


def _say(what: str) -> None:
    print(f"· {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
