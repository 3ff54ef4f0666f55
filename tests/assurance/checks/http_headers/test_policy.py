"""A Content-Security-Policy is worth what a browser does with it, not what it seems to say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarborg.assurance.checks.http_headers.policy import frames_refused, policies, script_holes, uses_nonce


def holes(text: str) -> tuple[str, ...]:
    (policy,) = policies([text])
    return script_holes(policy, eval_fails=True)


@pytest.mark.parametrize(
    "text",
    [
        "default-src 'self'",
        "default-src 'none'; script-src 'self' https://cdn.zorg.test",
        "script-src 'nonce-…' 'unsafe-inline' https:; script-src-attr 'none'; script-src-elem 'self'",
        "script-src 'strict-dynamic' 'nonce-…' 'unsafe-inline' http: https:",
        "script-src 'sha256-abc=' 'unsafe-inline'",
        "SCRIPT-SRC 'SELF'",
        "default-src 'self'; default-src *",
        "style-src 'unsafe-inline'; script-src 'self'",
    ],
)
def test_a_policy_that_stops_injected_script_has_no_holes(text: str) -> None:
    assert holes(text) == ()


@pytest.mark.parametrize(
    ("text", "hole"),
    [
        ("frame-ancestors 'none'", "scripts_not_limited"),
        ("script-src-elem 'self'", "scripts_not_limited"),
        ("default-src *", "any_source *"),
        ("script-src https:", "any_source https:"),
        ("script-src data:", "any_source data:"),
        ("script-src https://*", "any_source https://*"),
        ("script-src *:443", "any_source *:443"),
        ("script-src *.nl", "any_source *.nl"),
        ("script-src 'nonce-…' https:", "any_source https:"),
        ("script-src 'self' 'unsafe-inline'", "unsafe_inline"),
        ("script-src 'self' 'Unsafe-Inline'", "unsafe_inline"),
        ("script-src 'self' 'nonce-{{nonce}}' 'unsafe-inline'", "unsafe_inline"),
        ("script-src 'self' 'nonce-' 'unsafe-inline'", "unsafe_inline"),
        ("script-src 'self'; script-src-attr 'unsafe-inline'", "unsafe_inline"),
        ("default-src 'self'; script-src 'nonce-…' 'unsafe-eval'", "unsafe_eval"),
        ("default-src * ; default-src 'self'", "any_source *"),
    ],
)
def test_each_hole_is_named(text: str, hole: str) -> None:
    assert holes(text) == (hole,)


def test_a_comma_separates_policies_and_an_empty_one_is_none() -> None:
    assert len(policies(["default-src 'self', script-src *", "", ";;"])) == 2


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("frame-ancestors 'none'", True),
        ("frame-ancestors 'self' https://epd.test", True),
        ("frame-ancestors", True),
        ("frame-ancestors *", False),
        ("frame-ancestors https:", False),
        ("default-src 'none'", None),
    ],
)
def test_who_may_frame_the_page_is_said_or_left_open(text: str, *, refused: bool | None) -> None:
    assert frames_refused(policies([text])[0]) is refused


@given(st.text(max_size=200))
def test_reading_a_policy_never_raises(text: str) -> None:
    for policy in policies([text]):
        script_holes(policy, eval_fails=True)
        frames_refused(policy)
        uses_nonce(policy)
