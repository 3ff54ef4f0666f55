"""What people type about colleagues. A form says what it needs; whether it will do is decided elsewhere."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any, Final, cast

from django import forms
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from waarborg.accounts.values import (
    Asked,
    DocumentKind,
    IdentityDocument,
    NumberKind,
    NumberStatus,
    Role,
    StatedNumber,
)
from waarborg.doors.web.moments import AMSTERDAM
from waarborg.doors.web.permitted import DOES
from waarborg.doors.web.words import word_for
from waarborg.kernel.references import Reference

LONGEST_NUMBER: Final = 20
DOCUMENTS: Final[dict[DocumentKind, Promise]] = {
    DocumentKind.PASSPORT: _("Passport"),
    DocumentKind.IDENTITY_CARD: _("Identity card"),
    DocumentKind.DRIVING_LICENCE: _("Driving licence"),
    DocumentKind.RESIDENCE_PERMIT: _("Residence permit"),
    DocumentKind.FOREIGN_PASSPORT: _("Foreign passport"),
}
NUMBERS: Final = {NumberKind.BIG: "BIG", NumberKind.UZI: "UZI", NumberKind.AGB: "AGB"}
NUMBER_STATES: Final[dict[NumberStatus, Promise]] = {
    NumberStatus.STATED: _("stated, not looked up"),
    NumberStatus.CHECKED: _("looked up in the register"),
    NumberStatus.VERIFIED: _("confirmed by the register"),
}
Choices = Sequence[tuple[str, Any]]


def end_of(day: date | None) -> datetime | None:
    """Return the end of a day as people here count days."""
    return datetime.combine(day, time.max, AMSTERDAM) if day else None


def _line(label: Any, *, longest: int = 150, **more: Any) -> forms.CharField:
    plain = {"autocomplete": "off", "spellcheck": "false"}
    return forms.CharField(label=label, max_length=longest, widget=forms.TextInput(attrs=plain), **more)


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"})
    return forms.DateField(label=label, input_formats=("%Y-%m-%d", "%d-%m-%Y"), widget=widget, **more)


def _chosen(label: Any, choices: dict[Any, Any], *, nothing: Any = None, **more: Any) -> forms.ChoiceField:
    first = [("", nothing)] if nothing is not None else []
    return forms.ChoiceField(
        label=label, choices=[*first, *((str(key), word) for key, word in choices.items())], **more
    )


class ReasonForm(forms.Form):
    """A decision about someone, and why: the reason stands in the log."""

    reason = _line(_("Reason"), longest=200, help_text=_("It is kept in the log. Write nothing about health."))


class LeaveForm(ReasonForm):
    """The end of all someone's access, which can't be undone by a click."""

    sure = forms.BooleanField(label=_("I mean this person"))


class RoleFields(forms.Form):
    """Which role, for what, until when."""

    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    within = forms.ChoiceField(label=_("For what"), required=False)
    ends_on = _day(_("Until and including"), required=False, help_text=_("Empty: until somebody ends it."))

    def offer(self, roles: Iterable[Role], places: Choices) -> None:
        """Offer these roles, each with what it is for, and these things. What is the only choice is chosen."""
        offered = [(str(role), format_html("<b>{}</b><br>{}", word_for(role), DOES[role])) for role in roles]
        self._field("role").choices = offered
        self._field("within").choices = places
        self.fields["within"].required = not any(value == "" for value, _name in places)
        self.fields["role"].initial = offered[0][0] if len(offered) == 1 else None

    def _field(self, name: str) -> forms.ChoiceField:
        return cast("forms.ChoiceField", self.fields[name])

    def asked(self) -> Asked:
        said = self.cleaned_data
        within = Reference.parse(said["within"]) if said["within"] else None
        return Asked(Role(said["role"]), within, end_of(said["ends_on"]))


class DocumentFields(forms.Form):
    """The statutory document that somebody holds in their hands."""

    document_kind = _chosen(_("Document"), DOCUMENTS, nothing=_("Choose the document"))
    document_number = _line(
        _("Document number"),
        longest=LONGEST_NUMBER,
        help_text=_("Type it over from the document itself. Make no copy."),
    )
    document_until = _day(_("Valid until"), help_text=_("The last day that stands on it."))

    def clean_document_until(self) -> date | None:
        until: date | None = self.cleaned_data["document_until"]
        if until is not None and until < self.today:
            raise forms.ValidationError(_("This document is out of date. Ask for another one."))
        return until

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def document(self) -> IdentityDocument | None:
        """Return the document, or None when it is to be seen later."""
        said = self.cleaned_data
        if not said.get("document_number"):
            return None
        return IdentityDocument(DocumentKind(said["document_kind"]), said["document_number"], said["document_until"])


class IdentityFields(DocumentFields):
    """The document of someone who comes in, and their number in a register of care professionals, as they state it."""

    number_kind = _chosen(_("Register of care professionals"), NUMBERS, nothing=_("None"), required=False)
    number = _line(_("Number in that register"), longest=20, required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        self.whole(said, "number", "number_kind", _("Choose in which register this number is."))
        self.whole(said, "number_kind", "number", _("Type the number, or choose no register."))
        return said

    def whole(self, said: dict[str, Any], given: str, needed: str, problem: Any) -> None:
        """Refuse the one without the other."""
        if said.get(given) and needed in self.fields and not said.get(needed) and needed not in self.errors:
            self.add_error(needed, problem)

    def numbers(self) -> tuple[StatedNumber, ...]:
        said = self.cleaned_data
        return (StatedNumber(NumberKind(said["number_kind"]), said["number"]),) if said.get("number") else ()


class ColleagueForm(RoleFields, IdentityFields):
    """A colleague who comes in: name, role, and their document when it is at hand."""

    name = _line(_("First name and surname"), help_text=_("As it stands on the identity document."))
    provider = _chosen(_("Account of the organisation"), {}, required=False)
    subject = _line(
        _("Who they are there"), required=False, help_text=_("The id of the account, not the e-mail address.")
    )
    field_order = (
        *("name", "role", "within", "ends_on"),
        *("document_kind", "document_number", "document_until", "number_kind", "number", "provider", "subject"),
    )

    def __init__(self, *args: Any, providers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("document_kind", "document_number", "document_until"):
            self.fields[name].required = False
        if providers:
            self._field("provider").choices = [("", _now("None")), *providers]
        else:
            del self.fields["provider"], self.fields["subject"]

    def clean(self) -> dict[str, Any]:
        """A document is given whole or not at all; so is an account."""
        said = super().clean() or self.cleaned_data
        self.whole(said, "document_number", "document_kind", _("Choose which document you have in your hands."))
        self.whole(
            said, "document_kind", "document_number", _("Type the number of the document, or choose no document.")
        )
        if said.get("number") and not said.get("document_number"):
            self.add_error("number", _("A number is noted with the document. Leave it empty until you see that."))
        self.whole(said, "provider", "subject", _("Say who they are there, or choose no account."))
        self.whole(said, "subject", "provider", _("Choose where this account is."))
        return said

    def account(self) -> tuple[str, str] | None:
        said = self.cleaned_data
        return (said["provider"], said["subject"]) if said.get("provider") else None


class NumberForm(forms.Form):
    """A number in a register of care professionals."""

    number_kind = _chosen(_("Register of care professionals"), NUMBERS)
    number = _line(_("Number"), longest=20)
    status = _chosen(_("How sure"), {key: NUMBER_STATES[key] for key in (NumberStatus.STATED, NumberStatus.CHECKED)})


class DelegationForm(forms.Form):
    """Who stands in for oneself, in which role, until when."""

    held = forms.ChoiceField(label=_("Your role"))
    colleague = _line(_("Log-in name of your colleague"), help_text=_("Exactly as they log in."))
    ends_on = _day(_("Until and including"), help_text=_("At most 90 days from now."))

    def __init__(self, *args: Any, held: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["held"]).choices = held


class JudgementForm(forms.Form):
    """Whether an emergency access was right."""

    justified = forms.ChoiceField(
        label=_("Judgement"),
        choices=[("yes", _("It was justified")), ("no", _("It wasn't justified"))],
        widget=forms.RadioSelect,
    )
    remark = _line(_("Remark"), longest=500)
