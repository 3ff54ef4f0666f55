"""What people type on their way in. A form says what it needs; whether it will do is decided elsewhere."""

from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from waarborg.accounts.operations import Weakness
from waarborg.accounts.values import Lost

LONGEST_PASSWORD: Final = 1000
"""Of what is read at all; how long a password may be is decided elsewhere."""

LOST: Final[dict[Lost, Promise]] = {
    Lost.FACTOR: _("The phone or key: the second factor"),
    Lost.PASSWORD: _("The password"),
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


def code_field() -> forms.CharField:
    """Return a field for a code of an authenticator app."""
    return forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("Six digits. Each code works once."),
        widget=_text("one-time-code", inputmode="numeric"),
    )


class CodeForm(forms.Form):
    code = code_field()


class NamedCodeForm(CodeForm):
    name = forms.CharField(
        label=_("What you call it"),
        max_length=60,
        required=False,
        help_text=_("For example 'phone of work'."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class PasskeyNameForm(forms.Form):
    name = forms.CharField(
        label=_("What you call it"),
        max_length=60,
        help_text=_("By what you recognise the device later, for example 'laptop at home' or 'blue key'."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class RecoveryCodeForm(forms.Form):
    recovery_code = forms.CharField(
        label=_("Recovery code"),
        max_length=60,
        help_text=_("Dashes and capitals don't matter. Each code works once."),
        widget=_text("off"),
    )


class ColleaguesCodeForm(forms.Form):
    recovery_code = forms.CharField(
        label=_("Code of your two colleagues"),
        max_length=60,
        help_text=_("One of them read it to you. Dashes and capitals don't matter."),
        widget=_text("off"),
    )


class _TwicePasswordForm(forms.Form):
    """A new password, typed twice."""

    password = _password("new-password")
    password_again = _password("new-password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("New password")
        self.fields["password"].help_text = _(
            "At least 12 characters. A few words in a row are strong and easy to type."
        )
        self.fields["password_again"].label = _("The same password again")

    def clean_password_again(self) -> str:
        again: str = self.cleaned_data["password_again"]
        if again != self.cleaned_data.get("password"):
            raise forms.ValidationError(_("The two passwords differ. Type the same one twice."))
        return again


class PasswordForm(_TwicePasswordForm):
    old_password = _password("current-password")
    field_order = ("old_password", "password", "password_again")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = _("The password you have now")


class PasswordLostForm(ColleaguesCodeForm, _TwicePasswordForm):
    name = forms.CharField(label=_("Log-in name"), max_length=150, widget=_text("username"))
    factor_code = forms.CharField(
        label=_("Code from your app, or one of your own recovery codes"),
        max_length=60,
        help_text=_("Your second factor still counts: two colleagues alone open nothing."),
        widget=_text("one-time-code"),
    )
    field_order = ("name", "recovery_code", "factor_code", "password", "password_again")


class AskRecoveryForm(forms.Form):
    lost = forms.ChoiceField(label=_("What did they lose?"), choices=[*LOST.items()], widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("What happened, and how did you recognise them?"),
        max_length=500,
        help_text=_(
            "For example: phone fell into water, called me, I know the voice and asked about the rota of tonight."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RegisterForm(_TwicePasswordForm):
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
    field_order = ("ticket", "name", "login", "email", "password", "password_again")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")
