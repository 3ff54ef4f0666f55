"""A control as its file says it: strict, frozen, and with a digest so that a verdict can name what it was judged by."""

from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from waarborg.assurance.values import EvidenceKind
from waarborg.kernel import canonical
from waarborg.registers.values.classification import RiskClass

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Environment = Literal["development", "test", "acceptance", "production"]
Days = Annotated[int, Field(gt=0, le=3_660)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Strict):
    """One text in both languages of the screens."""

    nl: Text
    en: Text


class Norm(_Strict):
    """A control number in an edition of the norm.

    `verified` is true when a public source names this number for this edition; nobody here compared it with the text of
    the norm itself. False: from memory, look it up before citing it.
    """

    edition: Literal["NEN 7510-2:2024", "NEN 7510-2:2017"]
    number: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,2}(\.[0-9]{1,2}){1,3}$")]
    verified: bool


class CheckProof(_Strict):
    """A proof that a machine measures, once in each of its environments.

    With `about = "waarborg"` only Waarborg itself is asked for it: no one else can be measured that way yet.
    """

    kind: Literal["check"]
    id: Identifier
    check: Identifier
    title: Words
    environments: Annotated[tuple[Environment, ...], Field(min_length=1)]
    about: Literal["every_application", "waarborg"] = "every_application"

    @property
    def evidence_kind(self) -> EvidenceKind:
        return EvidenceKind.MEASURED


class StatementProof(_Strict):
    """A proof that a named person gives: what is asked, and what it must be evidenced by."""

    kind: Literal["statement"]
    id: Identifier
    title: Words
    asks: Words
    evidenced_by: Words

    @property
    def evidence_kind(self) -> EvidenceKind:
        return EvidenceKind.STATED


Proof = Annotated[CheckProof | StatementProof, Field(discriminator="kind")]


class Validity(_Strict):
    """How many days a proof lasts after it was observed."""

    measured: Days
    stated: Days

    def days(self, kind: EvidenceKind) -> int:
        return self.measured if kind is EvidenceKind.MEASURED else self.stated


class ValidityDays(_Strict):
    """Validity by risk class; what harms more is looked at more often."""

    low: Validity
    middle: Validity
    high: Validity
    critical: Validity

    def of(self, risk: RiskClass) -> Validity:
        by_class = {
            RiskClass.LOW: self.low,
            RiskClass.MIDDLE: self.middle,
            RiskClass.HIGH: self.high,
            RiskClass.CRITICAL: self.critical,
        }
        return by_class[risk]

    @model_validator(mode="after")
    def _never_longer_for_a_higher_risk(self) -> Self:
        order = (self.low, self.middle, self.high, self.critical)
        for kind in EvidenceKind:
            days = [validity.days(kind) for validity in order]
            if days != sorted(days, reverse=True):
                raise ValueError(f"a higher risk class has a longer validity ({kind})")
        return self


class Control(_Strict):
    """One point of the checklist. All its proofs must hold for it to be proven."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{1,2}$")]
    version: Annotated[int, Field(gt=0)]
    title: Words
    words: Words
    why: Words
    applies_to: Literal["health_information", "all", "login", "persons"]
    norms: Annotated[tuple[Norm, ...], Field(min_length=1)]
    proofs: Annotated[tuple[Proof, ...], Field(min_length=1)]
    validity_days: ValidityDays

    @property
    def family(self) -> str:
        return self.id[0]

    @property
    def number(self) -> int:
        return int(self.id[1:])

    @cached_property
    def digest(self) -> str:
        """The canonical digest of all that the file says; layout and comments don't count."""
        return canonical.digest(self.model_dump(mode="json"))

    @model_validator(mode="after")
    def _each_proof_once(self) -> Self:
        ids = [proof.id for proof in self.proofs]
        if len(set(ids)) != len(ids):
            raise ValueError("two proofs have the same id")
        return self

    @model_validator(mode="after")
    def _something_is_asked_of_every_application(self) -> Self:
        if all(isinstance(proof, CheckProof) and proof.about == "waarborg" for proof in self.proofs):
            raise ValueError("nothing is asked of an application")
        return self
