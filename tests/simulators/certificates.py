"""A certificate authority of its own for each test: real keys, real chains, any fault on request."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from tests.cast import NOON

KeyKind = Literal["ec", "rsa-2048", "rsa-1024"]
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Issued:
    """A certificate with its key, as a server wants them: two files."""

    certificate_file: Path
    key_file: Path
    expires: datetime


@dataclass(frozen=True)
class Authority:
    """Signs what it is asked to sign, right or wrong."""

    folder: Path
    key: PrivateKey
    certificate: x509.Certificate
    chain: bytes = b""

    @property
    def file(self) -> Path:
        """The certificate to trust, in PEM."""
        return self.folder / "ca.pem"

    def issue(
        self,
        *names: str,
        starts: timedelta | None = None,
        ends: timedelta = timedelta(days=90),
        key_kind: KeyKind = "ec",
    ) -> Issued:
        """Issue a certificate for the names (default: this machine), valid from `starts` to `ends` counted from now.

        Without `starts` it was valid yesterday, by the clock of this machine and by that of the tests.
        """
        key = make_key(key_kind)
        builder = _certificate(names[0] if names else "localhost", key, starts or long_enough(), ends)
        builder = builder.issuer_name(self.certificate.subject).add_extension(_names(names or LOCAL), critical=False)
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        signed = builder.add_extension(usage, critical=False).sign(self.key, hashes.SHA256())
        return _written(self.folder, signed, key, self.chain)

    def intermediate(self, folder: Path, *, ends: timedelta = timedelta(days=300)) -> "Authority":
        """Sign another authority, which sends its own certificate along with what it issues."""
        key = make_key("ec")
        builder = _certificate("Tussenautoriteit", key, long_enough() - timedelta(days=400), ends).issuer_name(
            self.certificate.subject
        )
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        signed = builder.sign(self.key, hashes.SHA256())
        return Authority(folder, key, signed, signed.public_bytes(serialization.Encoding.PEM))


def make_authority(folder: Path, name: str = "Proefautoriteit") -> Authority:
    key = make_key("ec")
    builder = _certificate(name, key, long_enough() - timedelta(days=400), timedelta(days=400))
    builder = builder.issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
    certificate = builder.add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True).sign(
        key, hashes.SHA256()
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ca.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Authority(folder, key, certificate)


def self_signed(folder: Path, *names: str) -> Issued:
    key = make_key("ec")
    builder = _certificate("localhost", key, long_enough(), timedelta(days=90))
    builder = builder.issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]))
    return _written(
        folder, builder.add_extension(_names(names or LOCAL), critical=False).sign(key, hashes.SHA256()), key
    )


def long_enough() -> timedelta:
    """Return how long ago a certificate began that is valid now and at the moment of the tests.

    Handshakes go by the one clock, judges by the other.
    """
    return min(timedelta(0), NOON - datetime.now(UTC)) - timedelta(days=1)


def make_key(kind: KeyKind) -> PrivateKey:
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    # A key that is too short is made on purpose: the check must see it.
    return rsa.generate_private_key(65537, 2048 if kind == "rsa-2048" else 1024)


def _certificate(name: str, key: PrivateKey, starts: timedelta, ends: timedelta) -> x509.CertificateBuilder:
    now = datetime.now(UTC).replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + starts)
        .not_valid_after(now + ends)
    )


def _names(names: Sequence[str]) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([_name(name) for name in names])


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _written(folder: Path, certificate: x509.Certificate, key: PrivateKey, chain: bytes = b"") -> Issued:
    certificate_file = folder / f"{certificate.serial_number:x}.pem"
    key_file = certificate_file.with_suffix(".key")
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + chain)
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return Issued(certificate_file, key_file, certificate.not_valid_after_utc)
