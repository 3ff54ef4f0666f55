"""Whose address it is, and what is answered to whoever isn't a browser."""

import json
from dataclasses import replace

import pytest
from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import ResolverMatch

from waarborg.doors.web.middleware import SignedIn, TrustedProxy
from waarborg.doors.web.requests import Request
from waarborg.kernel.actor import ANONYMOUS

PROXY, CLIENT, LIAR = "10.0.0.5", "192.0.2.44", "203.0.113.66"


def seen(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.META['REMOTE_ADDR']} {request.scheme}")


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "proto", "answer"),
    [
        (PROXY, CLIENT, "https", f"{CLIENT} https"),
        (PROXY, f"{LIAR}, {CLIENT}", "https", f"{CLIENT} https"),
        (PROXY, f"{LIAR}, {CLIENT}, 10.0.0.6", "https", f"{CLIENT} https"),
        (PROXY, "", "http", f"{PROXY} http"),
        (PROXY, "not an address", "https", f"{PROXY} https"),
        (LIAR, CLIENT, "https", f"{LIAR} http"),
    ],
    ids=[
        "a listed proxy is believed",
        "what the client itself wrote before it isn't",
        "a second proxy of ours is skipped",
        "a proxy that says nothing counts as itself",
        "nonsense is nothing",
        "anyone else may write what they like",
    ],
)
def test_whose_address_it_is(
    monkeypatch: pytest.MonkeyPatch, peer: str, forwarded_for: str, proto: str, answer: str
) -> None:
    web = settings.WAARBORG.web.model_copy(update={"trusted_proxies": ("10.0.0.0/29",)})
    monkeypatch.setattr(settings, "WAARBORG", settings.WAARBORG.model_copy(update={"web": web}))
    headers = {"X-Forwarded-For": forwarded_for, "X-Forwarded-Proto": proto}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer)
    response = TrustedProxy(seen)(request)
    assert getattr(response, "content", b"").decode() == answer


def asked(path: str) -> Request:
    """Return a request by nobody for something that isn't open."""
    request = RequestFactory().get(path)
    assert isinstance(request, HttpRequest)
    request.__class__ = type("Asked", (type(request), Request), {})
    assert isinstance(request, Request)
    request.signed_in, request.actor = None, replace(ANONYMOUS, network_address=CLIENT)
    request.resolver_match = ResolverMatch(seen, (), {}, "something-private", namespaces=["api"])
    return request


def test_a_program_gets_a_problem_document_and_not_a_page() -> None:
    answer = SignedIn(seen).process_view(asked("/api/applications"))
    assert isinstance(answer, HttpResponse)
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")
    assert json.loads(answer.content)["status"] == 401
    assert answer.headers["WWW-Authenticate"]


def test_when_the_database_cant_be_written_the_answer_is_to_come_back_later() -> None:
    answer = SignedIn(seen).process_exception(asked("/personen/"), OperationalError("disk full"))
    assert answer is not None
    assert (answer.status_code, answer.headers["Retry-After"], b"disk full" in answer.content) == (503, "5", False)


def test_what_isnt_foreseen_isnt_swallowed() -> None:
    assert SignedIn(seen).process_exception(asked("/personen/"), ZeroDivisionError()) is None
