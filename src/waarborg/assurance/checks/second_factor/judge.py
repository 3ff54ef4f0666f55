"""A refusal counts only when the same account gets in with its factor; getting in without it counts always.

(1) The marker must be of the inside: it stood on no page that asks for the password or the code, and no stranger saw it.
(2) The protected page shown to a password alone, or to a password with a wrong code, is not met.
(3) A visit that was broken off proves nothing, and neither does one in which another page showed the marker.
(4) The positive control: password and code show the page.
(5) Every request without the factor was turned away in the way the recipe names, after a login that went as in (4).
"""

from datetime import datetime

from waarborg.assurance.checks.second_factor.values import (
    Criteria,
    Gave,
    Observation,
    Page,
    Step,
    Visit,
)
from waarborg.assurance.values import Finding, Outcome, Verdict

WITHOUT_FACTOR = (
    (Visit.ANONYMOUS, Gave.NOTHING),
    (Visit.FIRST, Gave.PASSWORD),
    (Visit.FIRST, Gave.WRONG_CODE),
    (Visit.AFTERWARDS, Gave.PASSWORD),
)


def judge(seen: Observation, *, criteria: Criteria, now: datetime) -> Verdict:  # noqa: ARG001 - every judge has this form
    fault = (
        _public_marker(seen)
        or _way_in(seen)
        or _elsewhere(seen)
        or _broken_off(seen)
        or _control(seen)
        or _not_refused(seen)
    )
    return fault or _verdict(seen, Outcome.MET, "refused_without_factor", "control_passed")


def _public_marker(seen: Observation) -> Verdict | None:
    public = [step for step in seen.steps if step.marker and _is_outside(step)]
    return _unknown("marker_public", public[0].path) if public else None  # (1)


def _is_outside(step: Step) -> bool:
    return step.visit is Visit.ANONYMOUS or step.page in {Page.LOGIN, Page.FACTOR}


def _way_in(seen: Observation) -> Verdict | None:  # (2)
    passed = ("control_passed",) if _passed(seen) else ()
    for code, gave, visit in (
        ("password_alone", Gave.PASSWORD, Visit.FIRST),
        ("wrong_code_accepted", Gave.WRONG_CODE, Visit.FIRST),
        ("password_alone_afterwards", Gave.PASSWORD, Visit.AFTERWARDS),
    ):
        if any(step.inside for step in _steps(seen, visit, gave)):
            if visit is Visit.AFTERWARDS and seen.remembered:
                # Whether a browser that gave its factor before may go without is a person's decision, not ours.
                return _unknown("device_remembered", seen.protected_path)
            return _verdict(seen, Outcome.NOT_MET, code, *passed)
    return None


def _elsewhere(seen: Observation) -> Verdict | None:  # (3)
    """The protected text on another page: a way round the protected page, or a text that says nothing."""
    shown = [step for step in seen.steps if step.marker and not step.inside and step.gave is not Gave.CODE]
    return _unknown("marker_public", shown[0].path) if shown else None


def _broken_off(seen: Observation) -> Verdict | None:  # (3)
    return _unknown(seen.stopped.code, seen.stopped.fact) if seen.stopped else None


def _control(seen: Observation) -> Verdict | None:  # (4)
    if _passed(seen):
        return None
    last = _last_protected(seen, Visit.CONTROL, Gave.CODE)
    return _unknown("control_failed", _answer(last))


def _not_refused(seen: Observation) -> Verdict | None:  # (5)
    for visit, gave in WITHOUT_FACTOR:
        step = _last_protected(seen, visit, gave)
        if step is None or not seen.refusal.turns_away(step):
            return _unknown(_unlike_a_refusal(seen, step), _answer(step))
    logins = {(step.status, step.redirect_to) for step in seen.steps if _is_login(step)}
    return _unknown("login_differs", len(logins)) if len(logins) > 1 else None


def _unlike_a_refusal(seen: Observation, step: Step | None) -> str:
    control = _last_protected(seen, Visit.CONTROL, Gave.CODE)
    same = step and control and (step.status, step.redirect_to) == (control.status, control.redirect_to)
    return "answers_like_inside" if same else "answer_unclear"


def _passed(seen: Observation) -> bool:
    step = _last_protected(seen, Visit.CONTROL, Gave.CODE)
    return step is not None and step.inside


def _last_protected(seen: Observation, visit: Visit, gave: Gave) -> Step | None:
    steps = [step for step in _steps(seen, visit, gave) if step.page is Page.PROTECTED and step.method == "GET"]
    return steps[-1] if steps else None


def _steps(seen: Observation, visit: Visit, gave: Gave) -> list[Step]:
    return [step for step in seen.steps if step.visit is visit and step.gave is gave]


def _is_login(step: Step) -> bool:
    """The request that carried the password: the first one of its visit after nothing had been given."""
    return step.method == "POST" and step.gave is Gave.PASSWORD


def _answer(step: Step | None) -> str:
    if step is None:
        return "-"
    return f"{step.status} → {step.redirect_to}" if step.redirect_to else str(step.status)


def _unknown(code: str, fact: str | int) -> Verdict:
    return Verdict(Outcome.UNKNOWN, (Finding(code, {"fact": fact}),))


def _verdict(seen: Observation, outcome: Outcome, *codes: str) -> Verdict:
    facts: dict[str, str | int] = {
        "path": seen.protected_path,
        "account": seen.account or "-",
        "attempts": seen.login_attempts,
    }
    return Verdict(outcome, tuple(Finding(code, facts) for code in codes))
