"""Acts on one application: a role for that application alone is enough, and what isn't reached doesn't exist."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from waarborg.audit.operations import Act, act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor, NotAllowed, Permission, reach
from waarborg.kernel.references import Reference
from waarborg.registers.values.faults import ApplicationUnknown


@contextmanager
def act_on(
    application: Reference | None,
    event: str,
    permission: Permission,
    *,
    by: Actor,
    now: datetime,
    action: Action,
    objects: Sequence[Reference] = (),
    missing: Callable[[], Exception] | None = None,
) -> Iterator[Act]:
    """Do one act on an application, or on a thing of it; None when there is no such thing to be acted on.

    Raises NotAllowed for who may do this nowhere. For who may do it elsewhere only, raises what `missing` makes, which is
    what the act raises for an id that doesn't exist: ApplicationUnknown unless said otherwise.
    """
    concerned = (*objects, application) if application else tuple(objects)
    try:
        with act(event, permission, by=by, now=now, action=action, objects=concerned, at=application) as done:
            yield done
    except NotAllowed as error:
        reach(by, permission)
        raise missing() if missing else ApplicationUnknown(key=str(application.id) if application else "") from error
