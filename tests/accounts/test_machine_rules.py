"""What a token looks like, which places bind it, and every way in which nothing opens."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st
from tests.accounts.certificates import A_MONTH, authority, signed
from tests.cast import NOON

from waarborg.accounts.rules.certificates import CertificateFault, CertificateRefused, read_der, read_pem
from waarborg.accounts.rules.machines import (
    CredentialFacts,
    MachineFacts,
    NetworkRefused,
    Shown,
    comes_from,
    is_token,
    new_token,
    opens,
    read_networks,
)
from waarborg.accounts.values.machines import CredentialKind, MachineKind

CA = authority("Proef-CA", NOON)
OURS = signed(CA, "belsysteem", begins=NOON - A_MONTH, ends=NOON + A_MONTH)
OTHER = signed(CA, "ander", begins=NOON - A_MONTH, ends=NOON + A_MONTH)
HERE, ELSEWHERE = "192.0.2.10", "198.51.100.7"
SYSTEM = MachineFacts(MachineKind.SYSTEM, approved=True, ends_at=NOON + A_MONTH, ended=False)
STATION = replace(SYSTEM, kind=MachineKind.STATION)
OUR_FINGERPRINT = getattr(read_der(OURS.der), "fingerprint", b"")
TOKEN = CredentialFacts(CredentialKind.TOKEN, ("192.0.2.0/28",), None, NOON + A_MONTH, revoked=False)
WITH_CERTIFICATE = replace(TOKEN, addresses=(), certificate=OUR_FINGERPRINT)
BOTH = replace(TOKEN, certificate=OUR_FINGERPRINT)
CERTIFICATE = CredentialFacts(CredentialKind.CERTIFICATE, (), None, NOON + A_MONTH, revoked=False)


def shown(address: str = HERE, der: bytes | None = None) -> Shown:
    return Shown(address, read_der(der) if der else None)


def test_a_token_has_256_bits_and_a_checksum_that_scanners_can_hold_it_against() -> None:
    tokens = {new_token() for _ in range(200)}
    assert len(tokens) == 200
    assert all(re.fullmatch(r"wbg_[0-9A-Za-z]{49}", token) and is_token(token) for token in tokens)


@given(st.integers(4, 52), st.sampled_from("0123456789ABCxyz"))
def test_one_wrong_letter_makes_it_no_token(place: int, letter: str) -> None:
    token = new_token()
    changed = token[:place] + letter + token[place + 1 :]
    assert is_token(changed) is (changed == token)


@pytest.mark.parametrize("text", ["", "wbg_", "ghp_" + "a" * 49, "wbg_" + "a" * 49, "wbg_" + "é" * 49])
def test_other_texts_are_no_tokens(text: str) -> None:
    assert not is_token(text)


def test_networks_are_written_in_one_way() -> None:
    typed = [" 192.0.2.10 ", "192.0.2.9/28", "", "192.0.2.0/28", "2001:db8::1/64"]
    assert read_networks(typed) == ("192.0.2.10/32", "192.0.2.0/28", "2001:db8::/64")


@pytest.mark.parametrize(
    "typed", ["0.0.0.0/0", "10.0.0.0/7", "::/0", "2001::/16", "here", "192.0.2.300", "192.0.2.0/33"]
)
def test_what_binds_to_no_place_is_refused(typed: str) -> None:
    with pytest.raises(NetworkRefused):
        read_networks([typed])


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("192.0.2.10", True),
        ("::ffff:192.0.2.10", True),
        ("192.0.2.16", False),
        ("2001:db8::9", True),
        ("2001:db8:1::9", False),
        ("", False),
        ("unix:", False),
    ],
)
def test_an_address_is_in_a_network_or_not(address: str, *, inside: bool) -> None:
    assert comes_from(address, ("192.0.2.0/28", "2001:db8::/64")) is inside


@pytest.mark.parametrize(
    ("credential", "what", "open_"),
    [
        (TOKEN, shown(), True),
        (TOKEN, shown(ELSEWHERE), False),
        (TOKEN, shown(HERE, OTHER.der), True),
        (WITH_CERTIFICATE, shown(ELSEWHERE, OURS.der), True),
        (WITH_CERTIFICATE, shown(ELSEWHERE), False),
        (WITH_CERTIFICATE, shown(ELSEWHERE, OTHER.der), False),
        (BOTH, shown(HERE, OURS.der), True),
        (BOTH, shown(ELSEWHERE, OURS.der), False),
        (BOTH, shown(HERE), False),
        (CERTIFICATE, shown(ELSEWHERE, OURS.der), True),
        (CERTIFICATE, shown(), False),
        (replace(TOKEN, addresses=()), shown(), False),
        (replace(TOKEN, revoked=True), shown(), False),
        (replace(TOKEN, expires_at=NOON), shown(), False),
    ],
)
def test_a_system_opens_with_what_it_is_bound_to_alone(
    credential: CredentialFacts, what: Shown, *, open_: bool
) -> None:
    assert opens(SYSTEM, credential, what, owned=True, now=NOON) is open_


def test_a_wall_screen_never_opens_by_a_token_alone() -> None:
    assert not opens(STATION, TOKEN, shown(), owned=True, now=NOON)
    assert opens(STATION, BOTH, shown(HERE, OURS.der), owned=True, now=NOON)
    assert opens(STATION, CERTIFICATE, shown(ELSEWHERE, OURS.der), owned=True, now=NOON)


@pytest.mark.parametrize(
    ("machine", "owned"),
    [
        (replace(SYSTEM, approved=False), True),
        (replace(SYSTEM, ended=True), True),
        (replace(SYSTEM, ends_at=NOON), True),
        (SYSTEM, False),
    ],
)
@pytest.mark.parametrize("credential", [TOKEN, WITH_CERTIFICATE, CERTIFICATE])
def test_nothing_opens_for_an_account_that_does_not_live(
    machine: MachineFacts, credential: CredentialFacts, *, owned: bool
) -> None:
    assert not opens(machine, credential, shown(HERE, OURS.der), owned=owned, now=NOON)


@pytest.mark.parametrize("moved", [-2 * A_MONTH, 2 * A_MONTH])
def test_a_certificate_opens_nothing_before_and_after_its_dates(moved: timedelta) -> None:
    moment = NOON + moved
    lasting = replace(SYSTEM, ends_at=moment + A_MONTH), replace(CERTIFICATE, expires_at=moment + A_MONTH)
    assert not opens(*lasting, shown(HERE, OURS.der), owned=True, now=moment)


@pytest.mark.parametrize(
    ("pem", "fault"),
    [
        ("", CertificateFault.UNREADABLE),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", CertificateFault.UNREADABLE),
        (OURS.pem + OURS.key_pem, CertificateFault.HOLDS_KEY),
        (signed(CA, "oud", begins=NOON - 2 * A_MONTH, ends=NOON).pem, CertificateFault.OUT_OF_DATE),
    ],
)
def test_what_is_no_certificate_to_believe_is_refused_with_the_reason(pem: str, fault: CertificateFault) -> None:
    with pytest.raises(CertificateRefused) as refused:
        read_pem(pem, NOON)
    assert refused.value.fault is fault


def test_a_short_rsa_key_is_too_weak() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - it has to be refused
    ours = OURS.certificate
    built = x509.CertificateBuilder().subject_name(ours.subject).issuer_name(ours.issuer).public_key(key.public_key())
    made = built.serial_number(1).not_valid_before(NOON).not_valid_after(NOON + A_MONTH).sign(CA.key, hashes.SHA256())
    with pytest.raises(CertificateRefused) as refused:
        read_pem(made.public_bytes(Encoding.PEM).decode(), NOON)
    assert refused.value.fault is CertificateFault.WEAK


def test_bytes_that_are_no_certificate_are_nobody() -> None:
    assert read_der(b"no certificate") is None
