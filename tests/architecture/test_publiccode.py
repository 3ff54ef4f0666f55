"""`publiccode.yaml` holds what the standard, version 0.5, demands of it."""

from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from tests.architecture.sources import REPOSITORY

MANDATORY = {
    *("publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType"),
    *("description", "legal", "maintenance", "localisation"),
}
GENERIC_NAME, SHORT, LONG, FEATURE = 35, 150, (150, 10_000), 100


def read() -> Mapping[str, Any]:
    public: Mapping[str, Any] = YAML(typ="safe").load(REPOSITORY / "publiccode.yaml")
    return public


def wrong(description: Mapping[str, Any]) -> list[str]:
    """Return which texts of one language have another length than the standard allows."""
    found = [] if len(description["genericName"]) <= GENERIC_NAME else ["genericName"]
    found += [] if len(description["shortDescription"]) <= SHORT else ["shortDescription"]
    found += [] if LONG[0] <= len(description["longDescription"]) <= LONG[1] else ["longDescription"]
    return found + [feature for feature in description["features"] if len(feature) > FEATURE]


def test_every_mandatory_key_is_there() -> None:
    public = read()
    assert public.keys() >= MANDATORY
    assert public["publiccodeYmlVersion"] == "0.5"
    assert public["legal"]["license"] == "EUPL-1.2"


def test_texts_have_the_length_that_the_standard_allows_in_each_language_of_the_screens() -> None:
    public = read()
    assert {language: wrong(text) for language, text in public["description"].items()} == {"nl": [], "en": []}
    assert set(public["localisation"]["availableLanguages"]) == {"nl", "en"}


def test_a_text_that_is_too_long_or_too_short_is_found() -> None:
    texts = {"genericName": "x" * 36, "shortDescription": "x" * 151, "longDescription": "x", "features": ["x" * 101]}
    assert wrong(texts) == ["genericName", "shortDescription", "longDescription", "x" * 101]
