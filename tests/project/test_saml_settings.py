"""A provider that speaks SAML is listed whole, with keys to trust and the extra that reads what it says, or not at all."""

from pathlib import Path

import pytest
from tests.project.test_config import bare, loaded, refused, toml
from tests.simulators.saml_provider import Keys

from waarborg.project import providers

__all__ = ["bare"]


def one(tmp_path: Path, *files: Path) -> str:
    named = ", ".join(f'"{each}"' for each in files or (Keys.made(tmp_path, "huis").certificate,))
    return f"""
[[sign_on.providers]]
kind = "saml"
key = "huis"
name = "De Linde"
entity_id = "https://login.example.nl/saml"
sso_address = "https://login.example.nl/saml/sso"
certificates = [{named}]
"""


def test_a_provider_counts_for_nothing_that_isnt_listed(tmp_path: Path) -> None:
    toml(tmp_path, one(tmp_path))
    (provider,) = loaded().sign_on.providers
    assert isinstance(provider, providers.SamlProvider)
    assert (provider.second_factor_contexts, provider.identity_contexts) == ((), ())


def test_without_the_extra_it_is_refused_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "find_spec", lambda _: None)
    toml(tmp_path, one(tmp_path))
    assert "requirements-saml.lock" in refused()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("https://login.example.nl/saml/sso", "http://login.example.nl/saml/sso", "https://"),
        ('kind = "saml"', 'kind = "cas"', "kind"),
        ('kind = "saml"', "", "entity_id"),
        ("entity_id", "issuer", "entity_id"),
        ("entity_id", "max_age_seconds = 3\nentity_id", "max_age_seconds"),
    ],
)
def test_what_cant_be_right_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    toml(tmp_path, one(tmp_path).replace(old, new, 1))
    assert says in refused()


def test_one_key_isnt_that_of_two(tmp_path: Path) -> None:
    toml(tmp_path, one(tmp_path) * 2)
    assert "same key" in refused()


def test_a_key_that_is_too_short_a_missing_file_and_two_in_one_are_refused(tmp_path: Path) -> None:
    short = Keys.made(tmp_path, "kort", "rsa-1024").certificate
    both = tmp_path / "beide.pem"
    both.write_bytes(
        Keys.made(tmp_path, "a").certificate.read_bytes() + Keys.made(tmp_path, "b").certificate.read_bytes()
    )
    nothing = tmp_path / "niets.pem"
    nothing.write_text("hello", encoding="utf-8")
    for file, says in ((short, "2048"), (both, "single"), (nothing, "single"), (tmp_path / "weg.pem", "can't be read")):
        toml(tmp_path, one(tmp_path, file))
        assert says in refused()
