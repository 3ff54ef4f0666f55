"""Which addresses a check may reach."""

import ipaddress
import time
from collections.abc import Callable, Iterator

import pytest

from waarborg.assurance.checks import guard as guarding
from waarborg.assurance.checks.guard import AddressRefused, Guard, Ip, NameNotResolved

REFUSED_TO_A_SERVER = [
    ("127.0.0.1", "loopback"),
    ("::1", "loopback"),
    ("10.1.2.3", "private"),
    ("192.168.1.1", "private"),
    ("100.64.0.1", "private"),
    ("fd12::1", "private"),
    ("::ffff:127.0.0.1", "loopback"),
    ("64:ff9b::10.0.0.1", "private"),
    ("2002:7f00:1::", "loopback"),
]
REFUSED_TO_ALL = [
    ("169.254.169.254", "link_local"),
    ("fe80::1", "link_local"),
    ("::ffff:169.254.169.254", "link_local"),
    ("64:ff9b::169.254.169.254", "link_local"),
    ("fd00:ec2::254", "metadata"),
    ("100.100.100.200", "metadata"),
    ("168.63.129.16", "metadata"),
    ("224.0.0.1", "multicast"),
    ("ff02::1", "multicast"),
    ("0.0.0.0", "unspecified"),
    ("::", "unspecified"),
    ("255.255.255.255", "reserved"),
]


@pytest.mark.parametrize(("ip", "code"), REFUSED_TO_A_SERVER + REFUSED_TO_ALL)
def test_a_server_reaches_no_address_inside(ip: str, code: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        Guard().permit(ip, 443)
    assert refused.value.code == code


@pytest.mark.parametrize(("ip", "code"), REFUSED_TO_ALL)
def test_metadata_and_link_local_are_refused_to_everyone(ip: str, code: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        Guard(allow_private=True, networks=(ipaddress.ip_network("169.254.0.0/16"),)).permit(ip, 443)
    assert refused.value.code == code


@pytest.mark.parametrize(("ip", "_code"), REFUSED_TO_A_SERVER)
def test_a_person_at_the_command_line_may_look_at_their_own_network(ip: str, _code: str) -> None:
    assert Guard(allow_private=True).permit(ip, 443)


@pytest.mark.parametrize("ip", ["1.1.1.1", "2606:4700::1111", "64:ff9b::1.1.1.1"])
def test_public_addresses_are_permitted(ip: str) -> None:
    assert [address.port for address in Guard().permit(ip, 8443)] == [8443]


@pytest.mark.parametrize("spelling", ["127.1", "0x7f.0.0.1", "2130706433", "0177.0.0.1"])
def test_an_address_spelled_oddly_is_still_that_address(spelling: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        Guard().permit(spelling, 443)
    assert refused.value.code == "loopback"


def test_a_listed_private_network_may_be_reached_and_no_other() -> None:
    guard = Guard(networks=(ipaddress.ip_network("10.20.0.0/16"),))
    assert guard.permit("10.20.3.4", 443)
    with pytest.raises(AddressRefused):
        guard.permit("10.21.3.4", 443)


def test_a_host_that_is_not_listed_is_not_even_looked_up() -> None:
    guard = Guard(allow_private=True, hosts=frozenset({"localhost:8443"}))
    assert guard.permit("localhost", 8443)
    for host, port in [("localhost", 443), ("elders.invalid", 8443)]:
        with pytest.raises(AddressRefused) as refused:
            guard.permit(host, port)
        assert refused.value.code == "not_listed"


def test_a_name_is_resolved_once_and_can_not_be_pointed_elsewhere_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([("1.1.1.1",), ("127.0.0.1",)])
    monkeypatch.setattr(guarding, "_ask", _answering(answers))
    guard = Guard()
    assert guard.permit("wisselt.example", 443) == guard.permit("wisselt.example", 443)
    assert guard.permit("wisselt.example", 443)[0].ip == "1.1.1.1"


def test_one_address_inside_among_public_ones_refuses_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarding, "_ask", _answering(iter([("1.1.1.1", "10.0.0.1")])))
    with pytest.raises(AddressRefused):
        Guard().permit("half.example", 443)


def test_a_silent_name_server_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarding, "_ask", lambda *_: time.sleep(1))
    started = time.monotonic()
    with pytest.raises(NameNotResolved):
        Guard().permit("traag.example", 443, seconds=0.05)
    assert time.monotonic() - started < 0.5


@pytest.mark.parametrize("name", ["bestaat-niet.invalid", "a" * 70 + ".nl", "..", "\udc80.nl"])
def test_a_name_without_an_address_is_said_to_be_so(name: str) -> None:
    with pytest.raises(NameNotResolved):
        Guard().permit(name, 443)


def _answering(answers: Iterator[tuple[str, ...]]) -> Callable[[str, int, list[Ip]], None]:
    """The name server of the outside world."""

    def ask(_host: str, _port: int, found: list[Ip]) -> None:
        found.extend(map(ipaddress.ip_address, next(answers)))

    return ask
