"""Calling the API as a person at a browser, and as a system with a token."""

import json
from typing import Any

from tests.cast import SCOPE
from tests.doors.api.test_machines import System
from tests.doors.web.conftest import Fields
from tests.doors.web.test_assurance_pages import Desk

from waarborg.audit.queries.reading import page_of_entries

API = "/api/v1"
Caller = Desk | System


def call(caller: Caller, method: str, path: str, body: Any = None, *, token: str = "") -> Any:
    """Send one request, with the CSRF token of the session where a person sends it."""
    browser = caller.browser if isinstance(caller, Desk) else caller
    headers = {"Referer": "https://testserver/"}
    if isinstance(caller, Desk) and method != "GET":
        form = caller.browser.get("/catalogus")
        headers["X-CSRFToken"] = token or Fields.of(form.content.decode())["csrfmiddlewaretoken"]
    sent = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
    return browser.generic(method, f"{API}{path}", sent, content_type="application/json", headers=headers)


def done(caller: Caller, method: str, path: str, body: Any = None) -> Any:
    """Send one request that has to be done, and return what it answers."""
    answer = call(caller, method, path, body)
    assert answer.status_code in {200, 201, 202, 204}, (path, answer.content)
    if answer.status_code == 201:
        assert answer.headers["Location"].startswith(f"{API}/")
    return json.loads(answer.content) if answer.content else None


def events(outcome: str = "done") -> list[str]:
    """Return what the log tells happened, oldest first, without the reads."""
    told = [(entry.event, entry.outcome) for _, entry in page_of_entries(SCOPE, size=2000)]
    return [event for event, ended in told if ended == outcome or not outcome]
