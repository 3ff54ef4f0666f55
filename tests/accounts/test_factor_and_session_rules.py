"""Codes, time-outs and names as they are compared."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.cast import NOON

from waarborg.accounts.rules.factors import code_at, new_secret, proven_step, step_at, uri
from waarborg.accounts.rules.sessions import Limits, access_point, new_token, normal_login, over, token_digest
from waarborg.accounts.values import EndReason, Stage

SECRET = base64.b32encode(b"12345678901234567890").decode()
LIMITS = Limits(idle=timedelta(minutes=15), longest=timedelta(hours=12))
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_rfc_6238_appendix_b(seconds: int, code: str) -> None:
    assert code_at(SECRET, step_at(datetime.fromtimestamp(seconds, UTC))) == code


@pytest.mark.parametrize(("off", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_one_step_off_and_no_more(*, off: int, accepted: bool) -> None:
    step = step_at(NOON) + off
    assert proven_step(SECRET, code_at(SECRET, step), now=NOON, last_used=None) == (step if accepted else None)


@pytest.mark.parametrize(("used", "accepted"), [(-1, True), (0, False), (1, False)])
def test_a_step_at_or_before_the_last_used_one_is_refused(*, used: int, accepted: bool) -> None:
    here = step_at(NOON)
    proven = proven_step(SECRET, code_at(SECRET, here), now=NOON, last_used=here + used)
    assert (proven == here) is accepted


def test_a_code_may_be_typed_with_a_space_in_the_middle() -> None:
    code = code_at(SECRET, step_at(NOON))
    assert proven_step(SECRET, f" {code[:3]} {code[3:]} ", now=NOON, last_used=None)


@pytest.mark.parametrize("typed", ["", "12345", "éééééé", "0" * 500])
def test_what_isnt_a_code_is_refused_and_nothing_breaks(typed: str) -> None:
    assert proven_step(SECRET, typed, now=NOON, last_used=None) is None


def test_the_link_says_what_every_app_understands() -> None:
    link = urlsplit(uri(SECRET, "sam.visser"))
    assert (link.scheme, link.netloc, link.path) == ("otpauth", "totp", "/Waarborg:sam.visser")
    said = parse_qs(link.query)
    assert said["secret"] == [SECRET]
    assert (said["issuer"], said["digits"], said["algorithm"], said["period"]) == (
        ["Waarborg"],
        ["6"],
        ["SHA1"],
        ["30"],
    )


def test_secrets_and_tokens_are_new_each_time_and_long_enough() -> None:
    assert len({new_secret() for _ in range(100)}) == len({new_token() for _ in range(100)}) == 100
    assert len(base64.b32decode(new_secret())) == 20
    assert len(base64.urlsafe_b64decode(new_token() + "=")) == 32
    assert token_digest("one") != token_digest("other")


@pytest.mark.parametrize(
    ("stage", "age", "still", "ends"),
    [
        (Stage.FULL, timedelta(hours=1), timedelta(minutes=15) - SECOND, None),
        (Stage.FULL, timedelta(hours=1), timedelta(minutes=15), EndReason.IDLE),
        (Stage.FULL, timedelta(hours=12) - SECOND, timedelta(0), None),
        (Stage.FULL, timedelta(hours=12), timedelta(0), EndReason.TOO_LONG),
        (Stage.FACTOR, timedelta(minutes=15) - SECOND, timedelta(0), None),
        (Stage.FACTOR, timedelta(minutes=15), timedelta(0), EndReason.TOO_LONG),
    ],
)
def test_when_a_session_is_over(stage: Stage, age: timedelta, still: timedelta, ends: EndReason | None) -> None:
    ended = over(stage=stage, started_at=NOON - age, last_seen_at=NOON - still, limits=LIMITS, now=NOON)
    assert ended is ends


@pytest.mark.parametrize("typed", ["Sam.Visser", " sam.visser ", "ｓａｍ．visser", "SAM.VISSER"])
def test_a_login_name_is_the_same_however_it_is_typed(typed: str) -> None:
    assert normal_login(typed) == "sam.visser"


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "192.0.2.1 Firefox Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "192.0.2.1 Edge Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
            "192.0.2.1 Chrome Android",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "192.0.2.1 Safari iPhone"),
        ("<script>", "192.0.2.1"),
        ("", "192.0.2.1"),
    ],
)
def test_a_browser_is_said_in_two_words_of_ours(agent: str, said: str) -> None:
    assert access_point("192.0.2.1", agent) == said


def test_normalising_twice_changes_nothing_more() -> None:
    for typed in ("ẞtraße", "İstanbul", "ﬁets", "Ａ"):
        assert normal_login(normal_login(typed)) == normal_login(typed)
