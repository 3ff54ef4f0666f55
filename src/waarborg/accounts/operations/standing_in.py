"""Letting a colleague stand in, named as they log in: whoever asks needn't be allowed to see who else is here."""

from datetime import datetime
from uuid import UUID

from waarborg.accounts.models import Person
from waarborg.accounts.operations.requesting import ask_delegation
from waarborg.accounts.rules.sessions import normal_login
from waarborg.accounts.values import Asked
from waarborg.kernel.actor import Actor
from waarborg.kernel.keyring import look_up
from waarborg.kernel.references import INSTALLATION, new_id


def ask_stand_in(login: str, asked: Asked, *, by: Actor, now: datetime) -> UUID:
    """Ask that the colleague with exactly this log-in name stands in for oneself; return the registration.

    A name that nobody has answers as somebody of elsewhere does. Raises what `ask_delegation` raises.
    """
    index = look_up(normal_login(login), scope=INSTALLATION, field="person.login")
    found = Person.objects.filter(login_index=index).values_list("pk", flat=True).first()
    return ask_delegation(found or new_id(), asked, by=by, now=now)
