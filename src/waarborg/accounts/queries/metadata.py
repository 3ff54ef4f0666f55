"""What we say of ourselves to a provider that speaks SAML; the same for whoever asks."""

from waarborg.accounts.providers import ProviderUnknown, provider_by
from waarborg.accounts.rules.saml import own_metadata


def saml_metadata(provider: str) -> str:
    """Return it in XML. Raises ProviderUnknown, also for a provider that speaks something else."""
    found = provider_by(provider)
    if found.saml is None:
        raise ProviderUnknown
    return own_metadata(found.party)
