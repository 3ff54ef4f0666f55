"""Identity providers are listed whole, over TLS, each once; their secrets can stand apart and are never shown."""

import json
from pathlib import Path

import pytest
from tests.project.test_config import bare, loaded, refused, secret_folder, toml

from waarborg.project.providers import Provider

__all__ = ["bare", "secret_folder"]
ONE = """
[[sign_on.providers]]
key = "huis"
name = "De Linde"
issuer = "https://login.example.nl/zorg"
client_id = "waarborg"
"""


def test_a_provider_counts_for_nothing_that_isnt_listed(tmp_path: Path) -> None:
    toml(tmp_path, ONE)
    (provider,) = loaded().sign_on.providers
    assert isinstance(provider, Provider)
    assert provider.scopes == ("openid",)
    assert (provider.second_factor_acr, provider.second_factor_amr, provider.identity_acr) == ((), (), ())


def test_secrets_stand_in_a_file_of_their_own(tmp_path: Path, secret_folder: Path) -> None:
    toml(tmp_path, ONE)
    (secret_folder / "waarborg_sign_on__client_secrets").write_text(json.dumps({"huis": "hunter2"}), encoding="utf-8")
    section = loaded().sign_on
    assert section.client_secrets["huis"].get_secret_value() == "hunter2"
    assert "hunter2" not in repr(section)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (ONE + ONE, "same key"),
        (ONE + ONE.replace("huis", "ander"), "same issuer"),
        (ONE.replace("https", "http"), "https://"),
        (ONE.replace("https://login.example.nl", "http://localhost:9400"), "https://"),
        (ONE.replace("login.example.nl", "a:hunter2@login.example.nl"), "issuer"),
        (ONE.replace("/zorg", "/zorg?x=hunter2"), "issuer"),
        (ONE.replace('"huis"', '"Huis hunter2"'), "key"),
        (ONE + 'secret = "hunter2"', "no setting"),
        (ONE + "max_age_seconds = -1", "max_age_seconds"),
        ('[sign_on.client_secrets]\nhuis = "hunter2"\n', "client_secrets"),
    ],
)
def test_what_cant_be_right_is_refused_without_showing_it(tmp_path: Path, text: str, says: str) -> None:
    toml(tmp_path, text)
    assert says in refused()


def test_only_the_demonstration_signs_on_in_clear_and_on_this_machine_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAARBORG_DEMO", "true")
    toml(tmp_path, ONE.replace("https://login.example.nl", "http://localhost:9400"))
    assert loaded().sign_on.providers[0].issuer == "http://localhost:9400/zorg"
    toml(tmp_path, ONE.replace("https", "http"))
    assert "https://" in refused()
