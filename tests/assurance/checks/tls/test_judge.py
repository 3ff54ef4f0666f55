"""One fault at a time, on an observation that is otherwise good."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.assurance.checks.telling import tell

from waarborg.assurance.checks.loading import load_check
from waarborg.assurance.checks.tls.judge import judge
from waarborg.assurance.checks.tls.library import can_offer
from waarborg.assurance.checks.tls.values import VERSIONS, Attempt, Certificate, Criteria, Observation, Result, Version
from waarborg.assurance.values import Outcome, Verdict

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
CHECK = load_check("tls")
CRITERIA = Criteria.model_validate(CHECK.criteria.model_dump())
CERTIFICATE = Certificate(
    fingerprint="00" * 32,
    issuer="CN=Proefautoriteit",
    names=("zorg.example.nl", "*.example.org"),
    not_before=NOON - timedelta(days=10),
    not_after=NOON + timedelta(days=80),
    key_kind="rsa",
    key_bits=3072,
    signature_hash="sha256",
)
GOOD = Observation(
    host="zorg.example.nl",
    port=443,
    peer="192.0.2.1",
    attempts=tuple(
        Attempt(version=version, result=result, cipher="AES" if result == "negotiated" else "")
        for version, result in zip(VERSIONS, ("negotiated", "negotiated", "refused", "refused"), strict=True)
    ),
    certificate=CERTIFICATE,
    chain="trusted",
)


def judged(now: datetime = NOON, **change: Any) -> tuple[Outcome, set[str]]:
    verdict: Verdict = judge(GOOD.model_copy(update=change), criteria=CRITERIA, now=now)
    tell(CHECK, verdict)
    return verdict.outcome, {finding.code for finding in verdict.findings}


def with_result(version: str, result: Result) -> tuple[Attempt, ...]:
    return tuple(
        attempt.model_copy(update={"result": result}) if attempt.version == version else attempt
        for attempt in GOOD.attempts
    )


def test_the_good_observation_is_met() -> None:
    assert judged() == (Outcome.MET, {"negotiated_tls", "certificate_system"})


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("result", ["not_offered", "timeout", "reset", "not_tls", "unclear", "not_tried"])
def test_any_version_that_stayed_unmeasured_makes_all_unknown(version: str, result: Result) -> None:
    outcome, codes = judged(attempts=with_result(version, result))
    assert outcome == Outcome.UNKNOWN
    assert len(codes) == 1


def test_a_version_that_is_missing_from_the_observation_is_unknown() -> None:
    assert judged(attempts=GOOD.attempts[:3]) == (Outcome.UNKNOWN, {"version_not_tried"})


def test_something_bad_that_was_seen_outweighs_what_stayed_unknown() -> None:
    attempts = (GOOD.attempts[0], *with_result("TLS 1.1", "negotiated")[1:3], with_result("TLS 1.0", "timeout")[3])
    assert judged(attempts=attempts) == (Outcome.NOT_MET, {"outdated_version"})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"signature_hash": "sha1"}, "weak_signature"),
        ({"key_kind": "ec", "key_bits": 224}, "small_key"),
        ({"not_after": NOON}, "expired"),
        ({"not_after": NOON + timedelta(days=14)}, "renewal_due"),
        ({"not_before": NOON + timedelta(seconds=1)}, "not_yet_valid"),
        ({"names": ()}, "wrong_name"),
        ({"names": ("*.nl",)}, "wrong_name"),
        ({"names": ("*.zorg.example.nl",)}, "wrong_name"),
        ({"names": ("z*.example.nl",)}, "wrong_name"),
    ],
)
def test_each_fault_of_a_certificate_is_named(change: dict[str, object], code: str) -> None:
    assert judged(certificate=CERTIFICATE.model_copy(update=change)) == (Outcome.NOT_MET, {code})


@pytest.mark.parametrize(
    ("host", "names", "fits"),
    [
        ("app.example.org", ("*.example.org",), True),
        ("APP.example.org", ("app.EXAMPLE.org",), True),
        ("a.app.example.org", ("*.example.org",), False),
        ("example.org", ("*.example.org",), False),
        ("192.0.2.1", ("192.0.2.1",), True),
        ("192.0.2.1", ("*.0.2.1",), False),
        ("2001:db8::1", ("2001:db8::1",), True),
    ],
)
def test_a_name_fits_as_browsers_say_it_does(host: str, names: tuple[str, ...], fits: bool) -> None:  # noqa: FBT001  a table
    outcome, _ = judged(host=host, certificate=CERTIFICATE.model_copy(update={"names": names}))
    assert outcome == (Outcome.MET if fits else Outcome.NOT_MET)


def test_a_kind_of_key_that_we_do_not_know_is_unknown() -> None:
    certificate = CERTIFICATE.model_copy(update={"key_kind": "dsa", "key_bits": 0})
    assert judged(certificate=certificate) == (Outcome.UNKNOWN, {"key_not_judged"})


def test_a_certificate_that_could_not_be_read_is_unknown() -> None:
    assert judged(certificate=None, chain="not_measured") == (Outcome.UNKNOWN, {"certificate_not_read"})


def test_a_clock_that_was_never_set_is_unknown() -> None:
    assert judged(now=datetime(1970, 1, 2, tzinfo=UTC)) == (Outcome.UNKNOWN, {"clock_not_credible"})


def test_a_chain_of_which_only_the_date_is_off_by_another_clock_is_unknown() -> None:
    assert judged(chain="out_of_date") == (Outcome.UNKNOWN, {"chain_not_measured"})


@pytest.mark.parametrize("failure", ["dns", "refused", "timeout", "reset", "address_refused", "budget"])
def test_no_connection_is_unknown_and_has_words(failure: str) -> None:
    outcome, codes = judged(failure=failure, attempts=(), certificate=None)
    assert (outcome, codes) == (Outcome.UNKNOWN, {f"no_connection_{failure}"})
    assert codes <= set(CHECK.words)


@pytest.mark.parametrize("result", ["refused", "not_offered", "reset"])
def test_a_server_that_negotiates_nothing_at_all_is_unknown(result: Result) -> None:
    attempts = tuple(Attempt(version=version, result=result) for version in VERSIONS)
    assert judged(attempts=attempts, certificate=None) == (Outcome.UNKNOWN, {"nothing_negotiated"})


def test_that_other_addresses_were_not_measured_is_said() -> None:
    _, codes = judged(other_addresses=2)
    assert "other_addresses" in codes


@pytest.mark.parametrize("version", VERSIONS)
def test_this_machine_can_offer_every_version(version: Version) -> None:
    """Without it the tests beside this one would say unknown: a machine to test on must be able to."""
    assert can_offer(version)


def test_the_observation_survives_json_and_is_judged_the_same() -> None:
    kept = GOOD.model_dump(mode="json")
    assert CHECK.judge_again(kept, now=NOON) == judge(GOOD, criteria=CRITERIA, now=NOON)


def test_every_false_met_in_the_readme_is_one_line_each() -> None:
    text = (Path(load_check.__code__.co_filename).parent / "tls" / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^- .*(?:Unknown|Not met)[^\n]*$", text.partition("wrongly call met")[2], re.MULTILINE)
    assert len(listed) >= 10
