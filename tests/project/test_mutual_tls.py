"""Client certificates over the real server: signed by the right authority, by another, expired, unknown, and none."""

import base64
import http.client
import os
import signal
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from tests.accounts.certificates import A_MONTH, Signed, authority, signed
from tests.accounts.conftest import quick_hashes
from tests.project.installed import COMMAND, free_port
from tests.simulators.databases import Engine

from waarborg.accounts.operations.credentials import add_certificate, issue_token, revoke_credential
from waarborg.accounts.operations.machines import approve_service, ask_service
from waarborg.accounts.testing import entered, found, signed_in
from waarborg.accounts.values.machines import MachineKind, NewMachine
from waarborg.kernel.actor import Actor
from waarborg.project.wiring import console
from waarborg.registers.operations.organisations import found_organisation
from waarborg.registers.values.classification import OrganisationKind
from waarborg.registers.values.inputs import NewOrganisation

__all__ = ["quick_hashes"]
LIST = "/api/v1/applications"


@dataclass(frozen=True)
class Site:
    """A server that speaks TLS and asks for certificates, and the two who keep its machines."""

    port: int
    folder: Path
    ours: Signed
    scope: UUID
    anna: Actor
    sam: Actor
    now: datetime

    def machine(self, name: str, kind: MachineKind = MachineKind.SYSTEM) -> UUID:
        asked = NewMachine(kind, name, "sam.visser", self.now + timedelta(days=20))
        made = ask_service(asked, by=self.anna, now=self.now)
        approve_service(made, by=self.sam, now=self.now)
        return made

    def certificate(self, name: str, *, by: Signed | None = None, old: bool = False) -> Signed:
        begins, ends = (self.now - 2 * A_MONTH, self.now - A_MONTH) if old else (self.now - A_MONTH, self.now + A_MONTH)
        return signed(by or self.ours, name, begins=begins, ends=ends)

    def add(self, machine: UUID, certificate: Signed) -> UUID:
        return add_certificate(machine, certificate.pem, by=self.anna, now=self.now)

    def connection(
        self, shown: Signed | None = None, version: ssl.TLSVersion | None = None
    ) -> http.client.HTTPSConnection:
        context = ssl.create_default_context(cadata=self.ours.pem)
        if version is not None:
            context.minimum_version = context.maximum_version = version
        if shown is not None:
            file = self.folder / f"{shown.certificate.serial_number}.pem"
            file.write_text(shown.pem + shown.key_pem)
            context.load_cert_chain(file)
        return http.client.HTTPSConnection("localhost", self.port, context=context, timeout=20)

    def get(self, path: str, shown: Signed | None = None, **headers: str) -> tuple[int, str]:
        with closing(self.connection(shown)) as connection:
            return asked(connection, path, **headers)


def asked(connection: http.client.HTTPSConnection, path: str, **headers: str) -> tuple[int, str]:
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


@pytest.fixture
def site(database: Engine, quick_hashes: None, tmp_path: Path) -> Iterator[Site]:
    now = datetime.now(UTC)
    made = NewOrganisation(name="Zorggroep De Linde", kind=OrganisationKind.INSTITUTION)
    scope = found_organisation(made, by=console(), now=now)
    anna, sam = (
        signed_in(entered(each, now=now - timedelta(minutes=2)), now=now).actor
        for each in found(scope, now=now - timedelta(hours=1))
    )
    ours = authority("Proef-CA", now)
    server = signed(ours, "localhost", begins=now - A_MONTH, ends=now + A_MONTH, host="localhost")
    for name, text in {"ca": ours.pem, "server": server.pem, "key": server.key_pem}.items():
        (tmp_path / f"{name}.pem").write_text(text)
    site = Site(free_port(), tmp_path, ours, scope, anna, sam, now)
    with (tmp_path / "said.txt").open("w") as said:
        process = subprocess.Popen(
            [COMMAND, "web"], env=environment(database, site), stdout=said, stderr=said, start_new_session=True
        )
    try:
        wait_for(site, process)
        yield site
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def environment(engine: Engine, site: Site) -> dict[str, str]:
    files = {"CERTIFICATE": "server", "CERTIFICATE_KEY": "key", "CLIENT_CA": "ca"}
    return {
        **engine.environment(),
        "WAARBORG_DATABASE__OWNER_URL": "",
        "WAARBORG_DATABASE__KEYS_OWNER_URL": "",
        "WAARBORG_WEB__PORT": str(site.port),
        **{f"WAARBORG_WEB__{name}": str(site.folder / f"{file}.pem") for name, file in files.items()},
    }


def wait_for(site: Site, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while True:
        try:
            site.get("/inloggen/")
        except OSError:
            assert process.poll() is None, (site.folder / "said.txt").read_text()
            assert time.monotonic() < until, (site.folder / "said.txt").read_text()
            time.sleep(0.1)
        else:
            return


def test_a_system_comes_in_by_its_certificate_until_that_is_revoked(site: Site) -> None:
    ours = site.certificate("belsysteem")
    kept = site.add(site.machine("Belsysteem"), ours)
    with closing(site.connection(ours)) as open_connection:
        assert asked(open_connection, LIST)[0] == 200
        revoke_credential(kept, by=site.sam, now=datetime.now(UTC))
        assert asked(open_connection, LIST)[0] == 401


def test_who_shows_another_certificate_or_none_stays_out(site: Site) -> None:
    ours = site.certificate("belsysteem")
    site.add(site.machine("Belsysteem"), ours)
    assert site.get(LIST)[0] == 401
    assert site.get(LIST, site.certificate("niemand"))[0] == 401
    # A certificate that someone only copied into a header proves nothing.
    assert site.get(LIST, Client_Cert=f":{_base64(ours)}:", X_Client_Cert=ours.pem.replace("\n", "%0A"))[0] == 401


def test_a_certificate_of_another_authority_or_an_old_one_ends_the_handshake(site: Site) -> None:
    machine = site.machine("Belsysteem")
    other = authority("Proef-CA", site.now)
    for wrong in (
        site.certificate("belsysteem", by=other),
        site.certificate("belsysteem", old=True),
    ):
        with pytest.raises((ssl.SSLError, ConnectionError, http.client.RemoteDisconnected)):
            site.get("/inloggen/", wrong)
    right = site.certificate("belsysteem")
    site.add(machine, right)
    assert site.get(LIST, right)[0] == 200


def test_a_bound_token_works_with_its_certificate_only(site: Site) -> None:
    ours, machine = site.certificate("belsysteem"), site.machine("Belsysteem")
    issued = issue_token(
        machine,
        addresses=["127.0.0.1", "::1"],
        certificate=ours.pem,
        expires_at=site.now + timedelta(days=10),
        by=site.anna,
        now=site.now,
    )
    bearer = f"Bearer {issued.token}"
    assert site.get(LIST, ours, Authorization=bearer)[0] == 200
    assert site.get(LIST, Authorization=bearer)[0] == 401
    assert site.get(LIST, site.certificate("ander"), Authorization=bearer)[0] == 401
    assert site.get(LIST, ours)[0] == 401


def test_a_wall_screen_sees_its_board_and_nothing_else(site: Site) -> None:
    screen, system = site.certificate("scherm"), site.certificate("belsysteem")
    site.add(site.machine("Scherm afdeling 3", MachineKind.STATION), screen)
    site.add(site.machine("Belsysteem"), system)
    status, page = site.get("/bord/", screen)
    assert status == 200
    assert "Zorggroep De Linde" in page
    assert "Scherm afdeling 3" in page
    assert "Anna" not in page
    assert "Sam" not in page
    assert site.get("/", screen)[0] == 302
    assert site.get("/personen/", screen)[0] == 302
    assert site.get(LIST, screen)[0] == 403
    assert [site.get("/bord/", system)[0], site.get("/bord/")[0]] == [302, 302]


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_certificates_are_asked_for_in_both_versions_of_tls(site: Site, version: ssl.TLSVersion) -> None:
    ours = site.certificate("belsysteem")
    site.add(site.machine("Belsysteem"), ours)
    with closing(site.connection(ours, version)) as connection:
        assert asked(connection, LIST)[0] == 200


def _base64(one: Signed) -> str:
    return base64.b64encode(one.der).decode()
