"""What our own TLS library can offer: nothing is said about a server before that is shown."""

import ssl
import tempfile
import threading
import warnings
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from waarborg.assurance.checks.tls.values import Version

EVERYTHING = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"
LIBRARY_VERSIONS: dict[Version, ssl.TLSVersion] = {
    "TLS 1.3": ssl.TLSVersion.TLSv1_3,
    "TLS 1.2": ssl.TLSVersion.TLSv1_2,
    "TLS 1.1": ssl.TLSVersion.TLSv1_1,
    "TLS 1.0": ssl.TLSVersion.TLSv1,
}
MOST_FLIGHTS = 8
_one_at_a_time = threading.Lock()


@lru_cache(maxsize=8)
def offering_only(version: Version) -> ssl.SSLContext:
    """Return a context that offers this version alone, with every cipher we have, and trusts anyone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return _limited(context, version)


def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """Return a context that asks about the chain and its dates: names and keys are judged apart. Raises OSError."""
    context = ssl.create_default_context(cafile=ca_file)
    context.check_hostname = False
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers(EVERYTHING)
    return context


@lru_cache(maxsize=8)
def can_offer(version: Version) -> bool:
    """Shake hands with ourselves, with a real key: a system's policy may forbid what its library knows."""
    with _one_at_a_time:
        try:
            return _shakes_hands(offering_only(version), _server(version))
        except (ssl.SSLError, ValueError):
            return False


def _limited(context: ssl.SSLContext, version: Version) -> ssl.SSLContext:
    context.set_ciphers(EVERYTHING)
    with warnings.catch_warnings():
        # Offering what is outdated is the point here.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = LIBRARY_VERSIONS[version]
    return context


def _server(version: Version) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        file.write(_throwaway_certificate())
        file.flush()
        context.load_cert_chain(file.name)
    return _limited(context, version)


def _shakes_hands(client: ssl.SSLContext, server: ssl.SSLContext) -> bool:
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = [client.wrap_bio(to_client, to_server), server.wrap_bio(to_server, to_client, server_side=True)]
    for _ in range(MOST_FLIGHTS):
        sides = [side for side in sides if not _is_done(side)]
    return not sides


def _is_done(side: ssl.SSLObject) -> bool:
    try:
        side.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True


@lru_cache(maxsize=1)
def _throwaway_certificate() -> bytes:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "self-test")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    dated = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    pem = dated.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = serialization.PrivateFormat.PKCS8
    return pem + key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption())
