"""An application with a password and a code, good as it stands; each fault is a name that makes it worse in one way."""

import base64
import gzip
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qs

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from tests.simulators.servers import Answer, Request

Fault = Literal[
    "password_is_enough",
    "any_code_will_do",
    "code_left_behind",
    "factor_kept_with_account",
    "factor_asked_in_the_browser",
    "remembers_the_browser",
    "remembers_by_an_earlier_cookie",
    "session_outlives_the_browser",
    "home_page_in_between",
    "data_in_the_redirect",
    "data_with_the_401",
    "other_page_open",
    "factor_for_some_roles",
    "answers_everything",
    "marker_on_login_page",
    "open_to_all",
    "throttled",
    "captcha",
    "csrf_always_wrong",
    "renamed_fields",
    "compressed",
    "endless_page",
    "login_elsewhere",
    "factor_never_works",
    "refuses_in_place",
    "same_page_without_rows",
    "second_login_fails",
    "token_in_the_path",
    "no_code_for_a_second_after_a_wrong_one",
    "code_just_used_elsewhere",
]
Csrf = Literal["form", "cookie", "header"]
MARKER = "Mevrouw Voorbeeld-Testpersoon"
OUTSIDE = "U bent niet ingelogd"


@dataclass
class Visitor:
    """One session as the server knows it."""

    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    password: bool = False
    factor: bool = False


@dataclass
class TwoStepLogin:
    """Its own pages are /inloggen, /code and /alarmen; its API is /api/login, /api/code and /api/alarmen."""

    faults: frozenset[Fault] = frozenset()
    csrf: Csrf = "form"
    name: str = "proef-03"
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    key: bytes = field(default_factory=lambda: secrets.token_bytes(20))
    logins: list[bool] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    wrong_code_at: float = 0.0
    right_codes: int = 0
    period: int = 30
    _visitors: dict[str, Visitor] = field(default_factory=dict)
    _remembered: set[str] = field(default_factory=set)

    @property
    def totp_secret(self) -> str:
        return base64.b32encode(self.key).decode()

    def __call__(self, request: Request) -> Answer:
        if "answers_everything" in self.faults:
            return _page("Welkom")
        if request.path.startswith("/api/"):
            return self._api(request)
        return self._site(request)

    def _site(self, request: Request) -> Answer:
        cookies = _cookies(request)
        sid = cookies.get("sessie", "")
        if sid not in self._visitors:
            sid = secrets.token_urlsafe(16)
            self._visitors[sid] = Visitor()
        visitor = self._visitors[sid]
        answer = self._routed(request, visitor, cookies)
        lasting = "; Max-Age=999999" if "session_outlives_the_browser" in self.faults else ""
        lines = [*answer.headers, ("Set-Cookie", f"sessie={sid}; Path=/; Secure; HttpOnly{lasting}")]
        if "remembers_by_an_earlier_cookie" in self.faults and "vertrouwd" not in cookies:
            lines.append(("Set-Cookie", f"vertrouwd={secrets.token_hex(8)}; Path=/; Max-Age=999999"))
        if self.csrf == "cookie":
            lines.append(("Set-Cookie", f"csrf={visitor.csrf}; Path=/; Secure"))
        if self.csrf == "header":
            lines.append(("X-Csrf", visitor.csrf))
        if "compressed" in self.faults and request.path == "/alarmen":
            return Answer(answer.status, [*lines, ("Content-Encoding", "gzip")], gzip.compress(answer.body))
        return Answer(answer.status, lines, answer.body)

    def _routed(self, request: Request, visitor: Visitor, cookies: dict[str, str]) -> Answer:
        path = "/code" if request.path.startswith("/code/") else request.path.partition("?")[0]
        match request.method, path:
            case "GET", "/inloggen":
                return self._login_page(visitor)
            case "POST", "/inloggen":
                return self._take_password(request, visitor, cookies)
            case "GET", "/code":
                return self._code_page(visitor) if visitor.password else _to("/inloggen")
            case "POST", "/code":
                return self._take_code(request, visitor, cookies)
            case "GET", "/alarmen" | "/rapport" as path:
                return self._protected(path, visitor)
        return _page(MARKER) if request.path == "/thuis" else Answer(404)

    def _login_page(self, visitor: Visitor) -> Answer:
        if "login_elsewhere" in self.faults:
            return _to("https://inloggen.voorbeeld.invalid/")
        marker = MARKER if "marker_on_login_page" in self.faults else ""
        captcha = '<div class="g-recaptcha"></div>' if "captcha" in self.faults else ""
        return _page(f"{marker}{captcha}{self._form(visitor, self._field('gebruiker'), self._field('wachtwoord'))}")

    def _field(self, name: str) -> str:
        shown = f"{name}2" if "renamed_fields" in self.faults else name
        kind = "password" if name == "wachtwoord" else "text"
        return f"<input type='{kind}' name=\"{shown}\">"

    def _form(self, visitor: Visitor, *fields: str) -> str:
        token = f"<input type=hidden name=csrf value={visitor.csrf}>" if self.csrf == "form" else ""
        return f"<form method=post>{token}{''.join(fields)}<button>Verder</button></form>"

    def _take_password(self, request: Request, visitor: Visitor, cookies: dict[str, str]) -> Answer:
        if not self._csrf_fits(request, visitor):
            return Answer(403, (), b"CSRF verification failed")
        if "throttled" in self.faults:
            return Answer(429)
        asked = _fields(request)
        right = (asked.get("gebruiker"), asked.get("wachtwoord")) == (self.name, self.password)
        right = right and "captcha" not in self.faults
        right = right and not ("second_login_fails" in self.faults and self.logins)
        self.logins.append(right)
        if not right:
            return self._login_page(visitor)
        visitor.password = True
        if self._is_let_through(cookies):
            visitor.factor = True
            return _to("/alarmen")
        if "home_page_in_between" in self.faults:
            return _to("/thuis")
        return _to(f"/code/{self.name}?sid={secrets.token_hex(8)}" if "token_in_the_path" in self.faults else "/code")

    def _is_let_through(self, cookies: dict[str, str]) -> bool:
        return (
            "factor_for_some_roles" in self.faults
            or cookies.get("vertrouwd", "") in self._remembered
            or ("factor_kept_with_account" in self.faults and any(other.factor for other in self._visitors.values()))
        )

    def _code_page(self, visitor: Visitor) -> Answer:
        return _page(self._form(visitor, self._field("code")))

    def _take_code(self, request: Request, visitor: Visitor, cookies: dict[str, str]) -> Answer:
        if not self._csrf_fits(request, visitor):
            return Answer(403, (), b"CSRF verification failed")
        if not visitor.password or not self._code_fits(_fields(request).get("code", "")):
            return self._code_page(visitor)
        visitor.factor = True
        if "remembers_by_an_earlier_cookie" in self.faults:
            self._remembered.add(cookies["vertrouwd"])
        answer = _to("/alarmen")
        if "remembers_the_browser" not in self.faults:
            return answer
        self._remembered.add(kept := secrets.token_urlsafe(16))
        return Answer(answer.status, [*answer.headers, ("Set-Cookie", f"vertrouwd={kept}; Path=/; Max-Age=999999")])

    def _code_fits(self, code: str) -> bool:
        seen = code in self.codes
        self.codes.append(code)
        if "any_code_will_do" in self.faults or ("code_left_behind" in self.faults and code == "000000"):
            return True
        if seen or "factor_never_works" in self.faults:
            return False
        try:
            TOTP(self.key, 6, SHA1(), self.period).verify(code.encode(), int(time.time()))  # noqa: S303 - RFC 6238's own default
        except InvalidToken:
            self.wrong_code_at = time.monotonic()
            return False
        return not self._pauses() and not self._was_used_elsewhere()

    def _was_used_elsewhere(self) -> bool:
        """Only the first right code was: by someone who logged in a moment before."""
        self.right_codes += 1
        return "code_just_used_elsewhere" in self.faults and self.right_codes == 1

    def _pauses(self) -> bool:
        slow = "no_code_for_a_second_after_a_wrong_one" in self.faults
        return slow and time.monotonic() - self.wrong_code_at < 1

    def _csrf_fits(self, request: Request, visitor: Visitor) -> bool:
        sent = _fields(request).get("csrf") if self.csrf == "form" else request.headers.get("x-csrf-token")
        # As strict frameworks do over https: the form must come from a page of this site.
        own = f"https://{request.headers['host']}"
        from_here = request.headers.get("origin") == own and request.headers.get("referer", "").startswith(f"{own}/")
        return from_here and sent == visitor.csrf and "csrf_always_wrong" not in self.faults

    def _protected(self, path: str, visitor: Visitor) -> Answer:
        enough = bool({"password_is_enough", "factor_asked_in_the_browser"} & self.faults)
        enough = enough or ("other_page_open" in self.faults and path == "/rapport")
        if "open_to_all" in self.faults or visitor.factor or (enough and visitor.password):
            script = "<script>if(!sessionStorage.code)location='/code'</script>"
            shown = _page(f"{script}<p>{MARKER.replace('-', '&#45;')}</p>")
            return Answer(200, (), b"x" * 3_000_000) if "endless_page" in self.faults else shown
        return self._refused(visitor)

    def _refused(self, visitor: Visitor) -> Answer:
        where = "/code" if visitor.password else "/inloggen"
        if "same_page_without_rows" in self.faults and visitor.password:
            return _page("Alarmen: geen regels")
        if "refuses_in_place" in self.faults:
            return _page(OUTSIDE)
        leak = MARKER if visitor.password else ""
        if "data_with_the_401" in self.faults:
            return Answer(401, (), leak.encode())
        return Answer(302, [("Location", where)], leak.encode() if "data_in_the_redirect" in self.faults else b"")

    def _api(self, request: Request) -> Answer:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        visitor = self._visitors.get(given, Visitor())
        body = json.loads(request.body or b"{}")
        match request.path:
            case "/api/login":
                return self._api_login(body)
            case "/api/code":
                return self._api_code(body)
        enough = visitor.factor or (visitor.password and "password_is_enough" in self.faults)
        return _json({"alarmen": [MARKER, "é"]}) if enough else Answer(401)

    def _api_login(self, body: dict[str, str]) -> Answer:
        right = (body.get("user"), body.get("password")) == (self.name, self.password)
        self.logins.append(right)
        if not right:
            return Answer(401)
        token = secrets.token_urlsafe(16)
        self._visitors[token] = Visitor(password=True)
        return _json({"next": {"mfa_token": token}})

    def _api_code(self, body: dict[str, str]) -> Answer:
        half = self._visitors.get(body.get("mfa_token", ""), Visitor())
        if not half.password or not self._code_fits(body.get("code", "")):
            return Answer(401)
        token = secrets.token_urlsafe(16)
        self._visitors[token] = Visitor(password=True, factor=True)
        return _json({"access_token": token})


def _page(content: str) -> Answer:
    return Answer(200, [("Content-Type", "text/html; charset=utf-8")], f"<!doctype html>{content}".encode())


def _json(value: object) -> Answer:
    return Answer(200, [("Content-Type", "application/json")], json.dumps(value).encode())


def _to(where: str) -> Answer:
    return Answer(303, [("Location", where)])


def _fields(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.body.decode()).items()}


def _cookies(request: Request) -> dict[str, str]:
    pairs = (part.strip().partition("=") for part in request.headers.get("cookie", "").split(";"))
    return {name: value for name, _, value in pairs if name}
