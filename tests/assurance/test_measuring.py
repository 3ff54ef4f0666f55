"""From "measure this" to evidence that is sealed: by the real worker, on servers that really answer."""

import os
import signal
import threading
import time as real_time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connections
from tests.assurance.conftest import Clock, Registered, codes, logged, ordinary_pages, registered, running, work
from tests.cast import ANNA, CHARLIE, NOON, NOOR, SAM, SCOPE, person
from tests.simulators.databases import Engine
from tests.simulators.servers import Answer, web_server

from waarborg.assurance.models import Evidence, Step
from waarborg.assurance.operations import allow_target, measure_step, start_measuring, withdraw_target
from waarborg.assurance.operations.deciding import NoSuchTarget, NotAnAddress
from waarborg.assurance.operations.measuring import OWN_KEY, NothingToMeasure
from waarborg.assurance.queries.evidence import evidence, run_state, unfinished_run
from waarborg.audit.operations.sealing import seal_all
from waarborg.audit.queries.reading import proof_about
from waarborg.audit.queries.verifying import verify_logs
from waarborg.kernel import jobs
from waarborg.kernel.actor import NotAllowed
from waarborg.kernel.models import Job
from waarborg.kernel.references import Reference, new_id
from waarborg.project.wiring import HANDLERS, schedule
from waarborg.registers import queries as registers
from waarborg.registers.operations.environments import change_environment
from waarborg.registers.values.inputs import EnvironmentDetails

pytestmark = pytest.mark.usefixtures("customer")


def test_a_run_ends_with_evidence_a_sealed_entry_and_a_finished_step_for_every_check(tmp_path: Path) -> None:
    with running(tmp_path) as application:
        run = application.measure()
    state = run_state(SCOPE, run, only=None)
    assert [step.check for step in state.steps] == [
        "http_headers", "https_redirect", "login_notice", "second_factor", "security_txt", "tls",
    ]  # fmt: skip
    assert state.finished
    assert "negotiated_tls" in codes(application.kept("tls"))
    assert application.kept("tls").outcome == "met"
    assert application.kept("http_headers").outcome == "not_met"
    kept_by_log = {entry.detail["digest"] for entry in logged("evidence.kept")}
    assert kept_by_log == set(Evidence.objects.values_list("digest", flat=True))
    assert len(kept_by_log) == 6
    seal_all(NOON)
    for step in state.steps:
        assert step.evidence is not None
        proof = proof_about(step.evidence)
        assert proof is not None
        assert proof.holds
    assert not Job.objects.exclude(state="done").exists()


def test_a_job_that_is_done_twice_keeps_one_piece_of_evidence(tmp_path: Path) -> None:
    with running(tmp_path) as application:
        application.measure()
        step = Step.objects.get(check_id="tls")
        assert measure_step(step.pk, by=schedule(SCOPE), now=NOON) is None
    assert Evidence.objects.filter(check_id="tls").count() == 1


def test_two_workers_with_the_same_step_in_hand_keep_one_evidence_and_one_entry(tmp_path: Path) -> None:
    faster: list[UUID | None] = []

    def overtaken(request: object) -> Answer:
        if not faster:
            faster.append(None)
            other = threading.Thread(target=_measures, args=(faster,))
            other.start()
            other.join()
        return ordinary_pages(request)

    def _measures(kept: list[UUID | None]) -> None:
        kept[0] = measure_step(Step.objects.get(check_id="security_txt").pk, by=schedule(SCOPE), now=NOON)
        connections.close_all()

    with running(tmp_path, overtaken) as application:
        application.ask()
        step = Step.objects.get(check_id="security_txt")
        assert measure_step(step.pk, by=schedule(SCOPE), now=NOON) is None
    assert [entry.objects[0] for entry in logged("evidence.kept")] == [f"evidence:{faster[0]}"]
    assert list(Evidence.objects.values_list("pk", flat=True)) == faster


def test_an_address_that_is_not_listed_is_unknown_and_never_asked(tmp_path: Path) -> None:
    asked: list[object] = []

    def pages(request: object) -> Answer:
        asked.append(request)
        return ordinary_pages(request)

    with running(tmp_path, pages, listed=False) as application:
        application.measure()
    assert set(Evidence.objects.values_list("outcome", flat=True)) == {"unknown"}
    assert asked == []


def test_an_internal_address_that_was_not_listed_as_internal_is_unknown(tmp_path: Path) -> None:
    with running(tmp_path, private=False) as application:
        application.measure()
    assert set(Evidence.objects.values_list("outcome", flat=True)) == {"unknown"}


def test_an_internal_address_may_not_send_a_check_on_to_one_that_was_not_listed_as_internal(tmp_path: Path) -> None:
    asked: list[object] = []

    def elsewhere(request: object) -> Answer:
        asked.append(request)
        return ordinary_pages(request)

    with web_server(elsewhere) as other:
        allow_target("127.0.0.1", other, private=False, by=SAM, now=NOON)
        there = [("Location", f"http://127.0.0.1:{other}/")]
        with running(tmp_path, lambda _request: Answer(302, there, b"")) as application:
            application.measure()
            assert application.kept("tls").outcome == "met"
    assert asked == []


def test_an_address_taken_off_the_list_is_unknown_from_then_on(tmp_path: Path, time: Clock) -> None:
    with running(tmp_path, listed=False) as application:
        target = allow_target("LOCALHOST", application.port, private=True, by=SAM, now=NOON)
        application.measure()
        assert application.kept("tls").outcome == "met"
        withdraw_target(target, by=SAM, now=NOON)
        application.measure(time.passes(minutes=1))
    assert application.kept("tls").outcome == "unknown"


def test_a_list_of_another_organisation_opens_nothing_here(tmp_path: Path) -> None:
    elsewhere = person(6, "security_officer", CHARLIE.scope)
    with running(tmp_path, listed=False) as application:
        target = allow_target("localhost", application.port, private=True, by=elsewhere, now=NOON)
        application.measure()
        with pytest.raises(NoSuchTarget):
            withdraw_target(target, by=SAM, now=NOON)
    assert set(Evidence.objects.values_list("outcome", flat=True)) == {"unknown"}


def test_an_address_listed_again_in_capitals_is_the_same_address() -> None:
    allow_target("Meldkamer.Example", 443, private=False, by=SAM, now=NOON)
    allow_target("MELDKAMER.EXAMPLE", 443, private=True, by=SAM, now=NOON)
    assert len(logged("target.allowed")) == 2


@pytest.mark.parametrize(
    ("host", "port"),
    [
        ("", 443),
        ("a b", 443),
        ("host/path", 443),
        ("host", 0),
        ("host", 65536),
        ("u:p@host", 443),
        ("h\0st", 443),
        ("x" * 300, 443),
        ("host:8", 443),
    ],
)
def test_what_is_no_address_is_not_listed(host: str, port: int) -> None:
    with pytest.raises(NotAnAddress):
        allow_target(host, port, private=False, by=SAM, now=NOON)
    assert logged("target.allowed") == []


@pytest.mark.parametrize("host", ["::1", "[::1]", "meldkamer.example", "münchen.example", "192.0.2.1"])
def test_what_is_an_address_is_listed_as_a_check_asks_for_it(host: str) -> None:
    allow_target(host, 8443, private=False, by=SAM, now=NOON)
    asked = {"::1": "::1", "[::1]": "::1", "münchen.example": "xn--mnchen-3ya.example"}.get(host, host)
    assert [entry.detail["host"] for entry in logged("target.allowed")] == [asked]


def test_a_folder_outside_the_declared_roots_is_unknown_and_says_so(tmp_path: Path) -> None:
    application = registered(url="", folder=str(tmp_path))
    run = application.measure()
    kept = application.kept("real_person_data")
    assert (kept.outcome, codes(kept)) == ("unknown", ["folder_not_declared"])
    assert run_state(SCOPE, run, only=None).finished
    assert evidence(SCOPE, kept.pk, only=None).intact
    assert not Job.objects.exclude(state="done").exists()


def test_a_folder_that_may_not_be_read_does_not_keep_the_address_from_being_measured(tmp_path: Path) -> None:
    with running(tmp_path, folder=str(tmp_path)) as application:
        application.measure()
    assert application.kept("tls").outcome == "met"
    assert codes(application.kept("real_person_data")) == ["folder_not_declared"]


def test_an_environment_that_lost_its_address_meanwhile_is_unknown(tmp_path: Path) -> None:
    application = registered(url="https://meldkamer.example/")
    run = application.ask()
    change_environment(application.environment, EnvironmentDetails(), by=NOOR, now=NOON)
    work()
    assert run_state(SCOPE, run, only=None).finished
    assert set(Evidence.objects.values_list("outcome", flat=True)) == {"unknown"}
    assert codes(application.kept("tls")) == ["nothing_to_look_at"]


def test_a_check_that_crashes_is_unknown_at_once_and_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from waarborg.assurance.checks.tls import observe

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("Jansen, 123456782")

    monkeypatch.setattr(observe, "observe", broken)
    with running(tmp_path) as application:
        run = application.measure()
    kept = application.kept("tls")
    assert (kept.outcome, kept.findings) == ("unknown", [{"code": "crashed", "facts": {"error": "ZeroDivisionError"}}])
    assert run_state(SCOPE, run, only=None).finished
    assert Job.objects.filter(state="done", attempts=1).count() == 6
    assert "Jansen" not in str(kept.observation)


def test_a_worker_that_dies_halfway_leaves_the_step_to_the_next(tmp_path: Path, database: Engine) -> None:
    reached, first = threading.Event(), [True]

    def slow(request: object) -> Answer:
        reached.set()
        if first:
            real_time.sleep(1)
        return ordinary_pages(request)

    with running(tmp_path, slow) as application:
        run = application.ask()
        Job.objects.exclude(arguments__step=str(Step.objects.get(check_id="security_txt").pk)).delete()
        child = _worker()
        assert reached.wait(20)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        first.clear()
        assert not jobs.work_once(HANDLERS, NOON + timedelta(seconds=10))
        work(NOON + jobs.LEASE)
    assert application.kept("security_txt").observed_at == NOON + jobs.LEASE
    assert run_state(SCOPE, run, only=None).done == 1
    assert len(logged("evidence.kept")) == 1


def _worker() -> int:
    """Fork a worker that does one job."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        jobs.work_once(HANDLERS, NOON)
        os._exit(0)
    return child


def test_a_job_that_takes_its_worker_with_it_every_time_is_buried_and_the_run_is_given_up(time: Clock) -> None:
    application = registered()
    run = application.ask()
    Job.objects.exclude(arguments__step=str(Step.objects.get(check_id="tls").pk)).delete()
    for attempt in range(jobs.MOST_ATTEMPTS):
        claimed = jobs.claim(NOON + attempt * jobs.LEASE)
        assert claimed is not None
    assert jobs.claim(NOON + jobs.MOST_ATTEMPTS * jobs.LEASE) is None
    assert Job.objects.get().state == "dead"
    now = time.passes(minutes=61)
    assert not run_state(SCOPE, run, only=None).finished
    assert run_state(SCOPE, run, only=None).given_up(now)
    assert unfinished_run(SCOPE, application.id, now, only=None) is None
    assert unfinished_run(SCOPE, application.id, NOON, only=None) == run


def test_what_a_hostile_server_says_is_kept_without_breaking_the_evidence(tmp_path: Path) -> None:
    def hostile(_request: object) -> Answer:
        accent = "A\u0301".encode().decode("latin-1")
        headers = [
            ("Set-Cookie", f"{accent}=b"),
            ("X-Frame-Options", accent),
            ("Content-Type", "text/html; charset=utf-8"),
        ]
        return Answer(200, headers, "<title>\0 e\u0301 \ud83d</title>vertrouwelijk\0".encode("utf-8", "surrogatepass"))

    with running(tmp_path, hostile) as application:
        run = application.measure()
    state = run_state(SCOPE, run, only=None)
    assert state.finished
    for step in state.steps:
        assert step.evidence is not None
        assert evidence(SCOPE, step.evidence, only=None).intact
        assert "crashed" not in [finding.code for finding in step.findings], step.check


def test_without_address_or_folder_there_is_nothing_to_measure() -> None:
    application = registered(url="")
    with pytest.raises(NothingToMeasure):
        application.ask()


def test_who_may_not_measure_starts_nothing(tmp_path: Path) -> None:
    application = registered()
    with pytest.raises(NotAllowed):
        start_measuring(application.reference, by=ANNA, now=NOON)
    assert not Job.objects.exists()
    assert [entry.outcome for entry in logged("measuring.started")] == ["4"]


def test_of_another_organisation_nothing_can_be_measured_or_followed() -> None:
    application = registered()
    run = application.ask()
    with pytest.raises(registers.NotInRegister):
        start_measuring(application.reference, by=CHARLIE, now=NOON)
    with pytest.raises(Step.DoesNotExist):
        measure_step(Step.objects.all()[0].pk, by=schedule(CHARLIE.scope), now=NOON)
    with pytest.raises(LookupError):
        run_state(CHARLIE.scope, run, only=None)
    assert unfinished_run(CHARLIE.scope, application.id, NOON, only=None) is None


def _own() -> Registered:
    return registered(OWN_KEY, url="")


def test_the_own_log_is_measured_from_inside_and_met_when_it_verifies() -> None:
    own = _own()
    seal_all(NOON)
    own.measure()
    kept = own.kept("own_log")
    assert (kept.outcome, codes(kept)) == ("met", ["log_verifies"])


def test_an_own_log_that_nobody_sealed_is_unknown() -> None:
    own = _own()
    own.measure()
    assert codes(own.kept("own_log")) == ["nothing_sealed_yet"]


@pytest.mark.parametrize(
    ("bend", "fault"),
    [
        ("DELETE FROM audit_leaf WHERE \"index\" = 1", "entry_missing"),
        ("UPDATE audit_spool SET bundle = (SELECT bundle FROM audit_spool WHERE id = 2) WHERE id = 1", "entry_changed"),
        ("DELETE FROM audit_checkpoint", "log_replaced"),
    ],
)  # fmt: skip
def test_an_own_log_that_was_bent_is_not_met_and_says_where(database: Engine, bend: str, fault: str) -> None:
    own = _own()
    seal_all(NOON)
    with database.without_triggers(), connections["default"].cursor() as cursor:
        cursor.execute(bend)
    own.measure()
    kept = own.kept("own_log")
    assert kept.outcome == "not_met"
    assert fault in [finding["facts"]["fault"] for finding in kept.findings]


def test_an_application_of_a_customer_is_not_asked_for_waarborgs_own_log() -> None:
    application = registered()
    run = application.ask()
    assert "own_log" not in [step.check for step in run_state(SCOPE, run, only=None).steps]


def test_a_log_that_is_sealed_while_it_is_verified_has_no_fault() -> None:
    """The worker seals each second; measuring the log writes entries itself."""
    ended, faults = threading.Event(), []

    def seals() -> None:
        while not ended.is_set():
            allow_target(f"h{new_id().hex}.example", 443, private=False, by=SAM, now=NOON)
            seal_all(NOON)
        connections.close_all()

    sealer = threading.Thread(target=seals)
    sealer.start()
    for _ in range(40):
        faults += [fault for log in verify_logs() for fault in log.faults]
    ended.set()
    sealer.join()
    assert faults == []


def test_a_reference_of_something_else_is_not_measured() -> None:
    with pytest.raises(registers.NotInRegister):
        start_measuring(Reference("application", new_id()), by=NOOR, now=NOON)
