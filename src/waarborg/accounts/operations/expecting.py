"""Asking for a newcomer whose document is on the desk: both at once, or neither."""

from datetime import datetime

from waarborg.accounts.operations.approving import identify, refuse_unusable
from waarborg.accounts.operations.requesting import ask_registration
from waarborg.accounts.rules.numbers import require_sayable
from waarborg.accounts.values import Asked, IdentityDocument, IssuedCode, StatedNumber
from waarborg.audit.operations import record_refusal
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor, NotAllowed
from waarborg.kernel.transactions import transaction


def ask_and_identify(
    label: str,
    asked: Asked,
    document: IdentityDocument,
    *,
    by: Actor,
    now: datetime,
    numbers: tuple[StatedNumber, ...] = (),
    provider: tuple[str, str] | None = None,
) -> IssuedCode:
    """Ask leave for a newcomer and note that one saw their document. What is wrong with either leaves nothing behind.

    Raises what `ask_registration` and `identify` raise.
    """
    refuse_unusable(document, now)
    for number in numbers:
        require_sayable(number)
    try:
        with transaction():
            issued = ask_registration(label, asked, by=by, now=now, provider=provider)
            identify(issued.id, document, by=by, now=now, numbers=numbers)
    except NotAllowed as refused:
        event, permission = "accounts.registration_asked", refused.permission
        record_refusal(event, by=by, now=now, action=Action.CREATE, objects=(), permission=permission)
        raise
    return issued
