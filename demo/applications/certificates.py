"""A server certificate of the given authority: for this machine's names only."""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NAMES = x509.SubjectAlternativeName(
    [
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
        x509.IPAddress(ipaddress.ip_address("::1")),
    ]
)
DAYS, DAYS_WHEN_RUNNING_OUT = 90, 5


class AuthorityUnusable(ValueError):
    """The authority's certificate or key can't be read, or they don't belong together."""


def issue(ca_certificate: Path, ca_key: Path, *, days: int, into: Path) -> None:
    """Write a new key and certificate for localhost into `into`, readable by its owner only. Raises AuthorityUnusable."""
    issuer, signer = _authority(ca_certificate, ca_key)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _builder(issuer, signer, key, days).sign(signer, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    into.unlink(missing_ok=True)
    into.touch(mode=0o600)
    into.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))


def _authority(
    ca_certificate: Path, ca_key: Path
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey]:
    try:
        certificate = x509.load_pem_x509_certificate(ca_certificate.read_bytes())
        key = serialization.load_pem_private_key(ca_key.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise AuthorityUnusable(f"the authority can't be read: {error}") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise AuthorityUnusable("the authority's key is neither RSA nor EC")
    if key.public_key() != certificate.public_key():
        raise AuthorityUnusable("the authority's key isn't that of its certificate")
    return certificate, key


def _builder(
    issuer: x509.Certificate,
    signer: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
    key: ec.EllipticCurvePrivateKey,
    days: int,
) -> x509.CertificateBuilder:
    now = datetime.now(UTC).replace(microsecond=0)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(NAMES, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(identifier, critical=False)
    )
