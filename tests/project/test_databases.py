"""Addresses of PostgreSQL: nothing in them is passed over, and a mistake in one shows no password."""

import traceback

import pytest

from waarborg.project.databases import NotAPostgresAddress, postgres


def test_how_the_server_is_trusted_is_taken_from_the_address() -> None:
    made = postgres(
        "postgresql://app:s%2Fecret@db.example:5433/waar%20borg?sslmode=verify-full&sslrootcert=/etc/ca.pem"
    )
    assert (made["HOST"], made["PORT"], made["NAME"], made["PASSWORD"]) == (
        "db.example",
        "5433",
        "waar borg",
        "s/ecret",
    )
    assert made["OPTIONS"] == {
        "application_name": "waarborg",
        "sslmode": "verify-full",
        "sslrootcert": "/etc/ca.pem",
    }


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://app:hunter2/hunter2@db.example/waarborg",
        "postgresql://app:hunter2#hunter2@db.example/waarborg",
        "postgresql://app:hunter2?hunter2@db.example/waarborg",
        "postgresql://app:hunter2@[db.example/waarborg",
        "postgresql://app:hunter2@db.example:hunter2/waarborg",
        "postgresql://app:hunter2@db.example/waarborg?sslmod=hunter2",
        "postgresql://app:hunter2@db.example/waarborg#hunter2",
        "mysql://app:hunter2@db.example/waarborg",
        "postgresql://app:hunter2@db.example/",
    ],
)
def test_a_mistake_is_told_without_the_password(address: str) -> None:
    with pytest.raises(NotAPostgresAddress) as caught:
        postgres(address)
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))
