"""Properties of the way out and in again, over registers and files of any shape."""

from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError
from tests.cast import NOON

from waarborg.kernel.references import new_id
from waarborg.registers.rules.headers import beheaded, headed
from waarborg.registers.rules.merging import merged
from waarborg.registers.rules.reading import Unreadable, decoded, entries, parsed
from waarborg.registers.rules.rendering import EMPTY, rendered
from waarborg.registers.values.assets import Assets, Change, Entries, Header, Place
from waarborg.registers.values.text import clean_line, clean_name, clean_paragraph

SLOW = settings(max_examples=60, deadline=None)
KEYS = st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,4})?", fullmatch=True) | st.sampled_from(
    ["null", "true", "2026", "1e3", "no", "0x1f"]
)


def acceptable(text: str, clean: Any) -> bool:
    try:
        return bool(clean(text) == text)
    except PydanticCustomError:
        return False


TRICKY = st.sampled_from(
    ["null", "no", "# geen", "- a", "a: b", "'", '"', "2026-01-01", "*a", "&a", "!x", "%", "|", "é 😀 \u00a0x"]
)
NAMES = (st.text(min_size=1, max_size=30) | TRICKY).filter(lambda text: acceptable(text, clean_name))
LINES = (st.text(max_size=30) | TRICKY).filter(lambda text: acceptable(text, clean_line))
PARAGRAPHS = (st.text(st.sampled_from(" \n\tab#:-é'\"😀"), max_size=40) | LINES).filter(
    lambda text: acceptable(text, clean_paragraph)
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | LINES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
LEVELS = st.integers(1, 3)
DAYS = st.dates().map(lambda day: day.isoformat())
ENVIRONMENTS = st.fixed_dictionaries(
    {},
    optional={
        "url": st.sampled_from(["", "https://a.example/", "https://b.example:8443/x/"]),
        "holds_real_data": st.booleans(),
        "folder": LINES,
        "recipe": st.none() | st.dictionaries(KEYS, JSON, max_size=3),
    },
)
APPLICATIONS = st.fixed_dictionaries(
    {"name": NAMES, "customer": KEYS, "kind": st.sampled_from(["web", "api"]), "harm": st.just("none")},
    optional={
        "purpose": PARAGRAPHS,
        "harm_explained": PARAGRAPHS,
        "information": st.lists(KEYS, max_size=3, unique=True),
        "owner": st.none() | st.uuids().map(str),
        "login_path": st.sampled_from(["", "/in"]),
        "state": st.sampled_from(["active", "retired"]),
        "last_security_review": st.none() | DAYS,
        "environments": st.dictionaries(st.sampled_from(["test", "production"]), ENVIRONMENTS),
    },
)
DOCUMENTS = st.fixed_dictionaries(
    {"waarborg": st.just("assets/1")},
    optional={
        "customers": st.dictionaries(KEYS, st.fixed_dictionaries({"name": NAMES}), max_size=3),
        "information": st.dictionaries(
            KEYS,
            st.fixed_dictionaries(
                {"name": NAMES, "availability": LEVELS, "integrity": LEVELS, "confidentiality": LEVELS}
            ),
            max_size=2,
        ),
        "applications": st.dictionaries(KEYS, APPLICATIONS, max_size=3),
        "projects": st.dictionaries(
            KEYS, st.fixed_dictionaries({"name": NAMES, "customer": KEYS, "started_on": DAYS}), max_size=2
        ),
    },
).map(Assets.model_validate)


def whole(assets: Assets) -> Entries:
    """Return the entries as a register holds them: every field has a value."""
    found: dict[Place, dict[str, Any]] = {}
    for section in ("customers", "information", "applications", "projects"):
        for key, entry in getattr(assets, section).items():
            found[section, key] = {name: getattr(entry, name) for name in type(entry).model_fields}
            for kind, each in found[section, key].pop("environments", {}).items():
                found[section, key, "environments", kind.value] = {
                    name: getattr(each, name) for name in type(each).model_fields
                }
    return found


def read(text: str) -> Entries:
    return whole(parsed(text).assets)


@SLOW
@given(DOCUMENTS)
def test_whatever_the_register_holds_can_be_written_and_read_back(assets: Assets) -> None:
    assert read(rendered("", whole(assets))) == whole(assets)


@SLOW
@given(DOCUMENTS)
def test_what_was_written_is_written_the_same_again(assets: Assets) -> None:
    text = rendered("", whole(assets))
    assert rendered(text, whole(assets)) == text


@SLOW
@given(DOCUMENTS, DOCUMENTS)
def test_any_register_can_be_written_over_any_file_and_loses_nothing(old: Assets, new: Assets) -> None:
    text = rendered("", whole(old)).replace("waarborg: assets/1\n", "waarborg: assets/1   # ours\nx-own: [1, two]\n")
    after = rendered(text, whole(new))
    assert whole(new).items() <= read(after).items()
    assert "# ours\nx-own: [1, two]\n" in after


@SLOW
@given(DOCUMENTS, DOCUMENTS)
def test_a_file_that_nobody_changed_changes_nothing(base: Assets, register: Assets) -> None:
    held = {**whole(base), **whole(register)}
    after = merged(base=entries(base), file=entries(base), register=held)
    assert after.entries == held
    assert not {Change.NEW, Change.CHANGED, Change.CONFLICT} & {change.change for change in after.changes}


@SLOW
@given(DOCUMENTS, DOCUMENTS)
def test_a_file_wins_where_the_register_is_still_what_both_agreed_on(base: Assets, file: Assets) -> None:
    after = merged(base=entries(base), file=entries(file), register=whole(base))
    assert Change.CONFLICT not in {change.change for change in after.changes}
    for place, values in entries(file).items():
        assert values.items() <= after.entries[place].items()


@SLOW
@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_a_merge_loses_nothing_that_the_file_does_not_mention(base: Assets, file: Assets, register: Assets) -> None:
    held, mentioned = whole(register), entries(file)
    after = merged(base=entries(base), file=mentioned, register=held)
    for place, values in held.items():
        for name, value in values.items():
            if name not in mentioned.get(place, {}):
                assert after.entries[place][name] == value


@SLOW
@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_a_field_in_conflict_stays_as_the_register_has_it(base: Assets, file: Assets, register: Assets) -> None:
    after = merged(base=entries(base), file=entries(file), register=whole(register))
    for change in after.changes:
        for field in change.fields:
            if field.change is Change.CONFLICT:
                assert after.entries[change.place][field.name] == whole(register)[change.place][field.name]


@SLOW
@given(DOCUMENTS, DOCUMENTS)
def test_a_merge_twice_is_a_merge_once(base: Assets, file: Assets) -> None:
    once = merged(base=entries(base), file=entries(file), register=whole(base))
    filled = {place: {**_usual(file, base, place), **values} for place, values in once.entries.items()}
    again = merged(base=entries(file), file=entries(file), register=filled)
    assert again.entries == filled


def _usual(file: Assets, base: Assets, place: Place) -> dict[str, Any]:
    return dict(whole(file).get(place) or whole(base)[place])


@given(st.text(max_size=60), st.sampled_from(["\n", "\r\n"]))
def test_the_header_comes_off_as_it_went_on(body: str, end: str) -> None:
    header = Header(new_id(), "person:1", NOON)
    text = headed(f"a: 1{end}{body}", header)
    assert beheaded(text) == (header, f"a: 1{end}{body}")


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=80) | st.text(st.sampled_from("ab:-[]{}&*!|>'\"#%@, \n\t?\x00é0"), max_size=60).map(str.encode)
)
def test_any_bytes_are_a_document_or_are_refused(content: bytes) -> None:
    with suppress(Unreadable):
        assert parsed(decoded(EMPTY.encode() + content)).assets.waarborg == "assets/1"
