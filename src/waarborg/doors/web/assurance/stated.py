"""A statement as evidence: what a named person said, and what the second one made of it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from waarborg.accounts.queries import names_of
from waarborg.assurance.catalogue.loading import load_catalogue
from waarborg.assurance.operations.stating import NoSuchStatement, open_statement_file, read_statement
from waarborg.assurance.permissions import CONFIRM_STATEMENT, READ_STANDING, READ_STATEMENT
from waarborg.assurance.queries.standing import Stated, statement
from waarborg.assurance.values import EvidenceKind
from waarborg.audit.queries.reading import LogBroken, proof_about
from waarborg.doors.web.assurance.saying import in_language, named
from waarborg.doors.web.context import classify
from waarborg.doors.web.requests import Request
from waarborg.doors.web.rights import reached
from waarborg.kernel import clock
from waarborg.kernel.actor import may
from waarborg.kernel.references import Reference
from waarborg.labels.values import Classification
from waarborg.registers import queries as registers
from waarborg.registers.values.registered import Application


def stated(request: Request, statement_id: UUID) -> HttpResponse:
    """Show one statement; reading its text is logged, and not everyone who sees that it is there may do that."""
    by = request.actor
    only = reached(by, READ_STANDING)
    try:
        said = statement(by.scope, statement_id, only=only)
    except NoSuchStatement as error:
        raise Http404 from error
    about = Reference("application", said.application)
    may_read = may(by, READ_STATEMENT, at=about)
    reference = Reference("statement", said.id)
    text, file_name = read_statement(reference, by=by, now=clock.now()) if may_read else ("", "")
    subject = registers.application_by_id(by.scope, said.application, only=only)
    classify(request, Classification.STAFF)
    control = load_catalogue()[said.control]
    proof = next(each for each in control.proofs if each.id == said.proof)
    names = names_of([each for each in (said.by, said.confirmed_by) if each])
    return render(
        request,
        "waarborg/assurance/stated.html",
        {
            "statement": said,
            "state": _state(said),
            "title": in_language(proof.title),
            "control": named(control),
            "application": subject,
            "may_read": may_read,
            "text": text,
            "file_name": file_name if said.file_digest else "",
            "by": names.get(said.by, _("someone")),
            "confirmed_by": names.get(said.confirmed_by, "") if said.confirmed_by else "",
            "holds_until": _holds_until(subject, said),
            "may_confirm": said.confirmed is None and said.by != by.id and may(by, CONFIRM_STATEMENT, at=about),
            "own": said.by == by.id,
            **_place(said),
        },
    )


@require_safe
def statement_file(request: Request, statement_id: UUID) -> HttpResponse:
    """Give the file that came with a statement, to be kept and never shown here; that it was read is logged."""
    try:
        name, content = open_statement_file(Reference("statement", statement_id), by=request.actor, now=clock.now())
    except NoSuchStatement as error:
        raise Http404 from error
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


def _place(said: Stated) -> dict[str, Any]:
    try:
        return {"proof": proof_about(said.id), "broken": False}
    except LogBroken:
        return {"proof": None, "broken": True}


def _state(said: Stated) -> str:
    return {True: "proven_stated", False: "not_proven", None: "unknown"}[said.confirmed]


def _holds_until(subject: Application, said: Stated) -> Any:
    validity = load_catalogue()[said.control].validity_days.of(subject.risk)
    return said.at + timedelta(days=validity.days(EvidenceKind.STATED)) if said.confirmed else None
