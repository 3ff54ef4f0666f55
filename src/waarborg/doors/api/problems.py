"""Errors as problem+json (RFC 9457): what went wrong, where, and nothing of the inside."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError

from waarborg.accounts.operations import DutiesClash
from waarborg.doors.api.bodies import NotText, TooLarge
from waarborg.doors.api.refusals import ABOUT, OF_REGISTERS, STATUS, UNPROCESSABLE
from waarborg.doors.faults import said
from waarborg.doors.web.permitted import clash_sentences
from waarborg.registers.operations.assets import AssetsRefused
from waarborg.registers.values.faults import RegisterFault

MEDIA_TYPE = "application/problem+json"
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
        api.add_exception_handler(kind, _teller(status, detail, ABOUT.get(kind, "")))
    api.add_exception_handler(RegisterFault, _register_fault)
    api.add_exception_handler(DutiesClash, _clash)
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


def _teller(status: int, detail: str, field: str) -> Any:
    def tell(_request: HttpRequest, _error: Exception) -> HttpResponse:
        told = problem(status, detail, [{"field": field, "says": detail}] if field else None)
        if status == HTTPStatus.UNAUTHORIZED:
            told.headers["WWW-Authenticate"] = 'Bearer realm="Waarborg"'
        return told

    return tell


def _register_fault(_request: HttpRequest, fault: Any) -> HttpResponse:
    """Say it as the pages say it: what is wrong, and what to do."""
    status = OF_REGISTERS.get(fault.code, UNPROCESSABLE)
    errors = [{"field": fault.field, "code": fault.code, "says": said(fault)}]
    if isinstance(fault, AssetsRefused):
        errors += [
            {"field": ".".join(each.place), "code": each.code, "says": said(each)} for each in fault.preview.faults
        ]
    return problem(status, said(fault), errors)


def _clash(_request: HttpRequest, clash: Any) -> HttpResponse:
    return problem(409, " ".join(clash_sentences(clash.clashes)))


def _not_understood(_request: HttpRequest, error: Any) -> HttpResponse:
    errors = [_wrong(each) for each in error.errors]
    return problem(422, "Something in the request isn't understood.", errors)


def _wrong(each: Mapping[str, Any]) -> dict[str, str]:
    place = ".".join(str(part) for part in each["loc"][1:])
    return {"field": place, **({"code": each["code"]} if "code" in each else {}), "says": each["msg"]}


def _as_told(_request: HttpRequest, error: Any) -> HttpResponse:
    if isinstance(error.__cause__, NotText):
        return problem(422, "A text in the request holds a character that no text holds. Leave it out.")
    if isinstance(error.__cause__, TooLarge):
        return problem(413, DETAILS[413])
    return problem(error.status_code, error.message)
