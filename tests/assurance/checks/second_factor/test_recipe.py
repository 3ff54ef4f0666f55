"""A recipe says clearly what is wrong with it, and holds no secret."""

from typing import Any

import pytest

from waarborg.assurance.checks.second_factor.recipe import RecipeInvalid, read_recipe

GOOD: dict[str, Any] = {
    "login": {"path": "/in", "fields": {"user": "{secret:login}", "password": "{secret:password}"}},
    "factor": {"fields": {"code": "{totp:totp}"}},
    "protected": {"path": "/alarmen", "shows": "Alarmen", "refused": {"redirect_to": "/in"}},
}


def changed(place: str, value: object) -> dict[str, Any]:
    """The good recipe with one field other than it was."""
    *parts, last = place.split(".")
    recipe = {name: dict(part) for name, part in GOOD.items()}
    inner: Any = recipe
    for part in parts:
        inner = inner.setdefault(part, {})
    inner[last] = value
    return recipe


def test_a_good_recipe_names_the_secrets_it_needs() -> None:
    assert read_recipe(GOOD).secret_names == {"login", "password", "totp"}


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("login.path", "https://elsewhere.example/in", "recipe.login.path: must be a path on the application itself"),
        ("login.path", "//elsewhere.example/in", "recipe.login.path: must be a path on the application itself"),
        ("login.path", "/a/../b", "recipe.login.path: must be a path on the application itself"),
        ("login.pad", "/in", "recipe.login.pad: Extra inputs are not permitted"),
        ("login.fields", {}, "recipe.login.fields: Dictionary should have at least 1 item"),
        ("login.fields", {"user": "anna"}, "recipe.login: fields must take at least one {secret:name}"),
        ("login.fields", {"user": "x{secret:login}"}, "recipe.login.fields.user: must be plain text"),
        ("login.fields", {"u": "{secret:a}", "c": "{totp:b}"}, "recipe.login: fields can't take {totp:...}"),
        ("login.content", "xml", "recipe.login.content: Input should be 'form' or 'json'"),
        ("login.csrf", {"field": "t", "from": "url"}, "recipe.login.csrf.from: Input should be 'form'"),
        ("login.token", "access_token", "recipe.login.token: must be a JSON pointer"),
        ("factor.fields", {"code": "{secret:code}"}, "recipe.factor: fields must take exactly one {totp:name}"),
        ("factor.path", "code", "recipe.factor.path: must be a path on the application itself"),
        ("factor.totp", {"digits": 4}, "recipe.factor.totp.digits: Input should be greater than or equal to 6"),
        ("protected.shows", "", "recipe.protected.shows: String should have at least 3 characters"),
        ("protected.refused", {}, "recipe.protected.refused: must name a status, a redirect_to or a text"),
        ("protected.refused", {"status": 200}, "recipe.protected.refused.status.0: Input should be greater than"),
        ("protected.refused", {"shows": "Alarm"}, "recipe.protected: shows must differ"),
        ("protected", {}, "recipe.protected.path: Field required"),
    ],
)
def test_a_wrong_field_is_named(place: str, value: object, said: str) -> None:
    with pytest.raises(RecipeInvalid) as caught:
        read_recipe(changed(place, value))
    assert said in str(caught.value)


@pytest.mark.parametrize("name", ["password", "wachtwoord", "pincode", "api_token", "Passwd"])
def test_a_secret_written_out_is_refused_and_not_repeated(name: str) -> None:
    with pytest.raises(RecipeInvalid) as caught:
        read_recipe(changed("login.fields", {"user": "{secret:login}", name: "hunter2"}))
    assert f'"{name}" in fields must come from the secrets file' in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None
