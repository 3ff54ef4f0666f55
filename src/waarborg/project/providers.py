"""What an installation sets of each identity provider that people sign on at: one table of `sign_on.providers`."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class Provider(BaseModel):
    """One identity provider of the institution (OpenID Connect). Its key stays with its issuer for ever."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    name: str = Field(min_length=1, max_length=60)
    """What people call it; stands on the button."""
    issuer: str = Field(pattern=r"^https?://[^\s?#@]+$", max_length=255)
    client_id: str = Field(min_length=1, max_length=255)
    client_secret: SecretStr = SecretStr("")
    """Empty where it stands in `sign_on.client_secrets`, or where the provider asks for none."""
    scopes: tuple[str, ...] = ("openid",)
    second_factor_acr: tuple[str, ...] = ()
    """Levels (`acr`) that say that a second factor was proven there."""
    second_factor_amr: tuple[str, ...] = ()
    """Ways of proving (`amr`) of which one has to be named; with both lists set both have to hold. None: ours is asked."""
    identity_acr: tuple[str, ...] = ()
    """Levels at which the provider knows who someone is: its word then establishes a newcomer's identity."""
    max_age_seconds: int | None = Field(default=None, ge=0, le=24 * 3600)
    """How long ago someone may have proven themselves there; None leaves that to the provider."""
    certificate_authority: Path | None = None
    """PEM file of the authority that vouches for its TLS, instead of the machine's."""
