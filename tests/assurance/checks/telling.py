"""Say every finding in both languages: a word or fact that is missing is a warning, and so fails the test."""

from typing import get_args

from waarborg.assurance.checks.loading import Check, Language, Part
from waarborg.assurance.values import Verdict


def tell(check: Check, verdict: Verdict) -> list[str]:
    languages: tuple[Language, ...] = get_args(Language)
    parts: tuple[Part, ...] = get_args(Part)
    return [
        check.sentence(finding, part, language)
        for finding in verdict.findings
        for part in parts
        for language in languages
    ]
