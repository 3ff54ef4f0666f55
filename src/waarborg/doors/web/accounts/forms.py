"""What people type on their way in. A form says what it needs; whether it will do is decided elsewhere."""

from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from waarborg.accounts.operations import Weakness
from waarborg.accounts.values import Role

LONGEST_PASSWORD: Final = 1000
"""Of what is read at all; how long a password may be is decided elsewhere."""

ROLES: Final[dict[str, Promise]] = {
    Role.ADMINISTRATOR: _("Administrator"),
    Role.SECURITY_OFFICER: _("Security officer"),
    Role.PRIVACY_OFFICER: _("Privacy officer"),
    Role.LOG_ADMINISTRATOR: _("Log administrator"),
    Role.BOARD_MEMBER: _("Board member"),
    Role.AUDITOR: _("Auditor"),
    Role.TEAM_MANAGER: _("Team manager"),
    Role.CARE_PROFESSIONAL: _("Care professional"),
    Role.DEVICE_MANAGER: _("Device manager"),
    Role.DEVOPS_LEAD: _("DevOps lead"),
    Role.DEVELOPER: _("Developer"),
}
WEAKNESSES: Final[dict[Weakness, Promise]] = {
    Weakness.TOO_SHORT: _("Use at least 12 characters, for example four words."),
    Weakness.TOO_LONG: _("Use at most 200 characters."),
    Weakness.COMMON: _("This password is on the list that everybody tries first. Make up another one."),
    Weakness.ABOUT_YOU: _("Leave out your name, your log-in name and the name of your organisation."),
    Weakness.PREDICTABLE: _(
        "Words like 'welkom' and 'zorg', months and years are guessed first and don't count. Add other words."
    ),
    Weakness.MONOTONOUS: _("Use more different characters."),
}


def _text(autocomplete: str, **more: str) -> forms.TextInput:
    plain = {"autocapitalize": "none", "spellcheck": "false"}
    return forms.TextInput(attrs={"autocomplete": autocomplete, **plain, **more})


def _password(autocomplete: str) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=_("Password"), strip=False, max_length=LONGEST_PASSWORD, widget=widget)


class LogInForm(forms.Form):
    name = forms.CharField(label=_("Log-in name"), max_length=150, widget=_text("username"))
    password = _password("current-password")


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("Six digits. Each code works once."),
        widget=_text("one-time-code", inputmode="numeric"),
    )


class RegisterForm(forms.Form):
    ticket = forms.CharField(
        label=_("Ticket"),
        max_length=60,
        help_text=_("The letters and digits you were given. Dashes and capitals don't matter."),
        widget=_text("off"),
    )
    name = forms.CharField(
        label=_("First name and surname"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    login = forms.CharField(
        label=_("Log-in name"),
        min_length=3,
        max_length=150,
        help_text=_("You choose it yourself, for example your first name and surname with a point between them."),
        widget=_text("username"),
    )
    email = forms.EmailField(
        label=_("E-mail address at work"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    password = _password("new-password")
    password_again = _password("new-password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = _(
            "At least 12 characters. A few words in a row are strong and easy to type."
        )
        self.fields["password_again"].label = _("The same password again")

    def clean_password_again(self) -> str:
        again: str = self.cleaned_data["password_again"]
        if again != self.cleaned_data.get("password"):
            raise forms.ValidationError(_("The two passwords differ. Type the same one twice."))
        return again


class TicketForm(forms.Form):
    label = forms.CharField(
        label=_("For whom"), max_length=150, help_text=_("The name of the person who is going to register.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Choose a role")), *ROLES.items()])


class LeaveForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)
