"""One command that runs everything on one machine: a parent that imports once, and children that share its memory.

A child that ends by itself ends the whole, with a failure: whoever started it (systemd, a container) starts it again.
"""

import gc
import os
import signal
import ssl
import sys
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Thread
from types import FrameType
from typing import Any

import structlog
from django.conf import settings
from django.db import close_old_connections, connections
from gunicorn.app.base import BaseApplication

from waarborg.kernel import clock, jobs
from waarborg.kernel.keyring import forget_cached_keys
from waarborg.project.config import Web
from waarborg.project.installing import NotInitialised, refuse_other_root_key, refuse_to_serve_as_owner, unmigrated
from waarborg.project.patience import Patient
from waarborg.project.wiring import HANDLERS, ROUNDS, Round

HANDS = 4
"""Jobs done at the same time; most of them wait for someone else's server."""
PAUSE = 0.2
LONGEST_JOB = 30
log = structlog.get_logger(__name__)


class _Stop:
    """Turns true when the process was asked to end."""

    def __init__(self) -> None:
        self.asked = False
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._ask)

    def __call__(self) -> bool:
        return self.asked

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True


class _Server(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    """gunicorn with threads, set up by our own configuration alone."""

    def __init__(self, web: Web) -> None:
        self.web = web
        super().__init__()

    def load_config(self) -> None:
        for name, value in _gunicorn_settings(self.web).items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from waarborg.project.wsgi import application  # noqa: PLC0415 - after the configuration

        return application


def check_ready() -> None:
    """Raise NotInitialised or installing.ServingAsOwner before anything is served."""
    try:
        behind = unmigrated()
    except Exception as error:
        raise NotInitialised("The database can't be opened. Run 'waarborg init' first.") from error
    if behind:
        raise NotInitialised("The database is of another version. Make a back-up, then run 'waarborg init'.")
    refuse_to_serve_as_owner()
    refuse_other_root_key()


def serve() -> int:
    """Run web and worker until asked to stop, and return the exit code."""
    check_ready()
    from waarborg.project import wsgi  # noqa: F401, PLC0415 - import once, before the fork

    _before_fork()
    # Before the fork: who asks us to stop while we start must find no child left behind.
    stop = _Stop()
    children = {_forked(web): "web", _forked(work): "worker"}
    return _watch(children, stop)


def web() -> None:
    """Run the web server in this process."""
    check_ready()
    _after_fork()
    _Server(settings.WAARBORG.web).run()


def work() -> None:
    """Do jobs and rounds in this process until asked to stop."""
    check_ready()
    _after_fork()
    stop = _Stop()
    hands = [Thread(target=keep_working, args=(HANDLERS, stop), daemon=True) for _ in range(HANDS)]
    for hand in hands:
        hand.start()
    rounds = Rounds(ROUNDS)
    while not stop():
        rounds.do_due(clock.now())
        time.sleep(PAUSE)
    for hand in hands:
        hand.join(timeout=LONGEST_JOB)


def keep_working(handlers: Mapping[str, jobs.Handler], stopped: Callable[[], bool]) -> None:
    """Do jobs until `stopped` says so. A database that fails is tried again: with this thread the work itself would end, in silence."""
    while not stopped():
        try:
            jobs.work(handlers, stopped=stopped)
        except Exception:
            log.exception("work_failed")
            time.sleep(PAUSE)
        finally:
            connections.close_all()


class Rounds:
    """Does each round when it is due; one that fails is tried at its next time.

    A clock that was set back makes everything due: else nothing would be until it has caught up, be it a year.
    """

    def __init__(self, rounds: tuple[Round, ...]) -> None:
        self.due: dict[int, datetime] = {}
        self.rounds = rounds

    def do_due(self, now: datetime) -> None:
        for number, each in enumerate(self.rounds):
            if not now < self.due.get(number, now) <= now + each.every:
                self.due[number] = now + each.every
                self._do(each, now)

    def _do(self, each: Round, now: datetime) -> None:
        try:
            each.do(now)
        except Exception:
            log.exception("round_failed", round=getattr(each.do, "__name__", ""))
            close_old_connections()


def _gunicorn_settings(web: Web) -> Mapping[str, Any]:
    tls = {"certfile": str(web.certificate), "keyfile": str(web.certificate_key), "ssl_context": _tls(web)}
    return {
        "bind": f"{web.bind}:{web.port}",
        "workers": 1,
        "threads": web.threads,
        "worker_class": Patient,
        "preload_app": True,
        "control_socket_disable": True,
        "graceful_timeout": 20,
        "timeout": 60,
        "loglevel": "warning",
        "limit_request_line": 4094,
        "limit_request_fields": 60,
        "forwarded_allow_ips": "",
    } | (tls if web.certificate else {})


def _tls(web: Web) -> Callable[[Any, Callable[[], ssl.SSLContext]], ssl.SSLContext]:
    """Return how gunicorn makes its context. A client may show a certificate; one that isn't signed as it should ends the handshake."""

    def made(_config: Any, default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
        context = default()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if web.client_ca:
            context.load_verify_locations(cafile=web.client_ca)
            context.verify_mode = ssl.CERT_OPTIONAL
        return context

    return made


def _before_fork() -> None:
    connections.close_all()
    forget_cached_keys()
    gc.collect()
    gc.freeze()


def _after_fork() -> None:
    connections.close_all()


def _forked(run: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, signal.SIG_DFL)
    try:
        run()
    except SystemExit as ending:
        os._exit(int(bool(ending.code)))
    except BaseException:
        log.exception("child_failed")
        os._exit(1)
    os._exit(0)


def _watch(children: dict[int, str], stop: _Stop) -> int:
    """Wait until a child ends or we are asked to; then end all of them."""
    failed = False
    while not stop() and not failed:
        time.sleep(PAUSE)
        ended, status = os.waitpid(-1, os.WNOHANG)
        if ended in children:
            name = children.pop(ended)
            # systemd and a terminal ask all of us at once: then a child that ends first is no failure.
            time.sleep(PAUSE)
            failed = not stop()
            if failed:
                log.error("child_ended", child=name, status=status)
    for child in children:
        os.kill(child, signal.SIGTERM)
    for child in children:
        os.waitpid(child, 0)
    sys.stdout.flush()
    return int(failed)
