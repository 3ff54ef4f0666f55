"""How a control stands: each rule in a case, and what must be true of every case."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarborg.assurance.catalogue.loading import read_control
from waarborg.assurance.catalogue.values import Control
from waarborg.assurance.rules import CLOCK_TOLERANCE, asked, control_status, denominator
from waarborg.assurance.values import (
    Applicability,
    ControlState,
    ControlStatus,
    Evidence,
    EvidenceKind,
    Outcome,
    ProofState,
)
from waarborg.registers.values.classification import RiskClass

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CONTROL = """
id = "C6"
version = 1
title = { nl = "t", en = "t" }
words = { nl = "w", en = "w" }
why = { nl = "w", en = "w" }
applies_to = "all"
norms = [{ edition = "NEN 7510-2:2024", number = "8.24", verified = true }]
validity_days.low = { measured = 90, stated = 360 }
validity_days.middle = { measured = 60, stated = 180 }
validity_days.high = { measured = 30, stated = 90 }
validity_days.critical = { measured = 10, stated = 30 }
[[proofs]]
id = "tls"
kind = "check"
check = "tls"
title = { nl = "t", en = "t" }
environments = ["acceptance", "production"]
"""
STATEMENT = """
[[proofs]]
id = "backups"
kind = "statement"
title = { nl = "t", en = "t" }
asks = { nl = "t", en = "t" }
evidenced_by = { nl = "t", en = "t" }
"""
OWN = """
[[proofs]]
id = "own_log"
kind = "check"
check = "own_log"
title = { nl = "t", en = "t" }
environments = ["production"]
about = "waarborg"
"""
MEASURED_ONLY = read_control(CONTROL, name="C6.toml")
MIXED = read_control(CONTROL + STATEMENT + OWN, name="C6.toml")
LIVE = frozenset({"production"})
TLS = Evidence("tls", Outcome.MET, EvidenceKind.MEASURED, NOW - timedelta(days=1), environment="production")
BACKUPS = Evidence("backups", Outcome.MET, EvidenceKind.STATED, NOW - timedelta(days=1))
NOT_OURS = Applicability(applies=False, reason="no connection", decided_by="person:1", decided_at=NOW)


def status(
    *evidence: Evidence,
    control: Control = MIXED,
    risk: RiskClass = RiskClass.HIGH,
    applicability: Applicability | None = None,
    now: datetime = NOW,
    environments: frozenset[str] | None = LIVE,
) -> ControlStatus:
    return control_status(
        control, risk=risk, evidence=evidence, now=now, applicability=applicability, environments=environments
    )


def test_a_control_whose_every_proof_was_measured_is_proven() -> None:
    found = status(TLS, control=MEASURED_ONLY)
    assert (found.state, found.stated, found.in_numerator) == (ControlState.PROVEN, False, True)
    assert found.holds_until == TLS.observed_at + timedelta(days=30)


def test_one_statement_among_the_proofs_shows_in_the_state() -> None:
    assert status(TLS, BACKUPS).state is ControlState.PROVEN_STATED


def test_a_missing_proof_is_unknown_and_named_as_the_weakest() -> None:
    found = status(TLS)
    assert found.state is ControlState.UNKNOWN
    assert found.weakest is not None
    assert (found.weakest.proof, found.weakest.state) == ("backups", ProofState.MISSING)
    assert found.holds_until is None


def test_not_met_beats_unknown() -> None:
    found = status(replace(TLS, outcome=Outcome.NOT_MET))
    assert found.state is ControlState.NOT_PROVEN


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"outcome": Outcome.UNKNOWN}, ProofState.UNKNOWN),
        ({"observed_at": NOW - timedelta(days=30)}, ProofState.STALE),
        ({"holds_until": NOW}, ProofState.STALE),
        ({"observed_at": NOW + CLOCK_TOLERANCE + timedelta(seconds=1)}, ProofState.AHEAD),
        ({"environment": "acceptance"}, ProofState.MISSING),
        ({"kind": EvidenceKind.STATED}, ProofState.MISSING),
        ({"proof": "tls_of_somebody"}, ProofState.MISSING),
    ],
)
def test_each_weakness_alone_makes_the_control_unknown_and_is_named(
    change: dict[str, object], state: ProofState
) -> None:
    changed = replace(TLS, **change)  # type: ignore[arg-type]  # one field at a time, its type is in the table above
    found = status(changed, BACKUPS)
    assert found.weakest is not None
    assert (found.state, found.weakest.state) == (ControlState.UNKNOWN, state)


def test_a_runner_whose_clock_is_seconds_ahead_is_believed() -> None:
    assert status(replace(TLS, observed_at=NOW + timedelta(seconds=30)), BACKUPS).in_numerator


def test_every_registered_environment_is_asked_for() -> None:
    both = frozenset({"production", "acceptance"})
    assert status(TLS, control=MEASURED_ONLY, environments=both).state is ControlState.UNKNOWN
    acceptance = replace(TLS, environment="acceptance")
    assert status(TLS, acceptance, control=MEASURED_ONLY, environments=both).state is ControlState.PROVEN


def test_a_subject_without_a_registered_environment_is_asked_for_all() -> None:
    names = [environment for _, environment in asked(MEASURED_ONLY, environments=frozenset())]
    assert names == ["acceptance", "production"]


def test_waarborg_itself_is_asked_for_its_own_log_and_others_are_not() -> None:
    ours = {proof.id for proof, _ in asked(MIXED, environments=LIVE, is_waarborg=True)}
    theirs = {proof.id for proof, _ in asked(MIXED, environments=LIVE)}
    assert ours - theirs == {"own_log"}


def test_the_latest_evidence_counts_also_when_it_is_worse() -> None:
    newer = replace(TLS, outcome=Outcome.UNKNOWN, observed_at=NOW)
    assert status(TLS, newer, BACKUPS).state is ControlState.UNKNOWN
    assert status(replace(TLS, observed_at=NOW), replace(newer, observed_at=TLS.observed_at), BACKUPS).in_numerator


def test_of_two_with_the_same_time_the_worse_counts() -> None:
    assert status(TLS, replace(TLS, outcome=Outcome.NOT_MET), BACKUPS).state is ControlState.NOT_PROVEN


def test_what_was_seen_to_be_wrong_stays_wrong_however_old() -> None:
    old = replace(TLS, outcome=Outcome.NOT_MET, observed_at=NOW - timedelta(days=900))
    assert status(old, BACKUPS).state is ControlState.NOT_PROVEN


@pytest.mark.parametrize(
    ("risk", "age", "state"),
    [
        (RiskClass.LOW, 79, ControlState.PROVEN),
        (RiskClass.LOW, 80, ControlState.EXPIRING),
        (RiskClass.HIGH, 23, ControlState.PROVEN),
        (RiskClass.HIGH, 24, ControlState.EXPIRING),
        (RiskClass.CRITICAL, 7, ControlState.PROVEN),
        (RiskClass.CRITICAL, 8, ControlState.EXPIRING),
        (RiskClass.CRITICAL, 10, ControlState.UNKNOWN),
    ],
)
def test_the_end_is_announced_ten_days_or_a_fifth_of_the_life_ahead(
    risk: RiskClass, age: int, state: ControlState
) -> None:
    aged = replace(TLS, observed_at=NOW - timedelta(days=age))
    assert status(aged, control=MEASURED_ONLY, risk=risk).state is state


def test_the_end_of_what_was_seen_shortens_the_validity_and_never_lengthens_it() -> None:
    certificate = replace(TLS, holds_until=NOW + timedelta(days=7))
    assert status(certificate, control=MEASURED_ONLY).holds_until == certificate.holds_until
    assert status(replace(TLS, holds_until=NOW + timedelta(days=900)), control=MEASURED_ONLY).holds_until == (
        TLS.observed_at + timedelta(days=30)
    )


def test_only_a_decision_takes_a_control_out_of_the_denominator() -> None:
    found = status(applicability=NOT_OURS)
    assert (found.state, found.in_denominator, found.in_numerator) == (ControlState.NOT_APPLICABLE, False, False)
    assert found.applicability == NOT_OURS
    assert status(applicability=replace(NOT_OURS, applies=True)).in_denominator


def test_the_count_keeps_unknown_in_the_denominator() -> None:
    counts = denominator([status(TLS, BACKUPS), status(TLS), status(applicability=NOT_OURS)])
    assert (counts.proven_stated, counts.unknown, counts.not_applicable) == (1, 1, 1)
    assert (counts.in_numerator, counts.of) == (1, 2)


moments = st.integers(-90 * 24, 24).map(lambda hours: NOW + timedelta(hours=hours))
evidence = st.builds(
    Evidence,
    proof=st.sampled_from(["tls", "backups", "own_log", "other"]),
    outcome=st.sampled_from(Outcome),
    kind=st.sampled_from(EvidenceKind),
    observed_at=moments,
    holds_until=st.none() | moments,
    environment=st.sampled_from(["", "production", "acceptance"]),
)
lists = st.lists(evidence, max_size=8)
risks = st.sampled_from(RiskClass)
GOODNESS: Callable[[ControlState], int] = [
    ControlState.NOT_PROVEN,
    ControlState.UNKNOWN,
    ControlState.EXPIRING,
    ControlState.PROVEN_STATED,
    ControlState.PROVEN,
].index


@given(lists, risks, st.integers(0, 400 * 24))
def test_waiting_never_raises_a_status_of_what_is_already_past(
    items: list[Evidence], risk: RiskClass, hours: int
) -> None:
    past = [item for item in items if item.observed_at <= NOW]
    later = status(*past, risk=risk, now=NOW + timedelta(hours=hours))
    assert GOODNESS(later.state) <= GOODNESS(status(*past, risk=risk).state)


@given(lists, st.sampled_from([RiskClass.LOW, RiskClass.MIDDLE, RiskClass.HIGH]))
def test_a_critical_subject_never_stands_better_than_another(items: list[Evidence], risk: RiskClass) -> None:
    critical = status(*items, risk=RiskClass.CRITICAL)
    assert critical.in_numerator <= status(*items, risk=risk).in_numerator


@given(lists, risks)
def test_what_counts_as_proven_has_met_fresh_evidence_for_every_proof(items: list[Evidence], risk: RiskClass) -> None:
    found = status(*items, risk=risk)
    if found.in_numerator:
        assert all(proof.state is ProofState.HOLDS for proof in found.proofs)
        assert found.holds_until is not None
        assert found.holds_until > NOW


@given(lists, risks, st.randoms(use_true_random=False))
def test_the_order_in_which_evidence_arrived_does_not_matter(
    items: list[Evidence], risk: RiskClass, random: object
) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis types its random as object
    assert status(*shuffled, risk=risk) == status(*items, risk=risk)


@given(st.lists(lists, max_size=6), risks)
def test_no_evidence_and_no_age_shrinks_the_denominator(many: list[list[Evidence]], risk: RiskClass) -> None:
    assert denominator(status(*items, risk=risk) for items in many).of == len(many)
    decided = [status(*items, risk=risk, applicability=NOT_OURS) for items in many]
    assert denominator(decided).of == 0
