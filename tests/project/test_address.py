"""Where people find Waarborg, and whom passkeys are made for."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from waarborg.accounts.rules.passkeys import site_at
from waarborg.project.config import Web

CERTIFICATE = Path("waarborg.pem")


@pytest.mark.parametrize(
    ("web", "origin"),
    [
        (Web(), "http://localhost:8080"),
        (Web(port=8081), "http://localhost:8081"),
        (Web(hosts=("waarborg.example.nl",), trusted_proxies=("192.0.2.1",)), "https://waarborg.example.nl"),
        (Web(hosts=("waarborg.example.nl",), certificate=CERTIFICATE, port=443), "https://waarborg.example.nl"),
        (Web(hosts=("waarborg.example.nl",), certificate=CERTIFICATE), "https://waarborg.example.nl:8080"),
        (Web(hosts=("a.example.nl",), address="https://b.example.nl"), "https://b.example.nl"),
    ],
)
def test_the_address_is_what_was_set_or_follows_from_the_rest(web: Web, origin: str) -> None:
    assert web.origin == origin
    assert site_at(web.origin).origins == {origin}


@pytest.mark.parametrize(
    "address",
    [
        "http://waarborg.example.nl",
        "https://waarborg.example.nl/",
        "https://Waarborg.example.nl",
        "https://user@waarborg.example.nl",
        "waarborg.example.nl",
        "http://localhost.example.nl",
    ],
)
def test_an_address_that_browsers_wouldnt_make_a_passkey_for_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        Web(address=address)


def test_a_passkey_is_for_the_host_whatever_the_port() -> None:
    assert site_at("https://waarborg.example.nl:8443").rp_id == "waarborg.example.nl"
