"""Another process on the same database: remove one factor of the holder of a token, when told to. Run by a test."""

import sys
from datetime import datetime
from uuid import UUID

import django

django.setup()

from waarborg.accounts.operations import LastFactor, remove_authenticator  # noqa: E402 - Django comes first
from waarborg.accounts.testing import signed_in  # noqa: E402 - Django comes first


def main(token: str, authenticator: str, at: str) -> str:
    now = datetime.fromisoformat(at)
    here = signed_in(token, now=now)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    try:
        remove_authenticator(UUID(authenticator), by=here.actor, now=now)
    except LastFactor:
        return "kept"
    return "removed"


if __name__ == "__main__":
    sys.stdout.write(main(*sys.argv[1:]) + "\n")
