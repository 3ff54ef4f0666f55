"""Signing on by SAML lets in whom we know, by what a known key signed, and nothing that was wrapped around it."""

import base64
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import xmlsec
from django.conf import settings
from lxml import etree
from tests.accounts.conftest import House, logged
from tests.accounts.test_sign_on import BROWSER, SUB, VISITOR, T, stage_of, why
from tests.simulators.saml_provider import (
    DSIG,
    ENTITY,
    NAMES,
    PASSWORD,
    SAML,
    SAMLP,
    THERE,
    Keys,
    SamlProvider,
    posted,
    sign,
)

from waarborg.accounts.models import Challenge, CountedAnswer, ExternalIdentity, Identity, Person, Session
from waarborg.accounts.operations import (
    CodeUnknown,
    SignOnRefused,
    TooManyAttempts,
    ask_registration,
    begin_sign_on,
    end_idle_sessions,
    finish_sign_on,
    receive_answer,
)
from waarborg.accounts.providers import ProviderUnknown
from waarborg.accounts.queries.metadata import saml_metadata
from waarborg.accounts.rules.oidc import Asked
from waarborg.accounts.testing import SCHEDULE, entered, signed_in
from waarborg.accounts.values import Asked as RoleAsked
from waarborg.accounts.values import Role, SignedIn, Stage
from waarborg.accounts.values.sign_on import Purpose, SignedOn
from waarborg.kernel.references import INSTALLATION
from waarborg.project.config import SignOn
from waarborg.project.providers import Provider
from waarborg.project.providers import SamlProvider as Listed

MFA, KNOWN = "https://refeds.org/profile/mfa", "urn:example:in-person"
OTHER = "of-somebody-else"


def listed(*certificates: Path, **more: Any) -> Listed:
    said = {"kind": "saml", "key": "huis", "name": "Zorggroep De Linde", "entity_id": ENTITY, "sso_address": THERE}
    levels = {"second_factor_contexts": (MFA,), "identity_contexts": (KNOWN,)}
    return Listed.model_validate({**said, "certificates": certificates, **levels, **more})


def configure(monkeypatch: pytest.MonkeyPatch, *providers: Listed | Provider) -> None:
    section = SignOn(providers=providers)
    monkeypatch.setattr(settings, "WAARBORG", settings.WAARBORG.model_copy(update={"sign_on": section}))


@dataclass
class Elsewhere:
    """The provider `huis`, and Sam, who is in."""

    provider: SamlProvider
    house: House
    sam: SignedIn

    def begin(self, purpose: Purpose = Purpose.ENTER, *, browser: str = BROWSER, now: datetime = T, **more: Any) -> str:
        by = self.sam.actor if purpose is Purpose.LINK else VISITOR
        session = self.sam.session if purpose is Purpose.LINK else None
        return begin_sign_on("huis", purpose, browser, by=by, now=now, session=session, **more)

    def post(self, brought: dict[str, str], *, now: datetime = T) -> dict[str, str]:
        return receive_answer("huis", brought, by=VISITOR, now=now)

    def finish(self, kept: dict[str, str], *, browser: str = BROWSER, now: datetime = T, **more: Any) -> SignedOn:
        return finish_sign_on("huis", kept, browser, now=now, **{"by": VISITOR, **more})

    def enter(self, subject: str = SUB, **said: Any) -> SignedOn:
        return self.finish(self.post(self.provider.answer(self.begin(), subject, **said)))

    def link(self, subject: str = SUB) -> None:
        kept = self.post(self.provider.answer(self.begin(Purpose.LINK), subject))
        self.finish(kept, by=self.sam.actor, session=self.sam.session)

    def refused(self, brought: dict[str, str]) -> str:
        """Let an answer be refused where it is posted, and return why according to the log."""
        sessions, people = Session.objects.count(), Person.objects.count()
        with pytest.raises(SignOnRefused):
            self.post(brought)
        assert not Challenge.objects.filter(purpose="saml_answer").exists()
        assert (Session.objects.count(), Person.objects.count()) == (sessions, people)
        return why()


@pytest.fixture
def elsewhere(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    keys = Keys.made(tmp_path, "huis")
    configure(monkeypatch, listed(keys.certificate))
    token = entered(house.sam, now=T - timedelta(minutes=1))
    return Elsewhere(SamlProvider(keys, T), house, signed_in(token, now=T))


@pytest.fixture
def linked(elsewhere: Elsewhere) -> Elsewhere:
    elsewhere.link()
    return elsewhere


def assertion(root: Any) -> Any:
    return root.find("saml:Assertion", NAMES)


def test_a_linked_person_comes_in_and_our_own_factor_is_asked(linked: Elsewhere) -> None:
    done = linked.enter()
    assert done.entered is not None
    here = signed_in(done.entered.token, now=T, stage=Stage.FACTOR)
    assert here.actor.id == linked.sam.actor.id


def test_a_second_factor_there_counts_at_the_level_that_is_listed_and_from_when_it_was(linked: Elsewhere) -> None:
    assert linked.provider.asked(linked.begin()).contexts == (MFA,)
    assert stage_of(linked.enter(context=MFA, proven=linked.provider.at(-180))) is Stage.NOTICE
    assert Session.objects.latest("pk").proven_at == T - timedelta(minutes=3)


@pytest.mark.parametrize("context", [PASSWORD, KNOWN, f"{MFA} ", f"{MFA}/", MFA.upper()])
def test_another_level_than_was_asked_for_asks_our_own_factor(linked: Elsewhere, context: str) -> None:
    assert stage_of(linked.enter(context=context)) is Stage.FACTOR


def test_nobody_is_made_and_nobody_is_found_by_name_or_address(elsewhere: Elsewhere) -> None:
    for stranger in ("stranger", "sam.visser", "sam.visser@example.org"):
        with pytest.raises(SignOnRefused):
            elsewhere.enter(stranger)
        assert why() == "unknown"
    assert not ExternalIdentity.objects.exists()


def test_a_newcomer_is_identified_at_a_level_that_is_listed_for_it(elsewhere: Elsewhere) -> None:
    anna = signed_in(entered(elsewhere.house.anna, now=T - timedelta(minutes=1)), now=T).actor
    asked = RoleAsked(Role.DEVOPS_LEAD)
    issued = ask_registration("Noor Bakker", asked, by=anna, now=T, provider=("huis", "9a-noor"))
    for context, holds in ((MFA, False), (KNOWN, True)):
        url = elsewhere.begin(Purpose.IDENTIFY, code=issued.code)
        assert elsewhere.provider.asked(url).contexts == (KNOWN,)
        kept = elsewhere.post(elsewhere.provider.answer(url, "9a-noor", context=context))
        if holds:
            elsewhere.finish(kept)
        else:
            with pytest.raises(SignOnRefused):
                elsewhere.finish(kept)
            assert why() == "assurance"
    assert Identity.objects.get(provider="huis").assurance == KNOWN


# What is said, and signed by the right key, but not to us, not now, or not of anybody in particular.


def attribute(path: str, name: str, value: str | None) -> Callable[[Any], None]:
    def change(root: Any) -> None:
        found = root.find(path, NAMES)
        if value is None:
            del found.attrib[name]
        else:
            found.set(name, value)

    return change


def twice(path: str) -> Callable[[Any], None]:
    def change(root: Any) -> None:
        found = root.find(path, NAMES)
        found.addnext(deepcopy(found))

    return change


def gone(path: str) -> Callable[[Any], None]:
    def change(root: Any) -> None:
        found = root.find(path, NAMES)
        found.getparent().remove(found)

    return change


def inside(path: str, xml: str) -> Callable[[Any], None]:
    return lambda root: root.find(path, NAMES).append(etree.fromstring(xml))


SENT = ".//saml:SubjectConfirmationData"
NAME, CONDITIONS, STATEMENT = ".//saml:NameID", ".//saml:Conditions", ".//saml:AuthnStatement"
EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
FAILED = "urn:oasis:names:tc:SAML:2.0:status:Responder"
SAID: dict[str, tuple[dict[str, Any], str]] = {
    "another audience": ({"audience": "https://other.example.org"}, "audience"),
    "no audience": ({"before": gone(".//saml:AudienceRestriction")}, "audience"),
    "an audience beside ours that we aren't in": (
        {
            "before": inside(
                CONDITIONS,
                f'<a:AudienceRestriction xmlns:a="{SAML}"><a:Audience>x</a:Audience></a:AudienceRestriction>',
            )
        },
        "audience",
    ),
    "another recipient": ({"before": attribute(SENT, "Recipient", "https://other.example.org/antwoord/")}, "audience"),
    "our own other address": (
        {"before": attribute(SENT, "Recipient", "https://testserver/aanmelden/ander/antwoord/")},
        "audience",
    ),
    "no recipient": ({"before": attribute(SENT, "Recipient", None)}, "audience"),
    "another destination": ({"before": attribute(".", "Destination", "https://other.example.org/")}, "audience"),
    "another issuer": ({"entity": "https://other.example.org/saml"}, "issuer"),
    "another issuer in what is signed": ({"before": lambda root: setattr(assertion(root)[0], "text", "x")}, "issuer"),
    "over": ({"ends": "2020-01-01T00:00:00Z"}, "time"),
    "without an end": ({"before": attribute(SENT, "NotOnOrAfter", None)}, "time"),
    "a moment that is none": ({"ends": "tomorrow"}, "time"),
    "a moment elsewhere on earth": ({"ends": "2099-01-01T00:00:00+01:00"}, "time"),
    "with a beginning for who brings it": ({"before": attribute(SENT, "NotBefore", "2020-01-01T00:00:00Z")}, "form"),
    "unsolicited": ({"asked": ""}, "nonce"),
    "unsolicited in what is signed": ({"before": attribute(SENT, "InResponseTo", None)}, "nonce"),
    "to another question around it": ({"before": attribute(".", "InResponseTo", "_other")}, "nonce"),
    "an e-mail address": ({"format": EMAIL}, "subject"),
    "a name for once": ({"format": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"}, "subject"),
    "a name of no kind": ({"before": attribute(NAME, "Format", None)}, "subject"),
    "an empty name": ({"subject": ""}, "form"),
    "a blank name": ({"subject": " "}, "subject"),
    "a name with blanks around it": ({"subject": f" {SUB}"}, "subject"),
    "a name without end": ({"subject": "x" * 256}, "subject"),
    "a name with something in it": ({"subject": f"{SUB}<saml:x/>"}, "form"),
    "a name by another": ({"before": attribute(NAME, "NameQualifier", "https://other.example.org")}, "subject"),
    "a name for another": ({"before": attribute(NAME, "SPNameQualifier", "https://other.example.org")}, "subject"),
    "two names": ({"before": twice(NAME)}, "form"),
    "no name": ({"before": gone(NAME)}, "form"),
    "two confirmations": ({"before": twice(".//saml:SubjectConfirmation")}, "form"),
    "another kind of bearer": (
        {"before": attribute(".//saml:SubjectConfirmation", "Method", "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches")},
        "form",
    ),
    "two conditions": ({"before": twice(CONDITIONS)}, "form"),
    "no conditions": ({"before": gone(CONDITIONS)}, "form"),
    "a condition of another kind": ({"before": inside(CONDITIONS, f'<a:Condition xmlns:a="{SAML}"/>')}, "form"),
    "two statements": ({"before": twice(STATEMENT)}, "form"),
    "no statement": ({"before": gone(STATEMENT)}, "form"),
    "it went wrong there": ({"before": attribute(".//samlp:StatusCode", "Value", FAILED)}, "refused_there"),
    "of SAML 1": ({"before": attribute("saml:Assertion", "Version", "1.1")}, "form"),
    "in an answer of SAML 1": ({"before": attribute(".", "Version", "1.1")}, "form"),
}


@pytest.mark.parametrize("case", SAID)
def test_what_isnt_said_to_us_now_of_somebody_in_particular_proves_nothing(linked: Elsewhere, case: str) -> None:
    said, reason = SAID[case]
    said = {"subject": SUB, **said}
    assert linked.refused(linked.provider.answer(linked.begin(), **said)) == reason


def _said(name: str, value: str) -> dict[str, Any]:
    return {name: value}


@pytest.mark.parametrize(
    ("name", "seconds", "holds"),
    [
        ("ends", -59, True),
        ("ends", -60, False),
        ("starts", 60, True),
        ("starts", 61, False),
        ("at", 60, True),
        ("at", 61, False),
        ("at", -660, True),
        ("at", -661, False),
        ("proven", 60, True),
        ("proven", 61, False),
        ("proven", -36000, True),
    ],
)
def test_a_clock_may_be_off_by_a_minute(linked: Elsewhere, name: str, seconds: int, *, holds: bool) -> None:
    brought = linked.provider.answer(linked.begin(), SUB, **_said(name, linked.provider.at(seconds)))
    if holds:
        assert linked.post(brought)
    else:
        assert linked.refused(brought) == "time"


def test_a_session_that_is_over_there_begins_none_here(linked: Elsewhere) -> None:
    over = attribute(STATEMENT, "SessionNotOnOrAfter", linked.provider.at(-61))
    assert linked.refused(linked.provider.answer(linked.begin(), SUB, before=over)) == "time"


# Who signed, what, and how.


def test_what_nobody_signed_proves_nothing(linked: Elsewhere) -> None:
    question = linked.provider.asked(linked.begin())
    root = linked.provider.said(question, SUB)
    assert linked.refused(posted(etree.tostring(root), question.state)) == "signature"


def test_a_signature_over_the_answer_around_it_isnt_one_over_the_assertion(linked: Elsewhere) -> None:
    question = linked.provider.asked(linked.begin())
    root = linked.provider.said(question, SUB)
    sign(root, linked.provider.keys)
    assert linked.refused(posted(etree.tostring(root), question.state)) == "signature"


def test_a_signature_over_the_answer_beside_that_over_the_assertion_is_fine(linked: Elsewhere) -> None:
    brought = linked.provider.answer(linked.begin(), SUB, after=lambda root: sign(root, linked.provider.keys))
    assert linked.finish(linked.post(brought)).entered


def test_another_key_proves_nothing_also_when_its_certificate_comes_along(linked: Elsewhere, tmp_path: Path) -> None:
    stranger = SamlProvider(Keys.made(tmp_path, "vreemd"), T)
    brought = stranger.answer(linked.begin(), SUB)
    assert b"X509Certificate" in base64.b64decode(brought["SAMLResponse"])
    assert linked.refused(brought) == "signature"


def test_while_a_key_is_renewed_both_count_and_afterwards_the_old_one_doesnt(
    linked: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = linked.provider.keys, Keys.made(tmp_path, "nieuw")
    configure(monkeypatch, listed(old.certificate, new.certificate))
    for keys in (old, new):
        linked.provider.keys = keys
        assert linked.enter().entered
    configure(monkeypatch, listed(new.certificate))
    linked.provider.keys = old
    assert linked.refused(linked.provider.answer(linked.begin(), SUB)) == "signature"


def test_a_key_on_a_curve_signs_as_well(linked: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = Keys.made(tmp_path, "kromme", "ec")
    configure(monkeypatch, listed(keys.certificate))
    question = linked.provider.asked(linked.begin())
    root = linked.provider.said(question, SUB)
    sign(assertion(root), keys, method=xmlsec.Transform.ECDSA_SHA256)
    assert linked.finish(linked.post(posted(etree.tostring(root), question.state))).entered


def test_namespaces_that_only_values_use_may_be_signed_along(linked: Elsewhere) -> None:
    question = linked.provider.asked(linked.begin())
    root = linked.provider.said(question, SUB)
    said = assertion(root)
    typed = etree.fromstring(
        f'<a:AttributeStatement xmlns:a="{SAML}" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><a:Attribute Name="x">'
        '<a:AttributeValue xsi:type="xs:string">y</a:AttributeValue></a:Attribute></a:AttributeStatement>'
    )
    said.append(typed)
    sign(said, linked.provider.keys, prefixes="xs")
    assert linked.finish(linked.post(posted(etree.tostring(root), question.state))).entered


@pytest.mark.parametrize(
    ("method", "digest", "reason"),
    [
        (xmlsec.Transform.RSA_SHA1, xmlsec.Transform.SHA256, "algorithm"),
        (xmlsec.Transform.RSA_SHA256, xmlsec.Transform.SHA1, "algorithm"),
        (xmlsec.Transform.RSA_SHA384, xmlsec.Transform.SHA512, ""),
    ],
)
def test_only_strong_means_sign(linked: Elsewhere, method: Any, digest: Any, reason: str) -> None:
    question = linked.provider.asked(linked.begin())
    root = linked.provider.said(question, SUB)
    sign(assertion(root), linked.provider.keys, method=method, digest=digest)
    brought = posted(etree.tostring(root), question.state)
    if reason:
        assert linked.refused(brought) == reason
    else:
        assert linked.finish(linked.post(brought)).entered


def test_a_certificate_isnt_a_secret_both_sides_hold(linked: Elsewhere) -> None:
    """HMAC under the public certificate: what verifies by whatever key it is handed would take it."""
    question = linked.provider.asked(linked.begin())
    root = linked.provider.said(question, SUB)
    said = assertion(root)
    sign(said, linked.provider.keys)
    method = said.find(".//ds:SignatureMethod", NAMES)
    method.set("Algorithm", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")
    assert linked.refused(posted(etree.tostring(root), question.state)) == "algorithm"


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("ds:Reference", attribute(".//ds:Reference", "URI", "")),
        ("another thing", attribute(".//ds:Reference", "URI", "#_other")),
        ("by a pointer", attribute(".//ds:Reference", "URI", "#xpointer(/)")),
        ("two references", twice(".//ds:Reference")),
        ("no transform", gone(".//ds:Transform")),
        ("one more transform", twice(".//ds:Transform")),
        ("XSLT", attribute(".//ds:Transform", "Algorithm", "http://www.w3.org/TR/1999/REC-xslt-19991116")),
        ("an object", inside(".//ds:Signature", f'<ds:Object xmlns:ds="{DSIG}"/>')),
        ("two signatures", twice(".//ds:Signature")),
        ("a value of nothing", lambda root: setattr(root.find(".//ds:SignatureValue", NAMES), "text", "")),
        ("without its id", attribute("saml:Assertion", "ID", None)),
    ],
)
def test_a_signature_has_one_shape(linked: Elsewhere, path: str, change: Callable[[Any], None]) -> None:
    assert linked.refused(linked.provider.answer(linked.begin(), SUB, after=change)) == "signature", path


def test_what_was_signed_isnt_changed_any_more(linked: Elsewhere) -> None:
    for change in (
        lambda root: setattr(root.find(NAME, NAMES), "text", SUB),
        attribute(SENT, "NotOnOrAfter", linked.provider.at(9999)),
        lambda root: setattr(root.find(".//saml:AuthnContextClassRef", NAMES), "text", MFA),
    ):
        assert linked.refused(linked.provider.answer(linked.begin(), OTHER, after=change)) == "signature"


# Signature wrapping: what was signed for one is kept somewhere, and something else is put where it is read.
# The numbers are those of "On Breaking SAML: Be Whoever You Want to Be" (Somorovsky et al., USENIX Security 2012).


def forged(root: Any, *, id_of_it: str = "_evil") -> tuple[Any, Any]:
    """Return what was signed, taken out, and a copy of it that says SUB and carries no signature."""
    original = assertion(root)
    evil = deepcopy(original)
    evil.remove(evil.find("ds:Signature", NAMES))
    evil.set("ID", id_of_it)
    evil.find(NAME, NAMES).text = SUB
    root.remove(original)
    return original, evil


def bare(original: Any) -> tuple[Any, Any]:
    """Return the signed assertion without its signature, and that signature."""
    signature = original.find("ds:Signature", NAMES)
    original.remove(signature)
    return original, signature


def xsw1(root: Any) -> None:
    """The whole signed answer within the signature of another answer."""
    whole = deepcopy(root)
    _, evil = forged(root)
    root.set("ID", "_evil_response")
    root.append(evil)
    signature = whole.find(".//ds:Signature", NAMES)
    signature.getparent().remove(signature)
    root.insert(1, signature)
    signature.append(whole)


def xsw2(root: Any) -> None:
    """As 1, with the signed answer before the signature instead of in it."""
    whole = deepcopy(root)
    _, evil = forged(root)
    root.set("ID", "_evil_response")
    root.append(evil)
    signature = whole.find(".//ds:Signature", NAMES)
    signature.getparent().remove(signature)
    root.insert(1, whole)
    root.insert(2, signature)


def xsw3(root: Any) -> None:
    original, evil = forged(root)
    root.append(evil)
    root.append(original)


def xsw4(root: Any) -> None:
    original, evil = forged(root)
    evil.append(original)
    root.append(evil)


def xsw5(root: Any) -> None:
    """The forged one carries the signature; what was signed stands beside it."""
    original, signature = bare(forged(root)[0])
    evil = deepcopy(original)
    evil.set("ID", "_evil")
    evil.find(NAME, NAMES).text = SUB
    evil.insert(1, signature)
    root.append(evil)
    root.append(original)


def xsw6(root: Any) -> None:
    """As 5, with what was signed inside that signature."""
    original, signature = bare(forged(root)[0])
    evil = deepcopy(original)
    evil.set("ID", "_evil")
    evil.find(NAME, NAMES).text = SUB
    evil.insert(1, signature)
    signature.append(original)
    root.append(evil)


def xsw7(root: Any) -> None:
    original, evil = forged(root)
    extensions = etree.SubElement(root, f"{{{SAMLP}}}Extensions")
    extensions.append(original)
    root.append(evil)


def xsw8(root: Any) -> None:
    original, signature = bare(forged(root)[0])
    evil = deepcopy(original)
    evil.find(NAME, NAMES).text = SUB
    evil.set("ID", "_evil")
    evil.insert(1, signature)
    etree.SubElement(signature, f"{{{DSIG}}}Object").append(original)
    root.append(evil)


def same_id(change: Callable[[Any], None]) -> Callable[[Any], None]:
    """The same, with the id of what was signed on what was forged."""

    def changed(root: Any) -> None:
        signed = assertion(root).get("ID")
        change(root)
        for each in root.iter(f"{{{SAML}}}Assertion"):
            each.set("ID", signed)

    return changed


def in_key_info(root: Any) -> None:
    """What was signed in a part of the signature that the signature doesn't cover, under the id by which XML finds things."""
    original, signature = bare(forged(root)[0])
    evil = deepcopy(original)
    evil.find(NAME, NAMES).text = SUB
    original.tag = f"{{{SAML}}}Advice"
    original.set("{http://www.w3.org/XML/1998/namespace}id", original.attrib.pop("ID"))
    signature[2].append(original)
    evil.insert(1, signature)
    root.append(evil)


def two(root: Any) -> None:
    root.append(deepcopy(assertion(root)))


def encrypted_beside(root: Any) -> None:
    etree.SubElement(root, f"{{{SAML}}}EncryptedAssertion")


def encrypted_only(root: Any) -> None:
    root.remove(assertion(root))
    etree.SubElement(root, f"{{{SAML}}}EncryptedAssertion")


WRAPPED = [xsw1, xsw2, xsw3, xsw4, xsw5, xsw6, xsw7, xsw8]
SHAPES = [*WRAPPED, *map(same_id, WRAPPED), in_key_info, two, encrypted_beside, encrypted_only]


@pytest.mark.parametrize("change", SHAPES, ids=lambda change: change.__qualname__)
def test_what_is_wrapped_around_a_signed_assertion_proves_nothing(
    linked: Elsewhere, change: Callable[[Any], None]
) -> None:
    brought = linked.provider.answer(linked.begin(), OTHER, after=change)
    assert linked.refused(brought) in {"form", "signature"}


# What XML can do besides.


def rewritten(brought: dict[str, str], change: Callable[[str], str], encoding: str = "utf-8") -> dict[str, str]:
    text = base64.b64decode(brought["SAMLResponse"]).decode()
    return brought | {"SAMLResponse": base64.b64encode(change(text).encode(encoding)).decode()}


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
XML: dict[str, Callable[[str], str]] = {
    "a comment in the name": lambda text: text.replace(OTHER, f"{SUB}<!---->.{OTHER}"),
    "a comment anywhere": lambda text: text.replace("<saml:Subject>", "<saml:Subject><!--x-->"),
    "an instruction in the name": lambda text: text.replace(OTHER, f"{SUB}<?x?>{OTHER}"),
    "CDATA in the name": lambda text: text.replace(OTHER, f"<![CDATA[{OTHER}]]>"),
    "a document type": lambda text: f"<!DOCTYPE r>{text}",
    "entities that grow": lambda text: f'<!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]>' + text.replace(OTHER, "&l9;"),
    "an entity from a file": lambda text: (
        '<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/hostname">]>' + text.replace(OTHER, "&f;")
    ),
    "an entity from elsewhere": lambda text: '<!DOCTYPE r SYSTEM "http://192.0.2.1/x.dtd">' + text,
    "an unknown entity": lambda text: text.replace(OTHER, "&f;"),
    "deeply nested": lambda text: text.replace("<saml:Subject>", "<a>" * 3000 + "</a>" * 3000 + "<saml:Subject>"),
    "huge": lambda text: text + " " * 300_000,
    "another encoding": lambda text: f'<?xml version="1.0" encoding="ISO-8859-1"?>{text}',
    "an encoding that hides": lambda text: f'<?xml version="1.0" encoding="UTF-7"?>{text}',
    "no XML": lambda _: "hello",
    "half of it": lambda text: text[: len(text) // 2],
    "nothing": lambda _: "",
    "something after it": lambda text: f"{text}{text}",
    "another document": lambda _: "<html/>",
}


@pytest.mark.parametrize("case", XML)
def test_what_xml_can_do_besides_isnt_read(linked: Elsewhere, case: str) -> None:
    brought = rewritten(linked.provider.answer(linked.begin(), OTHER), XML[case])
    assert linked.refused(brought) in {"form", "signature"}


def test_no_comment_shortens_a_name_that_was_signed_with_it(linked: Elsewhere) -> None:
    """Canonical XML leaves comments out, so a signature holds with one put in: the name would be cut off there."""
    brought = linked.provider.answer(linked.begin(), f"{SUB}.example.org")
    changed = rewritten(brought, lambda text: text.replace(f"{SUB}.example", f"{SUB}<!---->.example"))
    assert linked.refused(changed) == "form"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-7"])
def test_text_in_another_encoding_isnt_read(linked: Elsewhere, encoding: str) -> None:
    brought = rewritten(linked.provider.answer(linked.begin(), SUB), lambda text: f"<!DOCTYPE r>{text}", encoding)
    assert linked.refused(brought) == "form"


@pytest.mark.parametrize("sent", ["", "%%%", "A", "PA==" * 90_000, "é"])
def test_what_isnt_base64_of_a_bounded_length_isnt_read(linked: Elsewhere, sent: str) -> None:
    linked.begin()
    assert linked.refused({"SAMLResponse": sent, "RelayState": "x"}) == "form"


def test_a_declaration_and_line_breaks_are_fine(linked: Elsewhere) -> None:
    brought = linked.provider.answer(linked.begin(), SUB)
    declared = rewritten(brought, lambda text: f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n')
    sent = declared["SAMLResponse"]
    broken = "\r\n".join(sent[start : start + 76] for start in range(0, len(sent), 76))
    assert linked.finish(linked.post(declared | {"SAMLResponse": broken})).entered


# One answer, one question, one browser, once.


def test_an_answer_counts_once_whatever_came_of_it(linked: Elsewhere) -> None:
    brought = linked.provider.answer(linked.begin(), SUB)
    kept = linked.post(brought)
    with pytest.raises(SignOnRefused):
        linked.post(brought)
    assert why() == "again"
    assert linked.finish(kept).entered
    with pytest.raises(SignOnRefused):
        linked.finish(kept)
    with pytest.raises(SignOnRefused):
        linked.post(brought)
    assert why() == "again"


def test_an_assertion_counts_once_also_in_another_answer(linked: Elsewhere) -> None:
    url = linked.begin()
    brought = linked.provider.answer(url, SUB)
    linked.post(brought)
    other = rewritten(brought, lambda text: text.replace('ID="_r', 'ID="_other', 1))
    with pytest.raises(SignOnRefused):
        linked.post(other | {"RelayState": "another"})
    assert why() == "again"


def test_its_id_is_kept_until_its_age_refuses_it(linked: Elsewhere) -> None:
    brought = linked.provider.answer(linked.begin(), SUB, ends=linked.provider.at(7200), at=linked.provider.at(60))
    linked.post(brought)
    until = CountedAnswer.objects.latest("until").until
    for moment, reason in ((T + timedelta(minutes=11), "again"), (T + timedelta(minutes=12), "again"), (until, "time")):
        end_idle_sessions(by=SCHEDULE, now=moment)
        with pytest.raises(SignOnRefused):
            linked.post(brought, now=moment)
        assert why() == reason
    assert not CountedAnswer.objects.exists()


def test_an_answer_counts_in_the_browser_that_asked_and_no_other(linked: Elsewhere) -> None:
    kept = linked.post(linked.provider.answer(linked.begin(), SUB))
    with pytest.raises(SignOnRefused):
        linked.finish(kept, browser="another")
    with pytest.raises(SignOnRefused):
        linked.finish(kept, browser="")


def test_an_answer_to_the_question_of_another_browser_isnt_one_to_mine(linked: Elsewhere) -> None:
    """Somebody lets their own answer be posted by my browser, so that I would work under their name; or the other way around."""
    mine, theirs = linked.begin(), linked.begin(browser="theirs")
    state = linked.provider.asked(mine).state
    kept = linked.post(linked.provider.answer(theirs, SUB) | {"RelayState": state})
    with pytest.raises(SignOnRefused):
        linked.finish(kept)
    assert why() == "nonce"


def test_an_answer_from_before_the_question_isnt_one_to_it(linked: Elsewhere) -> None:
    kept = linked.post(linked.provider.answer(linked.begin(), SUB, at=linked.provider.at(-61)))
    with pytest.raises(SignOnRefused):
        linked.finish(kept)
    assert why() == "time"


def test_what_was_kept_waits_a_minute_for_its_browser(linked: Elsewhere) -> None:
    kept = linked.post(linked.provider.answer(linked.begin(), SUB))
    with pytest.raises(SignOnRefused):
        linked.finish(kept, now=T + timedelta(minutes=1))
    assert why() == "code"


@pytest.mark.parametrize("answer", ["", "x"])
def test_coming_back_without_an_answer_proves_nothing(linked: Elsewhere, answer: str) -> None:
    state = linked.provider.asked(linked.begin()).state
    with pytest.raises(SignOnRefused):
        linked.finish({"state": state, "answer": answer})
    assert why() == "code"


def test_one_provider_doesnt_answer_for_another(
    linked: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Keys.made(tmp_path, "ander")
    entity = "https://other.example.org/saml"
    configure(
        monkeypatch,
        listed(linked.provider.keys.certificate),
        listed(other.certificate, key="ander", entity_id=entity),
    )
    kept = linked.post(linked.provider.answer(linked.begin(), SUB))
    with pytest.raises(SignOnRefused):
        finish_sign_on("ander", kept, BROWSER, by=VISITOR, now=T)
    brought = linked.provider.answer(linked.begin(), SUB)
    with pytest.raises(SignOnRefused):
        receive_answer("ander", brought, by=VISITOR, now=T)
    assert why() == "audience"


def test_who_posts_without_end_waits(linked: Elsewhere) -> None:
    for turn in range(300):
        try:
            linked.post({"SAMLResponse": "PGEvPg==", "RelayState": f"x{turn}"})
        except SignOnRefused:
            continue
        except TooManyAttempts:
            break
    else:
        pytest.fail("nobody had to wait")


def test_nothing_of_what_was_posted_stands_in_the_log(linked: Elsewhere) -> None:
    linked.refused({"SAMLResponse": base64.b64encode(b"<secret/>").decode(), "RelayState": "very-secret"})
    detail = logged(INSTALLATION, "accounts.signed_on")[0].detail
    assert dict(detail) == {"provider": "huis", "purpose": "receive", "why": "form"}


def test_we_say_who_we_are_in_metadata(elsewhere: Elsewhere) -> None:
    said = etree.fromstring(saml_metadata("huis").encode())
    question = elsewhere.provider.asked(elsewhere.begin())
    service = said.find(".//{*}AssertionConsumerService")
    assert (said.get("entityID"), service.get("Location")) == (question.entity, question.acs)
    assert said[0].get("WantAssertionsSigned") == "true"
    with pytest.raises(ProviderUnknown):
        saml_metadata("ander")


def test_an_openid_provider_takes_no_saml(elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, Provider(key="huis", name="Huis", issuer="https://login.example.org", client_id="x"))
    with pytest.raises(ProviderUnknown):
        elsewhere.post({"SAMLResponse": "x", "RelayState": "x"})
    with pytest.raises(ProviderUnknown):
        saml_metadata("huis")


def test_who_isnt_expected_there_isnt_asked(elsewhere: Elsewhere) -> None:
    with pytest.raises(CodeUnknown):
        elsewhere.begin(Purpose.IDENTIFY, code="AAAA-BBBB")


def test_a_question_is_kept_sealed_and_bound(elsewhere: Elsewhere) -> None:
    question = elsewhere.provider.asked(elsewhere.begin())
    row = Challenge.objects.get(purpose="sign_on")
    assert question.id.encode() not in bytes(row.value)
    assert question.id[1:] not in repr(
        Asked(provider="huis", purpose="enter", nonce=question.id[1:], verifier="v", asked_at=T)
    )
