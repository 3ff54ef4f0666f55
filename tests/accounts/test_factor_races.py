"""What is good for once is good for one, however many come at the same moment."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections
from tests.accounts.conftest import House
from tests.cast import NOON
from tests.simulators.authenticator import Authenticator

from waarborg.accounts.models import RecoveryCode, Session
from waarborg.accounts.operations import (
    CodeRefused,
    PasskeyRefused,
    add_passkey,
    ask_any_passkey,
    begin_passkey,
    enter_with_passkey,
    log_in,
    make_recovery_codes,
    use_recovery_code,
)
from waarborg.accounts.queries import anonymous
from waarborg.accounts.testing import HOME, PASSWORD, entered, signed_in
from waarborg.accounts.values import ProvenWith, SignedIn

LATER = NOON + timedelta(hours=1)
IN = LATER + timedelta(minutes=1)
TOGETHER = 4


@pytest.fixture
def here(house: House) -> SignedIn:
    return signed_in(entered(house.anna, now=LATER), now=IN)


def outcomes(attempts: list[Callable[[], object]], refused: type[Exception]) -> list[str]:
    """Make every attempt in a thread of its own, all at the same moment, and return what each came to."""
    gate, came_to = threading.Barrier(len(attempts)), list[str]()

    def make(attempt: Callable[[], object]) -> None:
        try:
            gate.wait()
            attempt()
            came_to.append("in")
        except refused:
            came_to.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=make, args=(attempt,)) for attempt in attempts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(came_to)


ONE_IN = ["in"] + ["refused"] * (TOGETHER - 1)


def test_one_recovery_code_lets_one_session_in(house: House, here: SignedIn) -> None:
    code = make_recovery_codes(by=here.actor, now=IN)[0]
    coming = [
        signed_in(log_in(house.anna.login, PASSWORD, by=anonymous(HOME), now=IN).token, now=IN) for _ in range(TOGETHER)
    ]

    def using(each: SignedIn) -> Callable[[], object]:
        return lambda: use_recovery_code(code, session=each.session, by=each.actor, now=IN)

    assert outcomes([using(each) for each in coming], CodeRefused) == ONE_IN
    assert RecoveryCode.objects.filter(used_at__isnull=False).count() == 1


def test_one_answer_of_a_passkey_opens_one_session(here: SignedIn) -> None:
    phone = Authenticator()
    options = begin_passkey(session=here.session, by=here.actor, now=IN)
    add_passkey(phone.create(options), "", session=here.session, by=here.actor, now=IN)
    answer = phone.get(ask_any_passkey("a browser", by=anonymous(HOME), now=IN))

    def enter() -> object:
        return enter_with_passkey(answer, "a browser", by=anonymous(HOME), now=IN)

    assert outcomes([enter] * TOGETHER, PasskeyRefused) == ONE_IN
    assert Session.objects.filter(proven_with=ProvenWith.PASSKEY).count() == 1
