"""The place where the demonstration lives: one folder, made new at every start, and an authority of its own."""

import shutil
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from demo.applications.certificates import issue

MARK = "made-by-the-demonstration"
WANTED_PORT = 8080
DAYS = 90


class NotOurFolder(Exception):
    """The folder holds something that no demonstration made; it is left alone."""


@dataclass(frozen=True)
class House:
    """Where everything of one demonstration stands."""

    folder: Path
    port: int
    secure_port: int

    @property
    def ca_certificate(self) -> Path:
        return self.folder / "authority.pem"

    @property
    def ca_key(self) -> Path:
        return self.folder / "authority.key"

    @property
    def certificate(self) -> Path:
        return self.folder / "waarborg.pem"

    @property
    def secrets_file(self) -> Path:
        return self.folder / "secrets.toml"

    @property
    def logins_file(self) -> Path:
        return self.folder / "logins.json"

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}/"

    def environment(self) -> Mapping[str, str]:
        """Return the configuration of this installation."""
        return {
            "WAARBORG_CONFIG_FILE": str(self.folder / "config.toml"),
            "WAARBORG_DATA_DIR": str(self.folder / "data"),
            "WAARBORG_DEMO": "true",
            "WAARBORG_KEYS__ROOT_KEY_FILE": str(self.folder / "keys" / "root.key"),
            "WAARBORG_KEYS__HIGH_WATER_FILE": str(self.folder / "keys" / "high-water.json"),
            "WAARBORG_WEB__PORT": str(self.port),
            "WAARBORG_MEASURING__ROOTS": f'["{self.folder}"]',
            "WAARBORG_MEASURING__SECRETS_FILE": str(self.secrets_file),
        }

    def secure_environment(self) -> Mapping[str, str]:
        """Return what lets the same installation be measured as it would stand in production: behind TLS."""
        return dict(self.environment()) | {
            "WAARBORG_DEMO": "false",
            "WAARBORG_DISCLOSURE__CONTACT": "mailto:veiligheid@kade12.example",
            "WAARBORG_DISCLOSURE__EXPIRES": (datetime.now(UTC) + timedelta(days=DAYS)).isoformat(timespec="seconds"),
            "WAARBORG_WEB__PORT": str(self.secure_port),
            "WAARBORG_WEB__CERTIFICATE": str(self.certificate),
            "WAARBORG_WEB__CERTIFICATE_KEY": str(self.certificate),
        }


def build(folder: Path) -> House:
    """Make the folder anew, with an authority and a certificate. Raises NotOurFolder."""
    if folder.exists():
        if not (folder / MARK).exists():
            raise NotOurFolder(f"{folder} wasn't made by the demonstration. Move it, or start from another folder.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, mode=0o700)
    (folder / MARK).touch()
    (folder / "data").mkdir(mode=0o700)
    house = House(folder.resolve(), _port(WANTED_PORT), _port(0))
    _make_authority(house)
    issue(house.ca_certificate, house.ca_key, days=DAYS, into=house.certificate)
    return house


def _port(wanted: int) -> int:
    """Return the wanted port where it is free, else any that is."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", wanted))
        except OSError:
            listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _make_authority(house: House) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Waarborg demonstratie")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_signs_only(), critical=True)
        .sign(key, hashes.SHA256())
    )
    house.ca_key.touch(mode=0o600)
    house.ca_key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    house.ca_certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _signs_only() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
