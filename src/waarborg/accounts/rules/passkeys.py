"""Passkeys: what a browser is asked, and whether what it answers may be believed (WebAuthn level 3, 7.1 and 7.2).

The user has to be verified by the authenticator (a finger, a face, a PIN) both when a passkey is made and when it is used:
the device is then one factor and the verification another. Attestation isn't asked for: which brand of device somebody has
isn't ours to know.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from fido2.cose import ES256, RS256, CoseKey, EdDSA
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestationConveyancePreference,
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    CollectedClientData,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialParameters,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

ALGORITHMS = (ES256.ALGORITHM, EdDSA.ALGORITHM, RS256.ALGORITHM)
CHALLENGE_BYTES = 32
ANSWER_WITHIN = timedelta(minutes=2)
"""How long the browser waits for its user; a hint."""
VALID_FOR = timedelta(minutes=5)
LONGEST_ANSWER = 65_536
LONGEST_CREDENTIAL_ID = 1023
"""Bytes, by WebAuthn level 3, 7.1."""
RSA_BYTES = range(256, 513)
NAME = "Waarborg"

# The library tells ids of credentials at the level of information; a log of the server has no use for them.
logging.getLogger("fido2").setLevel(logging.WARNING)


class PasskeyRefused(Exception):
    """The answer isn't one that this passkey gave to this question here. What was wrong with it is never said."""


class CounterWentBack(PasskeyRefused):
    """The passkey counts lower than it did before: there may be a copy of it."""


@dataclass(frozen=True)
class Site:
    """Whom passkeys are made for: the host of the address that people use, and where a browser may answer from."""

    rp_id: str
    origins: frozenset[str]


@dataclass(frozen=True)
class Keeper:
    """For whom a passkey is made; the browser shows log-in and name where it lets somebody choose."""

    id: UUID
    login: str = field(repr=False)
    name: str = field(repr=False)


@dataclass(frozen=True)
class MadePasskey:
    """A passkey that was just made: its id, its key, and where its counter stands."""

    credential_id: str
    data: str = field(repr=False)
    """Attested credential data in base64url."""
    sign_count: int


@dataclass(frozen=True)
class Answer:
    """Who an answer says to be from, before it is known whether it is."""

    credential_id: str
    person: UUID | None
    """By the user handle; None where the authenticator gave none."""
    parsed: AuthenticationResponse = field(repr=False)


def site_at(address: str) -> Site:
    """Return whom passkeys are made for at this address."""
    parts = urlsplit(address)
    if not parts.hostname:
        raise ValueError(address)
    return Site(parts.hostname, frozenset({f"{parts.scheme}://{parts.netloc}"}))


def to_make(site: Site, keeper: Keeper, has: Sequence[str], challenge: bytes) -> str:
    """Return the JSON for `PublicKeyCredential.parseCreationOptionsFromJSON`. `has` are the ids of what the person has."""
    options, _ = _server(site).register_begin(
        PublicKeyCredentialUserEntity(id=keeper.id.bytes, name=keeper.login, display_name=keeper.name),
        _descriptors(has),
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=UserVerificationRequirement.REQUIRED,
        challenge=challenge,
    )
    return json.dumps(dict(options.public_key))


def to_use(site: Site, has: Sequence[str] | None, challenge: bytes) -> str:
    """Return the JSON for `PublicKeyCredential.parseRequestOptionsFromJSON`; `has` is None for whoever it may be."""
    options, _ = _server(site).authenticate_begin(
        None if has is None else _descriptors(has),
        user_verification=UserVerificationRequirement.REQUIRED,
        challenge=challenge,
    )
    return json.dumps(dict(options.public_key))


def made(answer: str, site: Site, challenge: bytes) -> MadePasskey:
    """Return the passkey that was made in answer to a challenge. Raises PasskeyRefused."""
    try:
        parsed = RegistrationResponse.from_dict(_object(answer))
        _refuse_framed(parsed.response.client_data)
        data = _server(site).register_complete(_state(challenge), parsed)
        credential = _sound(data, parsed.raw_id)
    except Exception as error:  # bytes of a stranger, in a parser that raises whatever comes up
        raise PasskeyRefused from error
    return MadePasskey(websafe_encode(credential.credential_id), websafe_encode(bytes(credential)), data.counter)


def read(answer: str) -> Answer:
    """Return who an answer says to be from. Raises PasskeyRefused."""
    try:
        parsed = AuthenticationResponse.from_dict(_object(answer))
        handle = parsed.response.user_handle
        person = UUID(bytes=handle) if handle else None
        return Answer(websafe_encode(parsed.raw_id), person, parsed)
    except Exception as error:  # bytes of a stranger, in a parser that raises whatever comes up
        raise PasskeyRefused from error


def id_of(kept: str) -> str:
    """Return the id of a passkey that was kept, in base64url."""
    return websafe_encode(AttestedCredentialData(websafe_decode(kept)).credential_id)


def proven(answer: Answer, site: Site, challenge: bytes, *, kept: str, sign_count: int) -> int:
    """Return where the counter of a passkey stands that answered. Raises PasskeyRefused or CounterWentBack.

    `kept` and `sign_count` are what was kept of it. Where neither counts (0) there is nothing to compare.
    """
    try:
        _refuse_framed(answer.parsed.response.client_data)
        credential = AttestedCredentialData(websafe_decode(kept))
        _server(site).authenticate_complete(_state(challenge), [credential], answer.parsed)
        data = answer.parsed.response.authenticator_data
        _refuse_impossible_flags(data)
    except Exception as error:  # bytes of a stranger, in a parser that raises whatever comes up
        raise PasskeyRefused from error
    if (data.counter or sign_count) and data.counter <= sign_count:
        raise CounterWentBack
    return int(data.counter)


def _server(site: Site) -> Fido2Server:
    server = Fido2Server(
        PublicKeyCredentialRpEntity(id=site.rp_id, name=NAME),
        attestation=AttestationConveyancePreference.NONE,
        verify_origin=site.origins.__contains__,
    )
    server.timeout = int(ANSWER_WITHIN.total_seconds() * 1000)  # type: ignore[assignment] # the library says None
    server.allowed_algorithms = [
        PublicKeyCredentialParameters(type=PublicKeyCredentialType.PUBLIC_KEY, alg=each) for each in ALGORITHMS
    ]
    return server


def _state(challenge: bytes) -> dict[str, Any]:
    return {"challenge": websafe_encode(challenge), "user_verification": UserVerificationRequirement.REQUIRED}


def _descriptors(credential_ids: Sequence[str]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=websafe_decode(each))
        for each in credential_ids
    ]


def _object(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST_ANSWER:
        raise PasskeyRefused
    found = json.loads(answer)
    if not isinstance(found, dict) or found.get("type") != PublicKeyCredentialType.PUBLIC_KEY:
        raise PasskeyRefused
    return found


def _refuse_framed(data: CollectedClientData) -> None:
    """A page of somebody else that holds ours in a frame gets nothing."""
    if data.cross_origin is not False:
        raise PasskeyRefused


def _refuse_impossible_flags(data: AuthenticatorData) -> None:
    if data.is_backed_up() and not data.is_backup_eligible():
        raise PasskeyRefused


def _sound(data: AuthenticatorData, raw_id: bytes) -> AttestedCredentialData:
    """Return a credential whose key can be used later: nothing signs it now, so a key that is none would lock its owner out."""
    _refuse_impossible_flags(data)
    credential = data.credential_data
    if (
        credential is None
        or credential.credential_id != raw_id
        or len(raw_id) not in range(1, LONGEST_CREDENTIAL_ID + 1)
    ):
        raise PasskeyRefused
    _refuse_unfit_key(credential.public_key)
    return credential


def _refuse_unfit_key(key: CoseKey) -> None:
    algorithm = key.get(3)
    if algorithm not in ALGORITHMS or (algorithm == RS256.ALGORITHM and len(key[-1]) not in RSA_BYTES):
        raise PasskeyRefused
    try:
        key.verify(b"", b"")
    except InvalidSignature:
        return
    raise PasskeyRefused
