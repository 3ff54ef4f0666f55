"""Errors as problem+json (RFC 9457): what went wrong, where, and nothing of the inside."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from waarborg.assurance.operations.measuring import NothingToMeasure
from waarborg.assurance.queries.evidence import NoSuchEvidence
from waarborg.kernel.actor import NotAllowed, ProofTooOld
from waarborg.registers.queries import NotInRegister

MEDIA_TYPE = "application/problem+json"
STATUS: Mapping[type[Exception], tuple[int, str]] = {
    AuthenticationError: (401, "Log in first, with both factors."),
    NotAllowed: (403, "Your role doesn't allow this."),
    ProofTooOld: (403, "Prove your second factor once more on the pages, and repeat this within a few minutes."),
    Http404: (404, "There is no such thing here."),
    NotInRegister: (404, "There is no such application here."),
    NoSuchEvidence: (404, "There is no such evidence or measurement here."),
    NothingToMeasure: (409, "The application has no environment with an address or a folder. Add one first."),
}


PATH = "/api/"
KEPT = ("Allow", "Retry-After", "WWW-Authenticate")
DETAILS = {
    400: "The request can't be read.",
    404: "There is no such address.",
    405: "This address doesn't take this method.",
    413: "The request is larger than anything here takes.",
    429: "Too many attempts. Try again later.",
    503: "Busy. Try again in a moment.",
}


class Problem(Schema):
    """The body of every error."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] = []


def install(api: NinjaAPI) -> None:
    """Let every foreseen error be answered as a problem; the rest crash, and the server says so."""
    for kind, (status, detail) in STATUS.items():
        api.add_exception_handler(kind, _teller(status, detail))
    api.add_exception_handler(ValidationError, _not_understood)
    api.add_exception_handler(HttpError, _as_told)


class Problems:
    """Turn what was refused before or beside the API (an address, a method, a crash) into a problem as well."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        told = answer.headers.get("Content-Type", "").startswith(MEDIA_TYPE)
        if answer.status_code < HTTPStatus.BAD_REQUEST or told or not request.path.startswith(PATH):
            return answer
        said = problem(answer.status_code, DETAILS.get(answer.status_code, "Something went wrong here."))
        for name in KEPT:
            if name in answer.headers:
                said.headers[name] = answer.headers[name]
        return said


def problem(status: int, detail: str, errors: list[dict[str, str]] | None = None) -> HttpResponse:
    said = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JsonResponse(said | {"errors": errors or []}, status=status, content_type=MEDIA_TYPE)


def _teller(status: int, detail: str) -> Any:
    def tell(_request: HttpRequest, _error: Exception) -> HttpResponse:
        told = problem(status, detail)
        if status == HTTPStatus.UNAUTHORIZED:
            told.headers["WWW-Authenticate"] = 'Bearer realm="Waarborg"'
        return told

    return tell


def _not_understood(_request: HttpRequest, error: Any) -> HttpResponse:
    errors = [{"field": ".".join(str(part) for part in each["loc"][1:]), "says": each["msg"]} for each in error.errors]
    return problem(422, "Something in the request isn't understood.", errors)


def _as_told(_request: HttpRequest, error: Any) -> HttpResponse:
    return problem(error.status_code, error.message)
