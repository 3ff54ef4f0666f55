"""What every endpoint shares: who asks, what may go wrong, one page of a list, and the answer to something made."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Schema, Status
from ninja.errors import ValidationError

from waarborg.accounts.operations import NotAtThisStage
from waarborg.doors.api.problems import Problem
from waarborg.doors.api.shapes import Paging
from waarborg.doors.api.wording import meant
from waarborg.kernel.actor import Actor

ERRORS: dict[Any, Any] = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 409: Problem, 422: Problem}
DONE: dict[Any, Any] = {204: None, **ERRORS}
Item = TypeVar("Item")
Row = TypeVar("Row")


class Made(Schema):
    """What was made, by its id; its address is in the Location header."""

    id: UUID


MADE: dict[Any, Any] = {201: Made, **ERRORS}


class PageOf(Schema):
    """The numbers of one page. `pages` is at least 1; a page past the end is the last one."""

    page: int
    pages: int
    total: int


def by(request: HttpRequest) -> Actor:
    """Return whoever the endpoint works for."""
    actor: Actor = request.auth  # type: ignore[attr-defined] # ninja sets what authenticate returned
    return actor


def own_session(request: HttpRequest) -> UUID:
    """Return the session that asks. Raises NotAtThisStage for who has none, as a system."""
    signed_in = getattr(request, "signed_in", None)
    if signed_in is None:
        raise NotAtThisStage
    session: UUID = signed_in.session
    return session


def made(response: HttpResponse, name: str, *address: UUID, id: UUID | None = None) -> Status[Made]:  # noqa: A002 - as it is called outside
    """Answer that something was made, and where it is: the address of this name."""
    response["Location"] = reverse(f"api:{name}", args=address)
    return Status(201, Made(id=id or address[-1]))


def refuse_unknown(request: HttpRequest, known: type[Schema]) -> None:
    """A mistyped name would otherwise be a filter that is silently left out. Raises ValidationError."""
    unknown = sorted(set(request.GET) - set(known.model_fields))
    if unknown:
        raise ValidationError([{"loc": ("query", name), "msg": _no_such(name, known)} for name in unknown])


def cut(asked: Paging, total: int, rows: Callable[[slice], Sequence[Row]]) -> tuple[Sequence[Row], dict[str, int]]:
    """Return one page of rows that the database cuts, and its numbers."""
    pages = max(1, -(-total // asked.size))
    page = min(asked.page, pages)
    return rows(slice((page - 1) * asked.size, page * asked.size)), {"page": page, "pages": pages, "total": total}


@contextmanager
def none_is(*unknown: type[Exception]) -> Iterator[None]:
    """Let an id in the address that is nobody's, or another house's, be an address that isn't there."""
    try:
        yield
    except unknown as error:
        raise Http404 from error


def _no_such(name: str, known: type[Schema]) -> str:
    return "There is no parameter of this name." + meant(name, list(known.model_fields))
