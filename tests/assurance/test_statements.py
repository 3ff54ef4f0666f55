"""A person's word counts after a second person's, for as long as it lasts, and never as a measurement."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from tests.assurance.conftest import Clock, Registered, logged, registered
from tests.cast import AART, ANNA, CHARLIE, ELSEWHERE, NOON, NOOR, SAM, SCOPE, person

from waarborg.assurance.models import Statement
from waarborg.assurance.operations import confirm_statement, state
from waarborg.assurance.operations.deciding import NoSuchControl, ReasonTooLong, ReasonTooShort
from waarborg.assurance.operations.stating import (
    AlreadyConfirmed,
    NoSuchStatement,
    OwnStatement,
    StatementTooShort,
    read_statement,
)
from waarborg.assurance.queries.standing import standings, statement, waiting_statements
from waarborg.assurance.values import ControlStatus, EvidenceKind, ProofState
from waarborg.kernel import blobs
from waarborg.kernel.actor import NotAllowed
from waarborg.kernel.canonical import digest
from waarborg.kernel.references import Reference, new_id
from waarborg.registers import queries as registers

pytestmark = pytest.mark.usefixtures("customer")
TEXT = "De back-up van 3 november is op 5 november teruggezet in 40 minuten."


@pytest.fixture
def application() -> Registered:
    return registered()


def said(application: Registered, text: str = TEXT, **changed: object) -> Reference:
    values = {"control": "C6", "proof": "backups", "file": None, "by": NOOR, "now": NOON} | changed
    return state(application.reference, values.pop("control"), values.pop("proof"), text=text, **values)  # type: ignore[arg-type] # by keyword


def status(application: Registered, control: str = "C6", *, days: float = 0) -> ControlStatus:
    (standing,) = standings(
        SCOPE, [registers.application_by_id(SCOPE, application.id, only=None)], NOON + timedelta(days=days), only=None
    )
    return standing.statuses[control]


def proof(application: Registered, *, days: float = 0) -> ProofState:
    return next(each.state for each in status(application, days=days).proofs if each.proof == "backups")


def test_a_statement_counts_only_after_a_second_persons_word(application: Registered) -> None:
    made = said(application)
    assert proof(application) is ProofState.MISSING
    confirm_statement(made, confirmed=True, reason="", by=SAM, now=NOON)
    assert proof(application) is ProofState.HOLDS


def test_nobody_confirms_what_they_stated_themselves(application: Registered) -> None:
    made = said(application)
    with pytest.raises(OwnStatement):
        confirm_statement(made, confirmed=True, reason="", by=NOOR, now=NOON)
    assert proof(application) is ProofState.MISSING


def test_a_refused_statement_never_counts_and_needs_a_reason(application: Registered) -> None:
    made = said(application)
    with pytest.raises(ReasonTooShort):
        confirm_statement(made, confirmed=False, reason="  ", by=SAM, now=NOON)
    confirm_statement(made, confirmed=False, reason="Het verslag ontbreekt.", by=SAM, now=NOON)
    assert proof(application) is ProofState.MISSING
    assert statement(SCOPE, made.id, only=None).confirmed is False
    assert [entry.reason for entry in logged("statement.refused")] == ["Het verslag ontbreekt."]


def test_the_second_person_speaks_once(application: Registered) -> None:
    made = said(application)
    confirm_statement(made, confirmed=True, reason="", by=SAM, now=NOON)
    with pytest.raises(AlreadyConfirmed):
        confirm_statement(made, confirmed=False, reason="Toch niet.", by=SAM, now=NOON)
    with pytest.raises(ReasonTooLong):
        confirm_statement(made, confirmed=True, reason="x" * 501, by=SAM, now=NOON)


def test_of_two_who_speak_at_once_one_is_heard(application: Registered) -> None:
    made = said(application)

    def speak(number: int) -> str:
        try:
            confirm_statement(made, confirmed=True, reason="", by=person(10 + number, "security_officer"), now=NOON)
        except AlreadyConfirmed:
            return "late"
        finally:
            connections.close_all()
        return "heard"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(speak, range(4))) == ["heard", "late", "late", "late"]
    assert len(logged("statement.confirmed")) == 1


def test_a_statement_expires_at_the_end_of_its_validity(application: Registered) -> None:
    confirm_statement(said(application), confirmed=True, reason="", by=SAM, now=NOON)
    (until,) = {each.holds_until for each in status(application).proofs if each.proof == "backups"}
    assert until is not None
    days = (until - NOON).days
    assert proof(application, days=days - 0.01) is ProofState.HOLDS
    assert proof(application, days=days) is ProofState.STALE


def test_a_statement_is_never_called_measured(application: Registered) -> None:
    confirm_statement(said(application), confirmed=True, reason="", by=SAM, now=NOON)
    assert {each.kind for each in status(application).proofs if each.proof == "backups"} == {EvidenceKind.STATED}


def test_what_a_machine_measures_is_not_stated(application: Registered) -> None:
    for control, wanted in (("C6", "tls"), ("C6", "nothing"), ("C99", "backups"), ("c6", "backups")):
        with pytest.raises(NoSuchControl):
            said(application, control=control, proof=wanted)
    assert not Statement.objects.exists()


@pytest.mark.parametrize("text", ["", "   ", "te kort", " " * 40, "\0" * 40, "x" * 19])
def test_a_statement_says_something(application: Registered, text: str) -> None:
    with pytest.raises(StatementTooShort):
        said(application, text)


@pytest.mark.parametrize(
    "text",
    [
        "e\u0301en back-up, teruggezet en nageteld.",
        "regel een\r\nregel twee van de verklaring",
        "een\0 teken dat niet te bewaren is, en meer",
        "half een \ud83d teken, zoals een kapotte browser stuurt",
    ],
)
def test_whatever_someone_types_is_kept_and_its_digest_can_be_taken_again(application: Registered, text: str) -> None:
    made = said(application, text, file=("e\u0301.pdf", b"verslag"))
    kept, name = read_statement(made, by=AART, now=NOON)
    row = Statement.objects.get(pk=made.id)
    says = {
        "control": "C6",
        "proof": "backups",
        "text": kept,
        "file": row.file_digest,
        "by": str(NOOR.id),
        "at": NOON.isoformat(),
    }
    assert row.digest == digest(says)
    assert name == "\u00e9.pdf"
    assert blobs.fetch(row.file_digest, scope=SCOPE) == b"verslag"


def test_what_was_stated_lies_sealed_and_reading_it_is_logged(application: Registered) -> None:
    made = said(application)
    assert TEXT.encode() not in bytes(Statement.objects.get(pk=made.id).text)
    assert read_statement(made, by=AART, now=NOON) == (TEXT, "-")
    assert [(entry.actor, entry.objects) for entry in logged("statement.read")] == [
        (f"person:{AART.id}", (f"statement:{made.id}", f"application:{application.id}"))
    ]


def test_who_may_not_read_state_or_confirm_is_refused_and_logged(application: Registered) -> None:
    made = said(application)
    with pytest.raises(NotAllowed):
        read_statement(made, by=ANNA, now=NOON)
    with pytest.raises(NotAllowed):
        said(application, by=AART)
    with pytest.raises(NotAllowed):
        confirm_statement(made, confirmed=True, reason="", by=AART, now=NOON)
    refused = [
        entry for event in ("statement.read", "statement.made", "statement.confirmed") for entry in logged(event)
    ]
    assert [entry.outcome for entry in refused if entry.outcome != "0"] == ["4", "4", "4"]
    assert statement(SCOPE, made.id, only=None).confirmed is None


def test_a_statement_of_another_organisation_answers_as_if_it_did_not_exist(application: Registered) -> None:
    made = said(application)
    for act in (
        lambda: confirm_statement(made, confirmed=True, reason="", by=CHARLIE, now=NOON),
        lambda: read_statement(made, by=CHARLIE, now=NOON),
        lambda: statement(ELSEWHERE, made.id, only=None),
        lambda: confirm_statement(Reference("statement", new_id()), confirmed=True, reason="", by=SAM, now=NOON),
    ):
        with pytest.raises(NoSuchStatement):
            act()
    with pytest.raises(registers.NotInRegister):
        said(application, by=CHARLIE)
    assert waiting_statements(ELSEWHERE, application.id, only=None) == ()
    assert [each.id for each in waiting_statements(SCOPE, application.id, only=None)] == [made.id]


def test_a_later_statement_takes_the_place_of_an_earlier_one(application: Registered, time: Clock) -> None:
    confirm_statement(said(application), confirmed=True, reason="", by=SAM, now=NOON)
    later = said(application, now=NOON + timedelta(days=30))
    confirm_statement(later, confirmed=True, reason="", by=SAM, now=NOON + timedelta(days=31))
    (standing,) = standings(
        SCOPE, [registers.application_by_id(SCOPE, application.id, only=None)], NOON + timedelta(days=31), only=None
    )
    assert standing.evidence["backups", ""] == later.id
