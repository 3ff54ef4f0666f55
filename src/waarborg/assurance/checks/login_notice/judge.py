"""Does the page on which people log in tell them that health information is confidential?"""

from collections.abc import Iterator
from datetime import datetime

from waarborg.assurance.checks.login_notice.sentences import is_about, meaning_of
from waarborg.assurance.checks.login_notice.values import Criteria, Observation, Passage
from waarborg.assurance.checks.pages import obstacle
from waarborg.assurance.values import Finding, Outcome, Verdict


def judge(seen: Observation, *, criteria: Criteria, now: datetime) -> Verdict:  # noqa: ARG001  one shape for all checks
    doubt = _why_not_judged(seen, criteria)
    if doubt is not None:
        return Verdict(Outcome.UNKNOWN, (doubt,))
    said = [(passage, code) for passage in seen.passages for code in _says(passage, criteria)]
    notices = [_quoted(code, passage) for passage, code in said if code == "notice"]
    if notices:
        return Verdict(Outcome.MET, tuple(notices))
    return _without_notice(seen, [_quoted(code, passage) for passage, code in said])


def _without_notice(seen: Observation, said: list[Finding]) -> Verdict:
    doubts = tuple(finding for finding in said if finding.code != "only_a_link")
    if doubts:
        return Verdict(Outcome.UNKNOWN, doubts)
    page = seen.page.address if seen.page else ""
    if seen.passages_cut:
        return Verdict(Outcome.UNKNOWN, (Finding("too_many_passages", {"page": page}),))
    return Verdict(Outcome.NOT_MET, tuple(said) or (Finding("no_notice", {"page": page}),))


def _why_not_judged(seen: Observation, criteria: Criteria) -> Finding | None:
    if seen.page is None:
        return Finding("no_page")
    asked: dict[str, str | int] = {"page": seen.page.asked}
    unsure = obstacle(seen.page, hosts=frozenset({seen.host, *criteria.hosts}))
    if unsure is not None:
        return unsure
    if seen.readable is not True or None in {seen.text_length, seen.scripts}:
        return Finding("not_readable", asked)
    if seen.password_fields or seen.log_in_controls:
        return None
    built = bool(seen.scripts) and (seen.text_length or 0) < criteria.least_text
    return Finding("built_by_script" if built else "not_a_log_in_page", asked)


def _says(passage: Passage, criteria: Criteria) -> Iterator[str]:
    """Judge a passage anew by these criteria: nothing of what the observer concluded is taken over."""
    vocabulary = criteria.languages.get(passage.language)
    if vocabulary is None or not is_about(passage.text, vocabulary, criteria.near_words):
        return
    if passage.place == "link":
        yield "only_a_link"
    elif passage.place == "perhaps_hidden":
        yield "perhaps_hidden"
    else:
        yield {"notice": "notice", "denied": "denied", "elsewhere": "about_something_else"}[
            meaning_of(passage.text, vocabulary)
        ]


def _quoted(code: str, passage: Passage) -> Finding:
    return Finding(code, {"sentence": passage.text, "language": passage.language})
