"""A request of which it is known who makes it."""

from typing import Final

from django.http import HttpRequest, QueryDict

from waarborg.accounts.operations import NotAtThisStage
from waarborg.accounts.queries import anonymous
from waarborg.accounts.values import Entered, SignedIn
from waarborg.accounts.values.machines import Machine
from waarborg.kernel.actor import Actor
from waarborg.labels.values import Classification

LONGEST_AGENT: Final = 300


class Request(HttpRequest):
    """What every page gets: `actor` is always there, nobody in particular when nobody is signed in."""

    signed_in: SignedIn | None
    actor: Actor
    machine: Machine | None
    """The system or wall screen that asks, where no person does."""
    client_certificate: bytes | None
    """As DER; that it was signed is all that is known of it."""
    classification: Classification
    """Set by a page that shows something more confidential than the lowest label."""
    proven_again: Entered
    """Set where the second factor was proven once more in this request: the token that the session has since."""


def nobody(request: Request) -> Actor:
    """Return the actor of an act that is open to anyone, whoever holds this browser's session."""
    return anonymous(request.actor.network_address)


def signed_in(request: Request) -> SignedIn:
    """Return who is signed in, on pages that only someone signed in reaches. Raises NotAtThisStage."""
    if request.signed_in is None:
        raise NotAtThisStage
    return request.signed_in


def agent_of(request: HttpRequest) -> str:
    """Return what the browser calls itself, no longer than any browser says."""
    return request.headers.get("User-Agent", "")[:LONGEST_AGENT]


def typed(request: HttpRequest) -> QueryDict | None:
    """Return what was typed into a form; None while it was only asked for."""
    return request.POST if request.method == "POST" else None
