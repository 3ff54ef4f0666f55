"""Are there real persons in what was read, and was everything read?"""

from collections.abc import Iterator
from datetime import datetime

from waarborg.assurance.checks.real_person_data.values import Criteria, Hit, Observation
from waarborg.assurance.values import Finding, Outcome, Verdict

ONE_IN = 11
SHOWN = 20


def judge(seen: Observation, *, criteria: Criteria, now: datetime) -> Verdict:  # noqa: ARG001 (every judge gets the time)
    """A find is not met, also when not all was read. Without one, all must have been read.

    A number that only passes the eleven test doesn't decide: one in eleven does by chance, and every order number would be a
    person. Far more than chance does decide: then nobody can say that these aren't persons, so it is unknown.
    """
    if seen.folder != "read":
        return Verdict(Outcome.UNKNOWN, (Finding("no_folder" if seen.folder == "none" else "folder_unreadable"),))
    if seen.places:
        return Verdict(Outcome.NOT_MET, (*_found(seen), *_unread(seen, criteria)))
    doubts = (*_unread(seen, criteria), *_surprise(seen, criteria), *_nothing(seen))
    if doubts:
        return Verdict(Outcome.UNKNOWN, (*doubts, *_remarks(seen, criteria)))
    return Verdict(Outcome.MET, (_all_read(seen), *_remarks(seen, criteria)))


def _found(seen: Observation) -> Iterator[Finding]:
    yield Finding("real_numbers", {"numbers": seen.numbers, "places": seen.places, "files": seen.files_with})
    for hit in seen.hits[:SHOWN]:
        yield Finding(f"found_by_{hit.context}", _place(hit))


def _place(hit: Hit) -> dict[str, str | int]:
    place = f"{hit.path}:{hit.line}" if hit.line else hit.path
    facts: dict[str, str | int] = {"place": place, "path": hit.path, "line": hit.line, "column": hit.column}
    return {**facts, "mask": hit.mask, "digest": hit.digest}


def _unread(seen: Observation, criteria: Criteria) -> Iterator[Finding]:
    for kind, count in seen.unread_counts.items():
        if kind not in criteria.harmless:
            example = next((item.path for item in seen.unread if item.kind == kind), "")
            yield Finding(f"not_read_{kind}", {"count": count, "example": example})


def _surprise(seen: Observation, criteria: Criteria) -> Iterator[Finding]:
    """The count of a fair draw of n with chance 1/11 lies sigmas above its mean once in millions."""
    n, valid = seen.nine_digits, seen.coincidences
    above = valid * ONE_IN - n  # eleven times the distance, to stay in whole numbers
    if valid >= criteria.surprise_least and above > 0 and above**2 > criteria.surprise_sigmas**2 * n * (ONE_IN - 1):
        yield Finding("more_than_chance", {"valid": valid, "of": n, "example": _examples(seen)})


def _nothing(seen: Observation) -> Iterator[Finding]:
    if not seen.files:
        yield Finding("nothing_there")


def _all_read(seen: Observation) -> Finding:
    return Finding("all_read", {"files": seen.files, "kilobytes": seen.bytes // 1_000})


def _remarks(seen: Observation, criteria: Criteria) -> Iterator[Finding]:
    if seen.test_numbers:
        ranges = ", ".join(item.name for item in criteria.test_ranges)
        yield Finding("test_numbers", {"count": seen.test_numbers, "ranges": ranges})
    if seen.samples:
        yield Finding("documented_samples", {"count": seen.samples})
    if seen.coincidences:
        yield Finding("coincidences", {"valid": seen.coincidences, "of": seen.nine_digits, "example": _examples(seen)})
    harmless = {kind: count for kind, count in seen.unread_counts.items() if kind in criteria.harmless}
    if harmless:
        yield Finding("harmless_unread", {"count": sum(harmless.values()), "kinds": ", ".join(harmless)})


def _examples(seen: Observation) -> str:
    return ", ".join(f"{hit.path}:{hit.line}" for hit in seen.coincidence_places[:3])
