"""How to log in to one application: declared in its `waarborg.toml`, without a single secret in it.

A value in `fields` is plain text, `{secret:name}`, `{totp:name}` (the code that the secret `name` gives now) or, where
the reply before was JSON, `{reply:/json/pointer}`. What the names stand for lies outside the recipe and is bound to one
host there. A path starts at the host.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

TEMPLATE = re.compile(r"\{(secret|totp|reply):([^{}\s]+)\}")
# A value written out under such a name would be a secret in the repository.
SECRET_NAMES = re.compile(r"pass|wachtwoord|pwd|secret|geheim|token|otp|pin|code", re.IGNORECASE)


class RecipeInvalid(ValueError):
    """The recipe can't be used; the message names each wrong field and never repeats a value."""


def _local_path(path: str) -> str:
    parts = urlsplit(path)
    if parts.scheme or parts.netloc or not path.startswith("/") or re.search(r"[\s\\\x00-\x1f]|//|\.\.", path):
        raise ValueError("must be a path on the application itself, such as /inloggen")
    return path


def _template_or_text(value: str) -> str:
    if ("{" in value or "}" in value) and not TEMPLATE.fullmatch(value):
        raise ValueError("must be plain text, {secret:name}, {totp:name} or {reply:/pointer}, on its own")
    return value


def _pointer(value: str) -> str:
    if not value.startswith("/"):
        raise ValueError("must be a JSON pointer, such as /access_token")
    return value


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, str | int) and not isinstance(value, bool) else value


LocalPath = Annotated[str, AfterValidator(_local_path)]
Pointer = Annotated[str, AfterValidator(_pointer)]
Value = Annotated[str, AfterValidator(_template_or_text)]
Fields = Annotated[dict[str, Value], Field(min_length=1)]
Marker = Annotated[str, Field(min_length=3, max_length=200)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True)


class Csrf(_Part):
    """Where the application's forgery token stands, and under which name it goes back."""

    field: str = Field(pattern=r"^[\w.\[\]-]+$")
    source: Literal["form", "cookie", "header"] = Field("form", alias="from")
    name: str = ""
    """What it is called where it stands, when that differs from `field`."""
    sent_as: Literal["field", "header"] = "field"

    @property
    def found_as(self) -> str:
        return self.name or self.field


class _Sending(_Part):
    fields: Fields
    content: Literal["form", "json"] = "form"
    csrf: Csrf | None = None
    token: Pointer | None = None
    """Where the reply has the token that later requests carry as bearer."""

    @model_validator(mode="after")
    def _no_secret_written_out(self) -> Self:
        for name, value in self.fields.items():
            if SECRET_NAMES.search(name) and not TEMPLATE.fullmatch(value):
                raise ValueError(f'"{name}" in fields must come from the secrets file, such as {{secret:name}}')
        return self

    def named(self, kind: str) -> tuple[str, ...]:
        """The names that the fields take from `kind`: secret, totp or reply."""
        found = (TEMPLATE.fullmatch(value) for value in self.fields.values())
        return tuple(match[2] for match in found if match and match[1] == kind)


class Login(_Sending):
    path: LocalPath

    @model_validator(mode="after")
    def _password_alone(self) -> Self:
        if not self.named("secret"):
            raise ValueError("fields must take at least one {secret:name}")
        if self.named("totp") or self.named("reply"):
            raise ValueError("fields can't take {totp:...} or {reply:...}: the first step is the password alone")
        return self


class Totp(_Part):
    """RFC 6238's parameters; the defaults are what authenticator apps assume."""

    digits: int = Field(6, ge=6, le=8)
    period: int = Field(30, ge=15, le=60)
    algorithm: Literal["sha1", "sha256", "sha512"] = "sha1"


class Factor(_Sending):
    path: LocalPath | Literal["current"] = "current"
    totp: Totp = Totp()

    @model_validator(mode="after")
    def _one_code(self) -> Self:
        if len(self.named("totp")) != 1:
            raise ValueError("fields must take exactly one {totp:name}")
        return self


class Refused(_Part):
    """How the application turns someone away from the protected page."""

    status: Annotated[tuple[Annotated[int, Field(ge=400, le=499)], ...], BeforeValidator(_one_or_more)] = ()
    redirect_to: Annotated[tuple[LocalPath, ...], BeforeValidator(_one_or_more)] = ()
    shows: Marker | None = None
    """Text that only someone outside sees, for an application that asks for the login in place with status 200."""

    @model_validator(mode="after")
    def _says_how(self) -> Self:
        if not (self.status or self.redirect_to or self.shows):
            raise ValueError("must name a status, a redirect_to or a text")
        return self


class Protected(_Part):
    path: LocalPath
    shows: Marker
    """Text that only someone inside sees."""
    refused: Refused

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        if self.refused.shows and (self.refused.shows in self.shows or self.shows in self.refused.shows):
            raise ValueError("shows must differ for who is inside and who is refused")
        return self


class Recipe(_Part):
    """The two ways to the protected page that share a login: by the password alone, and with the factor.

    An application without a second factor is described without one: it can be seen to let the password in, never to be met.
    """

    login: Login
    factor: Factor | None = None
    protected: Protected
    account: str = Field("", max_length=80)
    """Which role the account has, in words for the reader; never its name or password."""

    @property
    def secret_names(self) -> frozenset[str]:
        """Every secret the recipe needs, by name."""
        sendings = (part for part in (self.login, self.factor) if part)
        return frozenset(name for part in sendings for kind in ("secret", "totp") for name in part.named(kind))

    @property
    def handed_on(self) -> tuple[str, ...]:
        """Where the login's reply has what goes along with the code."""
        return self.factor.named("reply") if self.factor else ()


def read_recipe(table: Mapping[str, Any]) -> Recipe:
    """Return the recipe in a `[recipe]` table. Raises RecipeInvalid."""
    try:
        return Recipe.model_validate(dict(table))
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
        raise RecipeInvalid("; ".join(f"{_place(fault['loc'])}: {_said(fault['msg'])}" for fault in faults)) from None


def _place(location: tuple[int | str, ...]) -> str:
    # Where a value may be one of two kinds, pydantic adds the kind to the place; that isn't the reader's.
    steps = (str(step) for step in location if not re.match(r"function-|literal\[|constrained-", str(step)))
    return ".".join(["recipe", *steps])


def _said(message: str) -> str:
    return message.removeprefix("Value error, ")
