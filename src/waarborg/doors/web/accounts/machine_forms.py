"""What is typed about systems and wall screens, their tokens and their certificates."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final, cast

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from waarborg.accounts.operations.machines import EndTooFar, NameTaken, OwnerUnknown, PlaceUnfit
from waarborg.accounts.values.machines import MachineKind, NewMachine
from waarborg.doors.web.accounts.places import Places
from waarborg.doors.web.moments import AMSTERDAM
from waarborg.kernel.references import Reference

LONGEST_NAME: Final = 100
LONGEST_PEM: Final = 20_000
LONGEST_LIST: Final = 2_000
KINDS: Final[dict[MachineKind, Promise]] = {
    MachineKind.SYSTEM: _("A system that reads or reports by the API"),
    MachineKind.STATION: _("A wall screen that shows the board"),
}
CERTIFICATE_FAULTS: Final[dict[str, Promise]] = {
    "unreadable": _("This is no certificate in PEM form. It begins with -----BEGIN CERTIFICATE-----."),
    "holds_key": _("There is a private key in this. Nobody but the machine may have it: have another one made."),
    "out_of_date": _("This certificate has expired. Have another one made."),
    "weak": _("The key of this certificate is too weak. Have one made with a longer key."),
}


def _line(label: Any, longest: int, help_text: Any = "") -> forms.CharField:
    plain = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
    return forms.CharField(label=label, max_length=longest, help_text=help_text, widget=forms.TextInput(attrs=plain))


def _day(label: Any, help_text: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"})
    return forms.DateField(label=label, help_text=help_text, input_formats=("%Y-%m-%d", "%d-%m-%Y"), widget=widget)


def _block(label: Any, longest: int, rows: int, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    attrs = {"rows": rows, "class": "mono", "spellcheck": "false", "autocomplete": "off"}
    widget = forms.Textarea(attrs=attrs)
    return forms.CharField(label=label, max_length=longest, required=required, help_text=help_text, widget=widget)


class MachineForm(forms.Form):
    kind = forms.ChoiceField(label=_("What it is"), choices=list(KINDS.items()), widget=forms.RadioSelect)
    name = _line(
        _("Name"), LONGEST_NAME, _("As colleagues call it, for example 'Call system, test' or 'Screen ward 3'.")
    )
    within = forms.ChoiceField(label=_("For what"), required=False)
    owner = _line(_("Who answers for it"), 150, _("The log-in name of a colleague. When they leave, it stands still."))
    ends_on = _day(_("Until and including"), _("At most a year. After that somebody asks for it anew."))

    def __init__(self, *args: Any, places: Places, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        within = cast("forms.ChoiceField", self.fields["within"])
        within.choices = places.choices(("application", "ward"))
        self.fields["ends_on"].initial = today + timedelta(days=365)

    def asked(self) -> NewMachine:
        said = self.cleaned_data
        within = Reference.parse(said["within"]) if said["within"] else None
        return NewMachine(MachineKind(said["kind"]), said["name"], said["owner"], end_of(said["ends_on"]), within)

    def say(self, error: Exception) -> None:
        field, words = {
            NameTaken: ("name", _now("Another system or wall screen is called so. Choose another name.")),
            OwnerUnknown: ("owner", _now("Nobody with access here has this log-in name.")),
            EndTooFar: ("ends_on", _now("Choose a day from tomorrow on, at most a year away.")),
            PlaceUnfit: ("within", _now("A system is for an application or for the whole institution.")),
        }[type(error)]
        self.add_error(field, words)


class PastedForm(forms.Form):
    """A form in which a certificate is pasted. A private key among it goes no further, and never back into the page."""

    def clean_certificate(self) -> str:
        pasted: str = self.cleaned_data["certificate"]
        if "PRIVATE KEY" in pasted:
            kept = cast("QueryDict", self.data).copy()
            kept["certificate"] = ""
            self.data = kept
            raise forms.ValidationError(str(CERTIFICATE_FAULTS["holds_key"]))
        return pasted


class TokenForm(PastedForm):
    networks = _block(
        _("From which addresses"),
        LONGEST_LIST,
        3,
        _(
            "One address or network a line, for example 192.0.2.10 or 192.0.2.0/28. From elsewhere the token opens nothing."
        ),
        required=False,
    )
    certificate = _block(
        _("Client certificate"),
        LONGEST_PEM,
        4,
        _("In PEM form. The token then works together with this certificate only."),
        required=False,
    )
    ends_on = _day(_("Until and including"), _("Never longer than the account itself."))

    def networks_typed(self) -> list[str]:
        return str(self.cleaned_data["networks"]).replace(",", "\n").split("\n")


class CertificateForm(PastedForm):
    certificate = _block(
        _("Client certificate"), LONGEST_PEM, 10, _("In PEM form, without its key. It belongs to this machine alone.")
    )


class EndForm(forms.Form):
    reason = _line(_("Reason"), 200)


class OwnerForm(forms.Form):
    owner = _line(_("Log-in name"), 150)


def end_of(day: date) -> datetime:
    """Return the end of a day as people here count days."""
    return datetime.combine(day, time.max, AMSTERDAM)
