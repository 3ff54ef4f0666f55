import re
import unicodedata
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from tests.simulators.certificates import make_authority

from waarborg.registers.testing import ALARMS, APPLICATION, PRODUCTION, PROJECT
from waarborg.registers.values.faults import FieldFault, field_faults
from waarborg.registers.values.inputs import NewApplication, NewEnvironment, NewKind, NewProject


def faults(model: type[BaseModel], whole: dict[str, Any], **changed: Any) -> list[tuple[str, str]]:
    """Return code and place of what is wrong with a whole input after one change."""
    with pytest.raises(ValidationError) as refused:
        model.model_validate(whole | changed)
    return [(fault.code, ".".join(fault.place)) for fault in field_faults(refused.value)]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "", "empty"),
        ("name", "   ", "empty"),
        ("name", "Meld\x00kamer", "hidden_character"),
        ("name", "Meld\nkamer", "hidden_character"),
        ("name", "Meld\u202ekamer", "hidden_character"),
        ("name", "Meld\ud800kamer", "hidden_character"),
        ("name", "a" * 201, "too_long"),
        ("name", 3, "not_text"),
        ("purpose", "a" * 4001, "too_long"),
        ("purpose", "a\x1bb", "hidden_character"),
        ("key", "Meldkamer", "not_a_key"),
        ("key", "meld--kamer", "not_a_key"),
        ("key", "meldkamer-", "not_a_key"),
        ("key", "meldkamer\n", "not_a_key"),
        ("key", "a" * 65, "not_a_key"),
        ("kind", "toaster", "not_a_choice"),
        ("harm", "sadness", "not_a_choice"),
        ("owner", "Anna", "not_an_id"),
        ("login_path", "inloggen", "not_a_path"),
        ("login_path", "//elsewhere.example/", "not_a_path"),
        ("login_path", "/in loggen", "not_a_path"),
        ("harm_explained", "", "harm_not_explained"),
        ("colour", "red", "unknown_name"),
    ],
)
def test_each_fault_in_an_application_is_named_at_its_field(field: str, value: object, code: str) -> None:
    assert faults(NewApplication, APPLICATION, **{field: value}) == [(code, field)]


@pytest.mark.parametrize("field", ["name", "customer", "kind", "harm"])
def test_what_an_application_cannot_do_without_is_asked_for(field: str) -> None:
    without = {name: value for name, value in APPLICATION.items() if name != field}
    assert faults(NewApplication, without) == [("missing", field)]


def test_all_faults_are_told_at_once() -> None:
    found = faults(NewApplication, APPLICATION, name="", kind="toaster", login_path="x")
    assert found == [("empty", "name"), ("not_a_choice", "kind"), ("not_a_path", "login_path")]


@pytest.mark.parametrize(
    "url",
    [
        "http://meldkamer.example/",
        "meldkamer.example",
        "https://",
        "https://anna:geheim@meldkamer.example/",
        "https://meldkamer.example:99999/",
        "https://meldkamer.example:0/",
        "https://meldkamer.example/?q=1",
        "https://meldkamer.example/#top",
        "https://meld kamer.example/",
        "https://meldkamer.example/a b",
        "https://café.example/",
        "javascript:alert(1)",
    ],
)
def test_an_address_that_cannot_be_measured_is_refused(url: str) -> None:
    assert faults(NewEnvironment, PRODUCTION, url=url) == [("not_an_address", "url")]


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("https://Meldkamer.Example", "https://meldkamer.example/"),
        ("https://meldkamer.example:8443/App/", "https://meldkamer.example:8443/App/"),
        ("https://[::1]:8443", "https://[::1]:8443/"),
        ("", ""),
    ],
)
def test_an_address_is_kept_in_one_form(given_: str, kept: str) -> None:
    assert NewEnvironment.model_validate(PRODUCTION | {"url": given_}).url == kept


@pytest.mark.parametrize(
    ("recipe", "code"),
    [
        ({"wait": 0.5}, "not_plain_json"),
        ({"stap é": 1}, "not_plain_json"),
        ({"page": "x" * 20_001}, "too_long"),
        ([], "not_names_with_values"),
        ("open the page", "not_names_with_values"),
    ],
)
def test_a_recipe_is_plain_bounded_json(recipe: object, code: str) -> None:
    assert faults(NewEnvironment, PRODUCTION, recipe=recipe) == [(code, "recipe")]


@pytest.mark.parametrize("port", [0, 65536, "80", True, 80.5])
def test_a_port_is_a_whole_number_of_sixteen_bits(port: object) -> None:
    assert faults(NewEnvironment, PRODUCTION, plain_port=port) == [("not_a_port", "plain_port")]


def test_a_certificate_has_to_be_one() -> None:
    planted = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    assert faults(NewEnvironment, PRODUCTION, ca_certificates=planted) == [("not_certificates", "ca_certificates")]


def test_the_authority_of_a_certificate_is_kept_as_it_is(tmp_path: Path) -> None:
    pem = make_authority(tmp_path).file.read_text(encoding="ascii")
    assert NewEnvironment.model_validate(PRODUCTION | {"ca_certificates": pem}).ca_certificates == pem


def test_health_information_is_as_confidential_as_can_be() -> None:
    assert faults(NewKind, ALARMS, confidentiality=2) == [("health_is_confidential", "confidentiality")]


@pytest.mark.parametrize("level", [0, 4, "3", True, 2.5])
def test_a_level_is_one_two_or_three(level: object) -> None:
    assert faults(NewKind, ALARMS, availability=level) == [("not_a_level", "availability")]


def test_a_project_is_not_delivered_before_it_starts() -> None:
    assert faults(NewProject, PROJECT, delivered_on="2026-08-31") == [("delivered_before_start", "delivered_on")]


@pytest.mark.parametrize("day", ["31-12-2026", "2026-02-30", 20260901, "", "gisteren"])
def test_a_day_is_year_month_day(day: object) -> None:
    assert faults(NewProject, PROJECT, started_on=day) == [("not_a_day", "started_on")]


def test_a_fault_carries_the_facts_for_its_sentence() -> None:
    with pytest.raises(ValidationError) as refused:
        NewApplication.model_validate(APPLICATION | {"name": "a\x07"})
    assert field_faults(refused.value) == (FieldFault("hidden_character", ("name",), {"character": "U+0007"}),)


@given(st.text(max_size=300))
def test_any_text_is_refused_or_kept_in_one_clean_form(text: str) -> None:
    try:
        name = NewApplication.model_validate(APPLICATION | {"name": text}).name
    except ValidationError:
        return
    assert 0 < len(name) <= 200
    assert unicodedata.is_normalized("NFC", name)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", name)
    assert NewApplication.model_validate(APPLICATION | {"name": name}).name == name


SCALAR = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
ANYTHING = st.recursive(SCALAR, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(ANYTHING)
def test_no_input_whatever_does_more_than_be_refused(value: object) -> None:
    for field in NewApplication.model_fields:
        with suppress(ValidationError):
            NewApplication.model_validate(APPLICATION | {field: value})
