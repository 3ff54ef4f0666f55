"""How long a log-in with a password takes, beside that of django-allauth with Django's own Argon2 hasher."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from bench.asking import Browser
from bench.house import House, free_port, running
from bench.measured import Goal

TIMES = 40
MOST = 400
"""Milliseconds, as promised."""
MOST_OF_PEER = 2.0
"""Our hash costs what RFC 9106 asks, Django's another amount; beyond twice the peer something else is slow."""
HERE = Path(__file__).parent
PEER_PYTHON = Path(__file__).parent.parent / ".venv-peers" / "bin" / "python"
PEER_LOGIN, PEER_PASSWORD = "sam", "kaneel vlieger 7 trapveld"


def logging_in(house: House) -> list[Goal]:
    """Log in at both in turn, each time as a new browser."""
    ours, theirs = list[float](), list[float]()
    port = free_port()
    with house.served(), _peer(house.folder / "peer", port):
        for _ in range(TIMES):
            ours.append(_once(house.port, "/inloggen/", {"name": house.login, "password": house.password}))
            theirs.append(_once(port, "/accounts/login/", {"login": PEER_LOGIN, "password": PEER_PASSWORD}))
    own, peer = median(ours) * 1000, median(theirs) * 1000
    told = f"{TIMES} log-ins in turn on this machine: longest {max(ours) * 1000:.0f} ms; the peer {peer:.0f} ms"
    return [
        Goal("log-in with a password", own, MOST, "ms", told),
        Goal("of django-allauth with Argon2", own / peer, MOST_OF_PEER, "times", f"{own:.0f} ms against {peer:.0f} ms"),
    ]


def _once(port: int, path: str, typed: dict[str, str]) -> float:
    browser = Browser(port)
    token = browser.form_token(path)
    status, _, took = browser.ask(path, typed | {"csrfmiddlewaretoken": token})
    if status != 302:
        raise RuntimeError(f"the log-in at {path} answered {status}")
    return took


@contextmanager
def _peer(folder: Path, port: int) -> Iterator[None]:
    folder.mkdir()
    command = [str(PEER_PYTHON), str(HERE / "peer_allauth" / "serve.py"), str(port)]
    with running(command, port, "/accounts/login/", {"PEER_FOLDER": str(folder)}, folder / "said.txt"):
        yield
