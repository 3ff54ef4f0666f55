"""A browser in the little that is measured: one request on one connection, with its cookies, from any address of loopback."""

import re
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode

FORM_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Browser:
    """Someone with cookies, at one address."""

    port: int
    address: str = "127.0.0.1"
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str, float]:
        """Return status, body and seconds of one request: from connecting to the last byte."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        began = time.perf_counter()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60, source_address=(self.address, 0))
        try:
            connection.request("GET" if form is None else "POST", path, urlencode(form) if form else None, headers)
            answer = connection.getresponse()
            body = answer.read().decode("utf-8", errors="replace")
        finally:
            connection.close()
        took = time.perf_counter() - began
        for header in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}
        return answer.status, body, took

    def form_token(self, path: str) -> str:
        """Open a form and return the token it wants back."""
        status, body, _ = self.ask(path)
        found = FORM_TOKEN.search(body)
        if found is None:
            raise RuntimeError(f"{path} answered {status} without a form")
        return found.group(1)
