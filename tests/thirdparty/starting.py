"""The four applications, each behind its own TLS with a certificate of the tests' authority."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.simulators.certificates import Authority, Issued
from tests.thirdparty.application import Application, Login
from tests.thirdparty.peers import PEERS, Command, free_port, started, wait_for

ADDITIONS = Path(__file__).parent / "wagtail"
PRODUCTION = "zorgsite.settings.production"
LOOPBACK = "127.0.0.1"


class Start:
    """Starts what it is given, all at once, and stops it together."""

    def __init__(self, stack: ExitStack, folder: Path, authority: Authority) -> None:
        self._stack = stack
        self._folder = folder
        self.authority = authority
        self._waiting: list[tuple[int, Command, Path]] = []

    def folder(self, name: str) -> Path:
        made = self._folder / name
        made.mkdir()
        return made

    def serve(self, command: Command, port: int) -> None:
        self._waiting.append((port, command, self._folder / f"{port}.log"))

    def wait(self) -> None:
        """Raises PeerFailed."""
        running = [
            (port, self._stack.enter_context(started(command, log)), log) for port, command, log in self._waiting
        ]
        for port, process, log in running:
            wait_for(port, process, log)


@contextmanager
def all_started(folder: Path, authority: Authority) -> Iterator[dict[str, Application]]:
    """Yield every application by its name. Raises PeerFailed."""
    with ExitStack() as stack:
        start = Start(stack, folder, authority)
        applications = (*_wagtails(start), _datasette(start), _jupyter(start))
        for application in applications:
            application.write()
        start.wait()
        yield {application.id: application for application in applications}


def _wagtails(start: Start) -> Iterator[Application]:
    """One site twice: as its makers advise to run it, and with what `wagtail start` gives."""
    login = Login(
        path="/admin/login/",
        name_field="username",
        password_field="password",
        code_field="otp_token",
        csrf="csrfmiddlewaretoken",
        protected_path="/admin/pages/",
        shows="Exploring: Root",
        refused='redirect_to = ["/admin/login/", "/admin/2fa/auth"]',
    )
    with_tables = _site(start, "wagtail", "by_the_book")
    _make_account(with_tables, login)
    yield _wagtail(start, "wagtail", with_tables, login)
    plain = _site(start, "wagtail-as-installed", "as_installed")
    shutil.copy(with_tables / "db.sqlite3", plain)
    yield _wagtail(start, "wagtail-as-installed", plain, replace(login, code_field=""))


def _site(start: Start, name: str, additions: str) -> Path:
    folder = start.folder(name)
    site = shutil.copytree(PEERS / "zorgsite", folder / "site")
    return Path(shutil.copytree(ADDITIONS / additions, site, dirs_exist_ok=True))


def _make_account(site: Path, login: Login) -> None:
    account = {"LOGIN": login.name, "PASSWORD": login.password, "TOTP_KEY": login.totp_key.hex()}
    settings = _django("localhost") | {f"PEER_{name}": value for name, value in account.items()}
    script = (ADDITIONS / "make_account.py").read_text(encoding="utf-8")
    Command("python", ("manage.py", "shell", "--verbosity", "0"), site, settings).run(typed=script)


def _wagtail(start: Start, name: str, site: Path, login: Login) -> Application:
    port, plain_port = free_port(), free_port()
    settings = _django(f"localhost:{port}")
    serve = ("zorgsite.wsgi", "--no-control-socket", "--bind")
    issued = start.authority.issue()
    tls = ("--certfile", str(issued.certificate_file), "--keyfile", str(issued.key_file))
    start.serve(Command("gunicorn", (*serve, f"{LOOPBACK}:{port}", *tls), site, settings), port)
    start.serve(Command("gunicorn", (*serve, f"{LOOPBACK}:{plain_port}"), site, settings), plain_port)
    return Application(name, port, plain_port, start.authority.file, site.parent, login)


def _django(host: str) -> dict[str, str]:
    return {"DJANGO_SETTINGS_MODULE": PRODUCTION, "PEER_SECRET_KEY": secrets.token_urlsafe(50), "PEER_HOST": host}


def _datasette(start: Start) -> Application:
    """As installed, without log-in, and nothing on the plain port. Its certificate runs out in six days."""
    folder, port = start.folder("datasette"), free_port()
    issued = start.authority.issue(ends=timedelta(days=6))
    tls = ("--ssl-certfile", str(issued.certificate_file), "--ssl-keyfile", str(issued.key_file))
    start.serve(Command("datasette", ("serve", "--memory", "--port", str(port), *tls), folder, {}), port)
    return Application("datasette", port, free_port(), start.authority.file, folder)


def _jupyter(start: Start) -> Application:
    """As installed, with a password. It has one port, so plain http is asked where it speaks TLS."""
    login = Login(
        path="/login",
        password_field="password",
        csrf="_xsrf",
        protected_path="/api/contents",
        shows="onderzoek.ipynb",
        refused="status = 403",
    )
    folder, port = start.folder("jupyter"), free_port()
    (folder / "notebooks").mkdir()
    (folder / "notebooks" / login.shows).write_text("{}", encoding="utf-8")
    start.serve(Command("jupyter-server", _jupyter_options(start.authority.issue(), port, login), folder, {}), port)
    return Application("jupyter", port, port, start.authority.file, folder, login)


def _jupyter_options(issued: Issued, port: int, login: Login) -> tuple[str, ...]:
    hashing = "import sys; from jupyter_server.auth import passwd; print(passwd(sys.stdin.read()))"
    hashed = Command("python", ("-c", hashing), Path.cwd(), {}).run(typed=login.password).strip()
    return (
        "--no-browser",
        "--allow-root",
        f"--ip={LOOPBACK}",
        f"--port={port}",
        "--port-retries=0",
        f"--certfile={issued.certificate_file}",
        f"--keyfile={issued.key_file}",
        "--ServerApp.root_dir=notebooks",
        "--IdentityProvider.token=",
        f"--PasswordIdentityProvider.hashed_password={hashed}",
    )
