"""Reading a client certificate: who it is, and from when until when it holds. Whether a CA signed it was asked before, by TLS."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

SMALLEST_RSA = 2048
SMALLEST_CURVE = 256
LONGEST_PEM = 20_000


class CertificateFault(StrEnum):
    UNREADABLE = "unreadable"
    HOLDS_KEY = "holds_key"
    """There is a private key in it, which nobody but the machine may have."""
    OUT_OF_DATE = "out_of_date"
    WEAK = "weak"


class CertificateRefused(Exception):
    """The certificate won't do; says why."""

    def __init__(self, fault: CertificateFault) -> None:
        self.fault = fault
        super().__init__(fault)


@dataclass(frozen=True)
class Certificate:
    """What is asked of a certificate. The fingerprint is the SHA-256 of its DER bytes."""

    fingerprint: bytes
    not_before: datetime
    not_after: datetime

    def holds(self, now: datetime) -> bool:
        return self.not_before <= now < self.not_after


def read_der(der: bytes) -> Certificate | None:
    """Return the certificate that was shown, or None where it can't be read."""
    try:
        return _of(x509.load_der_x509_certificate(der))
    except ValueError:
        return None


def read_pem(pem: str, now: datetime) -> Certificate:
    """Return a certificate that somebody hands in to be believed from now on. Raises CertificateRefused."""
    if "PRIVATE KEY" in pem:
        raise CertificateRefused(CertificateFault.HOLDS_KEY)
    try:
        read = x509.load_pem_x509_certificate(pem[:LONGEST_PEM].encode())
        key = read.public_key()
    except Exception as error:
        raise CertificateRefused(CertificateFault.UNREADABLE) from error
    if now >= read.not_valid_after_utc:
        raise CertificateRefused(CertificateFault.OUT_OF_DATE)
    if (isinstance(key, rsa.RSAPublicKey) and key.key_size < SMALLEST_RSA) or (
        isinstance(key, ec.EllipticCurvePublicKey) and key.key_size < SMALLEST_CURVE
    ):
        raise CertificateRefused(CertificateFault.WEAK)
    return _of(read)


def _of(read: x509.Certificate) -> Certificate:
    fingerprint = hashlib.sha256(read.public_bytes(Encoding.DER)).digest()
    return Certificate(fingerprint, read.not_valid_before_utc, read.not_valid_after_utc)
