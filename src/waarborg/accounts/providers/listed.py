"""The providers of this installation, as its configuration lists them."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from waarborg.accounts.rules.saml import Party


class ProviderUnknown(Exception):
    """No provider with this key is listed."""


@dataclass(frozen=True)
class Saml:
    """How a provider is asked that speaks SAML, and by which keys it signs."""

    there: str
    certificates: tuple[Path, ...]
    """PEM files; several while it renews its key."""


@dataclass(frozen=True)
class Provider:
    """One provider, and what its word counts for. Of one that speaks SAML the issuer is its entity id, the client id is ours."""

    key: str
    name: str
    issuer: str
    client_id: str
    secret: str = field(repr=False)
    """Empty for a client without one (RFC 6749, 2.1); PKCE guards the code either way."""
    scopes: tuple[str, ...]
    second_factor_acr: tuple[str, ...]
    second_factor_amr: tuple[str, ...]
    identity_acr: tuple[str, ...]
    max_age: timedelta | None
    authority: Path | None
    saml: Saml | None = None

    @property
    def returns_to(self) -> str:
        """The one address to come back to. Each provider has its own, so that no other can answer for it (RFC 9700, 4.4)."""
        return f"{settings.WAARBORG.web.origin}/aanmelden/{self.key}/terug/"

    @property
    def party(self) -> Party:
        return Party(self.issuer, self.client_id, self.answers_at)

    @property
    def answers_at(self) -> str:
        """Where one that speaks SAML posts its answers to."""
        return f"{settings.WAARBORG.web.origin}/aanmelden/{self.key}/antwoord/"


def listed() -> tuple[Provider, ...]:
    """Return the providers in the order of the configuration."""
    section = settings.WAARBORG.sign_on
    return tuple(_saml(each) if each.kind == "saml" else _openid(each, section) for each in section.providers)


def provider_by(key: str) -> Provider:
    """Raises ProviderUnknown."""
    for each in listed():
        if each.key == key:
            return each
    raise ProviderUnknown


def _openid(each: Any, section: Any) -> Provider:
    return Provider(
        key=each.key,
        name=each.name,
        issuer=each.issuer,
        client_id=each.client_id,
        secret=(each.client_secret or section.client_secrets.get(each.key, each.client_secret)).get_secret_value(),
        scopes=each.scopes,
        second_factor_acr=each.second_factor_acr,
        second_factor_amr=each.second_factor_amr,
        identity_acr=each.identity_acr,
        max_age=None if each.max_age_seconds is None else timedelta(seconds=each.max_age_seconds),
        authority=each.certificate_authority,
    )


def _saml(each: Any) -> Provider:
    """Our own entity id is the address at which it can be read what we are (Metadata 4.1.1)."""
    return Provider(
        key=each.key,
        name=each.name,
        issuer=each.entity_id,
        client_id=f"{settings.WAARBORG.web.origin}/aanmelden/{each.key}/metagegevens/",
        secret="",
        scopes=(),
        second_factor_acr=each.second_factor_contexts,
        second_factor_amr=(),
        identity_acr=each.identity_contexts,
        max_age=None,
        authority=None,
        saml=Saml(each.sso_address, each.certificates),
    )
