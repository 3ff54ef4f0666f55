"""One visit to the application, each step written down without what was sent."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urljoin

from waarborg.assurance.checks import wire
from waarborg.assurance.checks.second_factor.page import (
    CAPTCHA,
    Form,
    form_asking,
    forms_in,
    pointed_at,
    read_text,
    shows,
)
from waarborg.assurance.checks.second_factor.recipe import TEMPLATE, Csrf, Factor, Login, Recipe
from waarborg.assurance.checks.second_factor.session import LeftSite, Session
from waarborg.assurance.checks.second_factor.totp import Clock
from waarborg.assurance.checks.second_factor.values import Gave, Page, Step, Stop, Visit

MOST_REDIRECTS = 5
# Applications lock an account after three to five failures; the account under test must survive its test.
MOST_LOGIN_ATTEMPTS = 3
FIRST_ERROR = 400
TOO_MANY_REQUESTS = 429
CONTENT_TYPES = {"form": "application/x-www-form-urlencoded", "json": "application/json"}


class Stopped(Exception):
    """The visit can't go on; `stop` says why, in a code with words."""

    def __init__(self, code: str, fact: str = "") -> None:
        super().__init__(code)
        self.stop = Stop(code=code, fact=fact)


@dataclass
class Log:
    """The steps of all visits of one run, and how often a password was sent."""

    clock: Clock
    steps: list[Step] = field(default_factory=list)
    login_attempts: int = 0

    def count_login(self) -> None:
        if self.login_attempts == MOST_LOGIN_ATTEMPTS:
            raise AssertionError("a fourth log-in could lock the account")
        self.login_attempts += 1


@dataclass(frozen=True)
class Answer:
    """A reply as it was read: the step for the log, the rest only for the next step."""

    step: Step
    reply: wire.Reply = field(repr=False)
    text: str = field(repr=False)


@dataclass
class Walk:
    """One session from its first request on."""

    recipe: Recipe
    secrets: Mapping[str, str] = field(repr=False)
    session: Session
    visit: Visit
    log: Log
    gave: Gave = Gave.NOTHING
    _said: Answer = field(init=False, repr=False)
    """What the application answered to the last fields that were sent."""
    _landed: Answer = field(init=False, repr=False)
    """Where its redirects led from there."""

    def protected(self) -> Step:
        """Ask for the protected page with the most that this session was given."""
        bearer = self.session.bearer
        self.session.bearer = bearer or self._half_token()
        try:
            return self._ask("GET", self.recipe.protected.path).step
        finally:
            self.session.bearer = bearer

    def login(self) -> None:
        """Give the password. Raises Stopped when the application doesn't go on from there."""
        part = self.recipe.login
        page, form = self._before(part, part.path)
        self.log.count_login()
        self.gave = Gave.PASSWORD
        self._send(part, part.path, page, form, code="")
        self._refuse_a_failed_login(page)

    def factor(self, code: str, gave: Gave) -> None:
        """Give a code, right or wrong as `gave` says."""
        part = self.recipe.factor
        if part is None:
            raise Stopped("factor_not_described")
        path = self._landed.reply.url if part.path == "current" else part.path
        page: Answer | None = self._landed
        if part.path == "current":
            form = self._form_of(part, self._landed)
        else:
            page, form = self._before(part, path)
        self.gave = gave
        self._send(part, path, page, form, code=code)

    @property
    def asks_for_code(self) -> bool:
        """Whether the last answer is a page on which a code can be given."""
        return self._asks(self.recipe.factor, self._landed)

    def _before(self, part: Login | Factor, path: str) -> tuple[Answer | None, Form | None]:
        """Look at the page that asks for the fields, as a person would; an API without a forgery token has none."""
        if part.content == "json" and part.csrf is None:
            return None, None
        page = self._follow(self._ask("GET", path))
        return page, self._form_of(part, page)

    def _form_of(self, part: Login | Factor, page: Answer) -> Form | None:
        if page.step.marker and not page.step.inside:
            raise Stopped("marker_public", page.step.path)
        if part.content == "json":
            return None
        form = form_asking(page.text, part.fields)
        if form is None:
            raise Stopped("form_changed", ", ".join(part.fields))
        return form

    def _send(self, part: Login | Factor, path: str, page: Answer | None, form: Form | None, *, code: str) -> None:
        fields = {name: self._value(value, code) for name, value in part.fields.items()}
        base = page.reply.url if page else path
        headers = [("Content-Type", CONTENT_TYPES[part.content]), *self.session.origin(base)]
        if part.csrf:
            token = self._csrf(part.csrf, page)
            fields |= {part.csrf.field: token} if part.csrf.sent_as == "field" else {}
            headers += [(part.csrf.field, token)] if part.csrf.sent_as == "header" else []
        fields = (form.hidden if form else {}) | fields
        body = json.dumps(fields) if part.content == "json" else urlencode(fields)
        where = urljoin(base, form.action) if form and form.action else base
        self._said = self._ask("POST", where, body=body.encode(), headers=headers)
        self.session.bearer = (pointed_at(self._said.text, part.token) if part.token else "") or self.session.bearer
        self._landed = self._follow(self._said)

    def _value(self, value: str, code: str) -> str:
        match = TEMPLATE.fullmatch(value)
        if match is None:
            return value
        kind, name = match.groups()
        if kind == "reply":
            return self._from_reply(name)
        return code if kind == "totp" else self.secrets[name]

    def _from_reply(self, pointer: str) -> str:
        found = pointed_at(self._said.text, pointer)
        if found is None:
            raise Stopped("token_missing", pointer)
        return found

    def _half_token(self) -> str:
        """What the password alone gave for use at the factor; tried as if it were a full token."""
        names = self.recipe.handed_on if self.gave is Gave.PASSWORD else ()
        return (pointed_at(self._said.text, names[0]) if names else "") or ""

    def _csrf(self, csrf: Csrf, page: Answer | None) -> str:
        name, found = csrf.found_as, None
        if csrf.source == "cookie":
            cookie = self.session.jar.cookies.get(name)
            found = cookie.value if cookie else None
        elif page and csrf.source == "header":
            found = page.reply.header(name)
        elif page:
            found = next((form.hidden[name] for form in forms_in(page.text) if name in form.hidden), None)
        if not found:
            raise Stopped("csrf_missing", name)
        return found

    def _refuse_a_failed_login(self, page: Answer | None) -> None:
        said, landed = self._said, self._landed
        went_on = any(pointed_at(said.text, pointer) for pointer in self.recipe.handed_on)
        asked_again = self._asks(self.recipe.login, landed) and not self._asks(self.recipe.factor, landed)
        if went_on or not (said.reply.status >= FIRST_ERROR or asked_again):
            return
        if said.reply.status in {403, 419} and "csrf" in said.text.lower():
            raise Stopped("csrf_refused", str(said.reply.status))
        if any(CAPTCHA.search(answer.text) for answer in (page, said, landed) if answer):
            raise Stopped("captcha")
        raise Stopped("login_rejected", str(said.reply.status))

    def _asks(self, part: Login | Factor | None, answer: Answer) -> bool:
        return part is not None and part.content == "form" and form_asking(answer.text, part.fields) is not None

    def _follow(self, answer: Answer) -> Answer:
        for _ in range(MOST_REDIRECTS):
            if answer.reply.redirects_to is None:
                return answer
            answer = self._ask("GET", answer.reply.redirects_to)
        raise Stopped("unreachable", "redirects")

    def _ask(
        self, method: str, where: str, *, body: bytes | None = None, headers: list[tuple[str, str]] | None = None
    ) -> Answer:
        now = self.log.clock.now()
        try:
            reply = self.session.ask(method, where, now=now, body=body, headers=headers or ())
        except LeftSite:
            raise Stopped("left_site") from None
        step = Step(
            at=now, visit=self.visit, gave=self.gave, method=method, path=self._shown(where), page=self._page(where, "")
        )
        if isinstance(reply, wire.Failure):
            self.log.steps.append(step.model_copy(update={"failure": reply.code}))
            raise Stopped("not_trusted" if reply.code == "tls" else "unreachable", reply.code)
        return self._noted(step, reply)

    def _noted(self, step: Step, reply: wire.Reply) -> Answer:
        text = read_text(reply.body, reply.header("content-type") or "")
        there = self.recipe.protected
        seen = {
            "page": self._page(reply.url, text),
            "status": reply.status,
            "redirect_to": self._shown(reply.redirects_to) if reply.redirects_to else None,
            "marker": shows(text, there.shows),
            "refusal_text": shows(text, there.refused.shows),
            "size": len(reply.body),
        }
        answer = Answer(step.model_copy(update=seen), reply, text)
        self.log.steps.append(answer.step)
        _refuse_unreadable(answer)
        return answer

    def _page(self, where: str, text: str) -> Page:
        path = self.session.own_path(where)
        recipe, factor = self.recipe, self.recipe.factor
        if path == recipe.protected.path:
            return Page.PROTECTED
        if factor and (path == factor.path or (text and form_asking(text, factor.fields))):
            return Page.FACTOR
        return Page.LOGIN if path == recipe.login.path else Page.OTHER

    def _shown(self, where: str) -> str:
        """A path of the recipe is shown as it stands; another loses what may be a token."""
        recipe = self.recipe
        named = {part.path for part in (recipe.login, recipe.factor, recipe.protected) if part}
        named |= set(recipe.protected.refused.redirect_to)
        try:
            path = self.session.own_path(where)
        except LeftSite:
            path = ""
        shown = path if path in named else self.session.shown_path(where)
        for value in self.secrets.values():
            shown = shown.replace(value, "‹…›")
        return shown


def _refuse_unreadable(answer: Answer) -> None:
    """A text that can't be read can't be missed either: then nothing may follow from its absence."""
    if answer.reply.status == TOO_MANY_REQUESTS:
        raise Stopped("throttled", answer.step.path)
    if (answer.reply.header("content-encoding") or "identity") != "identity":
        raise Stopped("unreadable", answer.step.path)
    if answer.reply.truncated and not answer.step.marker:
        raise Stopped("too_large", answer.step.path)
