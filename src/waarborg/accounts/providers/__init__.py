"""Reaching the identity providers that this installation lists. Nothing here opens a transaction: a provider may be slow."""

from waarborg.accounts.providers.asking import redeem, signing_keys
from waarborg.accounts.providers.described import Described, describe
from waarborg.accounts.providers.listed import Provider, ProviderUnknown, Saml, listed, provider_by
from waarborg.accounts.providers.wire import ProviderUnreachable

__all__ = [
    "Described",
    "Provider",
    "ProviderUnknown",
    "ProviderUnreachable",
    "Saml",
    "describe",
    "listed",
    "provider_by",
    "redeem",
    "signing_keys",
]
