"""What applies is decided by a person, with a reason, and every decision stays."""

from datetime import timedelta

import pytest
from tests.assurance.conftest import Registered, logged, registered
from tests.cast import CHARLIE, ELSEWHERE, NOON, NOOR, SAM, SCOPE

from waarborg.assurance.models import Decision
from waarborg.assurance.operations import decide_applicability
from waarborg.assurance.operations.deciding import NoSuchControl, ReasonTooLong, ReasonTooShort
from waarborg.assurance.queries.standing import decision_history, standings
from waarborg.assurance.values import ControlState
from waarborg.kernel.actor import NotAllowed
from waarborg.registers import queries as registers

pytestmark = pytest.mark.usefixtures("customer")
REASON = "De applicatie toont geen personen, alleen apparaten."


@pytest.fixture
def application() -> Registered:
    return registered()


def decide(
    application: Registered,
    *,
    applies: bool,
    reason: str = REASON,
    control: str = "C9",
    days: int = 0,
    by: object = NOOR,
) -> None:
    now = NOON + timedelta(days=days)
    decide_applicability(application.reference, control, applies=applies, reason=reason, by=by, now=now)  # type: ignore[arg-type] # an actor


def state_of(application: Registered) -> tuple[ControlState, int]:
    (standing,) = standings(SCOPE, [registers.application_by_id(SCOPE, application.id, only=None)], NOON, only=None)
    return standing.statuses["C9"].state, standing.counts.of


def test_what_nobody_decided_counts(application: Registered) -> None:
    assert state_of(application)[0] is ControlState.UNKNOWN


def test_the_latest_decision_counts_and_all_of_them_stay(application: Registered) -> None:
    before = state_of(application)[1]
    decide(application, applies=False)
    assert state_of(application) == (ControlState.NOT_APPLICABLE, before - 1)
    decide(application, applies=True, reason="", days=1)
    assert state_of(application) == (ControlState.UNKNOWN, before)
    assert [
        (each.applies, each.reason, each.by) for each in decision_history(SCOPE, application.id, "C9", only=None)
    ] == [
        (True, "", NOOR.id),
        (False, REASON, NOOR.id),
    ]


@pytest.mark.parametrize("reason", ["", "niet nodig", " " * 30, "x" * 19, "\0" * 30])
def test_leaving_a_point_out_takes_a_reason(application: Registered, reason: str) -> None:
    with pytest.raises(ReasonTooShort):
        decide(application, applies=False, reason=reason)
    assert not Decision.objects.exists()


def test_a_reason_has_an_end(application: Registered) -> None:
    decide(application, applies=False, reason="x" * 500)
    with pytest.raises(ReasonTooLong):
        decide(application, applies=True, reason="x" * 501)


def test_a_reason_typed_on_another_keyboard_is_kept_in_one_form(application: Registered) -> None:
    decide(application, applies=False, reason="Alle\u0308e\u0301n apparaten, geen personen.\0")
    assert [entry.reason for entry in logged("applicability.decided")] == ["Allë\u00e9n apparaten, geen personen."]


def test_what_the_catalogue_does_not_have_cannot_be_decided(application: Registered) -> None:
    with pytest.raises(NoSuchControl):
        decide(application, applies=True, control="C99")


def test_who_may_not_decide_is_refused_and_logged(application: Registered) -> None:
    with pytest.raises(NotAllowed):
        decide(application, applies=False, by=SAM)
    assert [entry.outcome for entry in logged("applicability.decided")] == ["4"]


def test_of_another_organisation_nothing_is_decided_or_told(application: Registered) -> None:
    decide(application, applies=False)
    with pytest.raises(registers.NotInRegister):
        decide(application, applies=True, by=CHARLIE)
    assert decision_history(ELSEWHERE, application.id, "C9", only=None) == ()
    assert state_of(application)[0] is ControlState.NOT_APPLICABLE
