"""What a check looks at, and the secrets it may use there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import SplitResult, urljoin, urlsplit

from waarborg.assurance.checks.guard import Guard

HTTPS_PORT = 443
HTTP_PORT = 80
Kind = Literal["url", "folder", "installation"]
Environment = Literal["development", "test", "acceptance", "production"]


class NotATarget(ValueError):
    """The text isn't an address or folder that can be checked; the message says what to give instead."""


class SecretNotBound(LookupError):
    """No secret of this name is bound to this host; a recipe can't send it there."""

    def __init__(self, name: str, host: str, port: int) -> None:
        super().__init__(f"no secret {name!r} is bound to {host}:{port}")


@dataclass(frozen=True)
class Secret:
    """A value that may go to one host and nowhere else. `host` without a port means port 443."""

    host: str
    name: str
    value: str = field(repr=False)

    def belongs_to(self, host: str, port: int) -> bool:
        return self.host in {f"{host}:{port}", f"[{host}]:{port}", host if port == HTTPS_PORT else ""}


class Secrets:
    """The secrets bound outside the recipe, each released only to its own host. Never shown, never written."""

    def __init__(self, *secrets: Secret) -> None:
        self._secrets = secrets

    def __repr__(self) -> str:
        return f"<Secrets: {len(self._secrets)}>"

    def release(self, name: str, *, host: str, port: int) -> str:
        """Return the value of `name` for this host. Raises SecretNotBound."""
        for secret in self._secrets:
            if secret.name == name and secret.belongs_to(host, port):
                return secret.value
        raise SecretNotBound(name, host, port)


def https_address(text: str) -> str:
    """Return `text` as https://host[:port]/base/. Raises NotATarget."""
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        port = as_asked(parts).port
    except ValueError as error:
        raise NotATarget(f"{text!r} is no address: {error}") from error
    if parts.scheme == "http":
        raise NotATarget(f"{text!r}: give the https address; what answers on http is measured from there")
    if parts.scheme != "https" or not parts.hostname or port == 0:
        raise NotATarget(f"{text!r} is no address; give https://host/")
    if parts.username or parts.password:
        raise NotATarget("an address with a name or password in it is refused: secrets come from the bindings file")
    return f"https://{as_asked(parts).netloc}{parts.path.rstrip('/')}/"


def as_asked(parts: SplitResult) -> SplitResult:
    """Return the address with its host as it is asked for on the network, in ASCII. Raises UnicodeError, a ValueError."""
    return parts._replace(netloc=parts.netloc.lower().encode("idna").decode("ascii"))


@dataclass(frozen=True)
class Target:
    """One application as it runs (`url`), its files (`folder`), or this very installation (`own_log`).

    Raises NotATarget when it is none of them.

    `ca_file` names the authority the certificate must chain to, instead of the system's own list. `recipe` is raw: the
    check that uses it validates it. `scan` limits the paths read in a folder.
    """

    url: str | None = None
    folder: Path | None = None
    ca_file: Path | None = None
    login_path: str = ""
    environment: Environment = "production"
    recipe: Mapping[str, Any] | None = None
    secrets: Secrets = field(default_factory=Secrets, repr=False)
    guard: Guard = field(default_factory=Guard)
    plain_port: int = HTTP_PORT
    scan: tuple[str, ...] = ()
    own_log: Callable[[], Sequence[Mapping[str, Any]]] | None = field(default=None, repr=False)
    """Verifies the log of the Waarborg that measures; only a running installation can hand this in."""
    own_access: Callable[[], Mapping[str, int]] | None = field(default=None, repr=False)
    """Counts who can come into the Waarborg that measures; likewise."""

    def __post_init__(self) -> None:
        if not self.kinds:
            raise NotATarget("give an address or a folder")
        if self.url is not None:
            object.__setattr__(self, "url", https_address(self.url))

    @property
    def kinds(self) -> frozenset[Kind]:
        own = self.own_log or self.own_access
        there: dict[Kind, object] = {"url": self.url, "folder": self.folder, "installation": own}
        return frozenset(kind for kind, value in there.items() if value is not None)

    @property
    def host(self) -> str:
        return self._parts.hostname or ""

    @property
    def port(self) -> int:
        return self._parts.port or HTTPS_PORT

    @property
    def name(self) -> str:
        """How the target is called in reports."""
        return self.url or str(self.folder)

    def address_of(self, path_or_url: str) -> str:
        """Return the full address of a path: "/x" starts at the host, "x" at the application's own base."""
        return urljoin(self.url or "", path_or_url)

    @property
    def _parts(self) -> SplitResult:
        return urlsplit(self.url or "")
