"""A SAML provider as an institution has one: it answers what it is asked, signed with xmlsec; wrongly, on request."""

import base64
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from lxml import etree
from tests.simulators.certificates import KeyKind, make_key

ENTITY = "https://login.example.org/saml"
THERE = f"{ENTITY}/sso"
SAML, SAMLP = "urn:oasis:names:tc:SAML:2.0:assertion", "urn:oasis:names:tc:SAML:2.0:protocol"
DSIG = "http://www.w3.org/2000/09/xmldsig#"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
NAMES = {"saml": SAML, "samlp": SAMLP, "ds": DSIG}
Change = Callable[[Any], None]

TEMPLATE = """\
<samlp:Response xmlns:samlp="{samlp}" xmlns:saml="{saml}" ID="_r{number}" Version="2.0" IssueInstant="{at}" Destination="{acs}" \
InResponseTo="{asked}"><saml:Issuer>{entity}</saml:Issuer><samlp:Status><samlp:StatusCode \
Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status><saml:Assertion ID="_a{number}" Version="2.0" \
IssueInstant="{at}"><saml:Issuer>{entity}</saml:Issuer><saml:Subject><saml:NameID Format="{format}">{subject}</saml:NameID>\
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData \
NotOnOrAfter="{ends}" Recipient="{acs}" InResponseTo="{asked}"/></saml:SubjectConfirmation></saml:Subject>\
<saml:Conditions NotBefore="{starts}" NotOnOrAfter="{ends}"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience>\
</saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="{proven}" SessionIndex="_s{number}">\
<saml:AuthnContext><saml:AuthnContextClassRef>{context}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>\
</saml:Assertion></samlp:Response>"""


@dataclass
class Keys:
    """A key to sign with, and the file with its certificate."""

    private: bytes = field(repr=False)
    certificate: Path

    @classmethod
    def made(cls, folder: Path, name: str, kind: KeyKind = "rsa-2048") -> "Keys":
        key, named = make_key(kind), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = x509.CertificateBuilder().subject_name(named).issuer_name(named).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        signed = builder.not_valid_after(datetime(2040, 1, 1, tzinfo=UTC)).sign(key, hashes.SHA256())
        file = folder / f"{name}.pem"
        file.write_bytes(signed.public_bytes(Encoding.PEM))
        return cls(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), file)


@dataclass(frozen=True)
class Question:
    """What a browser brought from us."""

    id: str
    acs: str
    entity: str
    state: str
    contexts: tuple[str, ...]


@dataclass
class SamlProvider:
    """The provider. What it says may be changed before it signs, and what was signed after that."""

    keys: Keys
    now: datetime
    number: int = 0

    def asked(self, url: str) -> Question:
        query = dict(parse_qsl(urlsplit(url).query))
        root = etree.fromstring(zlib.decompress(base64.b64decode(query["SAMLRequest"]), wbits=-zlib.MAX_WBITS))
        assert root.tag == f"{{{SAMLP}}}AuthnRequest"
        assert root.get("Destination") == THERE
        contexts = tuple(str(each.text) for each in root.iterfind(".//saml:AuthnContextClassRef", NAMES))
        entity = str(root.findtext("saml:Issuer", namespaces=NAMES))
        return Question(root.get("ID"), root.get("AssertionConsumerServiceURL"), entity, query["RelayState"], contexts)

    def said(self, question: Question, subject: str, **said: str) -> Any:
        """Return an answer that nobody signed yet."""
        self.number += 1
        moments = {
            name: self.at(seconds) for name, seconds in {"at": 0, "proven": -30, "starts": 0, "ends": 300}.items()
        }
        fixed = {"saml": SAML, "samlp": SAMLP, "entity": ENTITY, "format": PERSISTENT, "context": PASSWORD}
        asked = {"asked": question.id, "acs": question.acs, "audience": question.entity}
        number = f"{self.now:%H%M%S}{self.number}"
        return etree.fromstring(
            TEMPLATE.format(**{**fixed, **moments, **asked, "subject": subject, "number": number, **said})
        )

    def answer(
        self, url: str, subject: str, *, before: Change | None = None, after: Change | None = None, **said: str
    ) -> dict[str, str]:
        """Answer a question: as asked, or otherwise."""
        question = self.asked(url)
        root = self.said(question, subject, **said)
        if before:
            before(root)
        sign(root.find("saml:Assertion", NAMES), self.keys)
        if after:
            after(root)
        return posted(etree.tostring(root), question.state)

    def at(self, seconds: float) -> str:
        return f"{self.now + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"


def posted(xml: bytes, state: str) -> dict[str, str]:
    return {"SAMLResponse": base64.b64encode(xml).decode(), "RelayState": state}


def sign(
    element: Any,
    keys: Keys,
    *,
    method: Any = xmlsec.Transform.RSA_SHA256,
    digest: Any = xmlsec.Transform.SHA256,
    prefixes: str = "",
) -> None:
    """Sign one element as SAML wants it: enveloped, by its ID, right after its issuer."""
    signature = xmlsec.template.create(element, xmlsec.Transform.EXCL_C14N, method, ns="ds")
    element.insert(1, signature)
    reference = xmlsec.template.add_reference(signature, digest, uri=f"#{element.get('ID')}")
    xmlsec.template.add_transform(reference, xmlsec.Transform.ENVELOPED)
    exclusive = xmlsec.template.add_transform(reference, xmlsec.Transform.EXCL_C14N)
    if prefixes:
        listed = etree.SubElement(exclusive, "{http://www.w3.org/2001/10/xml-exc-c14n#}InclusiveNamespaces")
        listed.set("PrefixList", prefixes)
    xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(signature))
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(keys.private, xmlsec.KeyFormat.PEM)
    context.key.load_cert_from_file(str(keys.certificate), xmlsec.KeyFormat.PEM)
    context.register_id(element, "ID")
    context.sign(signature)
