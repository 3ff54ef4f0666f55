"""Every field of every row is decided on: personal, with how it is invented for tests, or reviewed as not personal.

A model names its personal fields in `personal_data`: field name to the recipe by which a synthetic value is made. The
other fields stand in `not_personal.toml`, which is reviewed and not generated. A new field is in neither, so it fails
here until someone decides.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.db import models

SHORTEST_RECIPE = 10


def undecided(model: str, fields: set[str], personal: Mapping[str, str] | None, not_personal: set[str]) -> list[str]:
    """Return what is wrong with the declarations about one model's fields."""
    if personal is None:
        return [f"{model} has no `personal_data`"]
    return [
        *(f"{model}.{name}: personal or not?" for name in sorted(fields - personal.keys() - not_personal)),
        *(f"{model}.{name}: both personal and not" for name in sorted(personal.keys() & not_personal)),
        *(f"{model}.{name}: no such field" for name in sorted((personal.keys() | not_personal) - fields)),
        *(f"{model}.{name}: how is it invented?" for name in sorted(personal) if len(personal[name]) < SHORTEST_RECIPE),
    ]


def reviewed() -> dict[str, list[str]]:
    listed: dict[str, list[str]] = tomllib.loads(
        (Path(__file__).parent / "not_personal.toml").read_text(encoding="utf-8")
    )
    return listed


def test_every_field_is_personal_with_a_recipe_or_reviewed_as_not_personal(
    own_models: list[type[models.Model]],
) -> None:
    not_personal = reviewed()
    breaches = [
        breach
        for model in own_models
        for breach in undecided(
            model._meta.label,
            {field.name for field in model._meta.local_concrete_fields},
            getattr(model, "personal_data", None),
            set(not_personal.get(model._meta.label, [])),
        )
    ]
    gone = not_personal.keys() - {model._meta.label for model in own_models}
    assert own_models
    assert (breaches, sorted(gone)) == ([], [])


RECIPE = {"surname": "a surname from the invented list"}


@pytest.mark.parametrize(
    ("fields", "personal", "not_personal", "breach"),
    [
        ({"id"}, None, {"id"}, "Person has no `personal_data`"),
        ({"id", "surname", "bsn"}, RECIPE, {"id"}, "Person.bsn: personal or not?"),
        ({"id", "surname"}, RECIPE, {"id", "surname"}, "Person.surname: both personal and not"),
        ({"id"}, {}, {"id", "bsn"}, "Person.bsn: no such field"),
        ({"id"}, RECIPE, {"id"}, "Person.surname: no such field"),
        ({"surname"}, {"surname": "fake"}, set[str](), "Person.surname: how is it invented?"),
    ],
)
def test_an_undecided_field_is_a_breach(
    fields: set[str], personal: Mapping[str, str] | None, not_personal: set[str], breach: str
) -> None:
    assert undecided("Person", fields, personal, not_personal) == [breach]


def test_a_decided_model_has_no_breach() -> None:
    assert undecided("Person", {"id", "surname"}, RECIPE, {"id"}) == []
