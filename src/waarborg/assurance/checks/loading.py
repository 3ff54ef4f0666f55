"""Checks are found by listing: a folder with criteria is a check. Nothing is registered by hand."""

import tomllib
import unicodedata
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, Protocol

from pydantic import BaseModel

from waarborg.assurance.checks.target import Kind, Target
from waarborg.assurance.values import Finding, Measurement, Verdict
from waarborg.kernel.canonical import digest

HERE = Path(__file__).parent
FILES = ("__init__.py", "values.py", "observe.py", "judge.py", "criteria.toml", "words.toml", "README.md")

Language = Literal["nl", "en"]
Part = Literal["saw", "why", "remedy"]
Words = Mapping[str, str]


class NoSuchCheck(LookupError):
    """There is no check of this name; the message lists those there are."""


class WordsMissing(UserWarning):
    """A finding can't be told whole. In tests, where warnings are errors, it stops; at run time the rest is told."""


class Observe(Protocol):
    def __call__(self, target: Target, *, criteria: Any, now: datetime) -> BaseModel: ...


class Judge(Protocol):
    def __call__(self, seen: Any, *, criteria: Any, now: datetime) -> Verdict: ...


@dataclass(frozen=True)
class Check:
    """A check as its folder says it; `criteria` is the measure, in `criteria_digest` it is fixed."""

    id: str
    version: int
    targets: tuple[Kind, ...]
    criteria: BaseModel
    title: Words
    proves: Words
    words: Mapping[str, Mapping[Part, Words]]
    observation: type[BaseModel]
    observe: Observe
    judge: Judge

    @property
    def criteria_digest(self) -> str:
        return digest(self.criteria.model_dump(mode="json"))

    def fits(self, target: Target) -> bool:
        return bool(target.kinds & set(self.targets))

    def sentence(self, finding: Finding, part: Part, language: Language) -> str:
        """Say a finding in words; where words are missing, say its code: a report is never lost over its words."""
        template = self.words.get(finding.code, {}).get(part, {}).get(language)
        if template is None:
            if part != "saw":
                return ""
            warnings.warn(f"{self.id}: no words for {finding.code!r}", WordsMissing, stacklevel=2)
            return f"{finding.code} {dict(finding.facts)}"
        return template.format_map(_Facts(finding.facts))

    def judge_again(self, observation: Mapping[str, Any], *, now: datetime) -> Verdict:
        """Judge an observation that was kept or sent in. Raises pydantic.ValidationError when it isn't ours."""
        return self.judge(self.observation.model_validate(observation), criteria=self.criteria, now=now)


class _Facts(dict[str, str | int]):
    def __missing__(self, name: str) -> str:
        warnings.warn(f"no fact {name!r}", WordsMissing, stacklevel=3)
        return f"{{{name}}}"


@lru_cache(maxsize=1)
def load_checks() -> Mapping[str, Check]:
    """Return every check by its id, in alphabetical order."""
    return {name: load_check(name) for name in check_ids()}


def find_check(check_id: str) -> Check:
    """Raises NoSuchCheck."""
    if check_id not in check_ids():
        raise NoSuchCheck(f"there is no check {check_id!r}; there are: {', '.join(check_ids())}")
    return load_check(check_id)


def check_ids() -> tuple[str, ...]:
    return tuple(sorted(path.parent.name for path in HERE.glob("*/criteria.toml")))


def load_check(check_id: str) -> Check:
    folder = HERE / check_id
    package = f"{__package__}.{check_id}"
    values = import_module(f"{package}.values")
    measure = tomllib.loads((folder / "criteria.toml").read_text(encoding="utf-8"))
    words = tomllib.loads((folder / "words.toml").read_text(encoding="utf-8"))
    return Check(
        id=check_id,
        version=measure["version"],
        targets=tuple(measure["targets"]),
        criteria=values.Criteria.model_validate(measure.get("criteria", {})),
        title=words["check"]["title"],
        proves=words["check"]["proves"],
        words=_words_of_any_check() | words.get("finding", {}),
        observation=values.Observation,
        observe=_later(f"{package}.observe"),
        judge=import_module(f"{package}.judge").judge,
    )


@lru_cache(maxsize=1)
def _words_of_any_check() -> dict[str, Any]:
    """Return the sentences for what keeps a check from looking at all."""
    return dict(tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8"))["finding"])


def _later(module: str) -> Observe:
    """Import what looks outside only when it looks: listing checks stays fast, and judging reaches nothing."""

    def observe(target: Target, *, criteria: Any, now: datetime) -> BaseModel:
        seen: BaseModel = import_module(module).observe(target, criteria=criteria, now=now)
        return seen

    return observe


def run_check(check: Check, target: Target, now: datetime) -> Measurement:
    """Look, then judge. What is judged is the observation as it will be kept, after a round trip through JSON."""
    seen = check.observe(target, criteria=check.criteria, now=now)
    observation = _as_kept(seen.model_dump(mode="json"))
    return Measurement(
        check=check.id,
        check_version=check.version,
        criteria_digest=check.criteria_digest,
        observation=observation,
        verdict=check.judge_again(observation, now=now),
        observed_at=now,
    )


def _as_kept(value: Any) -> Any:
    """What a target says may be any text; a digest is taken only of text that has one form."""
    match value:
        case str():
            # PostgreSQL keeps no NUL in text.
            said = value.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")
            return unicodedata.normalize("NFC", said)
        case dict():
            return {_as_kept(key): _as_kept(item) for key, item in value.items()}
        case list():
            return [_as_kept(item) for item in value]
        case _:
            return value
