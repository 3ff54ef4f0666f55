"""A report: what was measured, ready to be told. It decides nothing but the order and the exit code."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from waarborg.assurance.checks.loading import Check, Language, Part
from waarborg.assurance.values import Finding, Measurement, Outcome

# What harms most comes first.
ORDER = (Outcome.NOT_MET, Outcome.UNKNOWN, Outcome.MET)
MET, NOT_MET, UNKNOWN = 0, 1, 2


@dataclass(frozen=True)
class Line:
    """One check on one subject."""

    check: Check
    subject: str
    measurement: Measurement
    seconds: float

    @property
    def outcome(self) -> Outcome:
        return self.measurement.verdict.outcome

    def sentence(self, finding: Finding, part: Part, language: Language) -> str:
        return self.check.sentence(finding, part, language)


@dataclass(frozen=True)
class Report:
    title: str
    version: str
    when: datetime
    language: Language
    lines: tuple[Line, ...]

    @property
    def by_harm(self) -> tuple[Line, ...]:
        return tuple(sorted(self.lines, key=lambda line: ORDER.index(line.outcome)))

    def count(self, outcome: Outcome) -> int:
        return Counter(line.outcome for line in self.lines)[outcome]

    @property
    def exit_code(self) -> int:
        """0: everything met and something measured; 1: something not met; 2: nothing not met, but something unknown."""
        if self.count(Outcome.NOT_MET):
            return NOT_MET
        return UNKNOWN if self.count(Outcome.UNKNOWN) or not self.lines else MET
