"""What people type into the registers. A form only asks; the input values of registers decide whether it will do."""

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from waarborg.doors.faults import FIELDS, said
from waarborg.doors.web.requests import Request, typed
from waarborg.registers.values.classification import ApplicationKind, EnvironmentKind, Harm, UnitKind
from waarborg.registers.values.faults import FieldFault, RegisterFault, field_faults
from waarborg.registers.values.inputs import Input

Asked = TypeVar("Asked", bound=Input)
Choices = Iterable[tuple[str, str | Promise]]

KINDS: dict[ApplicationKind, Promise] = {
    ApplicationKind.WEB: _("Web application"),
    ApplicationKind.MOBILE: _("Mobile application"),
    ApplicationKind.API: _("API"),
    ApplicationKind.INTERFACE: _("Interface between systems"),
    ApplicationKind.DEVICE_SOFTWARE: _("Software in a device"),
}
HARMS: dict[Harm, Promise] = {
    Harm.NONE: _("Nothing"),
    Harm.DISCOMFORT: _("Discomfort"),
    Harm.TEMPORARY: _("Harm that heals"),
    Harm.LASTING: _("Harm that lasts"),
    Harm.DEATH: _("Death"),
}
ENVIRONMENTS: dict[EnvironmentKind, Promise] = {
    EnvironmentKind.DEVELOPMENT: _("Development"),
    EnvironmentKind.TEST: _("Test"),
    EnvironmentKind.ACCEPTANCE: _("Acceptance"),
    EnvironmentKind.PRODUCTION: _("Production"),
}
UNITS: dict[UnitKind, Promise] = {UnitKind.WARD: _("Ward"), UnitKind.DEVICE_GROUP: _("Group of devices")}
LEVELS = ((1, _("1, low")), (2, _("2, middle")), (3, _("3, high")))
DAYS = ("%Y-%m-%d", "%d-%m-%Y")


class RegisterForm(forms.Form):
    """A form whose answers become one input value, and that shows what was wrong with it at the field."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def asked(self, kind: type[Asked]) -> Asked | None:
        """Return the input value; None when something has to be mended first, which the form then shows."""
        if not self.is_valid():
            return None
        answers = {name: self.cleaned_data[name] for name in kind.model_fields if name in self.cleaned_data}
        try:
            return kind.model_validate(answers)
        except ValidationError as error:
            self.refuse(*field_faults(error))
            return None

    def refuse(self, *faults: FieldFault | RegisterFault) -> None:
        for fault in faults:
            field = fault.field if isinstance(fault, RegisterFault) else next(iter(fault.place), "")
            self.add_error(field if field in self.fields else NON_FIELD_ERRORS, said(fault))

    def saved(self, kind: type[Asked], act: Callable[[Asked], object]) -> bool:
        """Do one act with the input value, and tell whether it was done."""
        new = self.asked(kind)
        if new is None:
            return False
        try:
            act(new)
        except RegisterFault as fault:
            self.refuse(fault)
            return False
        return True

    def look_again(self, version: int) -> None:
        """Keep what was typed, and let a next attempt count on the version that is there now."""
        again = QueryDict(mutable=True)
        again.update(self.data)
        again["version"] = str(version)
        self.data = again

    @property
    def status(self) -> int:
        """The status of the page that shows it: a form that was refused is no success."""
        return 422 if self.errors else 200


def day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(format=DAYS[0], attrs={"type": "date"})
    return forms.DateField(label=label, input_formats=DAYS, widget=widget, **more)


def _text(name: str, *, rows: int = 0, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=FIELDS[name], strip=False, widget=widget, **more)


def _person(name: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=FIELDS[name], required=False, empty_value=None)


class CustomerForm(RegisterForm):
    name = _text("name", help_text=_("The care institution, as it calls itself."))


class ApplicationForm(RegisterForm):
    name = _text("name")
    key = _text(
        "key",
        required=False,
        empty_value=None,
        help_text=_("Its name in assets.yaml, for example meldkamer-thuis. Left empty it is made from the name."),
    )
    customer = forms.ChoiceField(label=FIELDS["customer"])
    kind = forms.ChoiceField(label=FIELDS["kind"], choices=list(KINDS.items()), widget=forms.RadioSelect)
    purpose = _text("purpose", rows=2, required=False)
    harm = forms.ChoiceField(
        label=FIELDS["harm"],
        choices=list(HARMS.items()),
        widget=forms.RadioSelect,
        help_text=_(
            "When it fails or shows something untrue, and nobody notices in time. Think of the worst-hit patient."
        ),
    )
    harm_explained = _text(
        "harm_explained", rows=2, required=False, help_text=_("One sentence. Needed unless nothing happens to anyone.")
    )
    information = forms.MultipleChoiceField(
        label=FIELDS["information"], required=False, widget=forms.CheckboxSelectMultiple
    )
    owner = _person("owner")
    login_path = _text("login_path", required=False, help_text=_("For example /inloggen. Empty when you don't know."))

    def __init__(self, *answers: Any, customers: Choices, kinds: Choices, people: Choices, **more: Any) -> None:
        super().__init__(*answers, **more)
        self.fields["customer"].choices = [("", _("Choose")), *customers]  # type: ignore[attr-defined] # of ChoiceField
        self.fields["information"].choices = list(kinds)  # type: ignore[attr-defined] # of ChoiceField
        self.fields["owner"].choices = [("", _("Nobody yet")), *people]  # type: ignore[attr-defined] # of ChoiceField


class EnvironmentForm(RegisterForm):
    kind = forms.ChoiceField(label=FIELDS["kind"], choices=list(ENVIRONMENTS.items()), widget=forms.RadioSelect)
    url = _text("url", required=False, help_text=_("https://host/, where it can be reached from here."))
    holds_real_data = forms.BooleanField(
        label=FIELDS["holds_real_data"],
        required=False,
        help_text=_("As you declare it. Waarborg looks whether it is so."),
    )
    folder = _text(
        "folder",
        required=False,
        help_text=_("Repository, export or dump on this server, to look for data of real people."),
    )
    ca_certificates = _text(
        "ca_certificates",
        rows=4,
        required=False,
        help_text=_(
            "PEM text. Only for a certificate of your own authority; empty means the authorities of this system."
        ),
    )
    recipe = _text(
        "recipe",
        rows=6,
        required=False,
        help_text=_("JSON that says how to log in with a second factor. Never with a password in it."),
    )

    plain_port = forms.IntegerField(
        label=FIELDS["plain_port"],
        initial=80,
        help_text=_("Where plain http answers, to see whether it leads to https. 80 is usual."),
    )

    def clean_recipe(self) -> object:
        text = self.cleaned_data["recipe"].strip()
        if not text:
            return None
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(said(FieldFault("not_json"))) from error


class KindForm(RegisterForm):
    name = _text("name", help_text=_("For example medication, alarms, or addresses."))
    personal_health = forms.BooleanField(label=FIELDS["personal_health"], required=False)
    availability = forms.TypedChoiceField(
        label=FIELDS["availability"],
        choices=LEVELS,
        coerce=int,
        help_text=_("3: it has to be there within four hours, day and night."),
    )
    integrity = forms.TypedChoiceField(
        label=FIELDS["integrity"],
        choices=LEVELS,
        coerce=int,
        help_text=_("3: when it is wrong, treatment can be wrong."),
    )
    confidentiality = forms.TypedChoiceField(
        label=FIELDS["confidentiality"], choices=LEVELS, coerce=int, help_text=_("3: health information, or a BSN.")
    )


class ProjectForm(RegisterForm):
    name = _text("name")
    customer = forms.ChoiceField(label=FIELDS["customer"])
    applications = forms.MultipleChoiceField(
        label=FIELDS["applications"], required=False, widget=forms.CheckboxSelectMultiple
    )
    started_on = day(FIELDS["started_on"], help_text=_("The day of the kick-off."))
    delivered_on = day(FIELDS["delivered_on"], required=False)
    devops_lead = _person("devops_lead")

    def __init__(self, *answers: Any, customers: Choices, applications: Choices, people: Choices, **more: Any) -> None:
        super().__init__(*answers, **more)
        self.fields["customer"].choices = [("", _("Choose")), *customers]  # type: ignore[attr-defined] # of ChoiceField
        self.fields["applications"].choices = list(applications)  # type: ignore[attr-defined] # of ChoiceField
        self.fields["devops_lead"].choices = [("", _("Nobody yet")), *people]  # type: ignore[attr-defined] # of ChoiceField


class UnitForm(RegisterForm):
    name = _text("name", help_text=_("As people call it on the floor, for example Ward 3 East."))
    kind = forms.ChoiceField(
        label=FIELDS["kind"], choices=list(UNITS.items()), initial=UnitKind.WARD, widget=forms.RadioSelect
    )


class ReviewForm(RegisterForm):
    reviewed_on = day(_("Finished on"), help_text=_("The day on which the security review was finished."))


class RetireForm(RegisterForm):
    reason = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class AssetsForm(RegisterForm):
    file = forms.FileField(label=_("File"), help_text=_("assets.yaml, 500 kB at most."))

    @classmethod
    def unasked(cls) -> "AssetsForm":
        """Return a form that says what is wrong with something else than itself."""
        form = cls({}, MultiValueDict())
        form.fields["file"].required = False
        form.full_clean()
        form.fields["file"].required = True
        return form


def answers(request: Request, **current: Any) -> dict[str, Any]:
    """Return what a form is made of: what was typed, over what is there now."""
    return {"data": typed(request), "initial": current}
