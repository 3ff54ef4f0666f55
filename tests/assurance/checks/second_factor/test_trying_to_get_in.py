"""Applications that log in with a password and a code, each worse in one way, and what is said of them."""

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.simulators.certificates import Authority, make_authority, self_signed
from tests.simulators.servers import closed_port, tls_context, web_server
from tests.simulators.two_step_login import MARKER, OUTSIDE, Csrf, Fault, TwoStepLogin

from waarborg.assurance.checks.guard import Guard
from waarborg.assurance.checks.loading import load_check, run_check
from waarborg.assurance.checks.second_factor.judge import judge
from waarborg.assurance.checks.second_factor.observe import observe
from waarborg.assurance.checks.second_factor.values import Criteria, Observation
from waarborg.assurance.checks.target import Secret, Secrets, Target
from waarborg.assurance.values import Outcome, Verdict
from waarborg.kernel.canonical import canonical

CRITERIA = Criteria(pause_after_wrong_code_ms=0, seconds_left_in_step=2, most_codes=1)
BY_FORM: dict[str, Any] = {
    "account": "rol zorgverlener",
    "login": {
        "path": "/inloggen",
        "fields": {"gebruiker": "{secret:login}", "wachtwoord": "{secret:password}"},
        "csrf": {"field": "csrf", "from": "form"},
    },
    "factor": {"fields": {"code": "{totp:totp}"}, "csrf": {"field": "csrf", "from": "form"}},
    "protected": {
        "path": "/alarmen",
        "shows": MARKER,
        "refused": {"status": [401, 403], "redirect_to": ["/inloggen", "/code"]},
    },
}
BY_API: dict[str, Any] = {
    "login": {
        "path": "/api/login",
        "content": "json",
        "fields": {"user": "{secret:login}", "password": "{secret:password}"},
    },
    "factor": {
        "path": "/api/code",
        "content": "json",
        "fields": {"mfa_token": "{reply:/next/mfa_token}", "code": "{totp:totp}"},
        "token": "/access_token",
    },
    "protected": {"path": "/api/alarmen", "shows": MARKER, "refused": {"status": 401}},
}


@dataclass
class Seen:
    """What a run gave, beside the application it was run on."""

    application: TwoStepLogin
    observation: Observation
    verdict: Verdict = field(init=False)

    def __post_init__(self) -> None:
        self.verdict = judge(self.observation, criteria=CRITERIA, now=datetime.now(UTC))

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(finding.code for finding in self.verdict.findings)


Try = Callable[..., Seen]


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("ca"))


@contextlib.contextmanager
def running(application: TwoStepLogin, authority: Authority, recipe: dict[str, Any]) -> Iterator[Target]:
    with web_server(application, tls=tls_context(authority.issue())) as port:
        yield target_of(application, port, authority.file, recipe)


def target_of(application: TwoStepLogin, port: int, ca_file: Path, recipe: dict[str, Any] | None) -> Target:
    host = f"localhost:{port}"
    values = {"login": application.name, "password": application.password, "totp": application.totp_secret}
    return Target(
        url=f"https://{host}/",
        ca_file=ca_file,
        login_path="/inloggen",
        recipe=recipe,
        secrets=Secrets(*(Secret(host=host, name=name, value=value) for name, value in values.items())),
        guard=Guard(allow_private=True),
    )


@pytest.fixture
def try_out(authority: Authority) -> Try:
    def run(*faults: Fault, recipe: dict[str, Any] = BY_FORM, csrf: Csrf = "form") -> Seen:
        application = TwoStepLogin(frozenset(faults), csrf=csrf)
        with running(application, authority, recipe) as target:
            return Seen(application, observe(target, criteria=CRITERIA, now=datetime.now(UTC)))

    return run


def with_part(part: str, **changes: Any) -> dict[str, Any]:
    return BY_FORM | {part: BY_FORM[part] | changes}


def with_short_steps() -> dict[str, Any]:
    """A code of fifteen seconds, so that waiting for the next one doesn't last."""
    return with_part("factor", totp={"period": 15})


def with_csrf(**csrf: str) -> dict[str, Any]:
    return with_part("login", csrf=csrf) | {"factor": BY_FORM["factor"] | {"csrf": csrf}}


def test_a_good_application_is_met_and_the_control_is_named(try_out: Try) -> None:
    seen = try_out()
    assert (seen.verdict.outcome, seen.codes) == (Outcome.MET, ("refused_without_factor", "control_passed"))
    assert seen.verdict.findings[0].facts == {"path": "/alarmen", "account": "rol zorgverlener", "attempts": 3}


def test_an_api_with_bearer_tokens_is_met(try_out: Try) -> None:
    assert try_out(recipe=BY_API).verdict.outcome is Outcome.MET


def test_an_api_that_takes_the_half_token_for_a_whole_one_is_not_met(try_out: Try) -> None:
    seen = try_out("password_is_enough", recipe=BY_API)
    assert (seen.verdict.outcome, seen.codes) == (Outcome.NOT_MET, ("password_alone", "control_passed"))


@pytest.mark.parametrize(
    ("csrf", "recipe"),
    [
        ("cookie", with_csrf(**{"field": "X-Csrf-Token", "from": "cookie", "name": "csrf", "sent_as": "header"})),
        ("header", with_csrf(**{"field": "X-Csrf-Token", "from": "header", "name": "X-Csrf", "sent_as": "header"})),
    ],
)
def test_a_forgery_token_is_taken_from_where_it_stands(try_out: Try, csrf: Csrf, recipe: dict[str, Any]) -> None:
    assert try_out(csrf=csrf, recipe=recipe).verdict.outcome is Outcome.MET


def test_a_factor_page_with_a_path_of_its_own_is_asked_for(try_out: Try) -> None:
    assert try_out(recipe=with_part("factor", path="/code")).verdict.outcome is Outcome.MET


def test_a_refusal_in_place_is_known_by_its_text(try_out: Try) -> None:
    recipe = with_part("protected", refused={"shows": OUTSIDE})
    assert try_out("refuses_in_place", recipe=recipe).verdict.outcome is Outcome.MET


@pytest.mark.parametrize(
    ("fault", "codes"),
    [
        ("password_is_enough", ("password_alone", "control_passed")),
        ("factor_asked_in_the_browser", ("password_alone", "control_passed")),
        ("data_in_the_redirect", ("password_alone", "control_passed")),
        ("data_with_the_401", ("password_alone", "control_passed")),
        ("any_code_will_do", ("wrong_code_accepted", "control_passed")),
        ("code_left_behind", ("wrong_code_accepted", "control_passed")),
        ("factor_kept_with_account", ("password_alone_afterwards", "control_passed")),
    ],
)
def test_each_way_in_without_the_factor_is_not_met(try_out: Try, fault: Fault, codes: tuple[str, ...]) -> None:
    seen = try_out(fault)
    assert (seen.verdict.outcome, seen.codes) == (Outcome.NOT_MET, codes)


def test_an_application_without_a_factor_needs_no_description_of_one(try_out: Try) -> None:
    by_password = {name: part for name, part in BY_FORM.items() if name != "factor"}
    lets_in = try_out("password_is_enough", recipe=by_password)
    assert (lets_in.verdict.outcome, lets_in.codes) == (Outcome.NOT_MET, ("password_alone",))
    refuses = try_out(recipe=by_password)
    assert (refuses.verdict.outcome, refuses.codes) == (Outcome.UNKNOWN, ("factor_not_described",))


def test_getting_in_by_the_password_counts_also_when_the_control_fails(try_out: Try) -> None:
    seen = try_out("factor_for_some_roles")
    assert seen.observation.stopped is not None
    assert (seen.verdict.outcome, seen.codes) == (Outcome.NOT_MET, ("password_alone",))


def test_a_page_that_skips_the_factor_is_not_met_when_the_recipe_names_it(try_out: Try) -> None:
    assert try_out("other_page_open").verdict.findings[0].facts["path"] == "/alarmen"
    seen = try_out("other_page_open", recipe=with_part("protected", path="/rapport"))
    assert (seen.verdict.outcome, seen.codes) == (Outcome.NOT_MET, ("password_alone", "control_passed"))


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("remembers_the_browser", "device_remembered"),
        ("remembers_by_an_earlier_cookie", "device_remembered"),
        ("answers_everything", "answers_everything"),
        ("marker_on_login_page", "marker_public"),
        ("open_to_all", "marker_public"),
        ("throttled", "throttled"),
        ("captcha", "captcha"),
        ("csrf_always_wrong", "csrf_refused"),
        ("renamed_fields", "form_changed"),
        ("compressed", "unreadable"),
        ("endless_page", "too_large"),
        ("login_elsewhere", "left_site"),
        ("factor_never_works", "control_failed"),
        ("refuses_in_place", "anonymous_not_refused"),
        ("same_page_without_rows", "answers_like_inside"),
        ("second_login_fails", "login_rejected"),
    ],
)
def test_what_proves_nothing_is_unknown_with_its_own_reason(try_out: Try, fault: Fault, code: str) -> None:
    seen = try_out(fault)
    assert (seen.verdict.outcome, seen.codes) == (Outcome.UNKNOWN, (code,))


def test_a_public_marker_is_noticed_before_a_password_is_sent(try_out: Try) -> None:
    assert try_out("marker_on_login_page").application.logins == []


def test_an_application_that_pauses_after_a_wrong_code_is_given_that_pause(authority: Authority) -> None:
    application = TwoStepLogin(frozenset({"no_code_for_a_second_after_a_wrong_one"}))
    with running(application, authority, BY_FORM) as target:
        assert run_check(load_check("second_factor"), target, datetime.now(UTC)).verdict.outcome is Outcome.MET
    hasty = TwoStepLogin(application.faults)
    with running(hasty, authority, BY_FORM) as target:
        assert Seen(hasty, observe(target, criteria=CRITERIA, now=datetime.now(UTC))).codes == ("control_failed",)


def test_a_right_code_that_is_refused_is_followed_by_the_next_one(authority: Authority) -> None:
    twice = CRITERIA.model_copy(update={"most_codes": 2})
    application = TwoStepLogin(frozenset({"code_just_used_elsewhere"}), period=15)
    with running(application, authority, with_short_steps()) as target:
        seen = Seen(application, observe(target, criteria=twice, now=datetime.now(UTC)))
    assert (seen.verdict.outcome, seen.codes) == (Outcome.MET, ("refused_without_factor", "control_passed"))
    assert len(application.codes) == 3
    assert len(application.logins) == 3


def test_a_second_code_is_the_last_one(authority: Authority) -> None:
    twice = CRITERIA.model_copy(update={"most_codes": 2})
    application = TwoStepLogin(frozenset({"factor_never_works"}), period=15)
    with running(application, authority, with_short_steps()) as target:
        seen = Seen(application, observe(target, criteria=twice, now=datetime.now(UTC)))
    assert (seen.verdict.outcome, seen.codes) == (Outcome.UNKNOWN, ("control_failed",))
    assert len(application.codes) == 3


def test_a_session_that_outlives_the_browser_is_no_memory_of_it(try_out: Try) -> None:
    assert try_out("session_outlives_the_browser").verdict.outcome is Outcome.MET
    both = try_out("session_outlives_the_browser", "remembers_the_browser")
    assert (both.verdict.outcome, both.codes) == (Outcome.UNKNOWN, ("device_remembered",))


@pytest.mark.parametrize("path", ["current", "/code"])
def test_the_protected_text_on_a_page_in_between_is_unknown(try_out: Try, path: str) -> None:
    seen = try_out("home_page_in_between", recipe=with_part("factor", path=path))
    assert (seen.verdict.outcome, seen.codes) == (Outcome.UNKNOWN, ("marker_public",))


def test_the_rows_missing_from_the_page_is_no_refusal(try_out: Try) -> None:
    seen = try_out("same_page_without_rows", recipe=with_part("protected", refused={"redirect_to": "/inloggen"}))
    assert seen.verdict.outcome is Outcome.UNKNOWN


def test_an_unexpected_refusal_is_unclear(try_out: Try) -> None:
    seen = try_out(recipe=with_part("protected", refused={"redirect_to": "/inloggen"}))
    assert (seen.verdict.outcome, seen.codes) == (Outcome.UNKNOWN, ("answer_unclear",))


@pytest.mark.parametrize(
    ("recipe", "code"),
    [
        (with_csrf(**{"field": "authenticity_token", "from": "form"}), "csrf_missing"),
        (with_csrf(**{"field": "csrf", "from": "cookie"}), "csrf_missing"),
        (BY_API | {"factor": BY_API["factor"] | {"fields": {"m": "{reply:/no}", "c": "{totp:totp}"}}}, "token_missing"),
        (with_part("login", fields={"gebruiker": "{secret:login}", "wachtwoord": "{secret:pass}"}), "secret_missing"),
        (with_part("factor", fields={"code": "{totp:login}"}), "totp_secret_invalid"),
        (with_part("login", pad="/inloggen"), "recipe_invalid"),
    ],
)
def test_a_recipe_that_does_not_fit_is_unknown(try_out: Try, recipe: dict[str, Any], code: str) -> None:
    seen = try_out(recipe=recipe)
    assert (seen.verdict.outcome, seen.codes) == (Outcome.UNKNOWN, (code,))


def test_a_wrong_password_is_tried_once(try_out: Try, authority: Authority) -> None:
    application = TwoStepLogin()
    with running(application, authority, BY_FORM) as target:
        application.password = "changed since"
        seen = Seen(application, observe(target, criteria=CRITERIA, now=datetime.now(UTC)))
    assert (seen.codes, application.logins) == (("login_rejected",), [False])


@pytest.mark.parametrize(
    "faults",
    [(), ("password_is_enough",), ("any_code_will_do",), ("factor_never_works",), ("remembers_the_browser",)],
)
def test_no_run_logs_in_more_than_three_times(try_out: Try, faults: tuple[Fault, ...]) -> None:
    seen = try_out(*faults)
    assert len(seen.application.logins) == seen.observation.login_attempts <= 3


def test_an_untrusted_server_gets_no_password(tmp_path: Path, authority: Authority) -> None:
    application = TwoStepLogin()
    with web_server(application, tls=tls_context(self_signed(tmp_path))) as port:
        target = target_of(application, port, authority.file, BY_FORM)
        seen = Seen(application, observe(target, criteria=CRITERIA, now=datetime.now(UTC)))
    assert (seen.codes, application.logins) == (("not_trusted",), [])


def test_secrets_of_another_host_are_not_sent(authority: Authority) -> None:
    application = TwoStepLogin()
    with web_server(application, tls=tls_context(authority.issue())) as port:
        bound_elsewhere = target_of(application, closed_port(), authority.file, BY_FORM).secrets
        here = target_of(application, port, authority.file, BY_FORM)
        target = Target(
            url=here.url, ca_file=here.ca_file, recipe=BY_FORM, secrets=bound_elsewhere, guard=Guard(allow_private=True)
        )
        seen = Seen(application, observe(target, criteria=CRITERIA, now=datetime.now(UTC)))
    assert (seen.codes, application.logins) == (("secret_missing",), [])


def test_a_server_that_is_down_is_unknown(authority: Authority) -> None:
    application = TwoStepLogin()
    target = target_of(application, closed_port(), authority.file, BY_FORM)
    assert Seen(application, observe(target, criteria=CRITERIA, now=datetime.now(UTC))).codes == ("unreachable",)


@pytest.mark.parametrize(
    ("login_path", "code"),
    [("/inloggen", "no_recipe_form_seen"), ("/alarmen", "no_recipe_form_seen"), ("/", "no_recipe")],
)
def test_without_a_recipe_a_visible_login_is_named(authority: Authority, login_path: str, code: str) -> None:
    application = TwoStepLogin()
    with web_server(application, tls=tls_context(authority.issue())) as port:
        target = Target(
            url=f"https://localhost:{port}/",
            ca_file=authority.file,
            login_path=login_path,
            guard=Guard(allow_private=True),
        )
        seen = Seen(application, observe(target, criteria=CRITERIA, now=datetime.now(UTC)))
    assert (seen.verdict.outcome, seen.codes) == (Outcome.UNKNOWN, (code,))


@pytest.mark.parametrize("faults", [(), ("password_is_enough",), ("token_in_the_path",), ("captcha",)])
def test_no_secret_code_cookie_or_content_is_kept(try_out: Try, faults: tuple[Fault, ...]) -> None:
    seen = try_out(*faults)
    application = seen.application
    kept = json.dumps(seen.observation.model_dump(mode="json"), ensure_ascii=False) + repr(seen.verdict)
    secret = {application.name, application.password, application.totp_secret, MARKER, "sid=", *application.codes}
    secret |= set(application._visitors)
    assert [value for value in secret if value in kept] == []


def test_an_observation_is_kept_without_loss_and_in_one_form(try_out: Try) -> None:
    kept = try_out().observation.model_dump(mode="json")
    assert Observation.model_validate_json(canonical(kept)).model_dump(mode="json") == kept
