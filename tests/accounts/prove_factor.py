"""Another process on the same database: prove one code for one session, when told to. Run by a test."""

import sys
from datetime import datetime

import django

django.setup()

from waarborg.accounts.operations import CodeRefused, prove_factor  # noqa: E402 - Django comes first
from waarborg.accounts.testing import signed_in  # noqa: E402 - Django comes first


def main(token: str, code: str, at: str) -> str:
    now = datetime.fromisoformat(at)
    here = signed_in(token, now=now)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    try:
        prove_factor(code, session=here.session, by=here.actor, now=now)
    except CodeRefused:
        return "refused"
    return "accepted"


if __name__ == "__main__":
    sys.stdout.write(main(*sys.argv[1:]) + "\n")
