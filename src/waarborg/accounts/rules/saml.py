"""What is asked of a SAML provider, what we say of ourselves, and whether what a signed assertion says is said to us, now. Pure.

Sources: SAML 2.0 Core (saml-core-2.0-os), Bindings (3.4, 3.5), Profiles (4.1), Metadata; "the profile" is Profiles 4.1.4.
"""

import base64
import hmac
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

from waarborg.accounts.rules.oidc import ANSWERED_WITHIN, LONGEST_SUBJECT, SKEW, AnswerRefused, Asked, Why

ASSERTION: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
PROTOCOL: Final = "urn:oasis:names:tc:SAML:2.0:protocol"
METADATA: Final = "urn:oasis:names:tc:SAML:2.0:metadata"
POST: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
PERSISTENT: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
BEARER: Final = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
SUCCESS: Final = "urn:oasis:names:tc:SAML:2.0:status:Success"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z")
"""Core 1.3.3: in UTC, and said so."""


@dataclass(frozen=True)
class Party:
    """Who the provider is, and who we are to it."""

    issuer: str
    own_entity: str
    answers_at: str


@dataclass(frozen=True)
class Said:
    """What one assertion says whose signature holds, before anybody asked whether it's said to us, and now."""

    id: str
    issuer: str
    issued_at: datetime
    subject: str = field(repr=False)
    subject_format: str
    subject_qualifiers: tuple[str | None, str | None]
    """Whose name it is, and for whom it was made; None where it isn't said (Core 8.3.7)."""
    recipient: str
    in_response_to: str = field(repr=False)
    audiences: tuple[frozenset[str], ...]
    """Every one of these has to name us (Core 2.5.1.4)."""
    starts: tuple[datetime, ...]
    ends: tuple[datetime, ...]
    context: str
    authenticated_at: datetime


def request_id(asked: Asked) -> str:
    """Return the id of a question: an NCName, so it doesn't begin with what a random text may begin with."""
    return f"_{asked.nonce}"


def saml_question(there: str, party: Party, contexts: Sequence[str], asked: Asked, state: str) -> str:
    """Return the address to send a browser to (Bindings 3.4.4.1): deflated without a header, in base64."""
    wanted = "".join(f"<saml:AuthnContextClassRef>{escape(each)}</saml:AuthnContextClassRef>" for each in contexts)
    context = f'<samlp:RequestedAuthnContext Comparison="exact">{wanted}</samlp:RequestedAuthnContext>'
    xml = (
        f'<samlp:AuthnRequest xmlns:samlp="{PROTOCOL}" xmlns:saml="{ASSERTION}" ID="{request_id(asked)}" Version="2.0"'
        f' IssueInstant="{asked.asked_at:%Y-%m-%dT%H:%M:%SZ}" Destination={quoteattr(there)} ProtocolBinding="{POST}"'
        f" AssertionConsumerServiceURL={quoteattr(party.answers_at)}><saml:Issuer>{escape(party.own_entity)}</saml:Issuer>"
        f'<samlp:NameIDPolicy Format="{PERSISTENT}" AllowCreate="true"/>{context if wanted else ""}</samlp:AuthnRequest>'
    )
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    packed = packer.compress(xml.encode()) + packer.flush()
    query = {"SAMLRequest": base64.b64encode(packed).decode(), "RelayState": state}
    return f"{there}{'&' if '?' in there else '?'}{urlencode(query)}"


def own_metadata(party: Party) -> str:
    """Return what a provider has to know of us: who we are, and where its answers go."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<EntityDescriptor xmlns="{METADATA}" entityID={quoteattr(party.own_entity)}>'
        f'<SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="{PROTOCOL}">'
        f"<NameIDFormat>{PERSISTENT}</NameIDFormat>"
        f'<AssertionConsumerService Binding="{POST}" Location={quoteattr(party.answers_at)} index="0" isDefault="true"/>'
        "</SPSSODescriptor></EntityDescriptor>\n"
    )


def check_said(said: Said, party: Party, *, now: datetime) -> None:
    """Ask whether an assertion is of this provider, to us, about one lasting account, and of now. Raises AnswerRefused."""
    if said.issuer != party.issuer:
        raise AnswerRefused(Why.ISSUER)
    addressed = bool(said.audiences) and all(party.own_entity in each for each in said.audiences)
    if not addressed or said.recipient != party.answers_at:
        raise AnswerRefused(Why.AUDIENCE)
    _check_subject(said, party)
    if not now - ANSWERED_WITHIN - SKEW <= said.issued_at <= now + SKEW or said.authenticated_at > now + SKEW:
        raise AnswerRefused(Why.TIME)
    if any(each > now + SKEW for each in said.starts) or any(each <= now - SKEW for each in said.ends):
        raise AnswerRefused(Why.TIME)


def check_answers(in_response_to: str, issued_at: datetime, asked: Asked) -> None:
    """Ask whether it answers this question, and not one of before. Raises AnswerRefused."""
    if not hmac.compare_digest(in_response_to.encode(), request_id(asked).encode()):
        raise AnswerRefused(Why.NONCE)
    if issued_at < asked.asked_at - SKEW:
        raise AnswerRefused(Why.TIME)


def forgotten_after(said: Said) -> datetime:
    """Return from when an assertion is refused as too old, so that its id needn't be kept."""
    return said.issued_at + ANSWERED_WITHIN + 2 * SKEW


def moment(said: str | None) -> datetime:
    """Raises AnswerRefused for what is no moment in UTC."""
    if said is None or not MOMENT.fullmatch(said):
        raise AnswerRefused(Why.TIME)
    try:
        return datetime.fromisoformat(said)
    except ValueError as error:
        raise AnswerRefused(Why.TIME) from error


def _check_subject(said: Said, party: Party) -> None:
    """Only a name that stays and is given to nobody else; never an address, which goes to the next one (Core 8.3.7)."""
    known = said.subject_format == PERSISTENT and 0 < len(said.subject) <= LONGEST_SUBJECT
    of, to = said.subject_qualifiers
    if not known or said.subject != said.subject.strip() or of not in {None, party.issuer}:
        raise AnswerRefused(Why.SUBJECT)
    if to not in {None, party.own_entity}:
        raise AnswerRefused(Why.SUBJECT)
