"""One's own account: with what one comes in, and how to change that."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from waarborg.accounts.operations import (
    CodeRefused,
    FactorUnknown,
    LastFactor,
    OldPasswordRefused,
    PasskeyRefused,
    PasswordRefused,
    add_passkey,
    begin_totp,
    change_password,
    confirm_totp,
    make_recovery_codes,
    open_account,
    open_sessions,
    remove_authenticator,
)
from waarborg.accounts.permissions import DELEGATE
from waarborg.accounts.queries import providers
from waarborg.accounts.values import Account, FactorKind, FactorToEnrol, ProvenWith
from waarborg.doors.web.accounts.confirming import freshly
from waarborg.doors.web.accounts.factors import ANSWER
from waarborg.doors.web.accounts.forms import WEAKNESSES, NamedCodeForm, PasskeyNameForm, PasswordForm
from waarborg.doors.web.accounts.places import may_anywhere
from waarborg.doors.web.accounts.registering import enrolment
from waarborg.doors.web.accounts.views import status_of
from waarborg.doors.web.context import classify, organisation_name
from waarborg.doors.web.onward import safe_next
from waarborg.doors.web.requests import Request, signed_in, typed
from waarborg.kernel import clock
from waarborg.labels.values import Classification

FEW_CODES: Final = 3
KINDS: Final = {FactorKind.TOTP: gettext_lazy("App for codes"), FactorKind.PASSKEY: gettext_lazy("Passkey")}
PROVEN: Final = {
    ProvenWith.TOTP: gettext_lazy("code of an app"),
    ProvenWith.PASSKEY: gettext_lazy("passkey"),
    ProvenWith.RECOVERY_CODE: gettext_lazy("recovery code"),
    ProvenWith.PROVIDER: gettext_lazy("account of the organisation"),
}


@require_safe
def account_page(request: Request) -> HttpResponse:
    classify(request, Classification.STAFF)
    here, now = signed_in(request), clock.now()
    own = open_account(session=here.session, by=here.actor, now=now)
    living = open_sessions(session=here.session, by=here.actor, now=now)
    context = {
        "account": own,
        "factors": _factor_rows(own),
        "one_factor": len(own.authenticators) == 1,
        "few_codes": own.recovery_codes_left < FEW_CODES,
        "sessions": [{"line": each, "proven": PROVEN[each.proven_with] if each.proven_with else ""} for each in living],
        "others": len(living) > 1,
        "places": [{"id": each, "name": organisation_name(each)} for each in here.scopes],
        "scope": here.actor.scope,
        "may_delegate": may_anywhere(request.actor, DELEGATE),
        "linkable": [each for each in providers() if each.key not in {linked.provider for linked in own.elsewhere}],
    }
    return render(request, "waarborg/accounts/account.html", context)


@require_http_methods(["GET", "POST"])
@freshly
def app_page(request: Request) -> HttpResponse:
    """Add an app for codes. A code that is refused keeps the picture: the one that was scanned stays the right one."""
    form = NamedCodeForm(typed(request))
    if form.is_valid():
        code, name = form.cleaned_data["code"], form.cleaned_data["name"]
        try:
            confirm_totp(code, name, by=request.actor, now=clock.now())
        except CodeRefused:
            form.add_error("code", _("This code doesn't work. Wait for the next one and try again."))
        except FactorUnknown:
            form.add_error(None, _("This took too long. Load this page again and scan the new picture."))
        else:
            return _done(request, _("Your app for codes is added. An earlier app doesn't work any more."))
    shown = None if form.is_bound else begin_totp(by=request.actor, now=clock.now())
    context = _app_context(form, shown)
    return render(request, "waarborg/accounts/app.html", context, status=status_of(form.is_bound))


@require_http_methods(["GET", "POST"])
@freshly
def passkey_page(request: Request) -> HttpResponse:
    form, here = PasskeyNameForm(typed(request)), signed_in(request)
    if form.is_valid():
        answer, name = request.POST.get(ANSWER, ""), form.cleaned_data["name"]
        try:
            add_passkey(answer, name, session=here.session, by=request.actor, now=clock.now())
        except PasskeyRefused:
            form.add_error(None, _("This passkey wasn't accepted. Try again."))
        else:
            return _done(request, _("Your passkey is added."))
    return render(request, "waarborg/accounts/passkey.html", {"form": form}, status=status_of(form.is_bound))


@require_POST
def factor_remove(request: Request, authenticator_id: UUID) -> HttpResponse:
    try:
        remove_authenticator(authenticator_id, by=request.actor, now=clock.now())
    except LastFactor:
        messages.error(request, _("This is your only second factor. Add another one first."))
    except FactorUnknown:
        messages.error(request, _("This factor was removed already."))
    else:
        messages.success(request, _("Removed. It doesn't open anything any more."))
    return _to_account()


@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes_page(request: Request) -> HttpResponse:
    """Make new recovery codes. They are in this answer, and kept nowhere."""
    context: dict[str, Any] = {"next": safe_next(request), "codes": ()}
    if request.method == "POST":
        context["codes"] = make_recovery_codes(by=request.actor, now=clock.now())
        return render(request, "waarborg/accounts/recovery_codes.html", context)
    own = open_account(session=signed_in(request).session, by=request.actor, now=clock.now())
    context |= {"left": own.recovery_codes_left, "one_factor": len(own.authenticators) == 1}
    return render(request, "waarborg/accounts/recovery_codes.html", context)


@require_http_methods(["GET", "POST"])
@freshly
def password_page(request: Request) -> HttpResponse:
    form = PasswordForm(typed(request))
    if form.is_valid() and _changed(request, form):
        return _done(request, _("Your password is changed. Your other sessions are ended."))
    return render(request, "waarborg/accounts/password.html", {"form": form}, status=status_of(form.is_bound))


def _changed(request: Request, form: PasswordForm) -> bool:
    old, new = form.cleaned_data["old_password"], form.cleaned_data["password"]
    here = signed_in(request)
    institution = organisation_name(here.actor.scope)
    try:
        change_password(old, new, session=here.session, by=request.actor, now=clock.now(), institution=institution)
    except OldPasswordRefused:
        form.add_error("old_password", _("This isn't the password you have now."))
    except PasswordRefused as refused:
        for weakness in refused.weaknesses:
            form.add_error("password", str(WEAKNESSES[weakness]))
    return not form.errors


def _factor_rows(own: Account) -> list[dict[str, Any]]:
    return [
        {"line": each, "kind": KINDS[each.kind], "called": each.name or KINDS[each.kind]} for each in own.authenticators
    ]


def _app_context(form: NamedCodeForm, shown: FactorToEnrol | None) -> dict[str, Any]:
    return enrolment(shown, form) if shown else {"form": form}


def _done(request: Request, told: str) -> HttpResponse:
    messages.success(request, told)
    return _to_account()


def _to_account() -> HttpResponse:
    return HttpResponseRedirect(reverse("web:account"))
