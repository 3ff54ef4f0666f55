"""Start every application and let openssl and curl tell what they see, for whoever reviews the table."""

import os
import subprocess
import tempfile
from pathlib import Path

from tests.simulators.certificates import make_authority
from tests.thirdparty.application import Application, Login
from tests.thirdparty.peers import REPOSITORY
from tests.thirdparty.starting import all_started

SCRIPT = REPOSITORY / "scripts" / "observe-with-openssl-and-curl.sh"


def observe(application: Application) -> None:
    login = application.login
    line = [str(SCRIPT), application.host, str(application.ca_file), str(application.plain_port)]
    environment = os.environ | (_told(login) if login else {})
    subprocess.run([*line, *([login.path] if login else [])], env=environment, check=False)


def _told(login: Login) -> dict[str, str]:
    told = {
        "CSRF": login.csrf,
        "NAME_FIELD": login.name_field,
        "NAME": login.name,
        "PASSWORD_FIELD": login.password_field,
        "PASSWORD": login.password,
        "CODE_FIELD": login.code_field,
        "TOTP_HEX": login.totp_key.hex(),
        "PROTECTED": login.protected_path,
        "SHOWS": login.shows,
    }
    return {f"OBSERVE_{name}": value for name, value in told.items()}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        authority = make_authority(Path(folder) / "authority")
        with all_started(Path(folder), authority) as applications:
            for application in applications.values():
                print(f"\n=== {application.id}", flush=True)
                observe(application)


if __name__ == "__main__":
    main()
