"""What an installation sets of each identity provider that people sign on at: one table of `sign_on.providers`."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pydantic import BaseModel, ConfigDict, Discriminator, Field, SecretStr, Tag, field_validator, model_validator

EXTRA = ("lxml", "xmlsec")
SMALLEST_RSA, SMALLEST_CURVE = 2048, 256


class Provider(BaseModel):
    """One identity provider of the institution (OpenID Connect). Its key stays with its issuer for ever."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["oidc"] = "oidc"
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

    @property
    def reached_at(self) -> str:
        return self.issuer


class SamlProvider(BaseModel):
    """One identity provider that speaks SAML 2.0; needs the extra `saml`. Its key stays with its entity id for ever."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["saml"]
    key: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    name: str = Field(min_length=1, max_length=60)
    """What people call it; stands on the button."""
    entity_id: str = Field(pattern=r"^\S+$", max_length=255)
    sso_address: str = Field(pattern=r"^https?://[^\s#@]+$", max_length=1024)
    """Where a browser takes its question to (HTTP-Redirect)."""
    certificates: tuple[Path, ...] = Field(min_length=1, max_length=5)
    """PEM files with the certificates it signs with; several while it renews its key."""
    second_factor_contexts: tuple[str, ...] = ()
    """Levels (AuthnContextClassRef) that say that a second factor was proven there. None: ours is asked."""
    identity_contexts: tuple[str, ...] = ()
    """Levels at which the provider knows who someone is: its word then establishes a newcomer's identity."""

    @property
    def issuer(self) -> str:
        return self.entity_id

    @property
    def reached_at(self) -> str:
        return self.sso_address

    @field_validator("certificates")
    @classmethod
    def _can_be_verified_with(cls, files: tuple[Path, ...]) -> tuple[Path, ...]:
        for each in files:
            try:
                enough = _signs_well_enough(each.read_bytes())
            except OSError as error:
                raise ValueError(f"{each} can't be read: {error.strerror}") from error
            if not enough:
                raise ValueError(
                    f"{each} holds no single certificate with an RSA key of 2048 bits or more, or of P-256 or more"
                )
        return files

    @model_validator(mode="after")
    def _has_its_extra(self) -> "SamlProvider":
        if missing := [name for name in EXTRA if find_spec(name) is None]:
            needed = " and ".join(missing)
            raise ValueError(
                f"a provider of kind saml needs {needed}: install requirements-saml.lock, or waarborg[saml]"
            )
        return self


def _signs_well_enough(pem: bytes) -> bool:
    """Tell whether a file holds one certificate with a key to trust. Its end isn't asked: it carries a key, and nothing else."""
    try:
        keys = [each.public_key() for each in x509.load_pem_x509_certificates(pem)]
    except ValueError:
        return False
    key = keys[0] if len(keys) == 1 else None
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size >= SMALLEST_RSA
    return isinstance(key, ec.EllipticCurvePublicKey) and key.curve.key_size >= SMALLEST_CURVE


def _kind(said: Any) -> str:
    """What says no kind is of the kind that most are."""
    return str(said.get("kind", "oidc") if isinstance(said, dict) else getattr(said, "kind", "oidc"))


AnyProvider = Annotated[
    Annotated[Provider, Tag("oidc")] | Annotated[SamlProvider, Tag("saml")],
    Discriminator(_kind),
]
