"""What is seen of a server's TLS, and the measure it is held to."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

Version = Literal["TLS 1.3", "TLS 1.2", "TLS 1.1", "TLS 1.0"]
VERSIONS: tuple[Version, ...] = ("TLS 1.3", "TLS 1.2", "TLS 1.1", "TLS 1.0")
NOT_TRIED = ("SSL 3.0", "SSL 2.0")

Result = Literal[
    "negotiated",
    "refused",  # the server itself said so: an alert about the version, another version, or a close
    "not_offered",  # our own library can't offer it: says nothing about the server
    "timeout",
    "reset",
    "not_tls",
    "unclear",  # the server said something that isn't about the version
    "not_tried",
]
Chain = Literal["trusted", "untrusted", "out_of_date", "not_measured"]


class Attempt(BaseModel, frozen=True):
    """One connection in which one version was offered."""

    version: Version
    result: Result
    detail: str = ""
    cipher: str = ""


class Certificate(BaseModel, frozen=True):
    """The server's own certificate; `names` are those it may be used for."""

    fingerprint: str
    issuer: str
    names: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    key_kind: str
    key_bits: int
    signature_hash: str


class Observation(BaseModel, frozen=True):
    """`failure` is set when there was no connection at all; then nothing else is."""

    host: str
    port: int
    peer: str = ""
    other_addresses: int = 0
    failure: str = ""
    attempts: tuple[Attempt, ...] = ()
    not_tried: tuple[str, ...] = NOT_TRIED
    certificate: Certificate | None = None
    chain: Chain = "not_measured"
    chain_detail: str = ""
    authority: Literal["system", "named"] = "system"


class Criteria(BaseModel, frozen=True, extra="forbid"):
    """`earliest_now` guards against a host whose clock was never set; `weak_ciphers` are parts of OpenSSL's names."""

    modern: tuple[Version, ...]
    outdated: tuple[Version, ...]
    renewal_margin_days: int = Field(ge=0)
    smallest_key_bits: dict[str, int]
    weak_signature_hashes: tuple[str, ...]
    weak_ciphers: tuple[str, ...]
    seconds_a_try: int = Field(ge=1, le=10)
    earliest_now: datetime
