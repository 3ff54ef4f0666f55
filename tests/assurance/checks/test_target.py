"""What may be a target, and where a secret may go."""

from pathlib import Path

import pytest

from waarborg.assurance.checks.target import NotATarget, Secret, SecretNotBound, Secrets, Target


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("care.example.nl", "https://care.example.nl/"),
        ("HTTPS://Care.Example.nl:8443/ecd", "https://care.example.nl:8443/ecd/"),
        ("https://[::1]:8443", "https://[::1]:8443/"),
        ("localhost:8443", "https://localhost:8443/"),
        ("Zorg-Één.nl:8443", "https://xn--zorg-n-fvaa.nl:8443/"),
    ],
)
def test_an_address_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert Target(url=typed).url == kept


@pytest.mark.parametrize(
    "typed",
    [
        "http://care.example.nl",
        "ftp://x",
        "https://",
        "https://x:99999",
        "https://x:0",
        "file:///etc/passwd",
        "",
        "a..nl",
    ],
)
def test_what_is_no_https_address_is_refused(typed: str) -> None:
    with pytest.raises(NotATarget):
        Target(url=typed)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(NotATarget) as refused:
        Target(url="https://anna:welkom01@care.example.nl")
    assert "welkom01" not in str(refused.value)


def test_a_target_is_something() -> None:
    with pytest.raises(NotATarget):
        Target()


def test_paths_start_at_the_host_or_at_the_base() -> None:
    target = Target(url="https://care.example.nl/ecd")
    assert target.address_of("/x") == "https://care.example.nl/x"
    assert target.address_of("x") == "https://care.example.nl/ecd/x"
    assert (target.host, target.port) == ("care.example.nl", 443)
    assert target.kinds == {"url"}
    assert Target(folder=Path("/srv/code")).kinds == {"folder"}


SECRETS = Secrets(Secret("care.example.nl", "anna", "geheim-1"), Secret("care.example.nl:8443", "bram", "geheim-2"))


def test_a_secret_goes_to_its_own_host_and_port() -> None:
    assert SECRETS.release("anna", host="care.example.nl", port=443) == "geheim-1"
    assert SECRETS.release("bram", host="care.example.nl", port=8443) == "geheim-2"


@pytest.mark.parametrize(
    ("name", "host", "port"),
    [
        ("anna", "kwaad.example", 443),
        ("anna", "care.example.nl", 8443),
        ("bram", "care.example.nl", 443),
        ("anna", "care.example.nl.kwaad.example", 443),
        ("carla", "care.example.nl", 443),
        ("anna", "", 443),
    ],
)
def test_a_secret_goes_nowhere_else(name: str, host: str, port: int) -> None:
    with pytest.raises(SecretNotBound) as refused:
        SECRETS.release(name, host=host, port=port)
    assert "geheim" not in str(refused.value)


def test_secrets_are_never_shown() -> None:
    target = Target(url="care.example.nl", secrets=SECRETS)
    assert "geheim" not in repr(target) + repr(SECRETS) + repr(Secret("h", "n", "geheim-3"))
