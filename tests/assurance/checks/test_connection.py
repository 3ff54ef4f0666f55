"""A name with several addresses: each is tried, and only all of them together refuse."""

import ipaddress

import pytest
from tests.simulators.servers import Answer, closed_port, deaf_server, web_server

from waarborg.assurance.checks import guard as guarding
from waarborg.assurance.checks.guard import Guard
from waarborg.assurance.checks.target import Target
from waarborg.assurance.checks.wire import Budget, Failure, Reply, fetch


def _asked(monkeypatch: pytest.MonkeyPatch, port: int, *ips: str) -> Reply | Failure:
    """Ask a name for which the name server of the outside world gives these addresses."""

    def ask(_host: str, _port: int, found: list[guarding.Ip]) -> None:
        found.extend(map(ipaddress.ip_address, ips))

    monkeypatch.setattr(guarding, "_ask", ask)
    target = Target(url="https://veel.example", guard=Guard(allow_private=True))
    return fetch(target, f"http://veel.example:{port}/", budget=Budget(request_seconds=0.5))


def test_each_address_of_a_name_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    with web_server(lambda _: Answer(204)) as port:
        answer = _asked(monkeypatch, port, "127.0.0.2", "::1", "127.0.0.1")
    assert isinstance(answer, Reply)
    assert answer.peer == "127.0.0.1"


def test_a_name_of_which_each_address_refuses_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _asked(monkeypatch, closed_port(), "127.0.0.1", "127.0.0.2") == Failure("refused")


def test_one_silent_address_is_enough_not_to_say_that_the_server_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with deaf_server("127.0.0.2") as port:
        answer = _asked(monkeypatch, port, "127.0.0.1", "127.0.0.2")
    assert answer == Failure("timeout", "no connection")
