"""The life of a ticket, under any order of steps and at any moment."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import ANNA, NOON, SAM

from waarborg.accounts.rules.tickets import (
    ALPHABET,
    TRANSITIONS,
    VALID_FOR,
    ApprovedByItsAsker,
    TicketFacts,
    TicketRefused,
    TicketStep,
    after,
    code_digest,
    new_code,
    state_of,
)
from waarborg.accounts.values import TicketState

ASKED = TicketFacts(made_by=ANNA.id, expires_at=NOON + VALID_FOR)
IN_STATE = {
    TicketState.ASKED: ASKED,
    TicketState.APPROVED: replace(ASKED, approved=True),
    TicketState.USED: replace(ASKED, approved=True, used=True),
    TicketState.WITHDRAWN: replace(ASKED, withdrawn=True),
    TicketState.EXPIRED: replace(ASKED, expires_at=NOON),
}
EXPECTED = {
    (TicketState.ASKED, TicketStep.APPROVE): TicketState.APPROVED,
    (TicketState.ASKED, TicketStep.WITHDRAW): TicketState.WITHDRAWN,
    (TicketState.APPROVED, TicketStep.USE): TicketState.USED,
    (TicketState.APPROVED, TicketStep.WITHDRAW): TicketState.WITHDRAWN,
}


@pytest.mark.parametrize(("state", "step"), list(product(TicketState, TicketStep)))
def test_every_step_from_every_state_is_decided(state: TicketState, step: TicketStep) -> None:
    assert state_of(IN_STATE[state], NOON) is state
    if (state, step) in EXPECTED:
        assert after(IN_STATE[state], step, by=SAM.id, now=NOON) is EXPECTED[state, step]
        return
    with pytest.raises(TicketRefused):
        after(IN_STATE[state], step, by=SAM.id, now=NOON)


def test_the_table_is_the_reviewed_one() -> None:
    assert TRANSITIONS == EXPECTED


def test_who_asked_doesnt_approve() -> None:
    with pytest.raises(ApprovedByItsAsker):
        after(ASKED, TicketStep.APPROVE, by=ANNA.id, now=NOON)


@pytest.mark.parametrize(("moment", "holds"), [(-timedelta(seconds=1), True), (timedelta(0), False)])
def test_a_ticket_holds_until_72_hours_are_over_and_not_a_second_longer(*, moment: timedelta, holds: bool) -> None:
    last = ASKED.expires_at + moment
    assert (state_of(replace(ASKED, approved=True), last) is TicketState.APPROVED) is holds


Steps = st.lists(st.tuples(st.sampled_from(TicketStep), st.sampled_from([ANNA.id, SAM.id]), st.integers(0, 100)))


@given(Steps)
def test_whatever_is_tried_a_ticket_is_used_once_in_time_and_only_after_another_approved_it(
    tried: list[tuple[TicketStep, UUID, int]],
) -> None:
    facts, uses, approvers, hours = ASKED, 0, list[UUID](), 0
    for step, by, later in tried:
        hours += later
        now = NOON + timedelta(hours=hours)
        try:
            reached = after(facts, step, by=by, now=now)
        except (TicketRefused, ApprovedByItsAsker):
            continue
        facts = replace(
            facts,
            approved=facts.approved or reached is TicketState.APPROVED,
            used=facts.used or reached is TicketState.USED,
            withdrawn=facts.withdrawn or reached is TicketState.WITHDRAWN,
        )
        if step is TicketStep.APPROVE:
            approvers.append(by)
        if step is TicketStep.USE:
            uses += 1
            assert approvers == [SAM.id]
            assert now < ASKED.expires_at
            assert not facts.withdrawn
        assert state_of(facts, now) is reached
    assert uses <= 1


@given(st.text(ALPHABET, min_size=20, max_size=20))
def test_a_code_is_the_same_code_however_it_was_typed(letters: str) -> None:
    grouped = "-".join(letters[start : start + 4] for start in range(0, 20, 4))
    assert code_digest(letters) == code_digest(f" {grouped.lower()} ") == code_digest(grouped.replace("-", " "))


def test_codes_differ_and_have_no_letters_that_look_alike() -> None:
    codes = {new_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert not set("ILO01") & set("".join(codes))
