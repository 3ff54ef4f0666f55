"""Who somebody is at an identity provider: of one person at a time, whoever says it."""

from datetime import datetime

from waarborg.accounts.models import ExternalIdentity, Person, Registration
from waarborg.accounts.providers import provider_by
from waarborg.kernel.keyring import look_up, seal_text, unseal_text
from waarborg.kernel.references import INSTALLATION, new_id


class ElsewhereTaken(Exception):
    """This account at the provider is linked already, or promised to somebody who is expected."""


def subject_index(provider: str, subject: str) -> bytes:
    """Return the blind index of who someone is at a provider."""
    return look_up(f"{provider}|{subject}", scope=INSTALLATION, field="external_identity.subject")


def is_taken(error: Exception) -> bool:
    """Tell whether a row was refused because that account there is somebody's already."""
    return "external_identity" in str(error) or "subject_index" in str(error)


def promise(made: Registration, provider: str, subject: str, now: datetime) -> None:
    """Put on a registration who the newcomer is at a provider. Raises ProviderUnknown or ElsewhereTaken.

    It is asked of every scope: a provider's account is of one person, wherever they work. Two who ask at the same moment are both
    heard; the second to come in is refused then.
    """
    key = provider_by(provider).key
    if _linked(key, subject) is not None or subject in _promised(key, now):
        raise ElsewhereTaken
    made.provider, made.subject = key, seal_text(subject, made.place("subject"))


def keep_promise(registration: Registration, person: Person, now: datetime) -> None:
    """Link what a registration says of who somebody is at a provider.

    Raises ElsewhereTaken; or, where it is somebody else's since a moment ago, the IntegrityError that `is_taken` tells.
    """
    if not registration.provider or registration.subject is None:
        return
    subject = unseal_text(registration.subject, registration.place("subject"))
    living = _linked(registration.provider, subject)
    if living is not None and living.person_id != person.pk:
        raise ElsewhereTaken
    if living is None:
        _save(registration, person, subject, now)


def _save(registration: Registration, person: Person, subject: str, now: datetime) -> None:
    linked = ExternalIdentity(id=new_id(), scope=INSTALLATION, person=person, provider=registration.provider)
    linked.subject = seal_text(subject, linked.place("subject"))
    linked.subject_index = subject_index(registration.provider, subject)
    linked.linked_by, linked.linked_at = registration.made_by, now
    linked.save(force_insert=True)


def _linked(provider: str, subject: str) -> ExternalIdentity | None:
    return ExternalIdentity.objects.filter(subject_index=subject_index(provider, subject), ended_at=None).first()


def _promised(provider: str, now: datetime) -> set[str]:
    """Return who waits to come in with an account there. They wait two weeks at most, so they are few enough to open one by one."""
    waiting = Registration.objects.filter(
        provider=provider, subject__isnull=False, used_at=None, withdrawn_at=None, expires_at__gt=now
    )
    return {unseal_text(each.subject, each.place("subject")) for each in waiting if each.subject is not None}
