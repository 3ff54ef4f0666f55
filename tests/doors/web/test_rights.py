"""No view without a line in the reviewed list, and nothing in it that a stranger could open beside what is meant for strangers."""

import pytest
from django.http import HttpResponse
from django.urls import get_resolver, path

from waarborg.doors.web import middleware, onward, rights


def test_every_view_is_listed_and_nothing_else_is() -> None:
    assert set(rights.view_names(get_resolver().url_patterns)) == rights.NEEDED.keys()


def test_a_view_without_a_line_is_told_at_the_start_and_opens_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    new = path("nieuw", lambda _request: HttpResponse(), name="new")
    assert list(rights.view_names([new], "web:")) == ["web:new"]
    monkeypatch.setattr(rights, "NEEDED", {name: None for name in rights.NEEDED if name != "web:log"})
    with pytest.raises(rights.ViewUnlisted, match="web:log"):
        rights.refuse_unlisted()


def test_only_what_is_meant_for_everyone_asks_for_nothing() -> None:
    free = {name for name, needed in rights.NEEDED.items() if needed is None}
    assert free == {*rights.OPEN, *rights.OF_STAGES, *rights.OWN, "web:board", "api:openapi-json", "api:api-root"}
    assert set(rights.OPEN) == middleware.OPEN
    assert set(onward.PAGE_OF.values()) <= set(rights.OF_STAGES)
    assert {name for name, needed in rights.NEEDED.items() if needed is not None} >= rights.WHOLE
