"""The providers to sign on at, for whatever page shows their buttons."""

from django import template

from waarborg.accounts.queries import providers
from waarborg.accounts.values.sign_on import ProviderLine

register = template.Library()


@register.simple_tag
def sign_on_providers() -> tuple[ProviderLine, ...]:
    return providers()
