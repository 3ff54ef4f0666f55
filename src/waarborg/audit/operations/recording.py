"""Recording what happens: called inside the transaction of the act, so that act and entry exist together or not at all."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from waarborg.audit.operations.writing import collect
from waarborg.audit.values import Action, Outcome
from waarborg.kernel.actor import Actor, NotAllowed, Permission, require
from waarborg.kernel.references import Reference
from waarborg.kernel.transactions import in_transaction, own_transaction, transaction

NOTHING_GRANTED = "waarborg-roles#none"


@dataclass
class Act:
    """What an operation may still say about itself before its entry is written: field names and counts, never values."""

    protocol: str
    objects: tuple[Reference, ...]
    reason: str = ""
    detail: dict[str, str | int] = field(default_factory=dict)


@contextmanager
def act(
    event: str,
    permission: Permission,
    *,
    by: Actor,
    now: datetime,
    action: Action,
    objects: Sequence[Reference] = (),
    at: Reference | None = None,
) -> Iterator[Act]:
    """Do one permitted act in one transaction with its entry. `at` is the thing a narrow role has to be held for.

    A refusal is logged by the outermost act in a transaction of its own, after the roll-back, and NotAllowed is raised.
    """
    outermost = not in_transaction()
    try:
        done = Act(require(by, permission, at=at), tuple(objects))
        with transaction():
            yield done
            record(
                event,
                by=by,
                now=now,
                action=action,
                objects=done.objects,
                protocol=done.protocol,
                reason=done.reason,
                detail=done.detail,
            )
    except NotAllowed as refused:
        if outermost:
            record_refusal(event, by=by, now=now, action=action, objects=objects, permission=refused.permission)
        raise


def record(
    event: str,
    *,
    by: Actor,
    now: datetime,
    action: Action,
    objects: Sequence[Reference],
    protocol: str,
    outcome: Outcome = Outcome.SUCCESS,
    reason: str = "",
    detail: Mapping[str, str | int] | None = None,
) -> None:
    """Add one entry to the running transaction. Raises NoTransaction outside one.

    `protocol` is what allowed it (NEN 7513, 7.4.6) and never empty; `detail` holds names and counts, never values of persons.
    """
    collect(
        by.scope,
        now,
        {
            "event": {"code": event, "action": action, "outcome": outcome, "time": now.isoformat(), "reason": reason},
            "agent": {
                "id": f"{by.kind}:{by.id}",
                "role": ",".join(sorted(by.roles)) or "none",
                "requestor": True,
                "access_point": by.network_address,
            },
            "objects": [{"type": each.kind, "id": str(each.id), "authorization": protocol} for each in objects]
            or [{"type": "installation", "id": str(by.scope), "authorization": protocol}],
            "source": {"id": "waarborg", "type": "application server"},
            "detail": dict(detail or {}),
        },
    )


def record_refusal(
    event: str,
    *,
    by: Actor,
    now: datetime,
    action: Action,
    objects: Sequence[Reference],
    permission: Permission,
    reason: str = "",
) -> None:
    """Log that something was refused, in a transaction that stays when the caller's exception unwinds."""
    with own_transaction():
        record(
            event,
            by=by,
            now=now,
            action=action,
            objects=objects,
            protocol=NOTHING_GRANTED,
            outcome=Outcome.REFUSED,
            reason=reason,
            detail={"permission": permission.name},
        )
