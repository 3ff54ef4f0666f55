"""What people decide: which controls apply, and which addresses may be reached."""

from datetime import datetime

from waarborg.assurance.catalogue.loading import load_catalogue
from waarborg.assurance.models import AllowedTarget, Decision
from waarborg.assurance.permissions import ALLOW_TARGET, DECIDE_APPLICABILITY
from waarborg.audit.operations import act
from waarborg.audit.values import Action
from waarborg.kernel.actor import Actor
from waarborg.kernel.references import Reference, new_id
from waarborg.registers import queries as registers

SHORTEST_REASON = 20


class ReasonTooShort(ValueError):
    """A point is only left out for a reason that someone else can follow: at least SHORTEST_REASON characters."""


class NoSuchControl(LookupError):
    """The catalogue has no control of this id."""


def decide_applicability(
    application: Reference, control: str, *, applies: bool, reason: str, by: Actor, now: datetime
) -> None:
    """Record whether a control applies. Raises ReasonTooShort, NoSuchControl, registers.NotInRegister."""
    registers.application_by_id(by.scope, application.id)
    if control not in load_catalogue():
        raise NoSuchControl(control)
    if not applies and len(reason.strip()) < SHORTEST_REASON:
        raise ReasonTooShort
    with act(
        "applicability.decided", DECIDE_APPLICABILITY, by=by, now=now, action=Action.UPDATE, objects=(application,)
    ) as done:
        done.detail = {"control": control, "applies": str(applies)}
        done.reason = reason
        Decision.objects.create(
            pk=new_id(), scope=by.scope, application=application.id, control=control, applies=applies,
            reason=reason.strip(), decided_by=by.id, decided_at=now,
        )  # fmt: skip


def allow_target(host: str, port: int, *, private: bool, by: Actor, now: datetime) -> Reference:
    """List an address that checks may reach; `private` when it stands on an internal network."""
    listed = Reference("target", new_id())
    with act("target.allowed", ALLOW_TARGET, by=by, now=now, action=Action.CREATE, objects=(listed,)) as done:
        done.detail = {"host": host, "port": port, "private": str(private)}
        AllowedTarget.objects.filter(scope=by.scope, host=host, port=port, withdrawn_at=None).update(withdrawn_at=now)
        AllowedTarget.objects.create(
            pk=listed.id, scope=by.scope, host=host.lower(), port=port, private=private,
            allowed_by=by.id, allowed_at=now,
        )  # fmt: skip
    return listed


def withdraw_target(target: Reference, *, by: Actor, now: datetime) -> None:
    """Take an address off the list. Raises AllowedTarget.DoesNotExist for another scope's."""
    row = AllowedTarget.objects.get(pk=target.id, scope=by.scope, withdrawn_at=None)
    with act("target.withdrawn", ALLOW_TARGET, by=by, now=now, action=Action.DELETE, objects=(target,)):
        row.withdrawn_at = now
        row.save(update_fields=["withdrawn_at"])
