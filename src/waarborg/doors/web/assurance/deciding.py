"""What people add: whether a point applies, and statements for what no machine can measure."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from waarborg.accounts.queries import names_of
from waarborg.assurance.catalogue.loading import load_catalogue
from waarborg.assurance.catalogue.values import Control, StatementProof
from waarborg.assurance.operations import confirm_statement, decide_applicability, state
from waarborg.assurance.operations.deciding import LONGEST_REASON, SHORTEST_REASON, ReasonTooShort
from waarborg.assurance.operations.stating import AlreadyConfirmed, NoSuchStatement, OwnStatement, StatementTooShort
from waarborg.assurance.permissions import DECIDE_APPLICABILITY, STATE
from waarborg.assurance.queries.standing import decision_history, statement_proofs
from waarborg.assurance.values import EvidenceKind
from waarborg.doors.web.assurance.applications import found
from waarborg.doors.web.assurance.saying import in_language, named
from waarborg.doors.web.requests import Request, typed
from waarborg.kernel import clock
from waarborg.kernel.references import Reference
from waarborg.registers.values.registered import Application

WORDS = {"confirm": True, "refuse": False}
REFUSED = 422
LARGEST_FILE = 2 * 1024 * 1024
DECISIONS = (("applies", gettext_lazy("It applies")), ("not", gettext_lazy("It doesn't apply")))


class ApplicabilityForm(forms.Form):
    decision = forms.ChoiceField(label=gettext_lazy("Decision"), choices=DECISIONS, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("So that someone else can follow it. Needed when the point doesn't apply."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class StatementForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What you looked at, and what you found"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    file = forms.FileField(
        label=gettext_lazy("File"), required=False, help_text=gettext_lazy("The evidence for it, 2 MB at most.")
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is too large. Add the part that proves it."))
        return file


@require_http_methods(["GET", "HEAD", "POST"])
def applicability(request: Request, application_id: UUID, control_id: str) -> HttpResponse:
    """Ask and record whether a point applies."""
    subject, control = found(request, application_id, DECIDE_APPLICABILITY), _control(control_id)
    form = ApplicabilityForm(typed(request))
    back = reverse("web:application", args=[subject.id])
    if form.is_valid():
        try:
            decide_applicability(
                Reference("application", subject.id),
                control.id,
                applies=form.cleaned_data["decision"] == "applies",
                reason=form.cleaned_data["reason"],
                by=request.actor,
                now=clock.now(),
            )
            return HttpResponseRedirect(f"{back}#applicability")
        except ReasonTooShort:
            says = _("Give a reason of at least {n} characters: who reads this later must be able to follow it.")
            form.add_error("reason", says.format(n=SHORTEST_REASON))
    return render(
        request,
        "waarborg/assurance/applicability.html",
        {
            "application": {"id": subject.id, "name": subject.name, "harm": subject.harm_explained},
            "control": _whole(control),
            "form": form,
            "back": back,
            "history": _history(request, subject, control),
        },
        status=REFUSED if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def statement(request: Request, application_id: UUID, control_id: str) -> HttpResponse:
    """Ask and record a statement for one of a control's proofs, chosen by ?proof=."""
    subject, control = found(request, application_id, STATE), _control(control_id)
    proof = _proof(control, request.GET.get("proof", ""))
    form = StatementForm(typed(request), request.FILES or None)
    back = reverse("web:application", args=[subject.id])
    if form.is_valid() and _stated(request, subject, control, proof, form):
        return HttpResponseRedirect(f"{back}#{control.id}")
    days = control.validity_days.of(subject.risk).days(EvidenceKind.STATED)
    return render(
        request,
        "waarborg/assurance/statement.html",
        {
            "application": {"id": subject.id, "name": subject.name},
            "control": named(control),
            "proof": _proof_said(proof),
            "proofs": [{"id": each.id, "title": in_language(each.title)} for each in statement_proofs(control)],
            "holds_until": clock.now() + timedelta(days=days),
            "form": form,
            "back": back,
        },
        status=REFUSED if form.errors else 200,
    )


@require_POST
def statement_confirm(request: Request, statement_id: UUID) -> HttpResponse:
    """Record the second person's word on a statement."""
    reference, word = Reference("statement", statement_id), request.POST.get("word")
    if word not in WORDS:
        raise BadRequest
    try:
        confirm_statement(
            reference,
            confirmed=WORDS[word],
            reason=request.POST.get("reason", "")[:LONGEST_REASON],
            by=request.actor,
            now=clock.now(),
        )
    except ReasonTooShort:
        messages.warning(request, _("Say why you refuse it: who stated it must know what is missing."))
    except NoSuchStatement as error:
        raise Http404 from error
    except (OwnStatement, AlreadyConfirmed):
        pass  # the page itself shows who spoke, and offers no button any more
    return HttpResponseRedirect(reverse("web:evidence", args=[statement_id]))


def _stated(
    request: Request, subject: Application, control: Control, proof: StatementProof, form: StatementForm
) -> bool:
    upload = form.cleaned_data["file"]
    file = (upload.name, upload.read()) if upload else None
    try:
        state(
            Reference("application", subject.id),
            control.id,
            proof.id,
            text=form.cleaned_data["text"],
            file=file,
            by=request.actor,
            now=clock.now(),
        )
    except StatementTooShort:
        form.add_error("text", _("Say what you looked at and what you found, in at least a sentence."))
    return form.is_valid()


def _control(control_id: str) -> Control:
    if control_id not in load_catalogue():
        raise Http404
    return load_catalogue()[control_id]


def _proof(control: Control, wanted: str) -> StatementProof:
    asked = statement_proofs(control)
    if not asked:
        raise Http404
    return next((proof for proof in asked if proof.id == wanted), asked[0])


def _proof_said(proof: StatementProof) -> dict[str, str]:
    return {
        "id": proof.id,
        "title": in_language(proof.title),
        "asks": in_language(proof.asks),
        "evidenced_by": in_language(proof.evidenced_by),
    }


def _whole(control: Control) -> dict[str, str]:
    return named(control) | {"words": in_language(control.words), "why": in_language(control.why)}


def _history(request: Request, subject: Application, control: Control) -> list[dict[str, Any]]:
    decisions = decision_history(request.actor.scope, subject.id, control.id, only=frozenset({subject.id}))
    names = names_of([each.by for each in decisions])
    return [
        {
            "decision": "applicable" if each.applies else "not_applicable",
            "reason": each.reason,
            "by": names.get(each.by, _("someone")),
            "at": each.at,
        }
        for each in decisions
    ]
