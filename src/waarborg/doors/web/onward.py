"""Where someone goes next: the page of their stage, and at the end where they were going."""

from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from waarborg.accounts.values import Stage

PAGE_OF: Final = {
    Stage.ENROL: "web:enrol",
    Stage.FACTOR: "web:factor",
    Stage.NOTICE: "web:notice",
    Stage.WAITING: "web:waiting",
    Stage.LAPSED: "web:lapsed",
}
"""The page of each stage before the last."""
MORE_OF: Final = {
    Stage.ENROL: frozenset({"web:enrol-passkey"}),
    Stage.FACTOR: frozenset({"web:factor-passkey", "web:factor-code", "web:factor-lost"}),
}
"""Other ways to get past a stage."""


def pages_at(stage: Stage) -> frozenset[str]:
    """Return what is open at a stage before the last."""
    return MORE_OF.get(stage, frozenset()) | {PAGE_OF[stage]}


def safe_next(request: HttpRequest) -> str:
    """Return the path someone was going to, if it is one of this site; else nothing."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if ours else ""


def onward(request: HttpRequest, stage: Stage) -> str:
    """Return the address of the next step, which remembers where someone was going."""
    wanted = safe_next(request)
    if stage is Stage.FULL:
        return wanted or reverse("web:home")
    return with_next(reverse(PAGE_OF[stage]), wanted)


def with_next(address: str, wanted: str) -> str:
    return f"{address}?{urlencode({'next': wanted})}" if wanted else address
