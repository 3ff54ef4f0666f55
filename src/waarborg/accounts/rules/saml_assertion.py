"""What a SAML answer and its assertion say, read strictly: what has to be there once is there once. Pure.

Elements come from a parser that let in no comment, instruction or entity, so the text of one is the whole of it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from waarborg.accounts.rules.oidc import AnswerRefused, Why
from waarborg.accounts.rules.saml import ASSERTION, BEARER, PROTOCOL, SUCCESS, Party, Said, moment

ISSUER_FORMAT: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"
CONDITIONS: Final = {"AudienceRestriction", "OneTimeUse", "ProxyRestriction"}
"""What we understand: another condition makes an assertion that can't be judged (Core 2.5.1)."""


def check_envelope(root: Any, party: Party) -> None:
    """Ask whether an answer went well, and came where it was sent. It isn't signed, so it can only refuse. Raises AnswerRefused."""
    if root.tag != f"{{{PROTOCOL}}}Response" or root.get("Version") != "2.0":
        raise AnswerRefused(Why.FORM)
    if root.get("Destination", party.answers_at) != party.answers_at:
        raise AnswerRefused(Why.AUDIENCE)
    if any(_text(each) != party.issuer for each in root.findall(f"{{{ASSERTION}}}Issuer")):
        raise AnswerRefused(Why.ISSUER)
    if _one(_one(root, "Status", PROTOCOL), "StatusCode", PROTOCOL).get("Value") != SUCCESS:
        raise AnswerRefused(Why.REFUSED_THERE)


def read_assertion(alone: Any, root: Any) -> Said:
    """Return what the signed assertion says; `root` is the answer it came in, which may not say another. Raises AnswerRefused."""
    if alone.get("Version") != "2.0" or not alone.get("ID"):
        raise AnswerRefused(Why.FORM)
    issuer, subject = _one(alone, "Issuer"), _one(alone, "Subject")
    if issuer.get("Format", ISSUER_FORMAT) != ISSUER_FORMAT:
        raise AnswerRefused(Why.ISSUER)
    name, sent, statement = _one(subject, "NameID"), _sent(subject, root), _one(alone, "AuthnStatement")
    conditions = _conditions(alone)
    return Said(
        id=alone.get("ID"),
        issuer=_text(issuer),
        issued_at=moment(alone.get("IssueInstant")),
        subject=_text(name),
        subject_format=name.get("Format", ""),
        subject_qualifiers=(name.get("NameQualifier"), name.get("SPNameQualifier")),
        recipient=sent.get("Recipient", ""),
        in_response_to=sent.get("InResponseTo"),
        audiences=tuple(_audiences(each) for each in conditions.findall(f"{{{ASSERTION}}}AudienceRestriction")),
        starts=_moments(conditions.get("NotBefore")),
        ends=(
            moment(sent.get("NotOnOrAfter")),
            *_moments(conditions.get("NotOnOrAfter"), statement.get("SessionNotOnOrAfter")),
        ),
        context=_text(_one(_one(statement, "AuthnContext"), "AuthnContextClassRef"), Why.ASSURANCE),
        authenticated_at=moment(statement.get("AuthnInstant")),
    )


def _sent(subject: Any, root: Any) -> Any:
    """Return to whom the bearer was sent: once, in answer to a question, with an end and no beginning (the profile, 4.1.4.2)."""
    confirmation = _one(subject, "SubjectConfirmation")
    sent = _one(confirmation, "SubjectConfirmationData")
    if confirmation.get("Method") != BEARER or sent.get("NotBefore") is not None:
        raise AnswerRefused(Why.FORM)
    if not sent.get("InResponseTo") or root.get("InResponseTo") != sent.get("InResponseTo"):
        raise AnswerRefused(Why.NONCE)
    return sent


def _conditions(alone: Any) -> Any:
    conditions = _one(alone, "Conditions")
    if {each.tag for each in conditions} - {f"{{{ASSERTION}}}{name}" for name in CONDITIONS}:
        raise AnswerRefused(Why.FORM)
    return conditions


def _audiences(restriction: Any) -> frozenset[str]:
    return frozenset(_text(each, Why.AUDIENCE) for each in restriction)


def _moments(*said: str | None) -> tuple[datetime, ...]:
    read: Callable[[str], datetime] = moment
    return tuple(read(each) for each in said if each is not None)


def _one(parent: Any, name: str, space: str = ASSERTION) -> Any:
    found = parent.findall(f"{{{space}}}{name}")
    if len(found) != 1:
        raise AnswerRefused(Why.FORM)
    return found[0]


def _text(element: Any, why: Why = Why.FORM) -> str:
    """Return the whole text of an element that holds nothing else."""
    if len(element) or not element.text:
        raise AnswerRefused(why)
    return str(element.text)
