"""What several of these pages ask of the registers: things by id, and the choices that a form offers."""

from collections.abc import Callable, Iterable
from typing import TypeVar
from uuid import UUID

from django.http import Http404

from waarborg.accounts.queries import names_of
from waarborg.doors.web.registers.forms import Choices
from waarborg.doors.web.requests import Request
from waarborg.registers import queries

Thing = TypeVar("Thing")
MOST_OFFERED = 500


def found(ask: Callable[[UUID, UUID], Thing], request: Request, thing: UUID) -> Thing:
    """Return a thing of the reader's scope; another scope's answers as if it didn't exist."""
    try:
        return ask(request.actor.scope, thing)
    except queries.NotInRegister as error:
        raise Http404 from error


def customers(request: Request) -> Choices:
    return [(each.key, each.name) for each in queries.customers(request.actor.scope)]


def information(request: Request) -> Choices:
    return [(each.key, each.name) for each in queries.information_kinds(request.actor.scope)]


def applications(request: Request, held: Iterable[str] = ()) -> Choices:
    """Return the applications in use, and those that are held already."""
    page = queries.applications_page(request.actor.scope, size=MOST_OFFERED)
    offered = {each.key: each.name for each in page.items}
    return [*offered.items(), *((key, key) for key in held if key not in offered)]


def people(request: Request, held: UUID | None) -> Choices:
    """Return who may be named: whoever is asking, and whoever is named already. There is no list of everyone."""
    ids = {request.actor.id, *([held] if held else [])}
    return [(str(person), name) for person, name in names_of(ids).items()]
