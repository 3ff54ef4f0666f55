"""What the API takes about people: which role for what until when, and the document that somebody holds in their hands."""

from typing import Annotated, Final
from uuid import UUID

from pydantic import AfterValidator, Strict, WithJsonSchema
from pydantic_core import PydanticCustomError

from waarborg.accounts.operations import ScopeUnfit
from waarborg.accounts.values import Asked, DocumentKind, IdentityDocument, NumberKind, NumberStatus, Role, StatedNumber
from waarborg.doors.api.bodies import DocumentNumber, PersonName, Subject
from waarborg.doors.web.accounts.people_forms import end_of
from waarborg.doors.web.accounts.places import places_of
from waarborg.kernel.actor import Actor
from waarborg.kernel.references import Reference
from waarborg.registers.values.inputs import Input
from waarborg.registers.values.text import Day

LAST_PAGE: Final = 1_000_000
SHAPE: Final = "^(ward|device_group|application):[0-9a-f-]{36}$"


def _place(text: str) -> str:
    kind, _, identifier = text.partition(":")
    try:
        return str(Reference(kind, UUID(identifier)))
    except ValueError as error:
        raise PydanticCustomError("not_valid", "{code}", {"code": "not_valid"}) from error


def _page(number: int) -> int:
    if not 0 < number <= LAST_PAGE:
        raise PydanticCustomError("not_valid", "{code}", {"code": "not_valid"})
    return number


Place = Annotated[str, Strict(), AfterValidator(_place), WithJsonSchema({"type": "string", "pattern": SHAPE})]
PageNumber = Annotated[
    int, Strict(), AfterValidator(_page), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": LAST_PAGE})
]


class AskedRole(Input):
    role: Role
    within: Place | None = None
    """What the role is asked for alone, as kind:id of a ward, a group of devices or an application."""
    ends_on: Day | None = None
    """The last day, as days are counted in the Netherlands; without one it lasts until somebody ends it."""

    def asked(self, by: Actor) -> Asked:
        """Return what is asked. Raises ScopeUnfit for a thing that isn't in the register of this scope."""
        within = Reference.parse(self.within) if self.within else None
        if within is not None and within not in places_of(by.scope).names:
            raise ScopeUnfit(self.role)
        return Asked(self.role, within, end_of(self.ends_on))


class Account(Input):
    provider: Subject
    subject: Subject


class Newcomer(AskedRole):
    name: PersonName
    """As it stands on the identity document."""
    account: Account | None = None
    """Who they are at an identity provider, where they log in by that."""

    def elsewhere(self) -> tuple[str, str] | None:
        return (self.account.provider, self.account.subject) if self.account else None


class Document(Input):
    document_kind: DocumentKind
    document_number: DocumentNumber
    document_until: Day

    def document(self) -> IdentityDocument:
        return IdentityDocument(self.document_kind, self.document_number, self.document_until)


class Number(Input):
    kind: NumberKind
    number: DocumentNumber
    status: NumberStatus = NumberStatus.STATED

    def stated(self) -> StatedNumber:
        return StatedNumber(self.kind, self.number, self.status)


class Seen(Document):
    """The document of someone who comes in, and their number in a register of care professionals."""

    number: Number | None = None

    def numbers(self) -> tuple[StatedNumber, ...]:
        return (self.number.stated(),) if self.number else ()
