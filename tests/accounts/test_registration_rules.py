"""The life of a registration, under any order of steps and at any moment."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import AART, ANNA, CHARLIE, NOON, NOOR, SAM

from waarborg.accounts.rules.registrations import (
    ALPHABET,
    TRANSITIONS,
    VALID_FOR,
    NeedsAnother,
    OwnIdentity,
    RegistrationFacts,
    RegistrationRefused,
    RegistrationStep,
    after,
    code_digest,
    new_code,
    state_of,
)
from waarborg.accounts.values import RegistrationState

ASKED = RegistrationFacts(made_by=ANNA.id, expires_at=NOON + VALID_FOR)
IDENTIFIED = replace(ASKED, identified_by=ANNA.id)
APPROVED = replace(IDENTIFIED, approved_by=SAM.id)
IN_STATE = {
    RegistrationState.ASKED: ASKED,
    RegistrationState.IDENTIFIED: IDENTIFIED,
    RegistrationState.APPROVED: APPROVED,
    RegistrationState.USED: replace(APPROVED, used=True),
    RegistrationState.WITHDRAWN: replace(IDENTIFIED, withdrawn=True),
    RegistrationState.EXPIRED: replace(APPROVED, expires_at=NOON),
}
EXPECTED = {
    (RegistrationState.ASKED, RegistrationStep.IDENTIFY): RegistrationState.IDENTIFIED,
    (RegistrationState.ASKED, RegistrationStep.WITHDRAW): RegistrationState.WITHDRAWN,
    (RegistrationState.IDENTIFIED, RegistrationStep.APPROVE): RegistrationState.APPROVED,
    (RegistrationState.IDENTIFIED, RegistrationStep.WITHDRAW): RegistrationState.WITHDRAWN,
    (RegistrationState.APPROVED, RegistrationStep.USE): RegistrationState.USED,
    (RegistrationState.APPROVED, RegistrationStep.JOIN): RegistrationState.USED,
    (RegistrationState.APPROVED, RegistrationStep.WITHDRAW): RegistrationState.WITHDRAWN,
}


@pytest.mark.parametrize(("state", "step"), list(product(RegistrationState, RegistrationStep)))
def test_every_step_from_every_state_is_decided(state: RegistrationState, step: RegistrationStep) -> None:
    assert state_of(IN_STATE[state], NOON) is state
    if (state, step) in EXPECTED:
        assert after(IN_STATE[state], step, by=NOOR.id, now=NOON) is EXPECTED[state, step]
        return
    with pytest.raises(RegistrationRefused):
        after(IN_STATE[state], step, by=NOOR.id, now=NOON)


def test_the_table_is_the_reviewed_one() -> None:
    assert TRANSITIONS == EXPECTED


@pytest.mark.parametrize("approver", [ANNA.id, SAM.id, NOOR.id])
def test_who_asked_or_identified_or_is_it_about_doesnt_approve(approver: UUID) -> None:
    facts = replace(ASKED, identified_by=SAM.id, person=NOOR.id)
    with pytest.raises(NeedsAnother):
        after(facts, RegistrationStep.APPROVE, by=approver, now=NOON)


@pytest.mark.parametrize("joiner", [ANNA.id, SAM.id, AART.id, None])
def test_who_asked_or_identified_or_approved_doesnt_join_by_it(joiner: UUID | None) -> None:
    facts = replace(ASKED, identified_by=AART.id, approved_by=SAM.id)
    with pytest.raises(NeedsAnother):
        after(facts, RegistrationStep.JOIN, by=joiner, now=NOON)


@pytest.mark.parametrize("facts", [replace(APPROVED, needs_identity=False), replace(APPROVED, person=CHARLIE.id)])
def test_nobody_joins_by_what_wasnt_asked_for_a_newcomer(facts: RegistrationFacts) -> None:
    with pytest.raises(NeedsAnother):
        after(facts, RegistrationStep.JOIN, by=NOOR.id, now=NOON)


def test_nobody_establishes_their_own_identity() -> None:
    with pytest.raises(OwnIdentity):
        after(replace(ASKED, person=NOOR.id), RegistrationStep.IDENTIFY, by=NOOR.id, now=NOON)


def test_of_someone_who_is_here_the_identity_was_established_before() -> None:
    facts = replace(ASKED, needs_identity=False, person=NOOR.id)
    assert after(facts, RegistrationStep.APPROVE, by=SAM.id, now=NOON) is RegistrationState.APPROVED
    with pytest.raises(RegistrationRefused):
        after(facts, RegistrationStep.IDENTIFY, by=SAM.id, now=NOON)


@pytest.mark.parametrize(("moment", "holds"), [(-timedelta(seconds=1), True), (timedelta(0), False)])
def test_a_registration_holds_until_two_weeks_are_over_and_not_a_second_longer(
    *, moment: timedelta, holds: bool
) -> None:
    assert (state_of(APPROVED, APPROVED.expires_at + moment) is RegistrationState.APPROVED) is holds


@given(st.text(ALPHABET, min_size=20, max_size=20))
def test_a_code_is_the_same_code_however_it_was_typed(letters: str) -> None:
    grouped = "-".join(letters[start : start + 4] for start in range(0, 20, 4))
    assert code_digest(letters) == code_digest(f" {grouped.lower()} ") == code_digest(grouped.replace("-", " "))


def test_codes_differ_and_have_no_letters_that_look_alike() -> None:
    codes = {new_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert not set("ILO01") & set("".join(codes))
