"""What several of these pages ask of the registers: things by id, and the choices that a form offers."""

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar
from uuid import UUID

from django.http import Http404

from waarborg.accounts.queries import names_of
from waarborg.doors.web.registers.forms import Choices
from waarborg.doors.web.requests import Request
from waarborg.doors.web.rights import reached
from waarborg.kernel.actor import Permission
from waarborg.registers import queries
from waarborg.registers.permissions import REGISTER_PROJECT

Thing = TypeVar("Thing")
Thing_co = TypeVar("Thing_co", covariant=True)
MOST_OFFERED = 500


class Ask(Protocol[Thing_co]):
    """A query for one thing of what is reached."""

    def __call__(self, scope: UUID, thing: UUID, /, *, only: frozenset[UUID] | None) -> Thing_co: ...


def found(ask: Ask[Thing], request: Request, thing: UUID, permission: Permission) -> Thing:
    """Return a thing on which the reader may do this; another answers as if it didn't exist."""
    by = request.actor
    return there(lambda: ask(by.scope, thing, only=reached(by, permission)))


def there(ask: Callable[[], Thing]) -> Thing:
    """Return what a query finds; what isn't in the register isn't found here either."""
    try:
        return ask()
    except queries.NotInRegister as error:
        raise Http404 from error


def customers(request: Request) -> Choices:
    return [(each.key, each.name) for each in queries.customers(request.actor.scope)]


def information(request: Request) -> Choices:
    return [(each.key, each.name) for each in queries.information_kinds(request.actor.scope)]


def applications(request: Request, held: Iterable[str] = ()) -> Choices:
    """Return the applications in use that may be put in a project, and those that are in it already."""
    by = request.actor
    page = queries.applications_page(by.scope, only=reached(by, REGISTER_PROJECT), size=MOST_OFFERED)
    offered = {each.key: each.name for each in page.items}
    return [*offered.items(), *((key, key) for key in held if key not in offered)]


def people(request: Request, held: UUID | None) -> Choices:
    """Return who may be named: whoever is asking, and whoever is named already. There is no list of everyone."""
    ids = {request.actor.id, *([held] if held else [])}
    return [(str(person), name) for person, name in names_of(ids).items()]
