"""How applications stand is asked in a fixed number of queries, and stays fast over years of evidence."""

import time as real_time
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.assurance.conftest import Registered, registered
from tests.cast import ELSEWHERE, NOON, SCOPE

from waarborg.assurance.models import Evidence
from waarborg.assurance.queries.standing import standings, whole_standing
from waarborg.assurance.values import ControlState, Outcome, ProofState
from waarborg.kernel.references import new_id
from waarborg.registers import queries as registers

pytestmark = pytest.mark.usefixtures("customer")
QUERIES = 5
WHOLE_QUERIES = 7
"""The applications themselves with their kinds of information take two more."""


def seen(
    application: Registered, check: str, at: datetime, outcome: Outcome = Outcome.MET, kind: str = "production"
) -> Evidence:
    return Evidence(
        pk=new_id(), scope=SCOPE, application=application.id, environment=application.environment, environment_kind=kind,
        target="https://x/", check_id=check, check_version=1, criteria_digest="", observation={"said": "x" * 200},
        outcome=outcome.value, findings=[{"code": "seen", "facts": {}}], observed_at=at, judged_at=at, holds_until=None,
        reported_by="waarborg", digest="",
    )  # fmt: skip


def proof(application: Registered, control: str, proof: str, environment: str = "production") -> ProofState:
    (standing,) = standings(SCOPE, [registers.application_by_id(SCOPE, application.id, only=None)], NOON, only=None)
    return next(
        each.state
        for each in standing.statuses[control].proofs
        if (each.proof, each.environment) == (proof, environment)
    )


@pytest.mark.parametrize("amount", [1, 3])
def test_however_many_applications_it_takes_the_same_queries(amount: int) -> None:
    made = [registered(f"applicatie-{number}") for number in range(amount)]
    Evidence.objects.bulk_create([seen(each, "tls", NOON) for each in made])
    subjects = registers.applications(SCOPE, only=None)
    with CaptureQueriesContext(connection) as asked:
        found = standings(SCOPE, subjects, NOON, only=None)
    assert (len(found), len(asked)) == (amount, QUERIES)
    with CaptureQueriesContext(connection) as asked:
        whole_standing(SCOPE, NOON, only=None)
    assert len(asked) == WHOLE_QUERIES


def test_ten_thousand_pieces_of_evidence_are_judged_by_the_latest_within_half_a_second() -> None:
    made = [registered(f"applicatie-{number}") for number in range(20)]
    checks = ("tls", "https_redirect", "login_notice", "second_factor", "real_person_data")
    for each in made:
        rows = [seen(each, check, NOON - timedelta(days=day)) for day in range(1, 101) for check in checks]
        Evidence.objects.bulk_create(rows)
    worse = seen(made[7], "tls", NOON - timedelta(hours=1), Outcome.NOT_MET)
    worse.save(force_insert=True)
    assert Evidence.objects.count() == 10_001
    subjects = registers.applications(SCOPE, only=None)
    started = real_time.perf_counter()
    found = {each.application.id: each for each in standings(SCOPE, subjects, NOON, only=None)}
    took = real_time.perf_counter() - started
    assert found[made[7].id].evidence["tls", "production"] == worse.pk
    assert [each for each in found if found[each].statuses["C6"].state is ControlState.NOT_PROVEN] == [made[7].id]
    assert took < 0.5


@pytest.mark.parametrize("first", [Outcome.MET, Outcome.NOT_MET])
def test_of_two_with_one_time_the_worse_counts_and_is_the_one_that_is_shown(first: Outcome) -> None:
    application = registered()
    second = Outcome.NOT_MET if first is Outcome.MET else Outcome.MET
    rows = [seen(application, "tls", NOON, outcome) for outcome in (first, second)]
    for row in rows:
        row.save(force_insert=True)
    assert proof(application, "C6", "tls") is ProofState.NOT_MET
    (standing,) = standings(SCOPE, [registers.application_by_id(SCOPE, application.id, only=None)], NOON, only=None)
    worst: UUID = next(row.pk for row in rows if row.outcome == "not_met")
    assert standing.evidence["tls", "production"] == worst


def test_evidence_of_one_environment_says_nothing_of_another() -> None:
    application = registered()
    seen(application, "tls", NOON, kind="acceptance").save(force_insert=True)
    assert proof(application, "C6", "tls") is ProofState.MISSING


def test_another_organisation_with_the_same_ids_sees_nothing() -> None:
    application = registered()
    seen(application, "tls", NOON).save(force_insert=True)
    subject = registers.application_by_id(SCOPE, application.id, only=None)
    (standing,) = standings(ELSEWHERE, [subject], NOON, only=None)
    assert standing.measured_at is None
    assert standing.evidence == {}
    assert whole_standing(ELSEWHERE, NOON, only=None) == ()
