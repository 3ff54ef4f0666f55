"""One application's answers. The planted faults of the pages, the cookie and the headers are here, each once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from secrets import compare_digest
from urllib.parse import parse_qs

from demo.applications import pages
from demo.applications.accounts import Account, Session, Sessions
from demo.applications.definitions import Application, Fault

HTML = "text/html; charset=utf-8"
COOKIE = "sessie"
SECURITY_TXT = "/.well-known/security.txt"
POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
)

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    cookies: dict[str, str] = field(default_factory=dict, repr=False)
    fields: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Response:
    status: int
    body: bytes = b""
    headers: Headers = ()


def fields_of(body: bytes) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


class Site:
    """Answers requests for one application at one address."""

    def __init__(self, application: Application, account: Account, *, address: str) -> None:
        self._application = application
        self._account = account
        self._address = address
        self._sessions = Sessions()

    def answer(self, request: Request) -> Response:
        response = self._public(request) or self._with_session(request)
        return Response(response.status, response.body, (*response.headers, *self._headers()))

    def _public(self, request: Request) -> Response | None:
        match request.method, request.path:
            case "GET", "/":
                return _html(pages.start_page(self._application))
            case "GET", "/stijl.css":
                return Response(200, pages.STYLE.encode(), (("Content-Type", "text/css; charset=utf-8"),))
            case "GET", "/.well-known/security.txt":
                return Response(200, self._security_txt().encode(), (("Content-Type", "text/plain; charset=utf-8"),))
        return None

    def _with_session(self, request: Request) -> Response:
        session_id, session = self._sessions.find(request.cookies.get(COOKIE, ""))
        match request.method, request.path:
            case "GET", "/inloggen":
                response = _html(pages.login_page(self._application, csrf=session.csrf))
            case "GET", "/code":
                response = self._ask_code(session)
            case "POST", "/inloggen" | "/code" if not self._csrf_fits(request, session):
                response = self._message(403, "Formulier verlopen", "Open de inlogpagina opnieuw.")
            case "POST", "/inloggen":
                return self._take_password(request, session_id, session)
            case "POST", "/code":
                return self._take_code(request, session_id, session)
            case "GET", "/uitloggen":
                self._sessions.end(session_id)
                return _to("/")
            case "GET", path if path == self._application.protected_path:
                response = self._protected(session)
            case _:
                return self._message(404, "Niet gevonden", "Deze pagina bestaat niet.")
        return self._with_cookie(response, session_id)

    def _csrf_fits(self, request: Request, session: Session) -> bool:
        return compare_digest(request.fields.get("csrf", "").encode(), session.csrf.encode())

    def _take_password(self, request: Request, session_id: str, session: Session) -> Response:
        fields = request.fields
        if not self._account.password_fits(fields.get("gebruiker", ""), fields.get("wachtwoord", "")):
            response = _html(pages.login_page(self._application, csrf=session.csrf, wrong=True))
            return self._with_cookie(response, session_id)
        risen = Session(password_given=True)
        self._sessions.end(session_id)
        return self._with_cookie(_to("/code"), self._sessions.renew(session_id, risen))

    def _take_code(self, request: Request, session_id: str, session: Session) -> Response:
        if not session.password_given:
            return _to("/inloggen")
        if not self._account.code_fits(request.fields.get("code", "")):
            response = _html(pages.code_page(self._application, csrf=session.csrf, wrong=True))
            return self._with_cookie(response, session_id)
        session.factor_given = True
        return self._with_cookie(_to(self._application.protected_path), self._sessions.renew(session_id, session))

    def _ask_code(self, session: Session) -> Response:
        if not session.password_given:
            return _to("/inloggen")
        return _html(pages.code_page(self._application, csrf=session.csrf))

    def _protected(self, session: Session) -> Response:
        enough = session.factor_given
        if self._application.has(Fault.FACTOR_IS_COSMETIC):
            enough = session.password_given
        if enough:
            return _html(pages.protected_page(self._application))
        return _to("/code" if session.password_given else "/inloggen")

    def _message(self, status: int, title: str, text: str) -> Response:
        return _html(pages.message_page(self._application, title, text), status)

    def _with_cookie(self, response: Response, session_id: str) -> Response:
        parts = [f"{COOKIE}={session_id}", "Path=/", "SameSite=Lax"]
        if not self._application.has(Fault.COOKIE_NOT_SECURE):
            parts.append("Secure")
        if not self._application.has(Fault.COOKIE_FOR_SCRIPTS):
            parts.append("HttpOnly")
        return Response(response.status, response.body, (*response.headers, ("Set-Cookie", "; ".join(parts))))

    def _headers(self) -> Sequence[tuple[str, str]]:
        lines = list(ALWAYS)
        if not self._application.has(Fault.NO_CSP):
            lines.append(("Content-Security-Policy", POLICY))
        if not self._application.has(Fault.NO_HSTS):
            lines.append(("Strict-Transport-Security", "max-age=31536000"))
        return lines

    def _security_txt(self) -> str:
        expired = self._application.has(Fault.SECURITY_TXT_EXPIRED)
        until = datetime.now(UTC) + timedelta(days=-40 if expired else 180)
        return (
            f"Contact: mailto:beveiliging@{self._application.id}.test\n"
            f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}\n"
            "Preferred-Languages: nl, en\n"
            f"Canonical: {self._address}{SECURITY_TXT}\n"
        )


def _html(text: str, status: int = 200) -> Response:
    return Response(status, text.encode(), (("Content-Type", HTML),))


def _to(where: str) -> Response:
    return Response(303, b"", (("Location", where),))
