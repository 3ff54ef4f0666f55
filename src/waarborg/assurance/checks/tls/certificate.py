"""Read what a server's certificate says of itself."""

import unicodedata

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

from waarborg.assurance.checks.tls.values import Certificate

MOST_NAMES = 100
LONGEST_TEXT = 200


def read_certificate(der: bytes) -> Certificate | None:
    """Return None for bytes that can't be read as a certificate: then nothing is known about it."""
    try:
        parsed = x509.load_der_x509_certificate(der)
        kind, bits = _key(parsed)
        return Certificate(
            fingerprint=parsed.fingerprint(hashes.SHA256()).hex(),
            issuer=_text(parsed.issuer.rfc4514_string()),
            names=_names(parsed),
            not_before=parsed.not_valid_before_utc,
            not_after=parsed.not_valid_after_utc,
            key_kind=kind,
            key_bits=bits,
            signature_hash=_signature_hash(parsed),
        )
    except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension):
        return None


def _key(parsed: x509.Certificate) -> tuple[str, int]:
    match parsed.public_key():
        case rsa.RSAPublicKey() as key:
            return "rsa", key.key_size
        case ec.EllipticCurvePublicKey() as key:
            return "ec", key.key_size
        case ed25519.Ed25519PublicKey():
            return "ed25519", 256
        case ed448.Ed448PublicKey():
            return "ed448", 448
        case other:
            return type(other).__name__.strip("_").lower(), 0


def _names(parsed: x509.Certificate) -> tuple[str, ...]:
    """Return the names it may be used for. The common name is none of them: browsers stopped reading it long ago."""
    try:
        names = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    hosts = names.get_values_for_type(x509.DNSName)
    addresses = names.get_values_for_type(x509.IPAddress)
    return tuple(_text(str(name)) for name in [*hosts, *addresses][:MOST_NAMES])


def _signature_hash(parsed: x509.Certificate) -> str:
    algorithm = parsed.signature_hash_algorithm
    return algorithm.name if algorithm else "none"


def _text(text: str) -> str:
    return unicodedata.normalize("NFC", text)[:LONGEST_TEXT]
