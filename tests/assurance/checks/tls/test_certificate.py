"""What is read from a certificate, and what isn't made of one that can't be read."""

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from tests.simulators.certificates import Authority, Issued

from waarborg.assurance.checks.tls.certificate import read_certificate


def der(file: Path) -> bytes:
    return x509.load_pem_x509_certificate(file.read_bytes()).public_bytes(Encoding.DER)


def test_a_certificate_is_read_as_it_was_issued(good: tuple[Authority, Issued]) -> None:
    seen = read_certificate(der(good[0].issue("zorg.example.nl", "192.0.2.1", key_kind="rsa-2048").certificate_file))
    assert seen is not None
    assert seen.names == ("zorg.example.nl", "192.0.2.1")
    assert (seen.key_kind, seen.key_bits, seen.signature_hash) == ("rsa", 2048, "sha256")
    assert seen.issuer == "CN=Proefautoriteit"


def test_a_common_name_is_no_name_to_be_used_for(good: tuple[Authority, Issued]) -> None:
    seen = read_certificate(good[0].certificate.public_bytes(Encoding.DER))
    assert seen is not None
    assert seen.names == ()


@pytest.mark.parametrize("damage", [b"", b"\x30\x03\x02\x01\x01"])
def test_what_is_no_certificate_is_not_read_as_one(damage: bytes) -> None:
    assert read_certificate(damage) is None


def test_a_certificate_that_is_cut_short_is_not_read(good: tuple[Authority, Issued]) -> None:
    assert read_certificate(der(good[1].certificate_file)[:-40]) is None
