"""What a browser gets to see of the protection it must give, and by what measure that is judged."""

from pydantic import BaseModel

from waarborg.assurance.checks.pages import Page

Header = tuple[str, str]


class Criteria(BaseModel, frozen=True, extra="forbid"):
    """`hosts` are the application's other names. The `..._fails` decide whether a remark is also a fault.

    Cookie names are matched by regular expression, anywhere in the name, in lower case.
    """

    hosts: tuple[str, ...] = ()
    hsts_days: int = 180
    referrer_policies: tuple[str, ...]
    same_site: tuple[str, ...] = ("strict", "lax")
    session_cookies: tuple[str, ...]
    script_cookies: tuple[str, ...]
    eval_fails: bool = True
    version_banner_fails: bool = False
    cookie_domain_fails: bool = False


class Cookie(BaseModel, frozen=True, extra="forbid"):
    """A cookie without its value. `same_site` is in lower case, "" when it isn't said; `clears` deletes a cookie."""

    name: str
    secure: bool
    http_only: bool
    same_site: str
    domain: str
    path: str
    clears: bool


class HeaderPage(BaseModel, frozen=True, extra="forbid"):
    """One page's headers, each line apart, in order. Nonces and queries in them are masked; `cut`: one was too long.

    `meta_policies` are the policies in the head of the document, before any script; `nonce_repeats`: a second request
    got the same nonce (None: there is none, or the second request failed).
    """

    page: Page
    headers: tuple[Header, ...] = ()
    cut: bool = False
    meta_policies: tuple[str, ...] = ()
    meta_referrer: str | None = None
    cookies: tuple[Cookie, ...] = ()
    nonce_repeats: bool | None = None

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self.headers if key == name)


class Observation(BaseModel, frozen=True, extra="forbid"):
    host: str
    pages: tuple[HeaderPage, ...]
