"""Systems at the API: a bound token or a certificate, never both doors at once, and nothing of another house."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client, override_settings
from tests.accounts.certificates import A_MONTH, Signed, authority, signed
from tests.assurance.conftest import Registered
from tests.cast import ELSEWHERE, NOON, person
from tests.doors.web.conftest import Clock
from tests.doors.web.test_assurance_pages import People

from waarborg.accounts.models import Credential
from waarborg.accounts.operations import leave
from waarborg.accounts.operations.credentials import add_certificate, issue_token, revoke_credential
from waarborg.accounts.operations.machines import approve_service, ask_service
from waarborg.accounts.values.machines import MachineKind, NewMachine
from waarborg.doors.api.v1 import api
from waarborg.doors.web.certificates import read_header
from waarborg.kernel.references import Reference
from waarborg.registers.testing import a_customer, a_kind, an_application

LIST = "/api/v1/applications"
HERE, AWAY, PROXY = "192.0.2.40", "198.51.100.7", "203.0.113.5"
CA = authority("Proef-CA", NOON)
HEADER = "X-Client-Cert"


def certificate(name: str = "belsysteem") -> Signed:
    return signed(CA, name, begins=NOON - A_MONTH, ends=NOON + A_MONTH)


@dataclass
class Keeper:
    """Anna asks, Sam approves."""

    people: People
    time: Clock

    def machine(self, name: str = "Belsysteem", within: Reference | None = None, owner: str = "sam.visser") -> UUID:
        by, now = self.people.anna.actor, self.time()
        asked = NewMachine(MachineKind.SYSTEM, name, owner, now + timedelta(days=20), within)
        made = ask_service(asked, by=by, now=now)
        approve_service(made, by=self.people.sam.actor, now=now)
        return made

    def token(self, machine: UUID) -> str:
        by, now = self.people.anna.actor, self.time()
        return issue_token(
            machine, addresses=[HERE], certificate="", expires_at=now + timedelta(days=9), by=by, now=now
        ).token


@pytest.fixture
def keeper(people: People, time: Clock) -> Keeper:
    return Keeper(people, time)


class System(Client):
    """A program at an address, over https: it knows no cookies and no forms."""

    def __init__(self, token: str = "", address: str = HERE, scheme: str = "Bearer", **headers: str) -> None:
        sent = {"Authorization": f"{scheme} {token}"} if token else {}
        super().__init__(enforce_csrf_checks=True, REMOTE_ADDR=address, headers=sent | headers)

    def request(self, **request: Any) -> Any:
        return super().request(**request | {"wsgi.url_scheme": "https", "SERVER_PORT": "443"})


def status(answer: Any) -> int:
    """Return the status of an answer that is JSON, whatever it says."""
    assert "json" in answer.headers["Content-Type"], answer.content
    json.loads(answer.content)
    return int(answer.status_code)


def test_a_token_reads_and_writes_without_a_csrf_token(keeper: Keeper, filled: Registered) -> None:
    system = System(keeper.token(keeper.machine()))
    read = system.get(LIST)
    assert [each["id"] for each in read.json()["items"]] == [str(filled.id)]
    assert status(system.post(f"{LIST}/{filled.id}/measurements")) == 202
    assert status(system.post(f"{LIST}/{filled.id}/measurements", {}, content_type="application/json")) == 202


def test_without_anything_it_is_told_what_to_come_with(people: People) -> None:
    answer = System().get(LIST)
    assert status(answer) == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("scheme", ["Basic", "Token", "bearerx"])
def test_another_scheme_opens_nothing(keeper: Keeper, scheme: str) -> None:
    answer = System(keeper.token(keeper.machine()), scheme=scheme).get(LIST)
    assert status(answer) == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_copied_token_opens_nothing_elsewhere_and_says_nothing_more_than_a_made_up_one(keeper: Keeper) -> None:
    token = keeper.token(keeper.machine())
    copied, made_up = System(token, AWAY).get(LIST), System("wbg_" + "0" * 49, AWAY).get(LIST)
    assert status(copied) == status(made_up) == 401
    assert copied.content == made_up.content
    assert status(System(token).get(LIST)) == 200


def test_revoked_while_it_is_at_work_the_next_request_is_refused(keeper: Keeper) -> None:
    system = System(keeper.token(keeper.machine()))
    assert status(system.get(LIST)) == 200
    revoke_credential(Credential.objects.get().pk, by=keeper.people.sam.actor, now=keeper.time())
    assert status(system.get(LIST)) == 401


def test_when_the_owner_leaves_the_next_request_is_refused(keeper: Keeper) -> None:
    system = System(keeper.token(keeper.machine(owner="noor")))
    assert status(system.get(LIST)) == 200
    leave(keeper.people.noor.actor.id, "weg", by=keeper.people.sam.actor, now=keeper.time())
    assert status(system.get(LIST)) == 401


@pytest.mark.parametrize("name", ["access_token", "token", "Access_Token", "page"])
def test_a_token_in_an_address_is_refused_with_the_remedy(keeper: Keeper, name: str) -> None:
    token = keeper.token(keeper.machine())
    answer = System().get(f"{LIST}?{name}={token}")
    assert status(answer) == 400
    assert "Authorization header" in answer.json()["detail"]
    assert token not in answer.content.decode()
    assert Credential.objects.get().last_used_at is None


def test_a_session_and_a_token_together_are_refused(keeper: Keeper) -> None:
    browser, token = keeper.people.noor.browser, keeper.token(keeper.machine())
    assert status(browser.get(LIST)) == 200
    both = browser.get(LIST, headers={"Authorization": f"Bearer {token}"})
    assert status(both) == 400
    assert Credential.objects.get().last_used_at is None


def test_a_token_opens_no_page(keeper: Keeper) -> None:
    system = System(keeper.token(keeper.machine()))
    for page in ("/", "/personen/", "/systemen/", "/bord/", "/logboek"):
        assert system.get(page).status_code == 302


def test_an_application_of_another_house_does_not_exist(keeper: Keeper, filled: Registered) -> None:
    stranger = person(5, "devops_lead", ELSEWHERE)
    a_customer(by=stranger, now=NOON)
    a_kind(by=stranger, now=NOON)
    theirs = an_application(by=stranger, now=NOON, key="elders", name="Elders")
    system = System(keeper.token(keeper.machine()))
    missing = UUID(int=filled.id.int + 1)
    for method in (system.get, lambda path: system.post(f"{path}/measurements")):
        theirs_said, missing_said = method(f"{LIST}/{theirs}"), method(f"{LIST}/{missing}")
        assert status(theirs_said) == status(missing_said) == 404
        assert theirs_said.content == missing_said.content


def test_an_account_for_one_application_sees_that_one(keeper: Keeper, filled: Registered) -> None:
    other = an_application(by=keeper.people.noor.actor, now=NOON, key="tweede", name="Tweede")
    system = System(keeper.token(keeper.machine(within=Reference("application", other))))
    assert [each["id"] for each in system.get(LIST).json()["items"]] == [str(other)]
    assert status(system.get(f"{LIST}/{filled.id}")) == 404
    assert status(system.post(f"{LIST}/{filled.id}/measurements")) == 404
    assert status(system.get(f"{LIST}/{other}")) == 200


def in_header(one: Signed) -> list[str]:
    return [quote(one.pem), f":{base64.b64encode(one.der).decode()}:"]


@pytest.fixture
def behind_proxy(people: People) -> Iterator[None]:
    changed = {"trusted_proxies": (PROXY,), "client_certificate_header": HEADER}
    web = settings.WAARBORG.web.model_copy(update=changed)
    with override_settings(WAARBORG=settings.WAARBORG.model_copy(update={"web": web})):
        yield


@pytest.mark.usefixtures("behind_proxy")
def test_a_listed_proxy_hands_on_the_certificate_and_nobody_else_can(keeper: Keeper) -> None:
    ours = certificate()
    add_certificate(keeper.machine(), ours.pem, by=keeper.people.anna.actor, now=keeper.time())
    for said in in_header(ours):
        assert status(System(address=PROXY, **{HEADER: said, "X-Forwarded-For": HERE}).get(LIST)) == 200
        assert status(System(address=AWAY, **{HEADER: said}).get(LIST)) == 401
        assert status(System(address=PROXY, **{HEADER: f"{said},{said}"}).get(LIST)) == 401
        assert status(System(address=PROXY, **{"Client-Cert": said, "X-Other": said}).get(LIST)) == 401
    for said in in_header(certificate("ander")):
        assert status(System(address=PROXY, **{HEADER: said}).get(LIST)) == 401


@pytest.mark.usefixtures("people")
def test_a_header_that_nobody_named_is_text(keeper: Keeper) -> None:
    ours = certificate()
    add_certificate(keeper.machine(), ours.pem, by=keeper.people.anna.actor, now=keeper.time())
    for said in in_header(ours):
        assert status(System(address=PROXY, **{HEADER: said}).get(LIST)) == 401


@pytest.mark.usefixtures("behind_proxy")
def test_a_page_elsewhere_changes_nothing_by_a_certificate_that_the_browser_sends(
    keeper: Keeper, filled: Registered
) -> None:
    ours = certificate()
    add_certificate(keeper.machine(), ours.pem, by=keeper.people.anna.actor, now=keeper.time())
    shown, write = {HEADER: in_header(ours)[0]}, f"{LIST}/{filled.id}/measurements"
    assert status(System(address=PROXY, **shown, Origin="https://evil.example.org").post(write)) == 403
    assert status(System(address=PROXY, **shown).post(write)) == 202


@pytest.mark.parametrize(
    "said", ["", ":", "::", ":%%%:", "a,b", "x" * 9000, "-----BEGIN CERTIFICATE-----", "%00", ":" + "A" * 20]
)
def test_a_header_that_holds_no_certificate_is_none(said: str) -> None:
    assert read_header(said) is None


def test_the_description_says_how_to_come_in() -> None:
    schemes = api.get_openapi_schema()["components"]["securitySchemes"].values()
    assert sorted(each["type"] for each in schemes) == ["apiKey", "http", "mutualTLS"]
