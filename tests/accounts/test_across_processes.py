"""What must hold when several processes, threads or thieves have the same database."""

import base64
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection, connections
from tests.accounts.conftest import House
from tests.cast import NOON
from tests.simulators.databases import Engine

from waarborg.accounts.models import UsedStep
from waarborg.accounts.operations import (
    CodeRefused,
    LogInRefused,
    TooManyAttempts,
    ask_registration,
    log_in,
    prove_factor,
)
from waarborg.accounts.operations.hashing import Argon2id, Busy, HashingQueue
from waarborg.accounts.operations.throttle import Reservation
from waarborg.accounts.queries import anonymous
from waarborg.accounts.testing import HOME, PASSWORD, Someone, entered, signed_in
from waarborg.accounts.values import Asked, Role
from waarborg.kernel.transactions import AlreadyInTransaction, transaction

PROVER = Path(__file__).with_name("prove_factor.py")
LATER = NOON + timedelta(hours=1)


def factor_due(someone: Someone, now: datetime) -> str:
    return log_in(someone.login, PASSWORD, by=anonymous(HOME), now=now).token


def prove_elsewhere(engine: Engine, token: str, code: str, now: datetime) -> "subprocess.Popen[str]":
    """Start another process that proves this code as soon as it is told to."""
    return subprocess.Popen(
        [sys.executable, str(PROVER), token, code, now.isoformat()],
        env=dict(engine.environment()),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def at_once(processes: "list[subprocess.Popen[str]]") -> list[str]:
    """Let all of them go at the same moment and return what each came to."""
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return sorted(process.communicate(timeout=60)[0].strip() for process in processes)


def test_two_processes_that_get_the_same_code_at_the_same_moment_accept_it_once(house: House, database: Engine) -> None:
    tokens = [factor_due(house.anna, LATER) for _ in range(2)]
    code = house.anna.code(LATER)
    connections.close_all()
    assert at_once([prove_elsewhere(database, token, code, LATER) for token in tokens]) == ["accepted", "refused"]
    assert UsedStep.objects.filter(at=LATER).count() == 1


def test_a_code_stays_used_after_a_thousand_failed_log_ins_and_in_another_process(
    house: House, database: Engine
) -> None:
    entered(house.anna, now=LATER)
    used_at = LATER + timedelta(minutes=1)
    for attempt in range(1000):
        with pytest.raises((LogInRefused, TooManyAttempts)):
            log_in(f"flood.{attempt % 3}", "fout", by=anonymous("198.51.100.7"), now=used_at)
    here = signed_in(factor_due(house.anna, used_at), now=used_at)
    with pytest.raises(CodeRefused):
        prove_factor(house.anna.code(used_at), session=here.session, by=here.actor, now=used_at)
    again = prove_elsewhere(database, factor_due(house.anna, used_at), house.anna.code(used_at), used_at)
    assert at_once([again]) == ["refused"]


def test_twenty_attempts_at_the_same_moment_count_as_twenty(database: Engine) -> None:
    allowed, waited = list[int](), list[int]()

    def attempt(number: int) -> None:
        try:
            Reservation.of("test.tried", "anna", protocol="test", by=anonymous(HOME), now=NOON)
            allowed.append(number)
        except TooManyAttempts:
            waited.append(number)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(allowed), len(waited)) == (10, 10)


def test_when_the_queue_is_full_the_next_one_is_told_so_at_once() -> None:
    queue = HashingQueue(running=1, waiting=0)
    with queue._turn(), pytest.raises(Busy):
        queue.hashed(PASSWORD)
    assert queue.fits(PASSWORD, queue.hashed(PASSWORD))


def test_who_waits_longer_than_is_patient_is_told_so() -> None:
    queue = HashingQueue(running=1, waiting=1, patience=0.01)
    with queue._turn(), pytest.raises(Busy):
        queue.hashed(PASSWORD)
    assert queue.fits(PASSWORD, queue.hashed(PASSWORD))


def test_a_password_is_never_hashed_inside_a_transaction(database: Engine) -> None:
    with transaction(), pytest.raises(AlreadyInTransaction):
        HashingQueue().hashed(PASSWORD)


def test_a_stolen_database_holds_no_name_log_in_address_secret_token_or_code_in_clear(house: House) -> None:
    token = entered(house.anna, now=LATER)
    code = ask_registration("Aart Mulder", Asked(Role.AUDITOR), by=house.as_anna, now=LATER).code
    secrets = [house.anna.secret, base64.b32decode(house.anna.secret).decode("latin-1"), token, PASSWORD]
    told = ["Anna de Boer", "anna.deboer", "Anna", "Boer", "example.org", "Aart", code, code.replace("-", ""), HOME]
    stolen = every_value()
    assert stolen.count(b"administrator") > 0, "nothing was read"
    assert [clear for clear in secrets + told if found_in(stolen, clear)] == []


def every_value() -> bytes:
    """Return all values of all rows of the data's database, as they are kept."""
    values = list[bytes]()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the names are the database's own
            values += [kept(value) for row in cursor.fetchall() for value in row]
    return b"|".join(values)


def kept(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def found_in(stolen: bytes, clear: str) -> bool:
    """Look for a text in every coat it might wear."""
    plain = clear.encode()
    coats = (
        plain,
        plain.hex().encode(),
        base64.b64encode(plain)[:-4] if len(plain) > 8 else plain,
        clear.encode("utf-16-le"),
    )
    return any(coat.lower() in stolen.lower() for coat in coats)


def test_what_is_kept_of_a_password_costs_what_rfc_9106_recommends() -> None:
    algorithm, version, costs = HashingQueue().hashed(PASSWORD).split("$")[1:4]
    assert (algorithm, version, costs) == ("argon2id", "v=19", "m=65536,t=3,p=4")


def test_one_thread_computes_what_argon2_and_django_compute() -> None:
    hasher, kept = Argon2id(), HashingQueue().hashed(PASSWORD)
    assert Argon2PasswordHasher().verify(PASSWORD, kept)
    assert HashingQueue().fits(PASSWORD, Argon2PasswordHasher().encode(PASSWORD, hasher.salt()))
    assert not HashingQueue().fits(f"{PASSWORD} ", kept)
    assert not Argon2PasswordHasher().verify(f"{PASSWORD} ", kept)
