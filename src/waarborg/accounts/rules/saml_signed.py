"""Which part of a SAML answer is signed by a known key. Needs the extra `saml`; imported only where an answer is read.

The one assertion is taken out of the answer first, and its signature is verified over that alone: nothing that was wrapped around it,
or beside it, is there any more when the signature is verified, and what is read afterwards is the very document that was verified.
Sources: SAML 2.0 Core 5.4 (the profile of signatures), XML Signature 1.1, Exclusive XML Canonicalization 1.0.
"""

import base64
import binascii
from collections.abc import Sequence
from typing import Any, Final

import xmlsec
from lxml import etree

from waarborg.accounts.rules.oidc import AnswerRefused, Why
from waarborg.accounts.rules.saml import ASSERTION, PROTOCOL

LARGEST: Final = 256 * 1024
"""Of the answer as it is sent, in base64."""
DSIG: Final = "http://www.w3.org/2000/09/xmldsig#"
MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"
EXCLUSIVE: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
TRANSFORMS: Final = [f"{DSIG}enveloped-signature", EXCLUSIVE]
SIGNATURES: Final = frozenset({f"{MORE}{kind}-sha{size}" for kind in ("rsa", "ecdsa") for size in (256, 384, 512)})
DIGESTS: Final = frozenset(
    {"http://www.w3.org/2001/04/xmlenc#sha256", f"{MORE}sha384", "http://www.w3.org/2001/04/xmlenc#sha512"}
)
"""No SHA-1, and no key that both sides hold."""


def opened(sent: str) -> Any:
    """Return the root of an answer as it was posted (Bindings 3.5.4). Raises AnswerRefused."""
    if not 0 < len(sent) <= LARGEST:
        raise AnswerRefused(Why.FORM)
    try:
        text = base64.b64decode("".join(sent.split()), validate=True).decode("utf-8")
        return _parsed(_without_declaration(text).encode())
    except (binascii.Error, ValueError, etree.LxmlError) as error:
        raise AnswerRefused(Why.FORM) from error


def signed_assertion(root: Any, certificates: Sequence[bytes]) -> Any:
    """Return the one assertion of an answer, alone and without its signature, if one of these keys signed it. Raises AnswerRefused."""
    everything = [each.tag for each in root.iter()]
    found = root.findall(f"{{{ASSERTION}}}Assertion")
    if len(found) != 1 or everything.count(f"{{{ASSERTION}}}Assertion") != 1:
        raise AnswerRefused(Why.FORM)
    if f"{{{ASSERTION}}}EncryptedAssertion" in everything or len(set(_ids(root))) != len(_ids(root)):
        raise AnswerRefused(Why.FORM)
    alone = _alone(found[0])
    signature = _signature_of(alone)
    if not any(_holds(alone, signature, certificate) for certificate in certificates):
        raise AnswerRefused(Why.SIGNATURE)
    alone.remove(signature)
    return alone


def _without_declaration(text: str) -> str:
    """Return what may be parsed: no document type, no entity of one's own, no comment, no CDATA, no instruction.

    `<!` and `<?` stand nowhere else in well-formed XML, so nothing is left of which two parsers could think differently.
    """
    text = text.removeprefix("\ufeff").lstrip()
    if text.startswith("<?xml "):
        declared, _, text = text.partition("?>")
        if "encoding" in declared and "utf-8" not in declared.lower():
            raise AnswerRefused(Why.FORM)
    if "<!" in text or "<?" in text:
        raise AnswerRefused(Why.FORM)
    return text


def _parsed(content: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    root = etree.fromstring(content, parser)
    if root.tag not in {f"{{{PROTOCOL}}}Response", f"{{{ASSERTION}}}Assertion"}:
        raise AnswerRefused(Why.FORM)
    return root


def _ids(root: Any) -> list[str]:
    return [each.get("ID") for each in root.iter() if each.get("ID") is not None]


def _alone(assertion: Any) -> Any:
    """Return the assertion as a document of its own, without what was said around it."""
    lists = assertion.iter(f"{{{EXCLUSIVE}}}InclusiveNamespaces")
    prefixes = [prefix for each in lists for prefix in each.get("PrefixList", "").split()]
    return _parsed(etree.tostring(assertion, method="c14n", exclusive=True, inclusive_ns_prefixes=prefixes))


def _signature_of(alone: Any) -> Any:
    """Return its one signature, which is over the whole of it by means we take, without the key that came along."""
    found = list(alone.iter(f"{{{DSIG}}}Signature"))
    if len(found) != 1 or found[0].getparent() is not alone:
        raise AnswerRefused(Why.SIGNATURE)
    signature = found[0]
    for told in signature.findall(f"{{{DSIG}}}KeyInfo"):
        signature.remove(told)
    if [each.tag for each in signature] != [f"{{{DSIG}}}SignedInfo", f"{{{DSIG}}}SignatureValue"]:
        raise AnswerRefused(Why.SIGNATURE)
    _check_reference(signature[0], alone.get("ID"))
    return signature


def _check_reference(info: Any, id_of_assertion: str | None) -> None:
    """One reference, to the whole assertion, and nothing that could turn it into something else first (Core 5.4.2, 5.4.4)."""
    if [etree.QName(each).localname for each in info] != ["CanonicalizationMethod", "SignatureMethod", "Reference"]:
        raise AnswerRefused(Why.SIGNATURE)
    canonical, method, reference = info
    if not id_of_assertion or reference.get("URI") != f"#{id_of_assertion}":
        raise AnswerRefused(Why.SIGNATURE)
    if [each.get("Algorithm") for each in reference.iter(f"{{{DSIG}}}Transform")] != TRANSFORMS:
        raise AnswerRefused(Why.SIGNATURE)
    digests = [each.get("Algorithm") for each in reference.iter(f"{{{DSIG}}}DigestMethod")]
    strong = method.get("Algorithm") in SIGNATURES and len(method) == 0 and len(digests) == 1 and digests[0] in DIGESTS
    if not strong or canonical.get("Algorithm") != EXCLUSIVE:
        raise AnswerRefused(Why.ALGORITHM)


def _holds(alone: Any, signature: Any, certificate: bytes) -> bool:
    """Verify by a key we were given beforehand; only the assertion itself can be what the reference names."""
    try:
        context = xmlsec.SignatureContext()
        context.key = xmlsec.Key.from_memory(certificate, xmlsec.KeyFormat.CERT_PEM)
        context.register_id(alone, "ID")
        context.verify(signature)
    except xmlsec.Error:
        return False
    return True
