"""Try to get in without the second factor, and with it. Three log-ins at most, all of one account."""

from collections.abc import Mapping
from datetime import datetime

from waarborg.assurance.checks import wire
from waarborg.assurance.checks.second_factor.page import asks_password
from waarborg.assurance.checks.second_factor.recipe import Recipe, RecipeInvalid, read_recipe
from waarborg.assurance.checks.second_factor.session import Cookie, Session
from waarborg.assurance.checks.second_factor.totp import Clock, Codes, CodesUsedUp, NotATotpSecret
from waarborg.assurance.checks.second_factor.values import Criteria, Gave, Observation, Refusal, Step, Stop, Visit
from waarborg.assurance.checks.second_factor.walk import Log, Stopped, Walk
from waarborg.assurance.checks.target import SecretNotBound, Target

# Three log-ins of a handful of requests each, and at most a minute of waiting for a fresh code. A dead address of the host counts too.
SECONDS = 120
CONNECTIONS = 80
MOST_COOKIES = 10

Cookies = dict[str, Cookie]


def observe(target: Target, *, criteria: Criteria, now: datetime) -> Observation:
    """Follow the recipe. Everything that keeps it from being followed becomes `stopped`."""
    if target.recipe is None:
        return Observation(stopped=_without_recipe(target))
    try:
        recipe = read_recipe(target.recipe)
    except RecipeInvalid as error:
        return Observation(stopped=Stop(code="recipe_invalid", fact=str(error)))
    return _Trial(target, recipe, criteria, Clock(now)).run()


def _without_recipe(target: Target) -> Stop:
    """Say whether there is a login that nobody described: then there is something to prove."""
    last = wire.follow(target, target.login_path)[-1] if target.url else None
    if isinstance(last, wire.Reply) and asks_password(last.body.decode("utf-8", "replace")):
        return Stop(code="no_recipe_form_seen")
    return Stop(code="no_recipe")


class _Trial:
    def __init__(self, target: Target, recipe: Recipe, criteria: Criteria, clock: Clock) -> None:
        self._target = target
        self._recipe = recipe
        self._criteria = criteria
        self._clock = clock
        self._log = Log(clock)
        self._budget = wire.Budget(seconds=SECONDS, connections=CONNECTIONS)
        refused = recipe.protected.refused
        self._refusal = Refusal(status=refused.status, redirects=refused.redirect_to)
        self._everything: bool | None = None
        self._remembered = False

    def run(self) -> Observation:
        stopped = None
        try:
            self._try_all(self._secrets())
        except Stopped as error:
            stopped = error.stop
        return Observation(
            account=self._recipe.account,
            protected_path=self._recipe.protected.path,
            refusal=self._refusal,
            steps=tuple(self._log.steps),
            stopped=stopped,
            answers_everything=self._everything,
            remembered=self._remembered,
            login_attempts=self._log.login_attempts,
        )

    def _secrets(self) -> Mapping[str, str]:
        """Every secret must be there before anything is sent: half a run is a log-in attempt wasted."""
        target = self._target
        try:
            return {
                name: target.secrets.release(name, host=target.host, port=target.port)
                for name in sorted(self._recipe.secret_names)
            }
        except SecretNotBound as error:
            raise Stopped("secret_missing", str(error)) from None

    def _try_all(self, secrets: Mapping[str, str]) -> None:
        codes = self._codes(secrets)
        self._anonymous(secrets)
        inside = self._first(secrets, codes)
        if codes is None:
            return
        cookies = self._control(secrets, codes)
        if cookies is not None and not inside:
            self._afterwards(secrets, cookies)

    def _codes(self, secrets: Mapping[str, str]) -> Codes | None:
        factor = self._recipe.factor
        if factor is None:
            return None
        (name,) = factor.named("totp")
        try:
            return Codes(secrets[name], factor.totp)
        except NotATotpSecret:
            raise Stopped("totp_secret_invalid", name) from None

    def _visit(self, visit: Visit, secrets: Mapping[str, str]) -> Walk:
        return Walk(self._recipe, secrets, Session(self._target, budget=self._budget), visit, self._log)

    def _anonymous(self, secrets: Mapping[str, str]) -> None:
        """Whoever hasn't logged in at all must be refused, or the page and its marker say nothing."""
        step = self._visit(Visit.ANONYMOUS, secrets).protected()
        if step.marker:
            raise Stopped("marker_public", step.path)
        if not self._refusal.turns_away(step):
            self._everything = wire.answers_everything(self._target, budget=self._budget)
            raise Stopped("answers_everything" if self._everything else "anonymous_not_refused", str(step.status))

    def _first(self, secrets: Mapping[str, str], codes: Codes | None) -> bool:
        """The password alone, then a wrong code. Returns whether either gave the protected page."""
        walk = self._visit(Visit.FIRST, secrets)
        walk.login()
        walk.protected()
        if not self._got_in(Visit.FIRST):
            walk.factor(codes.wrong_code(self._clock) if codes else "", Gave.WRONG_CODE)
            walk.protected()
            self._clock.sleep(self._criteria.pause_after_wrong_code_ms / 1000)
        return self._got_in(Visit.FIRST)

    def _control(self, secrets: Mapping[str, str], codes: Codes) -> Cookies | None:
        """The whole login. Returns the lasting cookies it ended with, None when it didn't get in."""
        walk = self._visit(Visit.CONTROL, secrets)
        walk.login()
        inside = self._gave_code(walk, codes)
        for _ in range(1, self._criteria.most_codes):
            # As a person does whose code is refused: wait for the next one. It is asked for again on the same page.
            inside = inside or (walk.asks_for_code and self._gave_code(walk, codes))
        cookies = walk.session.jar.cookies.items()
        return {name: cookie for name, cookie in cookies if cookie.lasting} if inside else None

    def _gave_code(self, walk: Walk, codes: Codes) -> bool:
        walk.factor(self._fresh_code(codes), Gave.CODE)
        return walk.protected().inside

    def _fresh_code(self, codes: Codes) -> str:
        try:
            return codes.next_code(self._clock, seconds_left=self._criteria.seconds_left_in_step)
        except CodesUsedUp:
            raise Stopped("account_in_use") from None

    def _afterwards(self, secrets: Mapping[str, str], cookies: Cookies) -> None:
        """The password alone again: is the account, or the browser that keeps its lasting cookies, let in now?"""
        memory = {
            name: cookies[name] for name in list(cookies)[:MOST_COOKIES] if self._is_no_session(secrets, cookies, name)
        }
        self._remembered = bool(memory)
        walk = self._visit(Visit.AFTERWARDS, secrets)
        walk.session.jar.cookies.update(memory)
        walk.login()
        walk.protected()

    def _is_no_session(self, secrets: Mapping[str, str], cookies: Cookies, name: str) -> bool:
        """A cookie that opens the page without any login is the session itself, and no memory of a browser."""
        walk = self._visit(Visit.AFTERWARDS, secrets)
        walk.session.jar.cookies[name] = cookies[name]
        return not walk.protected().inside

    def _got_in(self, visit: Visit) -> bool:
        return any(step.inside for step in self._steps_of(visit))

    def _steps_of(self, visit: Visit) -> tuple[Step, ...]:
        return tuple(step for step in self._log.steps if step.visit is visit)
