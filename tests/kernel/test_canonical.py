"""Canonical JSON: byte for byte what RFC 8785 says, and a refusal where two readings are possible."""

import unicodedata
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from waarborg.kernel.canonical import NotCanonical, canonical, digest

TEXT = (
    st.text()
    .map(lambda text: unicodedata.normalize("NFC", text))
    .filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text))
)
KEYS = st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)


@given(VALUES)
def test_it_is_what_rfc_8785_says(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "value",
    [1.5, 2**53, {"é": 1}, {1: 1}, "e\u0301", "\ud800", b"bytes", {"a": [{"b": 0.1}]}, {1, 2}],
)
def test_what_has_two_readings_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


def test_the_message_names_the_place() -> None:
    with pytest.raises(NotCanonical, match=r"\$\.a\[0\]\.b"):
        canonical({"a": [{"b": 0.1}]})


def test_order_of_keys_does_not_change_the_digest() -> None:
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
