"""What every page shows around its content: label, time, who, and what they may open."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _

from waarborg.accounts.queries import unseen_sign_ins
from waarborg.accounts.values import SignedIn, Stage
from waarborg.assurance.permissions import MEASURE
from waarborg.doors.web.requests import Request
from waarborg.doors.web.rights import opens
from waarborg.doors.web.words import word_for
from waarborg.kernel import clock
from waarborg.kernel.actor import Actor, may
from waarborg.labels.values import Classification, Label, Language
from waarborg.registers.permissions import REGISTER_APPLICATION
from waarborg.registers.queries import NotInRegister, organisation

VERSION = version("waarborg")
SHOWN = (
    "people", "reviews", "roles", "emergencies", "machines", "applications", "kinds", "kind-new", "project-new", "catalogue",
    "evidence-list", "units", "assets", "log",
)  # fmt: skip
"""What a menu shows only to whom it opens for."""


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the names that templates/base.html reads; also for a request that never reached our middleware."""
    signed_in: SignedIn | None = getattr(request, "signed_in", None)
    inside = signed_in if signed_in is not None and signed_in.stage is Stage.FULL else None
    return {
        "label": {"text": label_of(request).text(language())},
        "now": clock.now(),
        "version": VERSION,
        "who": _who(inside.name, inside.actor) if inside else None,
        "may": _may(inside.actor) if inside else {},
        "sign_ins": unseen_sign_ins(inside.actor, inside.session) if inside and inside.alerted else (),
        "elsewhere": _elsewhere(inside) if inside else [],
    }


def language() -> Language:
    return "nl" if (translation.get_language() or "nl").startswith("nl") else "en"


def label_of(request: HttpRequest) -> Label:
    """Return the label of the page that is shown; a view sets another than the lowest on the request."""
    signed_in = getattr(request, "signed_in", None)
    classification = getattr(request, "classification", Classification.INTERNAL)
    return Label(classification, signed_in.name if signed_in else "Waarborg", clock.now())


def classify(request: Request, classification: Classification) -> None:
    """Say that the page shows something more confidential than the lowest label."""
    request.classification = classification


def _who(name: str, actor: Actor) -> Mapping[str, str]:
    roles = ", ".join(word_for(role) for role in sorted(actor.roles))
    return {"name": name, "role": roles or _("no role"), "organisation": organisation_name(actor.scope)}


def _elsewhere(inside: SignedIn) -> list[dict[str, Any]]:
    """The other institutions that someone can go on in."""
    return [{"id": each, "name": organisation_name(each)} for each in inside.scopes if each != inside.actor.scope]


@lru_cache(maxsize=64)
def organisation_name(scope: UUID) -> str:
    """Return what the organisation of a scope is called, or nothing where it isn't registered yet."""
    try:
        return organisation(scope).name
    except NotInRegister:
        return ""


def _may(actor: Actor) -> Mapping[str, bool]:
    return {
        **{name.replace("-", "_"): opens(actor, f"web:{name}") for name in SHOWN},
        "register": may(actor, REGISTER_APPLICATION),
        "measure": may(actor, MEASURE),
    }
